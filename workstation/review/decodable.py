"""Can the pixels of a received image be decoded? Asked of isolated workers before a case counts as ready offline."""

from dataclasses import asdict

from viewers.series.codecs.frame import FrameForm, FrameRefused
from viewers.series.errors import Refused
from viewers.series.frame_parts import FrameBytes
from viewers.series.header import Header
from viewers.series.kinds import object_kind
from viewers.series.pixel_form import form_of, frames_bytes
from workstation.cases.ports import Parser

MOST_FRAMES = 16


def undecodable(header: Header, whole: memoryview, parser: Parser, decode_job: str) -> str:
    """Why the pixels cannot be decoded, as a sentence for the reader; "" when they can, or where there are none.

    Of a clip with more than 16 frames, 16 are tried from the first to the last. Objects that are no images, video and
    deflated files are left to those who show them.
    """
    if header.pixels is None or header.pixels.deflated_at is not None or object_kind(header) is not None:
        return ""
    try:
        form = form_of(header)
        frames = frames_bytes(header, form)
    except (Refused, FrameRefused) as refused:
        return str(refused)
    for number in _spread(len(frames)):
        piece = frames[number]
        if piece is not None:
            answer = parser.parse(decode_job, _payload(piece, whole), _options(form, piece, number))
            if "refused" in answer:
                return str(answer["refused"])
    return ""


def _payload(piece: FrameBytes, whole: memoryview) -> bytes:
    return b"".join(whole[offset : offset + length] for offset, length in piece.pieces)


def _options(form: FrameForm, piece: FrameBytes, number: int) -> dict[str, object]:
    return {"form": asdict(form), "bit_offset": piece.first_bit, "number": number, "first": 0}


def _spread(count: int) -> list[int]:
    if count <= MOST_FRAMES:
        return list(range(count))
    return [place * (count - 1) // (MOST_FRAMES - 1) for place in range(MOST_FRAMES)]
