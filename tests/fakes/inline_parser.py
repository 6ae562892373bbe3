"""A parser that runs jobs where it stands: for tests that need answers and no processes."""

import importlib
from collections.abc import Mapping

from viewers.isolation.errors import Refused


class InlineParser:
    """Fits ``viewers.sources.Parser``; answers as a pool would, but a crash of a job is a crash of the test."""

    def parse(
        self, job: str, payload: bytes | memoryview, options: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        module, _, function = job.partition(":")
        try:
            return dict(getattr(importlib.import_module(module), function)(memoryview(payload), options or {}))
        except Refused as refusal:
            return {"refused": str(refusal), "cause": "refused"}
