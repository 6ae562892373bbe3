"""Volumes that workers fill in place: the right values in the right slots, the asked-for slice first."""

import os
import signal
import sys
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from tests.viewers.codecs import planted_codecs as planted
from tests.viewers.codecs.made_frames import encoded, form, noise
from viewers.isolation.payloads import FileRange, Payload
from viewers.isolation.pool import Pool
from viewers.series.codecs.remote import WORKER_MODULE
from viewers.series.codecs.slices import AHEAD, SliceOutcome, SliceRequest, VolumeLoad

SHAPE = (40, 64, 48)
PICTURES = [noise(seed=number) for number in range(SHAPE[0])]
HOUNSFIELD = np.stack(PICTURES).astype(np.int16) - 1024


def requests(codec: str = "native", **changes: float) -> list[SliceRequest]:
    asked = {"slope": 1.0, "intercept": -1024.0, **changes}
    return [
        SliceRequest(index=number, form=form(codec), payload=encoded(codec, picture), **asked)
        for number, picture in enumerate(PICTURES)
    ]


@pytest.mark.parametrize("codec", ["native", "rle", "jpeg lossless", "jpeg-ls", "jpeg 2000", "htj2k", "jpeg xl"])
def test_a_volume_holds_every_slice_rescaled_in_its_slot(codec_pool: Pool, codec: str) -> None:
    load = VolumeLoad(codec_pool, shape=SHAPE, slices=requests(codec))
    outcomes = load.run()
    assert load.values.dtype == np.int16
    assert (load.values == HOUNSFIELD).all()
    assert [outcome.index for outcome in outcomes] == list(range(SHAPE[0]))
    assert not any(outcome.refused or outcome.warnings for outcome in outcomes)
    assert not load.values.flags.writeable


def test_slices_come_from_files_from_bytes_and_from_functions_alike(codec_pool: Pool, tmp_path: Path) -> None:
    def way(number: int) -> Payload | Callable[[], Payload]:
        content = PICTURES[number].astype("<u2").tobytes()
        file = tmp_path / str(number)
        file.write_bytes(b"header" + content)
        return [
            content,
            lambda: content,
            FileRange(path=str(file), offset=6),
            lambda: FileRange(path=str(file), offset=6),
        ][number % 4]

    slices = [replace(wanted, payload=way(wanted.index)) for wanted in requests()]
    load = VolumeLoad(codec_pool, shape=SHAPE, slices=slices)
    load.run()
    assert (load.values == HOUNSFIELD).all()


def test_fractional_slopes_make_a_float_volume_rounded_once(codec_pool: Pool) -> None:
    load = VolumeLoad(codec_pool, shape=SHAPE, slices=requests(slope=0.37, intercept=1.5))
    load.run()
    assert load.values.dtype == np.float32
    assert (load.values == (np.stack(PICTURES).astype(np.float64) * 0.37 + 1.5).astype(np.float32)).all()


def test_every_slice_has_its_own_slope(codec_pool: Pool) -> None:
    slices = [replace(wanted, slope=1.0 + wanted.index) for wanted in requests(intercept=0.0)][:6]
    load = VolumeLoad(codec_pool, shape=(6, *SHAPE[1:]), slices=slices)
    load.run()
    assert all((load.values[i] == PICTURES[i].astype(int) * (i + 1)).all() for i in range(6))


def test_a_volume_is_widened_when_one_slice_does_not_fit(codec_pool: Pool) -> None:
    wide = replace(form("native"), bits_stored=16, high_bit=15)
    slices = [replace(wanted, form=wide) for wanted in requests()]
    large = PICTURES[20].copy()
    large[3, 4] = 60_000
    slices[20] = replace(slices[20], payload=large.astype("<u2").tobytes())
    told: list[NDArray[np.generic]] = []
    load = VolumeLoad(codec_pool, shape=SHAPE, slices=slices, on_widened=told.append)
    before = load.values
    load.run()
    expected = HOUNSFIELD.astype(np.float32)
    expected[20, 3, 4] = 60_000 - 1024
    assert before.dtype == np.int16
    assert load.values.dtype == np.float32
    assert len(told) == 1
    assert told[0] is load.values
    assert (load.values == expected).all()


def test_the_order_asked_for_is_the_order_of_arrival(one_worker: Pool) -> None:
    order = [20, 19, 21, 18, 22, 0, 39]
    arrived: list[int] = []
    slices = [requests("jpeg 2000")[index] for index in order]
    VolumeLoad(one_worker, shape=SHAPE, slices=slices, on_slice=lambda done: arrived.append(done.index)).run()
    assert sorted(arrived) == sorted(order)
    assert all(abs(arrived.index(slice_) - at) < AHEAD for at, slice_ in enumerate(order))


def test_a_reader_who_scrolls_is_followed(one_worker: Pool) -> None:
    arrived: list[int] = []

    def note(done: SliceOutcome) -> None:
        if not arrived:
            load.ask_first(39)
        arrived.append(done.index)

    load = VolumeLoad(one_worker, shape=SHAPE, slices=requests("jpeg 2000"), on_slice=note)
    load.run()
    assert arrived.index(39) < 2 * AHEAD  # right after what was under way
    assert sorted(arrived) == list(range(40))


def test_cancelling_stops_at_once_and_leaves_the_fill(codec_pool: Pool) -> None:
    arrived: list[int] = []

    def note(done: SliceOutcome) -> None:
        arrived.append(done.index)
        load.cancel()

    load = VolumeLoad(codec_pool, shape=SHAPE, slices=requests("jpeg 2000"), fill=-2000.0, on_slice=note)
    outcomes = load.run()
    assert len(outcomes) < 20
    missing = sorted(set(range(40)) - set(arrived))
    assert (load.values[missing[-1]] == -2000).all()


def test_slices_that_cannot_be_shown_are_named_and_filled_and_the_rest_is_there(
    codec_pool: Pool, tmp_path: Path
) -> None:
    slices = requests("jpeg-ls")
    cut = slices[5].payload
    assert isinstance(cut, bytes)
    slices[5] = replace(slices[5], payload=cut[: len(cut) // 2])
    slices[7] = replace(slices[7], payload=FileRange(path=str(tmp_path / "absent")))
    slices[9] = replace(slices[9], form=replace(slices[9].form, rows=63))

    def unreadable() -> Payload:
        raise PermissionError(13, "Permission denied")

    slices[10] = replace(slices[10], payload=b"")
    slices[11] = replace(slices[11], payload=unreadable)
    load = VolumeLoad(codec_pool, shape=SHAPE, slices=slices, fill=-3000.0)
    outcomes = load.run()
    refused = {outcome.index: outcome.refused for outcome in outcomes if outcome.refused}
    assert sorted(refused) == [5, 7, 9, 10, 11]
    assert all(str(reason).endswith(".") for reason in refused.values())
    for index in range(40):
        expected = -3000 if index in refused else HOUNSFIELD[index]
        assert (load.values[index] == expected).all(), index


def test_a_slice_that_crashes_its_decoders_costs_itself_alone(codec_pool: Pool) -> None:
    crashing = replace(form("native"), transfer_syntax_uid=planted.CRASHES)
    saved = replace(form("native"), transfer_syntax_uid=planted.CRASHES_ONCE)
    slices = requests()
    for index, made in ((13, crashing), (14, crashing), (30, saved)):
        content = planted.HOLLOW + PICTURES[index].astype("<u2").tobytes()[2:]
        slices[index] = replace(slices[index], form=made, payload=content)
    load = VolumeLoad(codec_pool, shape=SHAPE, slices=slices)
    outcomes = load.run()
    assert [outcome.index for outcome in outcomes if outcome.refused] == [13, 14]
    assert outcomes[30].decoder == "native"
    good = [index for index in range(40) if index not in (13, 14, 30)]
    assert (load.values[good] == HOUNSFIELD[good]).all()
    assert (load.values[30].ravel()[1:] == HOUNSFIELD[30].ravel()[1:]).all()


class Tracked(bytearray):
    """Bytes that can be watched."""


def test_the_bytes_of_a_slice_are_let_go_when_it_is_there_not_when_the_collector_comes(codec_pool: Pool) -> None:
    wanted = requests("rle")
    alive: list[weakref.ref[Tracked]] = []

    def payload(source: SliceRequest) -> Tracked:
        assert isinstance(source.payload, bytes)
        made = Tracked(source.payload)
        alive.append(weakref.ref(made))
        return made

    load = VolumeLoad(codec_pool, shape=SHAPE, slices=[replace(one, payload=partial(payload, one)) for one in wanted])
    load.run()
    assert len(alive) == len(wanted)
    assert sum(each() is not None for each in alive) <= codec_pool.workers  # what a worker was given last


class Listener:
    """Someone who holds a load and listens to it."""

    def __init__(self, pool: Pool) -> None:
        self.heard = 0
        self.load = VolumeLoad(pool, shape=SHAPE, slices=requests(), on_slice=self.hear)

    def hear(self, _: SliceOutcome) -> None:
        self.heard += 1


def test_a_volume_goes_with_whoever_listened_to_it_not_when_the_collector_comes(codec_pool: Pool) -> None:
    listener = Listener(codec_pool)
    listener.load.run()
    assert listener.heard == SHAPE[0]
    pixels = weakref.ref(listener.load.values)
    del listener
    assert pixels() is None


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked from a nursery on Linux")
@pytest.mark.parametrize("killed", ["the workers", "the process that starts them"])
def test_a_volume_is_whole_though_everything_that_decodes_is_killed_on_the_way(killed: str) -> None:
    arrived: list[int] = []

    def strike(done: SliceOutcome) -> None:
        if not arrived:
            mine = [child for child in psutil.Process().children() if child not in before]
            workers = [worker for nursery in mine for worker in nursery.children()]
            assert workers
            for number in [each.pid for each in (workers if killed == "the workers" else mine)]:
                os.kill(number, signal.SIGKILL)  # one right after the other: a frame that loses two workers is refused
        arrived.append(done.index)

    before = psutil.Process().children()
    with Pool(workers=2, preload=[WORKER_MODULE]) as pool:
        load = VolumeLoad(pool, shape=SHAPE, slices=requests("jpeg-ls"), on_slice=strike)
        outcomes = load.run()
    assert not any(outcome.refused for outcome in outcomes)
    assert sorted(arrived) == list(range(SHAPE[0]))
    assert (load.values == HOUNSFIELD).all()


NONSENSE = (
    {"slices": None},
    {"slices": []},
    {"slices": [None]},
    {"slices": [{"fits": False}]},
    {"slices": [{"fits": "yes"}]},
    {"slices": [{}, {}]},
    {},
)


@pytest.mark.parametrize("answer", NONSENSE)
def test_an_answer_that_makes_no_sense_costs_its_slice_and_ends(answer: dict[str, object]) -> None:
    class Hijacked:
        workers = 1

        def submit(self, *_: object, **__: object) -> "Future[dict[str, object]]":
            done: Future[dict[str, object]] = Future()
            done.set_result(answer)
            return done

    load = VolumeLoad(cast("Pool", Hijacked()), shape=(3, 64, 48), slices=requests()[:3])
    outcomes = load.run()
    assert len(outcomes) == 3
    assert all("no answer that makes sense" in str(outcome.refused) for outcome in outcomes)
