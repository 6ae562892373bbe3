"""What the guards refuse before a decoder sees it."""

import struct
import zlib
from dataclasses import replace

import pytest

from tests.viewers.codecs.made_frames import UIDS, request
from viewers.isolation.errors import Refused
from viewers.isolation.guards.deflate import inflate
from viewers.isolation.guards.jpeg2000 import check_jpeg2000
from viewers.isolation.guards.jpegxl import check_jpegxl
from viewers.isolation.guards.rle import check_rle
from viewers.isolation.guards.stated import Stated
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import FrameForm, FrameRefused, FrameRequest

MARKED = ["jpeg", "jpeg lossless", "jpeg-ls", "jpeg 2000", "htj2k"]
STATED = Stated(rows=64, columns=48, samples=1, bits_allocated=16, bits_stored=12)


@pytest.mark.parametrize("codec", [*MARKED, "rle", "jpeg xl", "native"])
@pytest.mark.parametrize("cut", [0, 1, 2, 10, 30, 50, 64, 100, 0.25, 0.5, 0.75, 0.9, -3, -2, -1])
def test_a_frame_that_was_cut_is_refused_or_marked_never_shown_as_whole(codec: str, cut: float) -> None:
    whole = request(codec)
    length = int(cut * len(whole.payload)) if 0 < cut < 1 else int(cut)
    try:
        frame = decode_frame(replace(whole, payload=whole.payload[:length]))
    except FrameRefused:
        return
    # RLE pads its last segment to an even length, so that its last byte may be missing without harm.
    assert frame.warnings or (codec == "rle" and (frame.values == decode_frame(whole).values).all())


@pytest.mark.parametrize("codec", ["jpeg-ls", "jpeg 2000", "htj2k"])
@pytest.mark.parametrize("lost", [64, 200, 500, 1000])
def test_a_frame_that_lost_its_middle_and_kept_its_end_is_refused_or_marked(codec: str, lost: int) -> None:
    whole = request(codec)
    payload = bytes(whole.payload)
    middle = len(payload) // 2
    try:
        frame = decode_frame(replace(whole, payload=payload[:middle] + payload[middle + lost :]))
    except FrameRefused:
        return
    assert frame.warnings


@pytest.mark.parametrize("codec", MARKED)
@pytest.mark.parametrize("tail", [b"\xff", b"\0", b"\0\0\xff\xff\0"])
def test_padding_after_the_end_marker_is_no_damage(codec: str, tail: bytes) -> None:
    whole = request(codec)
    padded = decode_frame(replace(whole, payload=bytes(whole.payload) + tail))
    assert (padded.values == decode_frame(whole).values).all()
    with pytest.raises(FrameRefused):
        decode_frame(replace(whole, payload=bytes(whole.payload) + b"<script>"))


@pytest.mark.parametrize("codec", [*MARKED, "jpeg xl"])
@pytest.mark.parametrize("lie", [{"rows": 65}, {"columns": 47}, {"samples_per_pixel": 3}, {"rows": 65_535}])
def test_a_codestream_of_another_size_than_the_header_says_is_refused(codec: str, lie: dict[str, int]) -> None:
    whole = request(codec)
    with pytest.raises(FrameRefused):
        decode_frame(replace(whole, form=replace(whole.form, **lie)))


@pytest.mark.parametrize("codec", ["jpeg lossless", "jpeg-ls", "jpeg 2000"])
def test_more_bits_than_there_is_room_for_are_refused(codec: str) -> None:
    whole = request(codec)
    with pytest.raises(FrameRefused, match="bits per sample"):
        decode_frame(replace(whole, form=replace(whole.form, bits_allocated=8, bits_stored=8, high_bit=7)))


@pytest.mark.parametrize("codec", ["jpeg", "jpeg lossless", "jpeg-ls"])
def test_a_second_frame_header_is_refused_wherever_it_stands(codec: str) -> None:
    whole = request(codec)
    payload = bytes(whole.payload)
    start = next(payload.index(bytes([0xFF, kind])) for kind in (0xC0, 0xC3, 0xF7) if bytes([0xFF, kind]) in payload)
    length = int.from_bytes(payload[start + 2 : start + 4], "big") + 2
    header = payload[start : start + length]
    for place in (start, len(payload) - 2):
        with pytest.raises(FrameRefused):
            decode_frame(replace(whole, payload=payload[:place] + header + payload[place:]))


def test_a_marker_longer_than_the_frame_is_refused() -> None:
    whole = request("jpeg-ls")
    payload = bytearray(whole.payload)
    payload[4:6] = b"\xff\xff"
    with pytest.raises(FrameRefused, match="longer than the frame"):
        decode_frame(replace(whole, payload=payload))


def test_a_frame_compressed_otherwise_than_its_file_says_is_refused() -> None:
    lossless = request("jpeg lossless")
    with pytest.raises(FrameRefused, match="another way"):
        decode_frame(replace(lossless, form=replace(lossless.form, transfer_syntax_uid=UIDS["jpeg-ls"])))


def test_too_many_tiles_are_refused() -> None:
    payload = bytearray(request("jpeg 2000").payload)
    payload[24:32] = struct.pack(">II", 1, 1)
    with pytest.raises(Refused, match="tiles"):
        check_jpeg2000(memoryview(payload), STATED)


@pytest.mark.parametrize("offset", [4, 8, 12, 16, 20, 24, 28, 32, 36, 40])
def test_no_value_of_the_size_marker_divides_by_zero_or_overflows(offset: int) -> None:
    for value in (0, 1, 0xFFFFFFFF, 0x80000000):
        payload = bytearray(request("jpeg 2000").payload)
        payload[offset : offset + 4] = struct.pack(">I", value)
        try:
            check_jpeg2000(memoryview(payload), STATED)
        except Refused:
            continue


@pytest.mark.parametrize("offsets", [(0, 64), (64, 32), (64, 1 << 31), (65, 80), (64, 0)])
def test_rle_segments_must_follow_each_other_inside_the_frame(offsets: tuple[int, int]) -> None:
    header = struct.pack("<16I", 2, *offsets, *([0] * 13))
    with pytest.raises(Refused):
        check_rle(memoryview(header + bytes(64)), STATED)


@pytest.mark.parametrize("count", [0, 1, 3, 16, 0xFFFFFFFF])
def test_rle_needs_as_many_segments_as_bytes_per_pixel(count: int) -> None:
    header = struct.pack("<16I", count, *([64] * 15))
    with pytest.raises(Refused):
        check_rle(memoryview(header), STATED)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("segment", [b"", b"\x7f", b"\x81", b"\x00" * 3, b"\x80" * 40, b"\xff\x00" * 20])
def test_short_rle_segments_are_refused_by_every_decoder_even_by_one_that_panics(first: int, segment: bytes) -> None:
    whole = request("rle")
    payload = struct.pack("<16I", 2, 64, 64 + len(segment), *([0] * 13)) + segment * 2
    with pytest.raises(FrameRefused):
        decode_frame(replace(whole, payload=payload), first=first)


def test_a_jpeg_xl_box_longer_than_the_frame_is_refused() -> None:
    boxed = b"\x00\x00\x00\x0cJXL \r\n\x87\n" + struct.pack(">I", 1 << 30) + b"jxlc" + b"\xff\x0a"
    with pytest.raises(Refused, match="box"):
        check_jpegxl(memoryview(boxed), STATED)


def test_deflate_bombs_are_refused_while_they_are_small() -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join([squeeze.compress(bytes(1 << 20)) for _ in range(200)]) + squeeze.flush()
    assert len(bomb) < 300_000
    with pytest.raises(Refused, match="swells"):
        inflate(bomb)
    with pytest.raises(FrameRefused, match="swells"):
        decode_frame(
            FrameRequest(form=FrameForm(transfer_syntax_uid="1.2.840.10008.1.2.8.1", rows=8, columns=8), payload=bomb)
        )


def test_a_whole_deflate_stream_is_told_from_one_that_was_cut() -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = squeeze.compress(bytes(range(256)) * 40) + squeeze.flush()
    assert inflate(stream).whole
    assert inflate(stream).content == bytes(range(256)) * 40
    assert not inflate(stream[:-3]).whole
    with pytest.raises(Refused):
        inflate(b"\xff" * 100)


@pytest.mark.parametrize(
    "lie",
    [
        {"rows": 0},
        {"columns": 65_536},
        {"rows": 65_535, "columns": 65_535},
        {"samples_per_pixel": 2},
        {"samples_per_pixel": 1 << 31},
        {"bits_allocated": 0},
        {"bits_allocated": 12},
        {"bits_stored": 0},
        {"bits_stored": 17},
        {"high_bit": 10},
        {"high_bit": 16},
        {"high_bit": -1},
        {"transfer_syntax_uid": "1.2.3"},
        {"floating": True},
    ],
)
def test_headers_that_contradict_themselves_are_refused_before_anything_is_read(lie: dict[str, object]) -> None:
    whole = request("native")
    with pytest.raises(FrameRefused):
        decode_frame(replace(whole, form=replace(whole.form, **lie)))  # type: ignore[arg-type]
