r"""What parent and worker say to each other: JSON with bytes beside it, never pickles, never more than was promised.

A packet is ``flag, three zeroes, length of the JSON (4 bytes), length of all (8 bytes), JSON, bytes``. A large one
travels in a nameless file whose descriptor goes with the (then empty) packet. In the JSON, bytes are
``{"\\0": [offset, length]}``.
"""

import contextlib
import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from viewers.isolation.errors import Defect, Refused
from viewers.isolation.segments import NAMELESS_MEMORY, map_range

HEADER = struct.Struct("<B3xIQ")
INLINE, SPILLED = 0, 1
LARGEST_INLINE = 16 << 10
LARGEST_JSON = 64 << 20
ALIGNMENT = 64
SMALL_DEPTH, DEPTH = 8, 2
SMALL_SPILLS = (SMALL_DEPTH + 1, 256 << 10)
LARGE_SPILLS = (DEPTH + 1, (8 << 20) + (64 << 10))  # sixteen slices of 512 x 512 and what is said of them
MARK = "\0"
Bytes = bytes | bytearray | memoryview


class Channel(Protocol):
    """One end of the line between parent and worker."""

    passes_descriptors: bool

    def send(self, packet: Bytes, fds: Sequence[int] = ()) -> None:
        """Send one packet whole.

        Raises:
            BlockingIOError: the other end does not read at the moment (the parent's end only).
            OSError: the other end is gone.
        """
        ...

    def receive(self) -> tuple[bytes, list[int]] | None:
        """One packet, or None when the other end is gone.

        Raises:
            BlockingIOError: nothing is there (the parent's end only).
        """
        ...

    def fileno(self) -> int:
        """For ``multiprocessing.connection.wait``."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What arrived: plain values, and the descriptors that came along (whoever receives them closes them)."""

    values: dict[str, object]
    fds: tuple[int, ...]


class Spills:
    """The nameless files in which one end sends what is large, used in turn because fresh memory is slow.

    The other end has read a packet before as many more are sent as there are files of its kind: the pool lets no
    more than ``SMALL_DEPTH`` small jobs or ``DEPTH`` others wait in a worker.
    """

    def __init__(self) -> None:
        self._files: dict[bool, list[int]] = {True: [], False: []}

    @contextlib.contextmanager
    def file(self, size: int, *, small: bool) -> Iterator[int]:
        """A descriptor to write ``size`` bytes to, for a small job or another."""
        kept, largest = SMALL_SPILLS if small else LARGE_SPILLS
        if size > largest:
            passing = os.memfd_create("", os.MFD_CLOEXEC)
            try:
                yield passing
            finally:
                os.close(passing)
            return
        files = self._files[small]
        files.append(os.memfd_create("", os.MFD_CLOEXEC) if len(files) < kept else files.pop(0))
        yield files[-1]

    def close(self) -> None:
        """Give the memory back."""
        for files in self._files.values():
            while files:
                os.close(files.pop())


def send(
    channel: Channel, values: Mapping[str, object], fds: Sequence[int] = (), *, spills: Spills, small: bool = True
) -> None:
    """Send plain values; bytes anywhere in them travel unchanged.

    Raises:
        Defect: a value is of a kind that cannot travel.
    """
    text, blocks = _encode(values)
    size = len(text) + sum(len(block) for block in blocks)
    if size <= LARGEST_INLINE or not (channel.passes_descriptors and NAMELESS_MEMORY):
        channel.send(b"".join([HEADER.pack(INLINE, len(text), size), text, *blocks]), fds)
        return
    with spills.file(size, small=small) as spill:
        _write_all(spill, [text, *blocks])
        channel.send(HEADER.pack(SPILLED, len(text), size), [spill, *fds])


def receive_trusted(packet: bytes, fds: list[int]) -> Message:
    """What the parent sent; its files are mapped, and the descriptors that belong to them stay open.

    Raises:
        Refused: the packet is damaged.
    """
    flag, length, size = _header(packet)
    if flag == INLINE:
        return Message(values=_decode(packet[HEADER.size :][:length], _inside(packet)), fds=tuple(fds))
    spill = fds.pop(0)
    view = map_range(spill, 0, size, writable=False)
    os.close(spill)
    return Message(values=_decode(bytes(view[:length]), _in_view(view)), fds=tuple(fds))


def receive_hostile(packet: bytes, fds: list[int], *, largest: int) -> dict[str, object]:
    """What a worker sent, which may be anything: bytes are copied out, every descriptor is closed.

    Args:
        packet: as it came.
        fds: descriptors that came with it.
        largest: bytes that the worker may send.

    Raises:
        Refused: the packet is not what was promised.
    """
    try:
        flag, length, size = _header(packet)
        if flag == INLINE:
            return _decode(packet[HEADER.size :][:length], _once(_inside(packet), len(packet)))
        if not fds or length > size or size > largest + length or os.fstat(fds[0]).st_size < size:
            raise Refused("the worker's answer is not as large as it says, or larger than it may be")
        return _decode(os.pread(fds[0], length, 0), _once(_in_file(fds[0], size), size))
    except OSError as error:
        raise Refused("the worker's answer cannot be read") from error
    finally:
        for fd in fds:
            os.close(fd)


class _Fetch(Protocol):
    def __call__(self, offset: int, length: int) -> bytes | memoryview: ...


def _encode(values: Mapping[str, object]) -> tuple[bytes, list[Bytes]]:
    blocks: list[Bytes] = []
    places: list[list[int]] = []
    filled = 0

    def place(value: object) -> dict[str, list[int]]:
        nonlocal filled
        if not isinstance(value, bytes | bytearray | memoryview):
            raise Defect(f"a value of type {type(value).__name__} cannot travel between processes")
        block = value.cast("B") if isinstance(value, memoryview) else value
        padding = -filled % ALIGNMENT
        blocks.extend((bytes(padding), block))
        places.append([filled + padding, len(block)])
        filled += padding + len(block)
        return {MARK: places[-1]}

    text = json.dumps(values, default=place, separators=(",", ":")).encode("ascii")
    return text + b" " * (-len(text) % ALIGNMENT), blocks


def _decode(text: bytes, fetch: _Fetch | None) -> dict[str, object]:
    """JSON with its bytes put back; offsets in it are hostile, so ``fetch`` checks them."""
    if len(text) > LARGEST_JSON:
        raise Refused("the worker's answer is too long")

    def put_back(found: dict[str, object]) -> object:
        place = found.get(MARK)
        if place is None or fetch is None:
            return found
        offset, length = cast("tuple[int, int]", place)
        return fetch(int(offset) + len(text), int(length))

    hook = put_back if b'"\\u0000"' in text else None
    try:
        values = json.loads(text, object_hook=hook)
    except (ValueError, TypeError, RecursionError) as damage:
        raise Refused("the worker's answer cannot be understood") from damage
    if not isinstance(values, dict):
        raise Refused("the worker's answer is not a set of named values")
    return values


def _header(packet: bytes) -> tuple[int, int, int]:
    if len(packet) < HEADER.size:
        raise Refused("the worker's answer is cut short")
    flag, length, size = HEADER.unpack_from(packet)
    if length > LARGEST_JSON:
        raise Refused("the worker's answer is too long")
    return flag, length, size


def _once(fetch: _Fetch, size: int) -> _Fetch:
    """No more bytes in all than there are: an answer that names the same ones again and again would fill the memory."""
    left = size

    def counted(offset: int, length: int) -> bytes | memoryview:
        nonlocal left
        left -= length
        if left < 0:
            raise ValueError("more bytes than there are")
        return fetch(offset, length)

    return counted


def _inside(packet: bytes) -> _Fetch:
    def fetch(offset: int, length: int) -> bytes:
        start = HEADER.size + offset
        if offset < 0 or length < 0 or start + length > len(packet):
            raise ValueError("outside of the packet")
        return packet[start : start + length]

    return fetch


def _in_view(view: memoryview) -> _Fetch:
    return lambda offset, length: view[offset : offset + length]


def _in_file(fd: int, size: int) -> _Fetch:
    def fetch(offset: int, length: int) -> bytes:
        if offset < 0 or length < 0 or offset + length > size:
            raise ValueError("outside of the file")
        return os.pread(fd, length, offset)

    return fetch


def _write_all(fd: int, blocks: Sequence[Bytes]) -> None:
    place = 0
    for block in blocks:
        view = memoryview(block)
        while len(view) > 0:
            written = os.pwrite(fd, view, place)
            place, view = place + written, view[written:]
