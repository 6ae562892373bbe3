"""The form of the pixels that a header promises, and where each frame's bytes lie, both checked against the file."""

from dataclasses import replace
from functools import lru_cache

from viewers.series.codecs.frame import HALVED_CHROMINANCE, FrameForm
from viewers.series.errors import Refused
from viewers.series.fragments import Fragments, frame_pieces
from viewers.series.frame_parts import FrameBytes
from viewers.series.header import Header, PixelBytes
from viewers.series.plain import integer, text
from viewers.series.receive import extended_offsets

MOST_FRAMES = 200_000
_LARGEST_SIDE = 65_535
_LARGEST_FRAME = 4 << 30
_DEFLATED_UNKNOWN = 1 << 30
_FLOATING = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}
SAID = (
    "Rows", "Columns", "SamplesPerPixel", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PlanarConfiguration", "PhotometricInterpretation",
)  # fmt: skip


def form_of(header: Header) -> FrameForm:
    """What the header says of each frame (PS3.3 C.7.6.3).

    Raises:
        Refused: it has no picture, or its parts contradict each other; the text says which.
    """
    pixels = header.pixels
    if pixels is None:
        raise Refused(f"It has no picture: this {header.text('Modality') or 'object'} file holds no pixel data.")
    said = tuple(map(header.attributes.data.get, SAID))
    try:
        form = _form(said, header.transfer_syntax, pixels.keyword, in_words=pixels.in_words)
    except TypeError:  # a list is said, which no table can be asked for
        form = _form.__wrapped__(said, header.transfer_syntax, pixels.keyword, in_words=pixels.in_words)
    return _as_long_as_it_is(form, header, pixels) if form.photometric_interpretation in HALVED_CHROMINANCE else form


def _as_long_as_it_is(form: FrameForm, header: Header, pixels: PixelBytes) -> FrameForm:
    """Programs that decompress an image often leave YBR_FULL_422 above whole chrominance: the length tells."""
    whole = frame_count(header) * form.pixels * form.samples_per_pixel * form.bits_allocated // 8
    if pixels.fragments is None and form.photometric_interpretation == "YBR_FULL_422" and (pixels.length or 0) >= whole:
        return replace(form, photometric_interpretation="YBR_FULL")
    return form


@lru_cache(maxsize=256)  # the frames of a series share theirs
def _form(said: tuple[object, ...], syntax: str, keyword: str, *, in_words: bool) -> FrameForm:
    numbers, photometric = [integer(value) for value in said[:-1]], text(said[-1]).upper()
    rows, columns, samples = numbers[0] or 0, numbers[1] or 0, numbers[2] or 1
    if not (0 < rows <= _LARGEST_SIDE and 0 < columns <= _LARGEST_SIDE):
        raise Refused("Its pixels cannot be shown: it does not say how many rows and columns there are.")
    allocated = _FLOATING.get(keyword, numbers[3] or 0)
    stored = numbers[4] or allocated
    high = numbers[5]
    if samples not in (1, 3) or allocated not in (1, 8, 16, 24, 32, 64):
        raise Refused(f"Its pixels cannot be shown: {samples} samples of {allocated} bits are no known form.")
    if not 0 < stored <= allocated:
        raise Refused(f"Its pixels cannot be shown: {stored} of {allocated} bits cannot hold a value.")
    if high is None or not stored - 1 <= high < allocated:
        high = stored - 1
    form = FrameForm(
        transfer_syntax_uid=syntax,
        rows=rows,
        columns=columns,
        samples_per_pixel=samples,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high,
        pixel_representation=1 if numbers[6] == 1 else 0,
        photometric_interpretation=photometric or _guessed(samples),
        planar_configuration=1 if numbers[7] == 1 else 0,
        floating=keyword in _FLOATING,
        in_words=in_words,
    )
    if form.decoded_bytes > _LARGEST_FRAME:
        raise Refused("Its pixels cannot be shown: one frame would fill more than 4 GB.")
    return form


def frame_count(header: Header) -> int:
    """Number of Frames as claimed; at least 1, and never more than anyone could have sent."""
    return max(1, min(header.integer("NumberOfFrames") or 1, MOST_FRAMES))


def frames_there(header: Header, form: FrameForm, *, video: bool = False) -> None:
    """Whether there is a frame at all; what ``frames_bytes`` refuses, for less.

    Raises:
        Refused: not a single frame is there.
    """
    pixels = header.pixels
    assert pixels is not None
    room = header.size - pixels.offset if pixels.deflated_at is None else _DEFLATED_UNKNOWN
    if not (pixels.fragments if pixels.fragments is not None else min(pixels.length or 0, room) > 0):
        frames_bytes(header, form, video=video)


def frames_bytes(header: Header, form: FrameForm, *, video: bool = False) -> tuple[FrameBytes | None, ...]:
    """Where each frame lies; frames that the file claims but does not hold are left out at the end.

    Raises:
        Refused: not a single frame is there.
    """
    pixels = header.pixels
    assert pixels is not None
    count = frame_count(header)
    if pixels.fragments is not None:
        found = _encapsulated(header, pixels, count, video=video)
    else:
        found = _native(pixels, form, count, header.size)
    if not found:
        raise Refused("Its pixels cannot be shown: the file ends before the first of them. Ask for a new export.")
    return found


def _encapsulated(header: Header, pixels: PixelBytes, count: int, *, video: bool) -> tuple[FrameBytes, ...]:
    assert pixels.fragments is not None
    if video:
        whole = FrameBytes(pieces=pixels.fragments, encapsulated=True)
        return (whole,) * count if pixels.fragments else ()
    fragments = Fragments(table=pixels.table, pieces=pixels.fragments, starts=pixels.starts, complete=pixels.complete)
    offsets = extended_offsets(header)
    return tuple(
        FrameBytes(pieces=pieces, encapsulated=True) for pieces in frame_pieces(fragments, count, offsets) if pieces
    )


def native_frames(header: Header, form: FrameForm) -> int:
    """How many of the claimed frames an uncompressed file holds, the last perhaps in part."""
    assert header.pixels is not None
    room, bits = _room(header.pixels, header.size), _bits(form)
    return min(frame_count(header), -(-8 * room // bits))


def _native(pixels: PixelBytes, form: FrameForm, count: int, size: int) -> tuple[FrameBytes, ...]:
    bits, room = _bits(form), _room(pixels, size)
    found: list[FrameBytes] = []
    for number in range(count):
        first_bit = number * bits
        start, end = first_bit // 8, (first_bit + bits + 7) // 8
        end += end % 2 if form.in_words else 0  # the last byte of an odd frame may lie in the padding (PS3.5 8.1.2)
        if start >= room:
            break
        piece = (pixels.offset + start, min(end, room) - start)
        found.append(
            FrameBytes(pieces=(piece,), encapsulated=False, first_bit=first_bit % 8, deflated_at=pixels.deflated_at)
        )
    return tuple(found)


def _bits(form: FrameForm) -> int:
    """Bits of one uncompressed frame."""
    bits = form.pixels * form.samples_per_pixel * form.bits_allocated
    if form.photometric_interpretation in HALVED_CHROMINANCE and form.samples_per_pixel == 3:  # noqa: PLR2004 - the format's number
        bits = bits * 2 // 3  # PS3.3 C.7.6.3.1.2: chroma is stored once for two pixels
    return bits


def _room(pixels: PixelBytes, size: int) -> int:
    """Bytes of pixels that the file can hold."""
    left = max(0, size - pixels.offset) if pixels.deflated_at is None else _DEFLATED_UNKNOWN
    return min(pixels.length or 0, left)


def _guessed(samples: int) -> str:
    return "MONOCHROME2" if samples == 1 else "RGB"
