"""Opening a path: a folder, a file or an archive, with the archives below a folder opened one level deep."""

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from viewers.series.errors import Refused
from viewers.series.folder_source import FolderSource
from viewers.series.zip_source import Unpacked, ZipSource
from viewers.sources import FrameSource

INSIDE = "!/"
_ARCHIVE = b"PK\x03\x04"


class MediaSource:
    """A folder whose zip archives are opened in place; keys within one are ``archive.zip!/member``.

    Attributes:
        refused: archives that could not be opened, with the reason; their own key stays.
    """

    def __init__(self, folder: FolderSource) -> None:
        self._folder = folder
        self._archives: dict[str, ZipSource] = {}
        self._unpacked = Unpacked()
        self.refused: dict[str, str] = {}
        self._keys = tuple(key for own in tuple(folder.keys()) for key in self._expanded(own))

    def keys(self) -> Sequence[str]:
        """Every file and every member."""
        return self._keys

    def header(self, key: str) -> Mapping[str, object] | None:
        """None: nothing is kept."""
        del key
        return None

    def size(self, key: str) -> int:
        """Bytes of the file or member."""
        source, inner = self._where(key)
        return source.size(inner)

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """See ``FrameSource.read``."""
        if key in self.refused:
            raise OSError(self.refused[key])
        source, inner = self._where(key)
        return source.read(inner, offset, length)

    def heads(self, keys: Sequence[str], length: int) -> list[tuple[bytes, int] | OSError]:
        """(the first bytes, no more than ``length``; bytes of the whole) of each file or member, or why not."""
        if not self._archives and not self.refused:
            return self._folder.heads(keys, length)
        return [self._head(key, length) for key in keys]

    def path(self, key: str) -> Path | None:
        """Where the file lies on disk, or None for a member of an archive."""
        source, inner = self._where(key)
        return source.path(inner) if isinstance(source, FolderSource) else None

    def close(self) -> None:
        """Close the archives."""
        for archive in self._archives.values():
            archive.close()

    def _head(self, key: str, length: int) -> tuple[bytes, int] | OSError:
        try:
            size = self.size(key)
            return self.read(key, 0, min(size, length)), size
        except OSError as error:
            return error

    def _where(self, key: str) -> tuple[FrameSource, str]:
        outer, mark, inner = key.partition(INSIDE)
        if mark and outer in self._archives:
            return self._archives[outer], inner
        return self._folder, key

    def _expanded(self, own: str) -> tuple[str, ...]:
        if not self._is_archive(own):
            return (own,)
        try:
            archive = ZipSource(self._folder.path(own), self._unpacked)
        except Refused as refusal:
            self.refused[own] = str(refusal)
            return (own,)
        self._archives[own] = archive
        return tuple(f"{own}{INSIDE}{name}" for name in tuple(archive.keys())) or (own,)

    def _is_archive(self, own: str) -> bool:
        if not own.lower().endswith(".zip"):
            return False
        try:
            return self._folder.read(own, 0, 4) == _ARCHIVE
        except OSError:
            return False


def open_source(path: Path) -> FolderSource | MediaSource | ZipSource:
    """What lies at a path as a source: a folder (a CD, with archives in it), a zip archive, or one file.

    Raises:
        Refused: there is nothing, or it cannot be read.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            return MediaSource(FolderSource(path))
        if not stat.S_ISREG(kind):  # reading from the end of a pipe would wait for ever
            raise Refused(f"{path.name} is neither a file nor a folder: there is nothing in it to read.")
        with path.open("rb") as file:
            archive = file.read(4) == _ARCHIVE
    except OSError as error:
        raise Refused(f"{path.name} cannot be read ({error.strerror}). Check the path and the medium.") from error
    if archive and _has_images(path):
        return ZipSource(path)
    return FolderSource(path.parent, only=path.name)


def _has_images(path: Path) -> bool:
    """An archive that is no office document."""
    try:
        archive = ZipSource(path)
    except Refused:
        return False
    try:
        return "[Content_Types].xml" not in tuple(archive.keys())
    finally:
        archive.close()
