"""What a pool of isolated workers promises: answers, honest refusals, and survival."""

import os
import signal
import struct
import sys
import threading
import time
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from viewers.isolation.errors import Defect
from viewers.isolation.limits import MEGABYTE, Limits, limits_for
from viewers.isolation.payloads import MOST_PAYLOADS, FileRange
from viewers.isolation.pool import Pool
from viewers.isolation.segments import Segment
from viewers.isolation.tasks import Answer

JOBS = "tests.viewers.isolation.planted_jobs:"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the wall is Linux's")


def test_a_job_answers_with_plain_values_and_bytes(pool: Pool) -> None:
    answer = pool.parse(
        JOBS + "echo", b"\0\xffabc", {"text": "Ünïcode \ud800", "numbers": [1, 2.5, None], "more": b"x"}
    )
    assert answer["payload"] == b"\0\xffabc"
    assert answer["options"] == {"text": "Ünïcode \ud800", "numbers": [1, 2.5, None], "more": b"x"}


@pytest.mark.parametrize("size", [0, 1, 16_000, 16_385, 300_000, 9_000_000])
def test_payloads_of_every_size_arrive_unchanged(pool: Pool, size: int) -> None:
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert pool.parse(JOBS + "echo", payload)["payload"] == payload


def test_many_large_jobs_in_flight_do_not_mix_their_bytes(pool: Pool) -> None:
    payloads = [bytes([number]) * 200_000 for number in range(60)]
    futures = [pool.submit(JOBS + "echo", payload) for payload in payloads]
    assert [future.result()["payload"] for future in futures] == payloads
    large = [pool.submit(JOBS + "echo", payload * 3, limits=Limits(small=False)) for payload in payloads]
    assert [future.result()["payload"] for future in large] == [payload * 3 for payload in payloads]


def test_a_range_of_a_file_is_read_by_the_worker(pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "instance"
    file.write_bytes(bytes(1000) + b"pixels" + bytes(10))
    assert pool.submit(JOBS + "echo", FileRange(path=str(file), offset=1000, length=6)).result()["payload"] == b"pixels"
    beyond = pool.submit(JOBS + "echo", FileRange(path=str(file), offset=1000, length=5000)).result()
    assert beyond["payload"] == b"pixels" + bytes(10)


def test_what_is_no_plain_file_is_refused_without_following_links(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    for name in ("link", "absent", "", "nul\0name"):
        answer = pool.submit(JOBS + "echo", FileRange(path=str(tmp_path / name))).result()
        assert answer["cause"] == "refused", name


def test_several_payloads_make_one_job(pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "instance"
    file.write_bytes(b"from the file")
    answer = pool.submit(JOBS + "sizes", [b"ab", FileRange(path=str(file)), b""]).result()
    assert answer["sizes"] == [2, 13, 0]
    with pytest.raises(Defect):
        pool.submit(JOBS + "sizes", [b""] * (MOST_PAYLOADS + 1))


def test_a_job_fills_shared_memory_in_place(pool: Pool) -> None:
    segment = Segment(10_000)
    pool.submit(JOBS + "fill", b"ab", outputs=[segment.span(100, 50)]).result()
    assert bytes(segment.memory[100:150]) == b"ab" * 25
    assert not any(segment.memory[:100])
    assert not any(segment.memory[150:])


def test_a_span_outside_of_its_segment_cannot_be_made() -> None:
    with pytest.raises(Defect):
        Segment(100).span(60, 41)


@pytest.mark.parametrize(
    ("job", "cause"),
    [
        ("refuse", "refused"),
        ("stumble", "error"),
        ("panic", "error"),
        ("nest", "refused"),
        ("segfault", "crash"),
        ("abort", "crash"),
    ],
)
def test_a_job_that_fails_costs_one_answer_and_the_next_one_works(pool: Pool, job: str, cause: str) -> None:
    answer = pool.parse(JOBS + job, b"")
    assert answer["cause"] == cause
    assert str(answer["refused"]).endswith(".")
    assert pool.parse(JOBS + "echo", b"alive")["payload"] == b"alive"


def test_the_text_of_a_foreign_error_stays_behind_the_wall(pool: Pool) -> None:
    assert "Doe" not in str(pool.parse(JOBS + "stumble", b""))


def test_only_the_jobs_that_crash_are_lost_among_many(pool: Pool) -> None:
    jobs = ["segfault" if number % 10 == 3 else "echo" for number in range(100)]
    answers = [future.result() for future in [pool.submit(JOBS + job, b"x") for job in jobs]]
    assert ["crash" if "refused" in answer else "fine" for answer in answers] == [
        "crash" if job == "segfault" else "fine" for job in jobs
    ]


@linux_only
def test_endless_computing_is_ended_by_the_processor_limit(pool: Pool) -> None:
    answer = pool.submit(JOBS + "spin", b"", limits=Limits(cpu_s=0.2)).result()
    assert answer["cause"] == "cpu"


def test_a_job_that_hangs_is_ended_by_the_clock(pool: Pool) -> None:
    answer = pool.submit(JOBS + "sleep", b"", {"seconds": 60}, limits=Limits(wall_s=0.3)).result()
    assert answer["cause"] == "hang"


def test_jobs_behind_one_that_hangs_are_not_lost(pool: Pool) -> None:
    hung = [pool.submit(JOBS + "sleep", b"", {"seconds": 60}, limits=Limits(wall_s=0.3)) for _ in range(2)]
    behind = [pool.submit(JOBS + "echo", b"x") for _ in range(20)]
    assert all("payload" in future.result() for future in behind)
    assert {future.result()["cause"] for future in hung} == {"hang"}


@linux_only
def test_a_memory_bomb_is_refused_and_the_worker_lives(pool: Pool) -> None:
    before = pool.parse(JOBS + "echo", b"")["pid"]
    answers = [pool.parse(JOBS + "hoard", b"", {"bytes": size}) for size in (1 << 33, 300 * MEGABYTE)]
    assert [answer["cause"] for answer in answers] == ["memory", "memory"]
    assert "size" in pool.submit(JOBS + "hoard", b"", {"bytes": 300 * MEGABYTE}, limits=limits_for(100 << 20)).result()
    assert before in {pool.parse(JOBS + "echo", b"")["pid"] for _ in range(8)}


@linux_only
def test_behind_the_wall_nothing_can_be_opened_reached_or_started(pool: Pool) -> None:
    assert pool.parse(JOBS + "break_out", b"")["succeeded"] == []
    measures = " ".join(pool.in_force().measures)
    assert "no new privileges" in measures
    assert "limits" in measures


def test_an_answer_larger_than_the_promise_is_not_taken(pool: Pool) -> None:
    answer = pool.submit(JOBS + "flood", b"", limits=Limits(memory_bytes=200 * MEGABYTE)).result()
    assert answer["flood"] == bytes(64 * MEGABYTE)
    flooded = pool.submit(JOBS + "forge", b"").result()
    assert flooded["cause"] == "crash"


def test_an_answer_to_another_question_is_never_taken_for_the_answer_to_this_one(pool: Pool) -> None:
    answer = pool.parse(JOBS + "answer_for_another", b"")
    assert "forged" not in answer
    assert answer["cause"] == "crash"
    assert pool.parse(JOBS + "echo", b"alive")["payload"] == b"alive"


def test_a_job_of_a_module_that_is_not_preloaded_is_our_own_defect(pool: Pool) -> None:
    with pytest.raises(Defect, match="preload"):
        pool.parse("os:system", b"")


def test_urgent_jobs_come_first_and_cancelled_ones_never_run() -> None:
    order: list[int] = []

    def note(priority: int, future: "Future[Answer]") -> None:
        if not future.cancelled():
            order.append(priority)

    with Pool(workers=1, preload=[JOBS[:-1]]) as pool:
        pool.in_force()
        blocker = pool.submit(JOBS + "sleep", b"", {"seconds": 0.3}, limits=Limits(small=False))
        second = pool.submit(JOBS + "sleep", b"", {"seconds": 0.0}, limits=Limits(small=False))
        waiting = {
            priority: pool.submit(JOBS + "echo", b"", priority=priority, limits=Limits(small=False))
            for priority in (5, 3, 1, 4)
        }
        for priority, future in waiting.items():
            future.add_done_callback(partial(note, priority))
        assert waiting[3].cancel()
        assert [blocker.result()["slept"], second.result()["slept"]] == [True, True]
        waiting[5].result()
    assert order == [1, 4, 5]


def test_closing_ends_what_waits_and_what_runs() -> None:
    before = set(threading.enumerate())
    pool = Pool(workers=1, preload=[JOBS[:-1]])
    pool.in_force()
    running = pool.submit(JOBS + "sleep", b"", {"seconds": 60})
    waiting = [pool.submit(JOBS + "sleep", b"", {"seconds": 60}) for _ in range(20)]
    time.sleep(0.1)
    pool.close()
    assert running.result()["cause"] == "closed"
    assert all(future.cancelled() or future.result()["cause"] == "closed" for future in waiting)
    with pytest.raises(Defect):
        pool.submit(JOBS + "echo", b"")
    assert set(threading.enumerate()) <= before


def test_a_module_that_cannot_be_imported_is_told_to_whoever_asks() -> None:
    with Pool(workers=1, preload=["no_such_module"]) as pool, pytest.raises(Defect, match="cannot start"):
        pool.in_force()


def test_spawned_workers_keep_the_same_promises() -> None:
    with Pool(workers=1, preload=[JOBS[:-1]], method="spawn") as pool:
        assert pool.parse(JOBS + "echo", b"x" * 200_000)["payload"] == b"x" * 200_000
        assert pool.parse(JOBS + "segfault", b"")["cause"] == "crash"
        segment = Segment(64)
        pool.submit(JOBS + "fill", b"ab", outputs=[segment.span(0, 64)]).result()
        assert bytes(segment.memory) == b"ab" * 32
        hung = pool.submit(JOBS + "sleep", b"", {"seconds": 60}, limits=Limits(wall_s=0.3))
        assert hung.result()["cause"] == "hang"
        assert pool.parse(JOBS + "echo", b"alive")["payload"] == b"alive"


@pytest.mark.parametrize("outputs", [[], [b"too short"], [b"a", b"b"], [None], ["text"]])
def test_outputs_that_do_not_fit_cost_one_answer_and_not_the_pool(pool: Pool, outputs: list[object]) -> None:
    segment = Segment(100)
    answer = pool.submit(JOBS + "pretend", b"", {"outputs": outputs}, outputs=[segment.span(0, 50)]).result()
    assert answer["cause"] == "error"
    assert pool.parse(JOBS + "echo", b"alive")["payload"] == b"alive"


@linux_only
@pytest.mark.parametrize(("kills", "expected"), [(1, "slept"), (2, "refused")])
def test_a_job_whose_worker_somebody_kills_is_done_again_once(kills: int, expected: str) -> None:
    with Pool(workers=1, preload=[JOBS[:-1]]) as pool:
        segment = Segment(8)
        answer = pool.submit(JOBS + "sign_in", b"", outputs=[segment.span(0, 8)])
        killed = [0]
        for _ in range(kills):
            while (worker := int.from_bytes(segment.memory, "little")) in killed:
                assert not answer.done()
            killed.append(worker)
            os.kill(worker, signal.SIGKILL)
        assert expected in answer.result()
        assert pool.parse(JOBS + "echo", b"alive")["payload"] == b"alive"


@linux_only
def test_all_workers_may_be_killed_at_once_and_nothing_is_lost() -> None:
    with Pool(workers=2, preload=[JOBS[:-1]]) as pool:
        segment = Segment(16)
        spans = [segment.span(0, 8), segment.span(8, 8)]
        asleep = [pool.submit(JOBS + "sign_in", b"", outputs=[span], limits=Limits(small=False)) for span in spans]
        behind = [pool.submit(JOBS + "echo", b"x") for _ in range(30)]
        while not all(struct.unpack("<2Q", segment.memory)):
            assert not all(future.done() for future in asleep)
        for worker in set(struct.unpack("<2Q", segment.memory)):  # the first to be ready may have taken both
            os.kill(worker, signal.SIGKILL)
        assert all("slept" in future.result() for future in asleep)
        assert all(future.result()["payload"] == b"x" for future in behind)


@linux_only
def test_the_nursery_may_die_and_work_goes_on() -> None:
    with Pool(workers=1, preload=[JOBS[:-1]]) as pool:
        nursery = int(str(pool.parse(JOBS + "parent", b"")["parent"]))
        Path(f"/proc/{nursery}/comm").read_text(encoding="ascii")
        os.kill(nursery, signal.SIGKILL)
        assert pool.parse(JOBS + "echo", b"alive")["payload"] == b"alive"
