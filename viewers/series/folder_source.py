"""A folder on this computer as a source of frames; links are never followed, nothing outside is ever opened."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

MOST_FILES = 1_000_000
DEEPEST_FOLDER = 64


class FolderSource:
    """Files below a folder, keys are their paths relative to it with ``/`` between parts.

    Args:
        root: the folder.
        only: the one file of it that is wanted, or None for all.
    """

    def __init__(self, root: Path, only: str | None = None) -> None:
        self._root = root
        self._keys = (only,) if only is not None else tuple(_walk(root))
        self._known = frozenset(self._keys)

    def keys(self) -> Sequence[str]:
        """Relative paths, sorted; links are listed too, and fail to be read."""
        return self._keys

    def header(self, key: str) -> Mapping[str, object] | None:
        """None: a folder keeps nothing."""
        del key
        return None

    def size(self, key: str) -> int:
        """Bytes of the file."""
        return os.lstat(self._name(key)).st_size

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """See ``FrameSource.read``."""
        handle = os.open(self._name(key), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        try:
            wanted = os.fstat(handle).st_size - offset if length is None else length
            return _read_whole(handle, offset, max(0, wanted))
        finally:
            os.close(handle)

    def path(self, key: str) -> Path:
        """Where the file lies, for those who map it instead of reading it.

        Raises:
            OSError: the key is none of this source.
        """
        return Path(self._name(key))

    def _name(self, key: str) -> str:
        """The path as text: a Path for each of thousands of files costs more than looking at them."""
        if key not in self._known:
            raise FileNotFoundError("no such file in this folder")
        return os.path.join(self._root, key)  # noqa: PTH118 - as the docstring says


def _walk(root: Path) -> Iterator[str]:
    waiting = [("", 0)]
    count = 0
    while waiting:
        folder, depth = waiting.pop()
        with os.scandir(root / folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            name = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST_FOLDER:
                    waiting.append((f"{name}/", depth + 1))
            else:
                count += 1
                if count > MOST_FILES:
                    return
                yield name


def _read_whole(handle: int, offset: int, wanted: int) -> bytes:
    if hasattr(os, "pread"):
        first = os.pread(handle, wanted, offset)
        if len(first) == wanted:
            return first
        parts = [first]
        while first and sum(map(len, parts)) < wanted:
            first = os.pread(handle, wanted - sum(map(len, parts)), offset + sum(map(len, parts)))
            parts.append(first)
        return b"".join(parts)
    os.lseek(handle, offset, os.SEEK_SET)
    return os.read(handle, wanted)
