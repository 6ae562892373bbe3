"""A source of files that lie in memory."""

from collections.abc import Mapping, Sequence


class MemorySource:
    """Fits ``viewers.sources.FrameSource``."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = dict(files)

    def keys(self) -> Sequence[str]:
        return list(self._files)

    def header(self, key: str) -> Mapping[str, object] | None:
        del key
        return None

    def size(self, key: str) -> int:
        return len(self._files[key])

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        end = None if length is None else offset + length
        return self._files[key][offset:end]
