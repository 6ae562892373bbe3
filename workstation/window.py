"""Opening the window: the application, its look, the gate of the data folder, until it is closed."""

import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workstation.desktop.main_window import MainWindow

FIRST_SIZE = (1600, 980)


def open_window(data_dir: str | None) -> int:
    """Show the window on a data folder and return its exit status."""
    application = make_application()
    window, finish = make_window(application, data_dir)
    window.showMaximized()
    window.begin()
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    status = int(application.exec())
    finish()
    return status


def make_application() -> "QApplication":
    """The one Qt application of this process; off-screen where there is no display."""
    from PySide6.QtWidgets import QApplication

    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(["second-opinion"])
    application.setApplicationName("Second Opinion")
    application.setDesktopFileName("second-opinion")
    return application


def make_window(
    application: "QApplication", data_dir: str | None, *, open_browser: Callable[[str], object] | None = None
) -> tuple["MainWindow", Callable[[], None]]:
    """The real window on a data folder, not yet shown, and what ends its threads after it was closed.

    Args:
        application: as ``make_application`` gives it.
        data_dir: see ``bootstrap.data_folder``.
        open_browser: shows the sign-in page; None: the system browser.
    """
    from workstation.bootstrap import LocalGate, data_folder
    from workstation.desktop.look import Look
    from workstation.desktop.main_window import MainWindow

    folder = data_folder(data_dir)
    gate = LocalGate(folder) if open_browser is None else LocalGate(folder, open_browser=open_browser)
    executor = ThreadPoolExecutor(2, thread_name_prefix="gate")
    window = MainWindow(gate, Look(application), executor)
    window.resize(*FIRST_SIZE)
    return window, lambda: executor.shutdown(wait=True, cancel_futures=True)
