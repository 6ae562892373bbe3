"""Bounded inflation: a small file that swells into a huge one is refused while it is still small."""

import zlib
from dataclasses import dataclass

from viewers.isolation.errors import Refused

RAW = -zlib.MAX_WBITS
MOST_RATIO = 100
ALWAYS_ALLOWED = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflated:
    """The content, and whether the compressed stream came to its end."""

    content: bytes
    whole: bool


def inflate(data: bytes | memoryview, *, most: int | None = None) -> Inflated:
    """The content of a raw deflate stream (RFC 1951; PS3.5 A.5).

    Args:
        data: compressed.
        most: bytes accepted; by default a hundred times the input, at least 16 MB.

    Raises:
        Refused: it swells beyond, or is no such stream.
    """
    limit = max(ALWAYS_ALLOWED, MOST_RATIO * len(data)) if most is None else most
    stream = zlib.decompressobj(RAW)
    try:
        content = stream.decompress(data, limit + 1)
    except zlib.error as damage:
        raise Refused("The compressed part of the file is damaged.") from damage
    if len(content) > limit:
        raise Refused(f"The compressed part of the file swells beyond {limit >> 20} MB, as nothing honest does.")
    return Inflated(content=content, whole=stream.eof)
