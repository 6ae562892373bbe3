"""Nouns to JSON text and back, the same way for every shelf."""

from functools import cache
from typing import TypeVar

from cattrs.preconf.json import JsonConverter, make_converter

T = TypeVar("T")


def to_text(noun: object) -> str:
    """A frozen dataclass as JSON; dates as ISO text, bytes as base85."""
    return _converter().dumps(noun)


def from_text(text: str, kind: type[T]) -> T:
    """The noun that ``to_text`` wrote."""
    return _converter().loads(text, kind)


@cache
def _converter() -> JsonConverter:
    return make_converter()
