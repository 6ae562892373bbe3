"""The guard of JPEG and JPEG-LS frames (ITU-T T.81 B.1, T.87 C.1): one frame header that says what the file says."""

import numpy as np

from viewers.isolation.errors import Refused
from viewers.isolation.guards.stated import Found, Stated, compare, require_end

START_OF_IMAGE = b"\xff\xd8"
START_OF_SCAN = 0xDA
END_OF_IMAGE = 0xD9
JFIF, ADOBE, HP_TRANSFORM, LS_PRESET = 0xE0, 0xEE, 0xE8, 0xF8
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7})
JPEG_LS = 0xF7
PREFIX = 0xFF
LENGTH_BYTES = 2
FRAME_HEADER_BYTES = 6
ADOBE_BYTES = 12
COLOUR_SAMPLES = 3
IDS_OF_RGB = b"RGB"
_IS_FRAME_HEADER = np.isin(np.arange(256), list(FRAME_HEADERS))


def check_jpeg(data: memoryview, stated: Stated, processes: frozenset[int]) -> Found:
    """Walk the markers before the first scan, look for a second frame header, require the end.

    Args:
        data: one frame.
        stated: what the header of the file says.
        processes: frame header markers that the transfer syntax allows.

    Raises:
        Refused: in words for the reader.
    """
    if data[:2] != START_OF_IMAGE:
        raise Refused("The frame does not begin as a JPEG image.")
    segments, scan = _segments(data)
    headers = [marker for marker, _ in segments if marker in FRAME_HEADERS]
    if len(headers) != 1 or _has_frame_header(data[scan:]):
        raise Refused(f"The frame has {len(headers) or 'no'} frame header(s) where one is needed, or one too late.")
    if headers[0] not in processes:
        raise Refused(f"The frame is compressed in another way (JPEG marker {headers[0]:02X}) than its file says.")
    content = next(content for marker, content in segments if marker in FRAME_HEADERS)
    require_end(data)
    return _found(content, dict(segments), headers[0], stated)


def _segments(data: memoryview) -> tuple[list[tuple[int, bytes]], int]:
    """Marker segments up to the first scan, and where its header begins."""
    found: list[tuple[int, bytes]] = []
    place = len(START_OF_IMAGE)
    while place + 4 <= len(data):
        if data[place] != PREFIX:
            raise Refused("The frame's markers are damaged.")
        marker = data[place + 1]
        if marker == PREFIX:
            place += 1
        elif marker in WITHOUT_LENGTH:
            place += 2
        else:
            length = int.from_bytes(data[place + 2 : place + 4], "big")
            if marker == END_OF_IMAGE or length < LENGTH_BYTES or place + 2 + length > len(data):
                raise Refused("A part of the frame is longer than the frame.")
            if marker == START_OF_SCAN:
                return found, place
            found.append((marker, bytes(data[place + 4 : place + 2 + length])))
            place += 2 + length
    raise Refused("The frame has no pixels: it was cut short.")


def _has_frame_header(scans: memoryview) -> bool:
    """Whether a frame header marker stands anywhere in the scans; in entropy-coded data it cannot."""
    values = np.frombuffer(scans, np.uint8)
    followers = values[np.flatnonzero(values[:-1] == PREFIX) + 1]
    return bool(_IS_FRAME_HEADER[followers].any())


def _found(content: bytes, segments: dict[int, bytes], process: int, stated: Stated) -> Found:
    if len(content) < FRAME_HEADER_BYTES:
        raise Refused("The frame header is cut short.")
    precision, samples = content[0], content[5]
    rows, columns = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
    if len(content) < FRAME_HEADER_BYTES + 3 * samples:
        raise Refused("The frame header is cut short.")
    warnings = compare(stated, rows=rows, columns=columns, samples=samples, precision=precision)
    identifiers = content[FRAME_HEADER_BYTES : FRAME_HEADER_BYTES + 3 * samples : 3]
    transformed = _transformed(segments, identifiers) if samples == COLOUR_SAMPLES else False
    return Found(precision=precision, transformed=transformed, process=process, warnings=warnings)


def _transformed(segments: dict[int, bytes], identifiers: bytes) -> bool | None:
    """Whether three components are YCbCr: APP14 says so, JFIF means so, else component names may tell."""
    adobe = segments.get(ADOBE, b"")
    if adobe.startswith(b"Adobe") and len(adobe) >= ADOBE_BYTES:
        return adobe[11] != 0
    if segments.get(JFIF, b"").startswith(b"JFIF\0"):
        return True
    return False if identifiers == IDS_OF_RGB else None
