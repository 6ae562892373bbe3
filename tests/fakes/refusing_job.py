"""A job that finds every pixel undecodable."""

from collections.abc import Mapping

from viewers.isolation.errors import Refused


def check(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """Refuse."""
    assert len(payload)
    assert "form" in options
    raise Refused("The pixel data ends before its end.")
