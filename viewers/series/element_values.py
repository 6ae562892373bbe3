"""The value of one element as a plain value: str, number, list of numbers, or base64 text for tables."""

import base64
import struct

from viewers.series.charset import Decode

Plain = str | int | float | list[int] | list[float] | None

# Longest value that is looked at, in bytes (reliability design, class 4: a 40 MB decimal string).
LONGEST_NUMBERS = 64 << 10
LONGEST_TEXT = 1 << 20
LONGEST_TABLE = 4 << 20
_LONG_LISTS = frozenset(("ContourData", "GraphicData"))

_NUMBERS: dict[str, tuple[str, int]] = {
    "US": ("H", 2),
    "SS": ("h", 2),
    "UL": ("I", 4),
    "SL": ("i", 4),
    "FL": ("f", 4),
    "FD": ("d", 8),
    "UV": ("Q", 8),
    "SV": ("q", 8),
}
_DECODED = frozenset(("LO", "SH", "ST", "LT", "UT", "UC"))
_TABLES = frozenset(("OB", "OW", "OB or OW", "OV", "OL", "OF", "OD", "US or OW", "UN"))


def longest(vr: str, keyword: str = "") -> int:
    """The longest value of this VR, in bytes, that is worth reading."""
    if keyword in _LONG_LISTS:
        return LONGEST_TABLE
    if vr in _DECODED:
        return LONGEST_TEXT
    return LONGEST_TABLE if vr in _TABLES else LONGEST_NUMBERS


def plain_value(vr: str, value: bytes, *, little: bool, signed: bool, text: Decode, name: Decode) -> Plain:
    """Turn bytes into a plain value.

    Args:
        vr: the value representation, or ``US or SS`` where it depends on Pixel Representation.
        value: the bytes, not longer than ``longest(vr)``.
        little: byte order of numbers.
        signed: what ``US or SS`` is.
        text: decoder of text under the character set in force.
        name: the same for person names.
    """
    if vr == "US or SS":
        vr = "SS" if signed else "US"
    if vr in _NUMBERS:
        return _numbers(vr, value, little=little)
    if vr == "PN":
        return name(value).strip(" \0")
    if vr in _DECODED:
        return text(value).strip(" \0")
    if vr == "AT":
        return _tags(value, little=little)
    if vr in _TABLES:
        return base64.b64encode(_little_words(value, little=little)).decode("ascii")
    return value.decode("latin-1").strip(" \0")


def _numbers(vr: str, value: bytes, *, little: bool) -> Plain:
    code, width = _NUMBERS[vr]
    count = len(value) // width
    found = struct.unpack(f"{'<' if little else '>'}{count}{code}", value[: count * width])
    if count == 1:
        number: int | float = found[0]
        return number if number - number == 0 else None  # neither infinite nor NaN: JSON has no word for them
    return [part for part in found if part - part == 0]


def _tags(value: bytes, *, little: bool) -> str:
    count = len(value) // 4
    parts = struct.unpack(f"{'<' if little else '>'}{count * 2}H", value[: count * 4])
    return "\\".join(f"{parts[i]:04X}{parts[i + 1]:04X}" for i in range(0, count * 2, 2))


def _little_words(value: bytes, *, little: bool) -> bytes:
    """Tables are kept as little endian 16-bit words (PS3.5 6.2, OW)."""
    if little or len(value) % 2:
        return value
    swapped = bytearray(value)
    swapped[0::2], swapped[1::2] = value[1::2], value[0::2]
    return bytes(swapped)
