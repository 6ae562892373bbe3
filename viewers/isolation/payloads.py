"""The ways in which bytes are handed to a worker."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRange:
    """Bytes of a plain file that the parent opens and the worker maps, without a copy on the way.

    Attributes:
        path: the file; opened by the parent without following a final symbolic link, never seen by the worker.
        offset, length: the range; ``length`` None means to the end of the file.
    """

    path: str
    offset: int = 0
    length: int | None = None


Payload = bytes | bytearray | memoryview | FileRange
MOST_PAYLOADS = 16
"""No more descriptors than this travel with one job."""
