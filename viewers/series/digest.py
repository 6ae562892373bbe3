"""The digest of a file of a source, read piece by piece."""

import hashlib

from viewers.sources import FrameSource

_PIECE = 4 << 20


def digest(source: FrameSource, key: str) -> str:
    """SHA-256 in hex of every byte of the file.

    Raises:
        OSError: it cannot be read.
    """
    whole = hashlib.sha256()
    size = source.size(key)
    for offset in range(0, size, _PIECE):
        whole.update(source.read(key, offset, min(_PIECE, size - offset)))
    return whole.hexdigest()
