"""A likeness: the outline of one header, along which the headers of its siblings are read by what differs in them.

The files of a series share most of their header byte for byte. Whoever has walked one of them needs to compare the
others with it, and to read only the elements that differ. What is found is what a walk finds; wherever that is not
certain (an element more or less, an empty value, anything that changes how the rest is read) the answer is None and
the file is walked.
"""

import struct
from collections.abc import Mapping, Sequence

from viewers.isolation.errors import Refused
from viewers.series.charset import decoders
from viewers.series.element_walk import UNDEFINED, FileEnds, NeedMore, Walk
from viewers.series.outline_places import DATA_AT, How, Mark, Place, places

MOST_PLACES = 4096
_ALWAYS = frozenset(("SOPClassUID", "SOPInstanceUID"))  # else the meta information would speak for them
_SHORT = struct.Struct("<H").unpack_from
_LONG = struct.Struct("<I").unpack_from


class Outline:
    """A header that was walked, and where others have been seen to differ from it.

    Args:
        number: by which the answer to a sibling names it.
        found: its elements before the pixels, in their order.
        pixels: tag and VR of the pixels.
        explicit: how its elements are encoded, little endian.
        character_set: Specific Character Set.
    """

    def __init__(
        self, number: int, found: Sequence[Place], pixels: bytes, *, explicit: bool, character_set: str
    ) -> None:
        self._number, self._places, self._pixels = number, found, pixels
        self._explicit, self._character_set = explicit, character_set
        self._decode = decoders(character_set)
        self._pixels_lead = 12 if explicit else 8
        self._differing: frozenset[int] = frozenset()
        self._parts = self._joined()

    def follow(self, head: bytes, size: int) -> list[object] | None:
        """What a walk over ``head`` would find other than in the outline.

        Args:
            head: the first bytes of a file.
            size: bytes of the whole file.

        Returns:
            [number of the outline, differing values by keyword, offset of the pixels, their length or None], or None
            where the file must be walked.
        """
        if not len(head) <= size or head[DATA_AT - 4 : DATA_AT] != b"DICM":
            return None
        try:
            found = self._along(head, size)
            return self._along(head, size) if found is None and self._learns(head, size) else found
        except (NeedMore, FileEnds, Refused, struct.error):
            return None

    def _along(self, head: bytes, size: int) -> list[object] | None:
        at, whole = DATA_AT, len(head)
        changes: dict[str, object] = {}
        for alike, place in self._parts:
            if not head.startswith(alike, at):
                return None
            at += len(alike)
            if place is None:
                break
            begin = at + place.lead
            if not head.startswith(place.mark, at):
                return None
            at = begin + _SHORT(head, at + 6)[0] if place.short else self._end(place, head, at, size)
            if at > whole:
                return None
            if place.how is How.PASS:
                continue
            value = self._text(head[begin:at]) if place.how is How.TEXT else self._value(place, head, begin, at, size)
            if value is None or at == begin:
                return None
            changes[place.keyword] = value
        if not head.startswith(self._pixels, at):
            return None
        at += self._pixels_lead
        (length,) = _LONG(head, at - 4)
        return [self._number, changes, at, None if length == UNDEFINED else length]

    def _end(self, place: Place, head: bytes, at: int, size: int) -> int:
        """Where the element ends that lies at ``at`` in place of ``place``."""
        if place.short:
            return at + place.lead + int(_SHORT(head, at + 6)[0])
        begin = at + place.lead
        (length,) = _LONG(head, begin - 4)
        if length != UNDEFINED:
            return begin + int(length)
        if place.how not in (How.PASS, How.SEQUENCE) or place.vr == b"UN":  # a walk passes over the first, and reads
            raise FileEnds  # the second as implicit (PS3.5 6.2.2)
        return self._sequence(place, head, begin, None, size)

    @staticmethod
    def _text(value: bytes) -> str:
        return value.decode("latin-1").strip(" \0")

    def _value(self, place: Place, head: bytes, begin: int, end: int, size: int) -> object:
        """The value as a walk reads it; None where there is none, or the walk would say something of it."""
        assert place.found is not None
        if place.how is How.SEQUENCE:
            items: list[dict[str, object]] = []
            self._sequence(place, head, begin, items, size)
            return items
        walk = self._walk(place, head, size)
        value = walk.value(place.found, place.vr, begin, end - begin, little=True, decode=self._decode)
        return None if walk.notes else value

    def _sequence(self, place: Place, head: bytes, begin: int, items: list[dict[str, object]] | None, size: int) -> int:
        (length,) = _LONG(head, begin - 4)
        walk = self._walk(place, head, size)
        end = walk.items(begin, length, items, text=self._character_set)
        if walk.signed != place.signed[1] or walk.notes:
            raise FileEnds
        return end

    def _walk(self, place: Place, head: bytes, size: int) -> Walk:
        return Walk(buffer=head, size=size, explicit=self._explicit, little=True, signed=place.signed[0])

    def _learns(self, head: bytes, size: int) -> bool:
        """Whether this is a sibling that differs where none has differed before; the outline then knows."""
        at, differing = DATA_AT, set(self._differing)
        for number, place in enumerate(self._places):
            if head.startswith(place.content, at):
                at += len(place.content)
            elif place.how is How.WALK or not head.startswith(place.mark, at):
                return False
            else:
                at = self._end(place, head, at, size)
                differing.add(number)
        if len(differing) == len(self._differing) or not head.startswith(self._pixels, at):
            return False
        self._differing = frozenset(differing)
        self._parts = self._joined()
        return True

    def _joined(self) -> list[tuple[bytes, Place | None]]:
        """(bytes that were the same in every sibling, the element after them that was not); None after the last."""
        parts: list[tuple[bytes, Place | None]] = []
        alike: list[bytes] = []
        for number, place in enumerate(self._places):
            if number in self._differing:
                parts.append((b"".join(alike), place))
                alike = []
            else:
                alike.append(place.content)
        return [*parts, (b"".join(alike), None)]


def outline(
    number: int, head: bytes, answer: Mapping[str, object], marks: Sequence[Mark], *, explicit: bool
) -> Outline | None:
    """The outline of a header that was walked, or None where siblings cannot be read along it.

    Args:
        number: by which the answers to siblings name it.
        head: the bytes that were walked, from the first of the file.
        answer: the mapping that came of it.
        marks: where its elements at the top began, and what ``US or SS`` was there; the pixels' own last.
        explicit: how its elements are encoded.
    """
    data, pixels = answer["data"], answer["pixels"]
    if not (isinstance(data, dict) and isinstance(pixels, dict)) or answer["notes"] or "EncapsulatedDocument" in data:
        return None
    plain = pixels["deflated"] is None and pixels["little"] and head[DATA_AT - 4 : DATA_AT] == b"DICM"
    if not plain or not 0 < len(marks) < MOST_PLACES:
        return None
    found = places(head, marks, explicit=explicit)
    if found is None or not _ALWAYS.issubset(place.keyword for place in found if _is_uid(place)):
        return None
    end, told = marks[-1][0], data.get("SpecificCharacterSet")
    return Outline(
        number,
        found,
        head[end : end + (6 if explicit else 4)],
        explicit=explicit,
        character_set=told if isinstance(told, str) else "",
    )


def _is_uid(place: Place) -> bool:
    return place.vr in (b"UI", b"") and len(place.content) > place.lead
