"""A folder on this computer as a source of frames; links are never followed, nothing outside is ever opened."""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

MOST_FILES = 1_000_000
DEEPEST_FOLDER = 64
# No symbolic link, no waiting for the other end of a pipe, no translation of line ends.
_PREAD: Callable[[int, int, int], bytes] | None = getattr(os, "pread", None)
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


class FolderSource:
    """Files below a folder, keys are their paths relative to it with ``/`` between parts.

    Args:
        root: the folder.
        only: the one file of it that is wanted, or None for all.
    """

    def __init__(self, root: Path, only: str | None = None) -> None:
        self._prefix = os.path.join(root, "")  # noqa: PTH118 - text, as ``_name`` wants it
        self._closed: dict[str, OSError] = {}
        self._keys = (only,) if only is not None else tuple(_walk(root, self._closed))
        self._known = frozenset(self._keys)

    def keys(self) -> Sequence[str]:
        """Relative paths, sorted; links, and folders that cannot be entered, are listed too, and fail to be read."""
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
        handle = os.open(self._name(key), _FLAGS)
        try:
            wanted = os.fstat(handle).st_size - offset if length is None else length
            return _read_whole(handle, offset, max(0, wanted))
        finally:
            os.close(handle)

    def heads(self, keys: Sequence[str], length: int) -> list[tuple[bytes, int] | OSError]:
        """(the first bytes, no more than ``length``; bytes of the whole file) of each, or why it cannot be read."""
        return [self._head(key, length) for key in keys]

    def path(self, key: str) -> Path:
        """Where the file lies, for those who map it instead of reading it.

        Raises:
            OSError: the key is none of this source.
        """
        return Path(self._name(key))

    def _head(self, key: str, length: int) -> tuple[bytes, int] | OSError:
        try:
            handle = os.open(self._name(key), _FLAGS)
        except OSError as error:  # also what stopped the walk here
            return error
        try:
            size = os.lseek(handle, 0, os.SEEK_END)  # a pipe or a folder has no end; asking so is faster than fstat
            return _read_whole(handle, 0, min(length, size)), size
        except OSError as error:
            return error
        finally:
            os.close(handle)

    def _name(self, key: str) -> str:
        """The path as text: a Path for each of thousands of files costs more than looking at them."""
        if key not in self._known:
            raise FileNotFoundError("no such file in this folder")
        if key in self._closed:
            raise self._closed[key]
        return self._prefix + key


def _walk(root: Path, closed: dict[str, OSError]) -> Iterator[str]:
    """Every file below ``root``; ``closed`` gets the folders that were not looked into, and why."""
    waiting = [("", 0)]
    count = 0
    while waiting:
        folder, depth = waiting.pop()
        try:
            entries = _entries(root, folder, depth, count)
        except OSError as error:
            if not folder:
                raise
            closed[folder] = error
            yield folder
            continue
        for entry in entries:
            name = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append((f"{name}/", depth + 1))
            else:
                count += 1
                yield name


def _entries(root: Path, folder: str, depth: int, count: int) -> list[os.DirEntry[str]]:
    if depth > DEEPEST_FOLDER:
        raise OSError(f"folders are nested deeper than {DEEPEST_FOLDER} here, and this one was not opened")
    with os.scandir(root / folder) as found:
        entries = list(itertools.islice(found, MOST_FILES - count + 1))
    if count + len(entries) > MOST_FILES:
        raise OSError(f"there are more than {MOST_FILES} files here, and this folder was not opened")
    return sorted(entries, key=lambda entry: entry.name)


def _read_whole(handle: int, offset: int, wanted: int) -> bytes:
    if _PREAD is None:
        os.lseek(handle, offset, os.SEEK_SET)
        return os.read(handle, wanted)
    first = _PREAD(handle, wanted, offset)
    if len(first) == wanted:
        return first
    parts = [first]
    while first and sum(map(len, parts)) < wanted:
        first = _PREAD(handle, wanted - sum(map(len, parts)), offset + sum(map(len, parts)))
        parts.append(first)
    return b"".join(parts)
