"""The whole program on a filled store, in a fresh process: how soon the worklist and the first image are there."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.benchmarks.stored_case import CASE, PASSPHRASE, remember_reader

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workstation.desktop.main_window import MainWindow

Measured = dict[str, float]
_PATIENCE_S = 120.0


def prepare(folder: Path, store: Path) -> Measured:
    """Fill a store with the folder and let it know its reader, as after a sign-in."""
    from tests.benchmarks.stored_case import receive_folder

    receive_folder(folder, store)
    remember_reader(store)
    return {"seconds": 0.0}


def open_case(store: Path) -> Measured:
    """Process start to worklist (typing the passphrase takes no time here), then a click to the first image.

    Returns:
        ``worklist_s`` and ``first_s`` from process start; ``click_s`` from opening the case to its first image;
        ``megabytes``, the summed PSS once every slice is there.
    """
    from workstation.window import make_application, make_window

    began = psutil.Process().create_time()
    application = make_application()
    window, finish = make_window(application, str(store))
    window.showMaximized()
    window.begin()
    application.processEvents()
    window.gate_screen.unlock_requested.emit(PASSPHRASE)
    _until(application, lambda: window.session is not None and window.session.name == "worklist", window)
    application.processEvents()
    worklist_s = time.time() - began
    click = time.perf_counter()
    assert window.session is not None
    window.session.open_case(CASE)
    _until(application, lambda: _pictured(window), window)
    application.processEvents()
    measured = {
        "worklist_s": worklist_s,
        "first_s": time.time() - began,
        "click_s": time.perf_counter() - click,
    }
    measured["megabytes"] = _when_settled(application) / 1e6
    window.close()
    finish()
    return measured


def _pictured(window: "MainWindow") -> bool:
    assert window.session is not None
    view = window.session.images.active_view()
    return view is not None and view.picture() is not None


def _until(application: "QApplication", there: Callable[[], bool], window: "MainWindow") -> None:
    end = time.perf_counter() + _PATIENCE_S
    while not there():
        application.processEvents()
        time.sleep(0.001)
        if window.problem_card.isVisible() or time.perf_counter() > end:
            raise RuntimeError("the program did not get there")


def _when_settled(application: "QApplication") -> float:
    """The highest summed PSS until it has not risen for two seconds, bytes."""
    from tests.benchmarks.ours import summed_pss

    highest, rose = 0.0, time.perf_counter()
    while time.perf_counter() - rose < 2.0:
        pause = time.perf_counter() + 0.05
        while time.perf_counter() < pause:
            application.processEvents()
            time.sleep(0.001)
        now = summed_pss()
        if now > highest * 1.001:
            highest, rose = now, time.perf_counter()
    return highest
