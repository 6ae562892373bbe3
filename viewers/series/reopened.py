"""A file that is open only while it is read, so that a thousand archives at once cost no descriptors."""

import errno
import io
import os
from pathlib import Path

LARGEST_READ = 16 << 20  # the directory of an archive is read in one go; one of a million members is not believed


class Reopened(io.RawIOBase):
    """Bytes of a file, for those who want a file object."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self._at = path, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Where the next read shall begin."""
        starts = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}
        start = starts[whence] if whence in starts else self._path.stat().st_size
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Bytes from here.

        Raises:
            OSError: more than ``LARGEST_READ`` is asked for, or the file cannot be read any more.
        """
        if size > LARGEST_READ:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        with self._path.open("rb") as file:
            file.seek(self._at)
            found = file.read(LARGEST_READ if size < 0 else size)
        self._at += len(found)
        return found
