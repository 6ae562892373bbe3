"""Plain header values read as text and numbers, declining what is none; bounds against hostile lengths."""

import math
from collections.abc import Sequence
from functools import lru_cache

_LONGEST_NUMBER = 64
MOST_NUMBERS = 65_536
_SHORT = 256  # characters of a value whose numbers are kept
_EXACT = 1 << 53  # below it a float is every whole number


def text(value: object) -> str:
    """The value as text without surrounding blanks; several values joined by a backslash; empty for None."""
    if type(value) is str:
        return value.strip(" \0")
    if value is None:
        return ""
    if isinstance(value, list):
        return "\\".join(text(part) for part in value)
    return str(value).strip(" \0")


def number(value: object) -> float | None:
    """The first value as a finite float, or None."""
    if value is None:
        return None
    if isinstance(value, str):
        return _number_of_short(value) if len(value) <= _SHORT else _decimal(value.partition("\\")[0])
    if isinstance(value, list):
        return number(value[0]) if value else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else None
    return None


def numbers(value: object) -> tuple[float, ...]:
    """Every value as a finite float; empty where one is none, or there are more than anyone needs."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return _numbers_of_short(value) if len(value) <= _SHORT else _numbers_of(value.split("\\"))
    return _numbers_of(value if isinstance(value, list) else [value])


def integer(value: object) -> int | None:
    """The first value as an int (``12.0`` is one, ``12.5`` none), or None."""
    if value is None:
        return None
    if type(value) is int and -_EXACT < value < _EXACT:
        return value
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


@lru_cache(maxsize=4096)  # the files of a series say most of theirs again and again
def _number_of_short(value: str) -> float | None:
    return _decimal(value.partition("\\")[0])


@lru_cache(maxsize=4096)
def _numbers_of_short(value: str) -> tuple[float, ...]:
    return _numbers_of(value.split("\\"))


def _numbers_of(parts: Sequence[object]) -> tuple[float, ...]:
    if len(parts) > MOST_NUMBERS:
        return ()
    found = [number(part) for part in parts]
    return tuple(part for part in found if part is not None) if None not in found else ()


def _decimal(part: str) -> float | None:
    """A Decimal String (PS3.5 6.2); a comma is refused, since nobody knows what it means."""
    part = part.strip(" \0")
    if not part or len(part) > _LONGEST_NUMBER or "_" in part:
        return None
    try:
        found = float(part)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
