"""The fragments of an encapsulated pixel data element (PS3.5 A.4): where each lies, found by reading item headers."""

import itertools
import struct
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[int, int], bytes]

MOST_FRAGMENTS = 2_000_000
_ITEM, _END = 0xE000, 0xE0DD
_STARTS = (b"\xff\xd8", b"\xff\x4f", b"\xff\x0a", b"\0\0\0\x0c")  # JPEG family, JPEG 2000, JPEG XL, boxed forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """What the item headers tell.

    Attributes:
        table: entries of the Basic Offset Table, relative to the first fragment's item tag; empty where there is none.
        pieces: (offset, length) of each fragment's bytes.
        starts: indices of the fragments that begin with a codestream's first marker.
        complete: whether the sequence ends with its delimiter.
    """

    table: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    complete: bool


def walk_fragments(read: Read, offset: int, size: int) -> Fragments:
    """Follow the items from ``offset`` (after the pixel data element's length) to the delimiter or the file's end.

    Args:
        read: ``read(offset, length)`` bytes of the instance.
        offset: where the first item (the offset table) begins.
        size: bytes of the instance; nothing beyond is believed.
    """
    pieces: list[tuple[int, int]] = []
    starts: list[int] = []
    table: tuple[int, ...] = ()
    at, first = offset, True
    while at + 8 <= size and len(pieces) < MOST_FRAGMENTS:
        head = read(at, 12)
        group, element, length = struct.unpack_from("<HHI", head)
        if (group, element) == (0xFFFE, _END):
            return Fragments(table=table, pieces=tuple(pieces), starts=tuple(starts), complete=True)
        if (group, element) != (0xFFFE, _ITEM) or length == 0xFFFFFFFF:  # noqa: PLR2004 - the format's number
            break
        kept = min(length, size - at - 8)
        if first:
            table = _table(read(at + 8, kept)) if kept else ()
            first = False
        else:
            if head[8:].startswith(_STARTS):
                starts.append(len(pieces))
            pieces.append((at + 8, kept))
        at += 8 + length
    return Fragments(table=table, pieces=tuple(pieces), starts=tuple(starts), complete=False)


def frame_pieces(
    found: Fragments, frames: int, offsets: tuple[int, ...] = ()
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The fragments of each frame, as far as they can be told; fewer than ``frames`` where the rest is missing.

    Args:
        found: the fragments.
        frames: Number of Frames.
        offsets: the Extended Offset Table where there is one, else the basic one is used (PS3.3 C.7.6.3.1.8).
    """
    pieces = found.pieces
    if frames == 1:
        return (pieces,) if pieces else ()
    by_table = _by_table(pieces, offsets or found.table, frames)
    if by_table:
        return by_table
    if len(pieces) >= frames and len(found.starts) == frames and found.starts[0] == 0:
        ends = (*found.starts[1:], len(pieces))
        return tuple(pieces[start:end] for start, end in zip(found.starts, ends, strict=True))
    return tuple((piece,) for piece in pieces[:frames])


def _by_table(
    pieces: tuple[tuple[int, int], ...], table: tuple[int, ...], frames: int
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Frames by offset table, or nothing where it does not fit the fragments: entries must be item tags, increasing."""
    if len(table) != frames or not pieces:
        return ()
    base = pieces[0][0] - 8
    index = {offset - 8 - base: number for number, (offset, _) in enumerate(pieces)}
    starts = [index.get(entry, -1) for entry in table]
    if starts[0] != 0 or any(later <= earlier for earlier, later in itertools.pairwise(starts)):
        return ()
    ends = (*starts[1:], len(pieces))
    return tuple(pieces[start:end] for start, end in zip(starts, ends, strict=True))


def _table(value: bytes) -> tuple[int, ...]:
    count = len(value) // 4
    return struct.unpack(f"<{count}I", value[: count * 4])
