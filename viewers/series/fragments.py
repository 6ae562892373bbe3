"""The fragments of an encapsulated pixel data element (PS3.5 A.4): where each lies, found by reading item headers."""

import itertools
import struct
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[int, int], bytes]

MOST_FRAGMENTS = 2_000_000
MOST_OF_AN_IMAGE, MOST_OF_A_FRAME = 50_000, 100  # more fragments than these no encoder makes
LONGEST_TABLE = 4 << 20  # bytes: an entry for each of a million frames
_HEAD, _BLOCK, _NEAR = 12, 64 << 10, 4 << 10
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


def walk_fragments(read: Read, offset: int, size: int, frames: int = 1) -> Fragments:
    """Follow the items from ``offset`` (after the pixel data element's length) to the delimiter or the file's end.

    Args:
        read: ``read(offset, length)`` bytes of the instance; fewer where the file is shorter than it was.
        offset: where the first item (the offset table) begins.
        size: bytes of the instance; nothing beyond is believed.
        frames: Number of Frames; what has far more fragments than frames is followed no further.
    """
    pieces: list[tuple[int, int]] = []
    starts: list[int] = []
    table: tuple[int, ...] = ()
    heads = _Heads(read)
    most = min(MOST_FRAGMENTS, MOST_OF_AN_IMAGE + MOST_OF_A_FRAME * max(1, frames))
    at, first = offset, True
    while at + 8 <= size and len(pieces) < most:
        head = heads.at(at)
        if len(head) < 8:  # noqa: PLR2004 - the format's number
            break
        group, element, length = struct.unpack_from("<HHI", head)
        if (group, element) == (0xFFFE, _END):
            return Fragments(table=table, pieces=tuple(pieces), starts=tuple(starts), complete=True)
        if (group, element) != (0xFFFE, _ITEM) or length == 0xFFFFFFFF:  # noqa: PLR2004 - the format's number
            break
        kept = min(length, size - at - 8)
        if first:
            table = _table(read(at + 8, kept)) if 0 < kept <= LONGEST_TABLE else ()
            first = False
        else:
            if head[8:].startswith(_STARTS):
                starts.append(len(pieces))
            pieces.append((at + 8, kept))
        at += 8 + length
    return Fragments(table=table, pieces=tuple(pieces), starts=tuple(starts), complete=False)


class _Heads:
    """The first bytes of items: read one by one where items are large, by the block where they lie close together."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._start, self._block = 0, b""

    def at(self, place: int) -> bytes:
        """No more than ``_HEAD`` bytes from ``place``."""
        within = place - self._start
        if not 0 <= within <= len(self._block) - _HEAD:
            near = 0 < within <= _NEAR + len(self._block)
            self._start, self._block, within = place, self._read(place, _BLOCK if near else _HEAD), 0
        return self._block[within : within + _HEAD]


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
