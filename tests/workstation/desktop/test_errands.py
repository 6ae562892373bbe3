"""Errands: the newest answer comes home, stale ones do not, refusals and progress do, and cancelling is heard."""

import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread

import pytest

from workstation.desktop.errands import Errands


@pytest.fixture
def threads():
    """Two real threads."""
    with ThreadPoolExecutor(2) as executor:
        yield executor


def test_the_answer_comes_home_to_the_windows_thread(qtbot, threads):
    came, here = [], current_thread()
    errands = Errands(threads)
    errands.send(
        "a",
        lambda _leash: current_thread(),
        arrived=lambda there: came.append((there, current_thread())),
        failed=came.append,
    )
    qtbot.waitUntil(lambda: bool(came))
    there, home = came[0]
    assert there is not here
    assert home is here
    assert not errands.busy("a")


def test_only_the_newest_answer_of_a_name_comes_home(qtbot, threads):
    first_may_end, came = Event(), []
    errands = Errands(threads)
    errands.send(
        "a", lambda _leash: first_may_end.wait(5), arrived=lambda _answer: came.append("first"), failed=came.append
    )
    errands.send("a", lambda _leash: "second", arrived=came.append, failed=came.append)
    first_may_end.set()
    qtbot.waitUntil(lambda: bool(came))
    qtbot.wait(50)
    assert came == ["second"]


def test_a_failure_comes_home_as_it_was_raised(qtbot, threads):
    came = []

    def fail(_leash):
        raise OSError("full")

    errands = Errands(threads)
    errands.send("a", fail, arrived=came.append, failed=came.append)
    qtbot.waitUntil(lambda: bool(came))
    assert isinstance(came[0], OSError)


def test_progress_is_reported_in_order_before_the_answer(qtbot, threads):
    came = []

    def count(leash):
        for number in range(5):
            leash.report(number)
        return "done"

    errands = Errands(threads)
    errands.send("a", count, arrived=came.append, failed=came.append, reported=came.append)
    qtbot.waitUntil(lambda: came[-1:] == ["done"])
    assert came == [0, 1, 2, 3, 4, "done"]


def test_recalled_work_hears_it_and_its_answer_does_not_come(qtbot, threads):
    begun, heard, came = Event(), Event(), []

    def work(leash):
        begun.set()
        while not leash.cancelled():
            Event().wait(0.005)
        heard.set()

    errands = Errands(threads)
    errands.send("a", work, arrived=came.append, failed=came.append)
    assert begun.wait(5)
    errands.recall_all()
    assert heard.wait(5)
    qtbot.wait(30)
    assert came == []


class Answer:
    """Something large."""


def test_an_answer_goes_with_its_last_reader_not_when_the_collector_comes(qtbot, threads):
    seen = []
    errands = Errands(threads)
    errands.send(
        "a",
        lambda _leash: Answer(),
        arrived=lambda answer: seen.append(weakref.ref(answer)),
        failed=lambda _error: None,
    )
    qtbot.waitUntil(lambda: bool(seen))
    threads.submit(int).result()  # what a thread worked on last is kept until its next work
    threads.submit(int).result()
    qtbot.waitUntil(lambda: seen[0]() is None)
