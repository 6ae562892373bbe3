"""A zip archive as a source of frames: bounded, read member by member, nothing is ever unpacked to disk."""

import errno
import lzma
import struct
import threading
import zipfile
import zlib
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

from viewers.series.errors import Refused
from viewers.series.reopened import Reopened

MOST_MEMBERS = 100_000
LARGEST_MEMBER = 1 << 30
LARGEST_WHOLE = 64 << 30
MOST_SWELLING = 1_100  # deflate cannot exceed 1,032; beyond it the directory lies
SUSPICIOUS_SIZE = 256 << 20
SUSPICIOUS_WHOLE = 4 << 30
SUSPICIOUS_SWELLING = 200
KEPT_BYTES = 256 << 20
BEGINNING = 256 << 10  # of a member: not worth unpacking all of it
_BLOCK = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError, struct.error, EOFError,
    ValueError, MemoryError,
)  # fmt: skip


class Unpacked:
    """Members that were unpacked last, as many as the space allows; archives that lie side by side share one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, str], bytearray] = OrderedDict()

    def take(self, key: tuple[int, str]) -> bytearray | None:
        """What was kept; keep it again, because it is the newest now."""
        return self._kept.pop(key, None)

    def keep(self, key: tuple[int, str], whole: bytearray) -> None:
        """Keep it, and forget the oldest beyond the space."""
        self._kept[key] = whole
        while len(self._kept) > 1 and self.size() > KEPT_BYTES:
            self._kept.popitem(last=False)

    def size(self) -> int:
        """Bytes that are kept."""
        return sum(map(len, self._kept.values()))


class ZipSource:
    """Members of a zip archive; keys are their names, which are never used as paths.

    Args:
        path: of the archive, which is open only while it is read: a folder may hold thousands.
        unpacked: shared with other archives.

    Raises:
        Refused: it is no archive, or lies about what it holds.
    """

    def __init__(self, path: Path, unpacked: Unpacked | None = None) -> None:
        try:
            self._archive = zipfile.ZipFile(Reopened(path))
        except (*_DAMAGE, OSError) as error:
            if getattr(error, "errno", None) == errno.EFBIG:
                raise Refused("The archive claims more than any examination holds: not opened.") from error
            raise Refused(f"The archive cannot be opened ({type(error).__name__}). Ask for it again.") from error
        members = [member for member in self._archive.infolist() if not member.is_dir()]
        whole = sum(member.file_size for member in members)
        swells = whole > SUSPICIOUS_WHOLE and whole > SUSPICIOUS_SWELLING * path.stat().st_size
        if len(members) > MOST_MEMBERS or whole > LARGEST_WHOLE or swells:
            raise Refused("The archive claims more than any examination holds: not opened.")
        self._members = _unique(members)
        self._unpacked = unpacked or Unpacked()

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
        member = self._member(key)
        with self._unpacked.lock:
            whole = self._unpacked.take((id(self), key))
            if whole is None:
                if length is not None and 0 <= offset <= offset + length <= BEGINNING < member.file_size:
                    return bytes(self._inflate(member, offset + length)[offset:])
                whole = self._inflate(member, member.file_size)
            self._unpacked.keep((id(self), key), whole)
        end = len(whole) if length is None else offset + length
        return bytes(whole[offset:end])

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def _member(self, key: str) -> zipfile.ZipInfo:
        if key not in self._members:
            raise FileNotFoundError("no such member in this archive")
        return self._members[key]

    def _inflate(self, member: zipfile.ZipInfo, wanted: int) -> bytearray:
        """The first ``wanted`` bytes of a member; all of it is proved to be as large as the directory says."""
        _check(member)
        found = bytearray()
        try:
            with self._archive.open(member) as stream:
                while len(found) < wanted and (block := stream.read(min(_BLOCK, wanted - len(found)))):
                    found += block
                more = wanted == member.file_size and bool(stream.read(1))
        except _DAMAGE as error:
            raise OSError("the archive is damaged here, or locked with a password") from error
        if more:
            raise OSError("the archive holds more than it says: not opened")
        if len(found) < wanted:
            raise OSError("the archive holds less than it says: it was cut short or damaged on the way")
        return found


def _unique(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Members by name; one name for two members would hide the first, so the second gets a number."""
    found: dict[str, zipfile.ZipInfo] = {}
    times: Counter[str] = Counter()
    for member in members:
        name = member.filename
        while name in found:
            times[member.filename] += 1
            name = f"{member.filename} ({times[member.filename] + 1})"
        found[name] = member
    return found


def _check(member: zipfile.ZipInfo) -> None:
    swelling = member.file_size / max(1, member.compress_size)
    bomb = member.file_size > SUSPICIOUS_SIZE and swelling > SUSPICIOUS_SWELLING
    if swelling > MOST_SWELLING or bomb:
        raise OSError("it would swell beyond all measure when unpacked: not opened")
    if member.file_size > LARGEST_MEMBER:
        raise OSError("it is larger than 1 GB: unpack the archive into a folder and open that")
