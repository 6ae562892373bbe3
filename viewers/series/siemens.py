"""The Siemens CSA image header, read only for what a mosaic needs: how many tiles, and which way they ascend."""

import math
import struct

_MOST_TAGS = 256
_MOST_ITEMS = 100
_MOST_DIGITS = 9


def mosaic_facts(csa: bytes) -> dict[str, object] | None:
    """``NumberOfImagesInMosaic`` (int) and ``SliceNormalVector`` (three floats), or None where it is no such header.

    The layout (SV10) is published by nibabel's documentation of Siemens' format: little endian, tags of 84 bytes,
    each with items of a 16-byte header and a value padded to 4 bytes.
    """
    if csa[:4] != b"SV10" or len(csa) < 16:  # noqa: PLR2004 - the format's number
        return None
    found: dict[str, object] = {}
    (count,) = struct.unpack_from("<I", csa, 8)
    at = 16
    for _ in range(min(count, _MOST_TAGS)):
        if at + 84 > len(csa):
            break
        name = csa[at : at + 64].split(b"\0", 1)[0]
        (items,) = struct.unpack_from("<I", csa, at + 76)
        at, values = _items(csa, at + 84, min(items, _MOST_ITEMS))
        _keep(found, name, values)
    return found or None


def _items(csa: bytes, at: int, items: int) -> tuple[int, list[str]]:
    values: list[str] = []
    for _ in range(items):
        if at + 16 > len(csa):
            break
        length = struct.unpack_from("<I", csa, at + 4)[0]
        if at + 16 + length > len(csa):
            return len(csa), values
        part = csa[at + 16 : at + 16 + length].split(b"\0", 1)[0].strip()
        if part:
            values.append(part.decode("latin-1"))
        at += 16 + (length + 3) // 4 * 4
    return at, values


def _keep(found: dict[str, object], name: bytes, values: list[str]) -> None:
    try:
        if name == b"NumberOfImagesInMosaic" and values and len(values[0]) <= _MOST_DIGITS:
            found["NumberOfImagesInMosaic"] = int(values[0])
        elif name == b"SliceNormalVector" and len(values) == 3:  # noqa: PLR2004 - the format's number
            normal = [float(part) for part in values]
            if all(map(math.isfinite, normal)):
                found["SliceNormalVector"] = normal
    except ValueError:
        return
