"""The guard of JPEG 2000 and HTJ2K frames (ISO/IEC 15444-1 Annex A): image and tile size, marker lengths, the end."""

import struct

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import Found, Stated, compare, require_end

CODESTREAM = b"\xff\x4f\xff\x51"
BOX_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
CODESTREAM_BOX = b"jp2c"
START_OF_TILE, CODING_STYLE, CAPABILITIES = 0xFF90, 0xFF52, 0xFF50
SIZE = struct.Struct(">HH8IH")
FIRST_MARKER = 0xFF00
LENGTH_BYTES = 2
CODING_STYLE_BYTES = 8
MOST_TILES = 1024
COMPONENT_BYTES = 3
COLOUR_SAMPLES = 3


def check_jpeg2000(data: memoryview, stated: Stated) -> Found:
    """Compare the size marker with what the file says; a JP2 wrapper is taken off first.

    Raises:
        Refused: in words for the reader.
    """
    stream = codestream(data)
    if stream[:4] != CODESTREAM or len(stream) < 4 + SIZE.size:
        raise Refused("The frame does not begin as a JPEG 2000 image.")
    length, _, right, bottom, left, top, tile_width, tile_height, tile_left, tile_top, samples = SIZE.unpack_from(
        stream, 4
    )
    components = bytes(stream[4 + SIZE.size : 4 + SIZE.size + COMPONENT_BYTES * samples])
    if length != SIZE.size + COMPONENT_BYTES * samples or len(components) != COMPONENT_BYTES * samples or not samples:
        raise Refused("The size marker of the frame is damaged.")
    if not (tile_width and tile_height and tile_left <= left < right and tile_top <= top < bottom):
        raise Refused("The size marker of the frame is damaged.")
    tiles = -(-(right - tile_left) // tile_width) * -(-(bottom - tile_top) // tile_height)
    if tiles > MOST_TILES:
        raise Refused(f"The frame is cut into {tiles} tiles; no more than {MOST_TILES} are accepted.")
    if any(components[1::3][i] != 1 or components[2::3][i] != 1 for i in range(samples)):
        raise Refused("The colours of the frame have different sizes, which is not supported.")
    precision = max((depth & 0x7F) + 1 for depth in components[::3])
    warnings = compare(stated, rows=bottom - top, columns=right - left, samples=samples, precision=precision)
    transformed = _main_header(stream, 4 + length)
    require_end(stream)
    return Found(
        precision=precision,
        transformed=transformed if samples == COLOUR_SAMPLES else False,
        signed=bool(components[0] & 0x80),
        warnings=warnings,
    )


def codestream(data: memoryview) -> memoryview:
    """The codestream itself, out of its JP2 boxes where it has some (ISO/IEC 15444-1 Annex I).

    Raises:
        Refused: the boxes are damaged.
    """
    if data[: len(BOX_SIGNATURE)] != BOX_SIGNATURE:
        return data
    place = 0
    while place + 8 <= len(data):
        length, header = int.from_bytes(data[place : place + 4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        end = len(data) if length == 0 else place + length
        if end < place + header or end > len(data):
            raise Refused("A box of the frame is longer than the frame.")
        if data[place + 4 : place + 8] == CODESTREAM_BOX:
            return data[place + header : end]
        place = end
    raise Refused("The frame has boxes but no image in them.")


def _main_header(stream: memoryview, place: int) -> bool:
    """Walk the main header to the first tile; returns whether a colour transform is used (A.6.1, Table A.17)."""
    transformed = False
    while place + 4 <= len(stream):
        marker, length = struct.unpack_from(">HH", stream, place)
        if marker == START_OF_TILE:
            return transformed
        if marker < FIRST_MARKER or length < LENGTH_BYTES or place + 2 + length > len(stream):
            raise Refused("The main header of the frame is damaged.")
        if marker == CODING_STYLE and length >= CODING_STYLE_BYTES:
            transformed = stream[place + 8] != 0
        place += 2 + length
    raise Refused("The frame has no pixels: it was cut short.")
