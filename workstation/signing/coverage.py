"""Which bytes of a PDF its signatures cover: all of them, but for the digits of the last signature itself.

pyHanko judges what revisions mean; this looks at the bytes alone, so that nothing can hide between them: gaps, tails,
padding that is not padding, digits in a second spelling.
"""

import re
from dataclasses import dataclass

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_DIGITS = (re.compile(rb"[0-9A-F]*"), re.compile(rb"[0-9a-f]*"))
_SHORT_FORM = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One signature's byte range: [0, start) and [end, last); between them its own digits, ``der`` decoded."""

    start: int
    end: int
    last: int
    der: bytes


class NotCovered(Exception):
    """The bytes do not lie as they were written; the message says what is wrong."""


def covered(content: bytes) -> tuple[Covered, ...]:
    """Every signature's range, in the order of their revisions.

    Raises:
        NotCovered: a range is odd, digits are not as they were written, or bytes follow the last range.
    """
    found = sorted((_range(content, match) for match in _BYTE_RANGE.finditer(content)), key=lambda one: one.last)
    if found and found[-1].last != len(content):
        raise NotCovered(f"{len(content) - found[-1].last} bytes were added after the last signature.")
    return tuple(found)


def _range(content: bytes, match: "re.Match[bytes]") -> Covered:
    first, length, second, rest = (int(part) for part in match.groups())
    if first != 0 or not length < second <= second + rest <= len(content):
        raise NotCovered("A signature names bytes that are not in the file.")
    region = content[length:second]
    if region[:1] != b"<" or region[-1:] != b">":
        raise NotCovered("The place of a signature is not where it says.")
    return Covered(start=length, end=second, last=second + rest, der=_decoded(region[1:-1]))


def _decoded(digits: bytes) -> bytes:
    """The DER object; what follows it must be the zeros that were reserved, in the spelling that was used."""
    if not any(spelling.fullmatch(digits) for spelling in _DIGITS) or len(digits) % 2:
        raise NotCovered("The digits of a signature were changed.")
    raw = bytes.fromhex(digits.decode())
    length = der_length(raw)
    if any(raw[length:]):
        raise NotCovered("Something was written behind a signature, in the place reserved for it.")
    return raw[:length]


def der_length(raw: bytes) -> int:
    """Length in bytes of the DER object at the start (ITU-T X.690 8.1.3).

    Raises:
        NotCovered: it does not fit.
    """
    if len(raw) < 2:  # noqa: PLR2004 - tag and length
        raise NotCovered("A signature is empty.")
    count = raw[1] - _SHORT_FORM
    length = 2 + raw[1] if count < 0 else 2 + count + int.from_bytes(raw[2 : 2 + count], "big")
    if length > len(raw):
        raise NotCovered("A signature is cut short.")
    return length
