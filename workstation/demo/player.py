"""The player: runs a story step by step inside the window's own event loop, and waits for what must be seen."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.demo.hands import NotVisible

_LOOK_MS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """What a story waits for: ``seen`` answers True once ``what`` is on the screen; else the story fails in time."""

    what: str
    seen: Callable[[], bool]
    seconds: float = 60.0


Story = Iterator[Until]


class Player(QObject):
    """Plays one story; lives on the GUI thread, never blocks it.

    Signals:
        finished: the story came to its end.
        failed: a sentence saying what was awaited and not seen.
    """

    finished = Signal()
    failed = Signal(str)

    def __init__(self, story: Story, *, pause_ms: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._story = story
        self._pause_ms = pause_ms
        self._awaited: Until | None = None
        self._deadline = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin; returns at once."""
        self._timer.start(_LOOK_MS)

    def stop(self) -> None:
        """Stop where it is; the window stays as it is."""
        self._timer.stop()

    def _look(self) -> None:
        """One look; a story that breaks ends the play with words, it never stands still for ever."""
        try:
            self._turn()
        except NotVisible as missing:
            self._fail(str(missing))
        except Exception as error:  # noqa: BLE001 - whatever it is: inside a timer it would be lost
            self._fail(f"the story broke: {type(error).__name__}: {error}")

    def _turn(self) -> None:
        if self._awaited is None:
            self._go_on()
        elif self._awaited.seen():
            self._awaited = None
            self._timer.setInterval(max(_LOOK_MS, self._pause_ms))
        else:
            self._complain_when_late(self._awaited)

    def _go_on(self) -> None:
        self._timer.stop()  # a step may run an event loop of its own
        self._awaited = next(self._story, None)
        if self._awaited is None:
            self.finished.emit()
            return
        self._deadline = time.monotonic() + self._awaited.seconds
        self._timer.start(_LOOK_MS)

    def _complain_when_late(self, awaited: Until) -> None:
        if time.monotonic() > self._deadline:
            self._fail(f"not seen within {awaited.seconds:.0f} s: {awaited.what}")

    def _fail(self, why: str) -> None:
        self._timer.stop()
        self.failed.emit(why)
