"""The guard of JPEG XL frames (ISO/IEC 18181-1 D.2): boxes inside the frame, the size as stated."""

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import Stated

NAKED = b"\xff\x0a"
BOXED = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
CODESTREAM_BOXES = (b"jxlc", b"jxlp")
SIZE_BITS = (9, 13, 18, 30)
RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
HEADER_BYTES = 16


def check_jpegxl(data: memoryview, stated: Stated) -> None:
    """Compare the size header with what the file says.

    Raises:
        Refused: in words for the reader.
    """
    start = _codestream(data)
    if start[:2] != NAKED:
        raise Refused("The frame does not begin as a JPEG XL image.")
    rows, columns = _size(int.from_bytes(start[2:HEADER_BYTES], "little"))
    if (rows, columns) != (stated.rows, stated.columns):
        raise Refused(f"The frame is {columns} × {rows}, its header says {stated.columns} × {stated.rows}.")


def _codestream(data: memoryview) -> memoryview:
    """The first bytes of the codestream; every box must lie inside the frame (ISO/IEC 18181-2)."""
    if data[: len(BOXED)] != BOXED:
        return data
    place, first = 0, None
    while place + 8 <= len(data):
        length, header = int.from_bytes(data[place : place + 4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        end = len(data) if length == 0 else place + length
        if end < place + header or end > len(data):
            raise Refused("A box of the frame is longer than the frame.")
        kind = bytes(data[place + 4 : place + 8])
        if kind in CODESTREAM_BOXES and first is None:
            first = data[place + header + (4 if kind == b"jxlp" else 0) : end]
        place = end
    if first is None:
        raise Refused("The frame has boxes but no image in them.")
    return first


def _size(bits: int) -> tuple[int, int]:
    """(rows, columns) of a SizeHeader, whose bits come least significant first."""

    def take(count: int) -> int:
        nonlocal bits
        value, bits = bits & ((1 << count) - 1), bits >> count
        return value

    eighths = bool(take(1))

    def side() -> int:
        return 8 * (take(5) + 1) if eighths else take(SIZE_BITS[take(2)]) + 1

    rows = side()
    ratio = take(3)
    if ratio == 0:
        return rows, side()
    over, under = RATIOS[ratio - 1]
    return rows, rows * over // under
