"""Shared memory without a name: what workers fill in place."""

import mmap
import os
import sys
from dataclasses import dataclass

from viewers.isolation.errors import Defect

NAMELESS_MEMORY = sys.platform == "linux"


class Segment:
    """A block of zeroed shared memory that no path names, that cannot shrink and that no core dump holds.

    Where the system has no nameless files (everywhere but Linux) it is private memory, and the pool copies into it.

    Args:
        size: bytes, at least one.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise Defect(f"a segment of {size} bytes was asked for")
        self.size = size
        self.fd = sealed_file(size) if NAMELESS_MEMORY else -1
        self._memory = mmap.mmap(self.fd, size)
        keep_out_of_dumps(self._memory)

    @property
    def memory(self) -> memoryview:
        """All bytes; whoever holds a view (or an array made of one) keeps the memory alive."""
        return memoryview(self._memory)

    def span(self, offset: int, length: int) -> "Span":
        """The bytes ``[offset, offset + length)``.

        Raises:
            Defect: the range does not lie inside.
        """
        if not 0 <= offset <= offset + length <= self.size:
            raise Defect(f"bytes {offset}..{offset + length} do not lie in a segment of {self.size}")
        return Span(segment=self, offset=offset, length=length)

    def __del__(self) -> None:
        if getattr(self, "fd", -1) >= 0:
            os.close(self.fd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of a segment into which one job writes."""

    segment: Segment
    offset: int
    length: int


def sealed_file(size: int) -> int:
    """A nameless file of ``size`` zeroes that nobody can shrink: a worker cannot take pages away from the parent."""
    import fcntl

    fd = os.memfd_create("", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(fd, size)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return fd


def keep_out_of_dumps(memory: mmap.mmap) -> None:
    """Ask that a core dump does not hold this memory, where the system can."""
    if hasattr(mmap, "MADV_DONTDUMP"):
        memory.madvise(mmap.MADV_DONTDUMP)


def map_range(fd: int, offset: int, length: int, *, writable: bool) -> memoryview:
    """A view of ``length`` bytes of an open file from ``offset``, which need not be page aligned."""
    if length == 0:
        return memoryview(b"")
    lead = offset % mmap.ALLOCATIONGRANULARITY
    access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
    memory = mmap.mmap(fd, lead + length, access=access, offset=offset - lead)
    keep_out_of_dumps(memory)
    return memoryview(memory)[lead:]
