"""A reserve on the disk, released when the disk is full, so that a draft can always be saved."""

import errno
import os
import sys
from pathlib import Path

BALLAST_BYTES = 64 * 1024 * 1024
_NAME = "ballast"


def lay_down(folder: Path, size: int = BALLAST_BYTES) -> bool:
    """Reserve ``size`` bytes; False when the disk has no room for it now (tried again at the next start)."""
    path = folder / _NAME
    if path.exists() and path.stat().st_size == size:
        return True
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _reserve(descriptor, size)
    except OSError as failure:
        if failure.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        path.unlink()
        return False
    finally:
        os.close(descriptor)
    return True


def release(folder: Path) -> bool:
    """Give the reserve back to the disk; False when there was none."""
    path = folder / _NAME
    if not path.exists():
        return False
    path.unlink()
    return True


def _reserve(descriptor: int, size: int) -> None:
    if sys.platform == "linux":
        os.posix_fallocate(descriptor, 0, size)
        return
    block = bytes(1024 * 1024)  # sparse files elsewhere would reserve nothing
    for _ in range(size // len(block)):
        os.write(descriptor, block)
