"""The board: every measurement of one case, with undo and redo, and one event when it changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from viewers.measure.measurement import Measurement

Listener = Callable[[], None]
_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class _Step:
    words: str
    before: tuple[Measurement, ...]
    after: tuple[Measurement, ...]


class Board:
    """Measurements in the order they were made. Not thread-safe: it lives on the window's thread.

    Listeners are called after every change, without arguments, and read ``measurements`` anew.
    """

    def __init__(self, measurements: tuple[Measurement, ...] = ()) -> None:
        self._measurements = measurements
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._listeners: list[Listener] = []

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Everything on the board."""
        return self._measurements

    def find(self, mark_id: str) -> Measurement | None:
        """The measurement with this id, or None."""
        return next((found for found in self._measurements if found.id == mark_id), None)

    def put(self, measurement: Measurement) -> None:
        """Add a measurement, or replace the one with the same id."""
        if self.find(measurement.id) is None:
            self._change("add", (*self._measurements, measurement))
            return
        self._change("change", tuple(measurement if m.id == measurement.id else m for m in self._measurements))

    def remove(self, mark_id: str) -> None:
        """Take a measurement off the board; nothing happens when it is not there."""
        self._change("remove", tuple(found for found in self._measurements if found.id != mark_id))

    def rename(self, mark_id: str, label: str) -> None:
        """Give a measurement the reader's own words."""
        found = self.find(mark_id)
        if found is not None:
            self.put(replace(found, label=label))

    def undo(self) -> bool:
        """Take back the last change; False when there is none."""
        return self._walk(self._done, self._undone, forwards=False)

    def redo(self) -> bool:
        """Do again what was taken back; False when there is nothing."""
        return self._walk(self._undone, self._done, forwards=True)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._undone)

    def changed(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called after every change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def replace_all(self, measurements: tuple[Measurement, ...]) -> None:
        """Begin anew with these, as when a case is opened; there is nothing to undo afterwards."""
        self._done.clear()
        self._undone.clear()
        self._measurements = measurements
        self._tell()

    def _change(self, words: str, after: tuple[Measurement, ...]) -> None:
        if after == self._measurements:
            return
        self._done = [*self._done[-_MOST_STEPS + 1 :], _Step(words, self._measurements, after)]
        self._undone.clear()
        self._measurements = after
        self._tell()

    def _walk(self, source: list[_Step], target: list[_Step], *, forwards: bool) -> bool:
        if not source:
            return False
        step = source.pop()
        target.append(step)
        self._measurements = step.after if forwards else step.before
        self._tell()
        return True

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
