"""The next moment of the window's thread."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

NEXT_MS = 1  # with 0, PySide keeps what is to be done for ever where the context goes first (seen with 6.11)


def soon(context: QObject, act: Callable[[], object]) -> None:
    """Act in the next moment; not at all when ``context`` is gone by then, and what ``act`` holds goes with it."""
    QTimer.singleShot(NEXT_MS, context, act)
