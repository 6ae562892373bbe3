"""Where each frame lies in Pixel Data: fragments with and without offset tables (PS3.5 A.4), native frames (8.1.1)."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import END_MARKER, PADDING

ITEM, DELIMITER = 0xE000FFFE, 0xE0DDFFFE
ITEM_HEADER = 8
UNDEFINED = 0xFFFFFFFF
MOST_FRAGMENTS = 1_000_000

Place = tuple[int, int]
"""(offset, length) of bytes, in the same bytes that were searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameIndex:
    """Where frames lie.

    Attributes:
        frames: for each frame that is there the places of its fragments, in order; may be fewer than stated.
        warnings: sentences for the reader.
        end: offset after the last byte that belongs to the pixels.
    """

    frames: tuple[tuple[Place, ...], ...]
    warnings: tuple[str, ...] = ()
    end: int = 0


def index_fragments(
    data: memoryview, start: int, frames: int, *, offsets: Sequence[int] = (), ends_with_marker: bool = True
) -> FrameIndex:
    """Find the frames of encapsulated Pixel Data.

    Args:
        data: bytes that contain the element.
        start: offset of the first item (the Basic Offset Table).
        frames: Number of Frames as stated.
        offsets: the Extended Offset Table (7FE0,0001), if any.
        ends_with_marker: a whole frame of this transfer syntax ends with FFD9 (all of the JPEG family but JPEG XL).

    Raises:
        Refused: there are no items here, or more than can be meant.
    """
    items, end, whole = _items(data, start)
    if not items:
        raise Refused("The compressed pixels have no fragments.")
    (table_at, table_length), fragments = items[0], items[1:]
    warnings = [] if whole else ["The compressed pixels end without their end mark; the file may be cut short."]
    table = struct.unpack_from(f"<{table_length // 4}I", data, table_at)
    grouped = None
    for name, entries in (("extended", tuple(offsets)), ("basic", table)):
        if entries and grouped is None:
            grouped = _by_table(fragments, entries, frames)
            if grouped is None:
                warnings.append(f"The {name} offset table is wrong and was not used.")
    if grouped is None:
        grouped = _without_table(data, fragments, frames, ends_with_marker=ends_with_marker)
    if len(grouped) < frames:
        warnings.append(f"{frames - len(grouped)} of {frames} frames are missing.")
    return FrameIndex(frames=tuple(grouped), warnings=tuple(warnings), end=end)


def index_native(start: int, length: int, frames: int, frame_bits: int) -> FrameIndex:
    """Places of native frames of ``frame_bits`` bits each; the first bit of frame k lies ``k * frame_bits % 8`` in.

    A last frame that is cut short is left out: it would be filled with guesses.
    """
    if frame_bits <= 0:
        raise Refused("The header of the image gives it no size.")
    there = min(frames, 8 * length // frame_bits)
    places = tuple(
        ((start + k * frame_bits // 8, -(-(k + 1) * frame_bits // 8) - k * frame_bits // 8),) for k in range(there)
    )
    warnings: list[str] = []
    if there < frames:
        warnings.append(f"The pixels are cut short: {frames - there} of {frames} frames are missing.")
    elif length > -(-frames * frame_bits // 8) + 1:
        warnings.append("There are more pixel bytes than the header explains; the surplus was left out.")
    return FrameIndex(frames=places, warnings=tuple(warnings), end=start + length)


def join(data: memoryview, places: Sequence[Place]) -> memoryview:
    """The bytes of one frame; copied only where it lies in several fragments."""
    if len(places) == 1:
        offset, length = places[0]
        return data[offset : offset + length]
    return memoryview(b"".join(data[offset : offset + length] for offset, length in places))


def _items(data: memoryview, start: int) -> tuple[list[Place], int, bool]:
    """Items up to the delimiter, where they end, and whether the delimiter was there."""
    found: list[Place] = []
    place = start
    while place + ITEM_HEADER <= len(data) and len(found) <= MOST_FRAGMENTS:
        tag, length = struct.unpack_from("<II", data, place)
        if tag == DELIMITER:
            return found, place + ITEM_HEADER, True
        if tag != ITEM:
            return found, place, False
        available = len(data) - place - ITEM_HEADER
        if length > available:
            if length != UNDEFINED and available > 0:
                found.append((place + ITEM_HEADER, available))
            return found, len(data), False
        found.append((place + ITEM_HEADER, length))
        place += ITEM_HEADER + length
    return found, place, False


def _by_table(fragments: Sequence[Place], entries: Sequence[int], frames: int) -> list[tuple[Place, ...]] | None:
    """Fragments grouped by an offset table, or None where the table cannot be true."""
    if not fragments or len(entries) != frames or entries[0] != 0:
        return None
    origin = fragments[0][0]
    position = {offset - origin: i for i, (offset, _) in enumerate(fragments)}
    firsts = [position.get(entry, -1) for entry in entries]
    if -1 in firsts or any(later <= earlier for earlier, later in pairwise(firsts)):
        return None
    bounds = [*firsts, len(fragments)]
    return [tuple(fragments[a:b]) for a, b in pairwise(bounds)]


def _without_table(
    data: memoryview, fragments: Sequence[Place], frames: int, *, ends_with_marker: bool
) -> list[tuple[Place, ...]]:
    if frames == 1:
        return [tuple(fragments)] if fragments else []
    if len(fragments) <= frames or not ends_with_marker:
        return [(fragment,) for fragment in fragments[:frames]]
    return _cut(fragments, lambda place: _ends(data, place))[:frames]


def _cut(fragments: Sequence[Place], is_last: Callable[[Place], bool]) -> list[tuple[Place, ...]]:
    """Frames are as long as it takes to meet a fragment that ends one."""
    found: list[tuple[Place, ...]] = []
    current: list[Place] = []
    for fragment in fragments:
        current.append(fragment)
        if is_last(fragment):
            found.append(tuple(current))
            current = []
    return [*found, tuple(current)] if current else found


def _ends(data: memoryview, place: Place) -> bool:
    offset, length = place
    return bytes(data[max(offset, offset + length - 64) : offset + length]).rstrip(PADDING).endswith(END_MARKER)
