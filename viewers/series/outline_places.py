"""The places of an outline: the elements at the top of a walked header, and which of them may differ in a sibling."""

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from viewers.series.element_walk import AS_IT_IS, BLOCKS, LONG, OVERLAYS, SHORT, WATCHED
from viewers.series.wanted import OVERLAY, PRIVATE, PRIVATE_CREATORS, by_tag

Mark = tuple[int, bool]
Found = tuple[str, str, bytes]

DATA_AT = 132
_META = 0x0002
_FIXED_META = frozenset((0x0002, 0x0010))
_LEAD, _LONG_LEAD = 8, 12
_UNDEFINED = b"\xff\xff\xff\xff"
_TAG = struct.Struct("<HH").unpack_from
_LENGTH = struct.Struct("<I").unpack_from


class How(IntEnum):
    """What is done with an element that differs."""

    WALK = 0  # nothing can be said but by a walk of the whole header
    PASS = 1
    TEXT = 2
    VALUE = 3
    SEQUENCE = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """One element at the top of the outline.

    Attributes:
        tag: group and element in one number.
        content: all its bytes.
        mark: tag and VR as bytes, which an element in its place must begin with too; the first of an implicit data
            set with its length, since letters there would say that the data set is explicit.
        lead: bytes before its value.
        short: whether its length has 16 bits.
        how: what is done where it differs.
        keyword: under which its value is kept, empty where nobody wants it.
        found: keyword and VR of the value, None where nobody wants it.
        vr: as written, empty where nothing is.
        signed: what ``US or SS`` is at its beginning and after it.
    """

    tag: int
    content: bytes
    mark: bytes
    lead: int
    short: bool
    how: How
    keyword: str
    found: Found | None
    vr: bytes
    signed: tuple[bool, bool]


def places(head: bytes, marks: Sequence[Mark], *, explicit: bool) -> tuple[Place, ...] | None:
    """The elements from the first of the file to the pixels; None where one is not as the standard says.

    Args:
        head: the first bytes of a file with a preamble, little endian.
        marks: where each element at the top of its data set begins and what ``US or SS`` is there; the pixels last.
        explicit: how the data set is encoded; the meta information always is.
    """
    meta = _meta_ends(head, marks[0][0])
    if meta is None:
        return None
    creators: dict[int, str] = {}
    found: list[Place] = []
    for begin, end in itertools.pairwise(meta):
        found.append(_place(head[begin:end], (False, False), creators, explicit=True))
    for (begin, before), (end, after) in itertools.pairwise(marks):
        place = _place(head[begin:end], (before, after), creators, explicit=explicit)
        found.append(place if explicit or begin != meta[-1] else replace(place, mark=head[begin : begin + _LEAD]))
    known = all(place.vr in SHORT or place.vr in LONG or not (explicit or place.vr) for place in found)
    ascending = all(before.tag < after.tag for before, after in itertools.pairwise(found))
    return tuple(found) if known and ascending else None


def _meta_ends(head: bytes, data_at: int) -> list[int] | None:
    """Where the elements of the meta information begin, and the data set; None where one has an odd VR."""
    at, ends = DATA_AT, [DATA_AT]
    while at < data_at:
        vr = head[at + 4 : at + 6]
        if vr not in SHORT and vr != b"OB":
            return None
        at += _LONG_LEAD + _LENGTH(head, at + 8)[0] if vr == b"OB" else _LEAD + _TAG(head, at + 4)[1]
        ends.append(at)
    return ends if at == data_at else None


def _place(content: bytes, signed: tuple[bool, bool], creators: dict[int, str], *, explicit: bool) -> Place:
    group, element = _TAG(content)
    tag, vr = group << 16 | element, content[4:6] if explicit else b""
    short = vr in SHORT
    lead = _LONG_LEAD if explicit and not short else _LEAD
    found = None if group == _META else by_tag().get(tag)
    if group & 1:
        found = _private(creators, group, element, content[lead:])
    how = How.WALK if _changes_the_rest(group, element, tag) else _how(found, vr, content[lead - 4 : lead], short=short)
    return Place(
        tag=tag, content=content, mark=content[: 6 if explicit else 4], lead=lead, short=short, how=how,
        keyword=found[0] if found else "", found=found, vr=vr, signed=signed,
    )  # fmt: skip


def _private(creators: dict[int, str], group: int, element: int, value: bytes) -> Found | None:
    """As ``Walk`` finds the attributes of allow-listed creators (PS3.5 7.8.1)."""
    if 0x10 <= element < BLOCKS and len(value) <= 64:  # noqa: PLR2004 - the format's number
        creator = value.decode("latin-1").strip(" \0")
        if creator in PRIVATE_CREATORS:
            creators[group << 8 | element] = creator
    here = creators.get(group << 8 | element >> 8)
    return PRIVATE.get((here, element & 0xFF)) if here else None


def _changes_the_rest(group: int, element: int, tag: int) -> bool:
    """Whether a difference here may change how other elements are read, or lies where a walk looks further."""
    if group == _META:
        return element in _FIXED_META
    if group & 1:
        return element < BLOCKS
    return tag in WATCHED or (group & 0xFF00 == OVERLAYS and element in OVERLAY)


def _how(found: Found | None, vr: bytes, length: bytes, *, short: bool) -> How:
    if found is None or (vr == b"SQ" and found[1] != "SQ"):
        return How.PASS
    if found[1] == "SQ":
        return How.WALK if vr == b"UN" else How.SEQUENCE
    if not short and length == _UNDEFINED:
        return How.WALK
    return How.TEXT if short and vr == found[2] and vr in AS_IT_IS else How.VALUE
