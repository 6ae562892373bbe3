"""The collector: garbage is searched for between two events of the window's thread, and nowhere else."""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1_000
DEEPER_EVERY = 10


class Collector(QObject):
    """Python's own searches end when it is made, for as long as the program runs; it searches instead.

    Qt holds a lock while it destroys an object, and asks Python meanwhile whether a method is overridden. A search
    that happened to begin there, or on another thread, would destroy objects under the same lock now and then (Qt has
    131 for all that there are), and the program would stand still for ever: seen with Qt 6.11, when a window closed.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._searches = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Search from now on."""
        self._timer.start()

    def look(self) -> None:
        """Search when enough was made; as Python does, every tenth time among older things, every hundredth all."""
        if gc.get_count()[0] <= gc.get_threshold()[0]:
            return
        self._searches += 1
        deep = (self._searches % DEEPER_EVERY == 0) + (self._searches % DEEPER_EVERY**2 == 0)
        gc.collect(deep)
