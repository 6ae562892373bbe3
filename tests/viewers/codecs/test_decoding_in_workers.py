"""Frames decoded behind the wall: the same values as here, and one message for each one that cannot be."""

import sys
import time
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.viewers.codecs import planted_codecs as planted
from tests.viewers.codecs.made_frames import UIDS, form, noise, request
from viewers.isolation.payloads import FileRange
from viewers.isolation.pool import Pool
from viewers.series.codecs import samples, video
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.remote import WORKER_MODULE, decode_in, frame_of

NATIVE = noise().astype("<u2").tobytes()


def planted_form(uid: str) -> FrameForm:
    return replace(form("native"), transfer_syntax_uid=uid)


@pytest.mark.parametrize("sample", samples.all_samples(), ids=lambda sample: sample.name)
def test_every_plugin_decodes_its_sample(sample: samples.Sample) -> None:
    assert set(samples.check(sample).values()) == {""}


@pytest.mark.parametrize("codec", UIDS)
def test_workers_find_the_values_that_the_function_finds(codec_pool: Pool, codec: str) -> None:
    wanted = request(codec)
    here = decode_frame(wanted)
    there = decode_in(codec_pool, wanted.form, wanted.payload).result()
    assert (there.values == here.values).all()
    assert there.values.dtype == here.values.dtype
    assert (there.decoder, there.photometric, there.warnings) == (here.decoder, here.photometric, here.warnings)


def test_values_do_not_depend_on_how_many_workers_there_are() -> None:
    wanted = [request(codec) for codec in UIDS] * 3
    found = []
    for workers in (1, 3):
        with Pool(workers=workers, preload=[WORKER_MODULE]) as pool:
            futures = [decode_in(pool, one.form, one.payload) for one in wanted]
            found.append([future.result().values for future in futures])
    assert all(np.array_equal(one, three) for one, three in zip(*found, strict=True))


def test_a_file_is_read_where_it_lies(codec_pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "instance"
    file.write_bytes(bytes(333) + NATIVE)
    frame = decode_in(codec_pool, form("native"), FileRange(path=str(file), offset=333)).result()
    assert (frame.values == noise()).all()


class Tracked(bytearray):
    """Bytes that can be watched."""


def test_a_frame_and_its_bytes_are_let_go_with_their_reader_not_when_the_collector_comes(codec_pool: Pool) -> None:
    payload = Tracked(NATIVE)
    asked = decode_in(codec_pool, form("native"), payload)
    alive = [weakref.ref(payload), weakref.ref(asked.result().values), weakref.ref(asked)]
    decode_in(codec_pool, form("native"), NATIVE).result()  # what a worker was given last is kept a little longer
    del payload, asked
    assert [each() for each in alive] == [None, None, None]


def test_a_decoder_that_crashes_is_replaced_by_the_next_one(codec_pool: Pool) -> None:
    payload = planted.HOLLOW + NATIVE[2:]
    frame = decode_in(codec_pool, planted_form(planted.CRASHES_ONCE), payload).result()
    assert frame.decoder == "native"
    assert (frame.values.ravel()[1:] == noise().ravel()[1:]).all()


def test_when_all_decoders_crash_the_frame_is_refused_and_the_next_one_comes(codec_pool: Pool) -> None:
    payload = planted.HOLLOW + NATIVE[2:]
    before = decode_in(codec_pool, form("native"), NATIVE)
    lost = decode_in(codec_pool, planted_form(planted.CRASHES), payload)
    after = decode_in(codec_pool, form("native"), NATIVE)
    with pytest.raises(FrameRefused, match="crash"):
        lost.result()
    assert (before.result().values == after.result().values).all()


def test_a_hang_costs_one_frame_and_ten_seconds(codec_pool: Pool) -> None:
    started = time.monotonic()
    lost = decode_in(codec_pool, planted_form(planted.HANGS), NATIVE)
    fine = [decode_in(codec_pool, form("native"), NATIVE) for _ in range(20)]
    assert all((future.result().values == noise()).all() for future in fine)
    with pytest.raises(FrameRefused, match="10 seconds"):
        lost.result()
    assert time.monotonic() - started < 15


@pytest.mark.skipif(sys.platform != "linux", reason="processor and memory limits are Linux's")
def test_endless_computing_and_swelling_cost_one_frame_each(codec_pool: Pool) -> None:
    swelling = decode_in(codec_pool, planted_form(planted.SWELLS), NATIVE)
    spinning = decode_in(codec_pool, planted_form(planted.SPINS), NATIVE)
    with pytest.raises(FrameRefused, match="memory"):
        swelling.result()
    with pytest.raises(FrameRefused, match="seconds of computing"):
        spinning.result()


@pytest.mark.parametrize("codec", ["native", "jpeg-ls", "jpeg 2000", "rle"])
def test_a_header_of_two_to_the_sixteen_by_two_to_the_sixteen_is_refused_at_once(codec_pool: Pool, codec: str) -> None:
    huge = replace(form(codec), rows=1 << 16, columns=1 << 16)
    started = time.monotonic()
    with pytest.raises(FrameRefused, match="cannot be"):
        decode_in(codec_pool, huge, NATIVE).result()
    with pytest.raises(FrameRefused, match="memory"):
        decode_in(codec_pool, replace(huge, rows=65_535, columns=65_535), NATIVE).result()
    with pytest.raises(FrameRefused):
        decode_in(codec_pool, replace(huge, rows=20_000, columns=20_000), NATIVE).result()
    assert time.monotonic() - started < 5


def test_cancelled_frames_are_not_decoded(codec_pool: Pool) -> None:
    futures = [decode_in(codec_pool, form("native"), NATIVE, priority=5) for _ in range(300)]
    for future in futures:
        future.cancel()
    assert (decode_in(codec_pool, form("native"), NATIVE).result().values == noise()).all()


@pytest.mark.parametrize(
    "forged",
    [
        {"values": b"12", "type": "<u2"},
        {"values": NATIVE, "type": "<u4"},
        {"values": NATIVE, "type": "|O"},
        {"values": NATIVE + b"12", "type": "<u2"},
        {"values": NATIVE, "type": "(2,2)u2"},
        {"values": NATIVE, "type": "u1,u1"},
        {"values": NATIVE, "type": "no kind of number"},
        {"values": NATIVE, "type": None},
        {"values": NATIVE.decode("latin-1"), "type": "<u2"},
        {"values": {"\0": 3}, "type": "<u2"},
        {"type": "<u2"},
        {},
    ],
)
def test_the_size_of_a_workers_answer_is_not_believed(forged: dict[str, object]) -> None:
    answer = {"photometric": "MONOCHROME2", "decoder": "forged", "warnings": [], **forged}
    with pytest.raises(FrameRefused, match="another size"):
        frame_of(answer, form("native"))


@pytest.mark.parametrize("warnings", [None, "text", 3, {}])
def test_an_answer_that_does_not_say_whether_it_is_whole_is_marked(warnings: object) -> None:
    frame = frame_of({"values": NATIVE, "type": "<u2", "warnings": warnings}, form("native"))
    assert frame.warnings == ("Its decoder did not say whether it is whole.",)


def test_video_without_its_component_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "available", lambda: False)
    clip = FrameRequest(form=replace(form("native"), transfer_syntax_uid="1.2.840.10008.1.2.4.102"), payload=b"clip")
    with pytest.raises(FrameRefused, match="optional component “video”"):
        decode_frame(clip)


def test_what_is_no_video_is_refused(codec_pool: Pool) -> None:
    with pytest.raises(FrameRefused, match=r"PyAV|could not read it"):
        decode_in(codec_pool, replace(form("native"), transfer_syntax_uid="1.2.840.10008.1.2.4.102"), b"").result()
