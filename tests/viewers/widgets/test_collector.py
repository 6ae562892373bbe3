"""Garbage is searched for between events: a search while Qt destroys an object may stop the program for ever."""

import gc
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject

from viewers.widgets import collector
from viewers.widgets.collector import Collector

# Destroys an object while so much garbage of its kind lies about that a search, were one to begin, meets its lock.
DESTROYING = """
import gc, weakref
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from viewers.widgets import collector

class Sender(QObject):
    told = Signal()

class Ear(QObject):
    def hear(self):
        pass

def circle():
    sender, ear = Sender(), Ear()
    sender.told.connect(ear.hear)
    ear.itself, ear.sender_ = ear, sender
    return weakref.ref(ear)

def destroy():
    sender, ear = Sender(), Ear()
    sender.told.connect(ear.hear)
    circles.extend(circle() for _ in range(400))
    gc.set_threshold(1)
    SEARCHING
    del ear

application = QCoreApplication([])
circles = []
collector.LOOK_MS = 10
gc.disable()
made = collector.Collector(application)
made.begin()
destroy()
assert all(one() is not None for one in circles), "searched while an object was destroyed"
looks = QTimer(application)
looks.timeout.connect(lambda: application.quit() if all(one() is None for one in circles) else None)
looks.start(10)
application.exec()
print("gone")
"""


def destroy(*, searching: str, seconds: float) -> str:
    """What a program says that destroys an object."""
    return subprocess.run(
        [sys.executable, "-c", DESTROYING.replace("SEARCHING", searching)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds,
        check=False,
    ).stdout


def test_the_program_does_not_stand_still_when_garbage_lies_about_while_an_object_is_destroyed() -> None:
    assert destroy(searching="pass", seconds=60) == "gone\n"


def test_with_the_searches_of_python_itself_it_would() -> None:
    """Should this fail one day, Qt or PySide was mended, and the collector can go."""
    with pytest.raises(subprocess.TimeoutExpired):
        destroy(searching="gc.enable()", seconds=6)


@pytest.mark.parametrize(("searches", "deep"), [(1, 0), (9, 0), (10, 1), (50, 1), (100, 2), (101, 0)])
def test_older_things_are_searched_less_often(qtbot, monkeypatch: pytest.MonkeyPatch, searches: int, deep: int) -> None:
    depths: list[int] = []
    monkeypatch.setattr(collector.gc, "collect", depths.append)
    monkeypatch.setattr(collector.gc, "get_count", lambda: (gc.get_threshold()[0] + 1, 0, 0))
    made = Collector(QObject())
    for _ in range(searches):
        made.look()
    assert depths[-1] == deep


def test_little_garbage_is_left_for_later(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    depths: list[int] = []
    monkeypatch.setattr(collector.gc, "collect", depths.append)
    monkeypatch.setattr(collector.gc, "get_count", lambda: (gc.get_threshold()[0], 90, 90))
    Collector(QObject()).look()
    assert depths == []
