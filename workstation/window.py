"""Opening the window: the application, its look, the gate of the data folder, until it is closed."""

import builtins
import gc
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workstation.bootstrap import LocalGate
    from workstation.desktop.main_window import MainWindow

FIRST_SIZE = (1600, 980)
STARTED_MS = 4_000


def open_window(data_dir: str | None) -> int:
    """Show the window on a data folder and return its exit status."""
    gate = make_gate(data_dir)
    application = make_application()
    window, finish = make_window(application, data_dir, gate=gate)
    if window.memory.place(window):
        window.show()
    else:
        window.showMaximized()
    window.begin()
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    status = int(application.exec())
    finish()
    return status


def make_gate(data_dir: str | None, *, open_browser: Callable[[str], object] | None = None) -> "LocalGate":
    """The way into a data folder; made first, because the isolated workers then start beside everything else.

    Args:
        data_dir: see ``bootstrap.data_folder``.
        open_browser: shows the sign-in page; None: the system browser.
    """
    from workstation.bootstrap import LocalGate, data_folder

    return LocalGate(data_folder(data_dir), open_browser=open_browser)


def make_application() -> "QApplication":
    """The one Qt application of this process; off-screen where there is no display."""
    from PySide6.QtWidgets import QApplication

    _import_plainly()
    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(["second-opinion"])
    application.setApplicationName("Second Opinion")
    application.setDesktopFileName("second-opinion")
    return application


def make_window(
    application: "QApplication",
    data_dir: str | None,
    *,
    open_browser: Callable[[str], object] | None = None,
    gate: "LocalGate | None" = None,
) -> tuple["MainWindow", Callable[[], None]]:
    """The real window on a data folder, not yet shown, and what ends its threads and workers after it was closed.

    Args:
        application: as ``make_application`` gives it.
        data_dir: see ``bootstrap.data_folder``.
        open_browser: see ``make_gate``.
        gate: the way in, where it was made before; else it is made here of the two above.
    """
    from workstation.bootstrap import data_folder
    from workstation.desktop.look import Look
    from workstation.desktop.main_window import MainWindow
    from workstation.desktop.window_memory import FILE, WindowMemory

    way_in = gate or make_gate(data_dir, open_browser=open_browser)
    executor = ThreadPoolExecutor(2, thread_name_prefix="gate")
    window = MainWindow(way_in, Look(application), executor, WindowMemory(data_folder(data_dir) / FILE))
    window.resize(*FIRST_SIZE)
    _collect_later(window)

    def finish() -> None:
        executor.shutdown(wait=True, cancel_futures=True)
        way_in.close()

    return window, finish


def _collect_later(window: "MainWindow") -> None:
    """What the program itself is made of is never searched for garbage, and nothing is while it starts.

    A search through all that a running program keeps would hold the window for a tenth of a second. What comes with a
    store, its keys and images among it, is searched: it must be able to go.
    """
    from PySide6.QtCore import Qt, QTimer

    from viewers.widgets.collector import Collector

    collector = Collector(window)
    window.unlocking.connect(gc.freeze, Qt.ConnectionType.SingleShotConnection)
    QTimer.singleShot(STARTED_MS, collector, collector.begin)


def _import_plainly() -> None:
    """PySide reads the source of every module imported after it, for a feature that is not used here."""
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain
