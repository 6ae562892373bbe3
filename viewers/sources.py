"""The ports through which bytes reach the viewers, wherever they rest and wherever they are parsed.

Signatures use only ``str``, ``int``, ``bytes``, ``memoryview`` and plain mappings, so that an encrypted store or an
archive fits them by shape, without importing this package.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol


class FrameSource(Protocol):
    """Bytes of instances by key. A key is opaque: a relative path in a folder, a SOP Instance UID in a store."""

    def keys(self) -> Sequence[str]:
        """Every key, in no promised order."""
        ...

    def header(self, key: str) -> Mapping[str, object] | None:
        """The header mapping kept from first receipt (see ``Parser``), or None where none was kept."""
        ...

    def size(self, key: str) -> int:
        """Number of bytes of the instance."""
        ...

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """Bytes ``[offset, offset + length)`` of the instance, exactly as received.

        Raises:
            OSError: the bytes cannot be read, or are not those that were received.
        """
        ...


class Parser(Protocol):
    """Parsing of hostile bytes, wherever it runs (in practice an isolated worker)."""

    def parse(
        self, job: str, payload: bytes | memoryview, options: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        """Run the job with the dotted name ``module:function`` on ``payload``.

        Returns:
            The job's mapping of plain values (str, int, float, bool, None, bytes, list, dict). When the bytes were
            refused or the worker died the mapping is ``{"refused": reason}``, the reason a sentence for the reader.
        """
        ...
