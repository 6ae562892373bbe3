"""The whole program on a filled store, in a fresh process: how soon the worklist and the first image are there."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.stored_case import CASE, PASSPHRASE, receive_folder, remember_reader

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workstation.desktop.main_window import MainWindow

Measured = dict[str, float]
_PATIENCE_S = 120.0
_SETTLED_S = 1.5


def prepare(folder: Path, store: Path) -> Measured:
    """Fill a store with the folder and let it know its reader, as after a sign-in."""
    receive_folder(folder, store)
    remember_reader(store)
    return {"seconds": 0.0}


def start_and_open(store: Path, began: Path) -> Measured:
    """A reader in a hurry: the passphrase is typed at once, the case is opened once its row is painted.

    Args:
        store: the data folder.
        began: what ``time.monotonic`` said just before this process was started.

    Returns:
        ``worklist_s`` and ``first_s``, from process start to the painted row and to the painted image.
    """
    with _unlocked(store) as (application, window):
        worklist_s = time.monotonic() - float(began.name)
        _open(application, window)
        return {"worklist_s": worklist_s, "first_s": time.monotonic() - float(began.name)}


def click_in_running(store: Path) -> Measured:
    """``click_s``: from opening a case in the idle program to its painted image; ``megabytes``: PSS with all slices."""
    with _unlocked(store) as (application, window):
        _idle(application, _SETTLED_S)
        click = time.monotonic()
        _open(application, window)
        return {"click_s": time.monotonic() - click, "megabytes": _when_settled(application) / 1e6}


@contextmanager
def _unlocked(store: Path) -> "Iterator[tuple[QApplication, MainWindow]]":
    """The window as ``second-opinion`` opens it, unlocked, the row of the case painted."""
    from workstation.window import make_application, make_gate, make_window

    gate = make_gate(str(store))
    application = make_application()
    window, finish = make_window(application, str(store), gate=gate)
    window.showMaximized()
    window.begin()
    _painted(application)
    window.gate_screen.unlock_requested.emit(PASSPHRASE)
    _until(application, lambda: _listed(window), window)
    _painted(application)
    try:
        yield application, window
    finally:
        window.close()
        finish()


def _open(application: "QApplication", window: "MainWindow") -> None:
    assert window.session is not None
    window.session.open_case(CASE)
    _until(application, lambda: _pictured(window), window)
    view = window.session.images.active_view()
    assert view is not None
    view.repaint()  # whatever was painted before: now it is
    application.sync()


def _listed(window: "MainWindow") -> bool:
    session = window.session
    return session is not None and session.name == "worklist" and session.worklist.entry(CASE) is not None


def _pictured(window: "MainWindow") -> bool:
    assert window.session is not None
    view = window.session.images.active_view()
    return view is not None and view.picture() is not None


def _painted(application: "QApplication") -> None:
    """Paint what is due, and have the windowing system do it."""
    application.processEvents()
    application.sync()


def _until(application: "QApplication", there: Callable[[], bool], window: "MainWindow") -> None:
    end = time.perf_counter() + _PATIENCE_S
    while not there():
        application.processEvents()
        time.sleep(0.0005)
        if window.problem_card.isVisible() or time.perf_counter() > end:
            raise RuntimeError("the program did not get there")


def _idle(application: "QApplication", seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.001)


def _when_settled(application: "QApplication") -> float:
    """The highest summed PSS until it has not risen for two seconds, bytes."""
    from tests.benchmarks.ours import summed_pss

    highest, rose = 0.0, time.perf_counter()
    while time.perf_counter() - rose < 2.0:
        _idle(application, 0.05)
        now = summed_pss()
        if now > highest * 1.001:
            highest, rose = now, time.perf_counter()
    return highest
