"""The scan: every file of a source ends as a header, or is skipped with a reason that a reader understands."""

from collections.abc import Callable
from dataclasses import dataclass

from viewers.series.header import Header
from viewers.sources import FrameSource, Parser

Progress = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is shown nowhere, and why."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a source holds: every key is in exactly one of both."""

    headers: tuple[Header, ...]
    skipped: tuple[Skipped, ...]


def scan(source: FrameSource, parser: Parser, progress: Progress | None = None) -> Scan:
    """Read every header of a source, in isolated workers, without touching pixels.

    A header that the source kept from receipt (``FrameSource.header``) is not parsed again.

    Args:
        source: where the files are.
        parser: runs ``viewers.series.header_job`` on hostile bytes.
        progress: told (done, all) now and then; scanning stops when it answers False, what is left is skipped.
    """
    raise NotImplementedError
