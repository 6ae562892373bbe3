"""The encoded bytes of one frame, as its decoder wants them: a range of a file where possible, else bytes."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from viewers.isolation.payloads import FileRange, Payload
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import DisplaySet, Frame
from viewers.series.header_job import MOST_INFLATED
from viewers.sources import FrameSource, Parser

INFLATE = "viewers.series.header_job:inflate"


@runtime_checkable
class OnDisk(Protocol):
    """A source whose files lie on this computer as they are."""

    def path(self, key: str) -> Path | None:
        """Where the file lies, or None where it lies in an archive."""
        ...


@runtime_checkable
class Filling(Protocol):
    """A source that puts bytes where they are wanted, which spares a copy."""

    def read_into(self, key: str, offset: int, into: memoryview) -> int:
        """Bytes from ``offset`` into ``into``; how many there were.

        Raises:
            OSError: as ``FrameSource.read``.
        """
        ...


def frame_payload(display_set: DisplaySet, index: int, source: FrameSource, parser: Parser) -> Payload:
    """What the decoder of frame ``index`` (from 0) is given.

    Raises:
        FrameRefused: the file does not hold this frame.
        OSError: its bytes cannot be read.
    """
    frame = display_set.frames[index]
    where = frame.bytes
    if where is None or not where.pieces:
        raise FrameRefused("The file does not hold this frame. Ask for a new export.")
    if where.deflated_at is not None:
        return _inflated(frame, where.deflated_at, source, parser)
    if len(where.pieces) == 1:
        offset, length = where.pieces[0]
        path = cast("OnDisk", source).path(frame.key) if _is_on_disk(type(source)) else None
        if path is not None:
            return FileRange(path=str(path), offset=offset, length=length)
    if _is_filling(type(source)):
        return _filled(frame.key, where.pieces, cast("Filling", source))
    return b"".join(source.read(frame.key, offset, length) for offset, length in where.pieces)


@cache  # asking a protocol takes longer than opening a file
def _is_on_disk(kind: type) -> bool:
    return issubclass(kind, OnDisk)


@cache
def _is_filling(kind: type) -> bool:
    return issubclass(kind, Filling)


def _filled(key: str, pieces: Sequence[tuple[int, int]], source: Filling) -> bytearray:
    whole, filled = bytearray(sum(length for _, length in pieces)), 0
    for offset, length in pieces:
        filled += source.read_into(key, offset, memoryview(whole)[filled : filled + length])
    del whole[filled:]
    return whole


def _inflated(frame: Frame, start: int, source: FrameSource, parser: Parser) -> bytes:
    """The frame's bytes out of a deflated data set (PS3.5 A.5); the worker inflates no further than the frame."""
    assert frame.bytes is not None
    offset, length = frame.bytes.pieces[0]
    if offset + length > MOST_INFLATED:
        raise FrameRefused("The compressed file swells beyond 1 GB: not opened. Ask for an uncompressed export.")
    answer = parser.parse(INFLATE, source.read(frame.key), {"start": start, "offset": offset, "length": length})
    data = answer.get("data")
    if not isinstance(data, bytes):
        raise FrameRefused(str(answer.get("refused", "The compressed file cannot be unpacked.")))
    return data
