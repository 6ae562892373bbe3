"""The guard of DICOM RLE frames (PS3.5 Annex G): as many segments as bytes per pixel, in order, inside."""

import struct
from itertools import pairwise

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import Stated

HEADER = struct.Struct("<16I")


def check_rle(data: memoryview, stated: Stated) -> list[int]:
    """Offsets of the segments and, last, the end.

    Raises:
        Refused: in words for the reader.
    """
    if len(data) < HEADER.size:
        raise Refused("The RLE frame is cut short.")
    count, *offsets = HEADER.unpack_from(data)
    wanted = stated.samples * stated.bits_allocated // 8
    if count != wanted:
        raise Refused(f"The RLE frame has {count} segments where {wanted} are needed.")
    bounds = [*offsets[:count], len(data)]
    if bounds[0] != HEADER.size or any(later < earlier for earlier, later in pairwise(bounds)):
        raise Refused("The segments of the RLE frame do not lie one after the other inside it.")
    return bounds
