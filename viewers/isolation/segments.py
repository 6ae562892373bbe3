"""Shared memory without a name: what workers fill in place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of a segment into which one job writes."""

    segment: "Segment"
    offset: int
    length: int


class Segment:
    """A block of zeroed shared memory that no path names, that cannot shrink and that no core dump holds."""
