"""A zip archive as a source of frames: bounded, read member by member, nothing is ever unpacked to disk."""

import threading
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

from viewers.series.errors import Refused

MOST_MEMBERS = 100_000
LARGEST_MEMBER = 4 << 30
LARGEST_WHOLE = 64 << 30
MOST_SWELLING = 1_100  # deflate cannot exceed 1,032; beyond it the directory lies
SUSPICIOUS_SIZE = 256 << 20
SUSPICIOUS_SWELLING = 200
KEPT_BYTES = 256 << 20
_BLOCK = 1 << 20


class ZipSource:
    """Members of a zip archive; keys are their names, which are never used as paths.

    Raises:
        Refused: it is no archive, or lies about what it holds.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(f"The archive cannot be opened ({type(error).__name__}). Ask for it again.") from error
        members = [member for member in self._archive.infolist() if not member.is_dir()]
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_WHOLE:
            raise Refused("The archive claims more than any examination holds: not opened.")
        self._members = _unique(members)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def keys(self) -> Sequence[str]:
        """Names of the members, sorted."""
        return sorted(self._members)

    def header(self, key: str) -> Mapping[str, object] | None:
        """None: an archive keeps nothing."""
        del key
        return None

    def size(self, key: str) -> int:
        """Bytes of the member as the archive's directory says; ``read`` proves it."""
        return self._member(key).file_size

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """See ``FrameSource.read``; a member is inflated once and kept while the space allows."""
        with self._lock:
            whole = self._kept.pop(key, None)
            if whole is None:
                whole = self._inflate(self._member(key))
            self._keep(key, whole)
        end = len(whole) if length is None else offset + length
        return whole[offset:end]

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def _member(self, key: str) -> zipfile.ZipInfo:
        if key not in self._members:
            raise FileNotFoundError("no such member in this archive")
        return self._members[key]

    def _inflate(self, member: zipfile.ZipInfo) -> bytes:
        _check(member)
        parts: list[bytes] = []
        got = 0
        try:
            with self._archive.open(member) as stream:
                while block := stream.read(_BLOCK):
                    got += len(block)
                    if got > member.file_size:
                        raise OSError("the archive holds more than it says: not opened")
                    parts.append(block)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, ValueError) as error:
            raise OSError("the archive is damaged here, or locked with a password") from error
        return b"".join(parts)

    def _keep(self, key: str, whole: bytes) -> None:
        self._kept[key] = whole
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT_BYTES:
            self._kept.popitem(last=False)


def _unique(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Members by name; one name for two members would hide the first, so the second gets a number."""
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name, count = member.filename, 2
        while name in found:
            name, count = f"{member.filename} ({count})", count + 1
        found[name] = member
    return found


def _check(member: zipfile.ZipInfo) -> None:
    swelling = member.file_size / max(1, member.compress_size)
    bomb = member.file_size > SUSPICIOUS_SIZE and swelling > SUSPICIOUS_SWELLING
    if member.file_size > LARGEST_MEMBER or swelling > MOST_SWELLING or bomb:
        raise OSError("it would swell beyond all measure when unpacked: not opened")
