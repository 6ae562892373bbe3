"""Errands: long work sent to the executor; its progress, answer or refusal comes home to the window's thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from threading import Event
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leash:
    """What the work itself gets: where to report to, and whether the reader has given up."""

    report: Callable[[object], None]
    cancelled: Callable[[], bool]


@dataclass(slots=True, kw_only=True)
class Errand(Generic[Answer]):
    """One piece of work under way. ``cancel`` is heard by work that asks its leash."""

    name: str
    arrived: Callable[[Answer], object]
    failed: Callable[[BaseException], object]
    reported: Callable[[object], object]
    stop: Event = field(default_factory=Event)
    future: "Future[Answer] | None" = None

    def cancel(self) -> None:
        """Ask the work to stop; if it had not begun it never will."""
        self.stop.set()
        future = self.future
        if future is not None:
            future.cancel()


class Errands(QObject):
    """Runs work of one screen. Errands of the same name replace each other: only the newest one's answer comes home.

    Desks are children of their errands, and so of the session: what a signal's lambda holds, keys and images among it,
    goes when Qt destroys the sender, and no collector finds it before.
    """

    _home = Signal(object, str, object)

    def __init__(self, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._current: dict[str, Errand[object]] = {}
        # Queued even where the work is already done when it is sent: answers never overtake progress or their sender.
        self._home.connect(self._came_home, Qt.ConnectionType.QueuedConnection)

    def send(
        self,
        name: str,
        work: Callable[[Leash], Answer],
        *,
        arrived: Callable[[Answer], object],
        failed: Callable[[BaseException], object],
        reported: Callable[[object], object] = lambda _progress: None,
    ) -> Errand[Answer]:
        """Run ``work`` elsewhere; callbacks run in the window's thread, and not at all once a newer one was sent."""
        errand = Errand(name=name, arrived=arrived, failed=failed, reported=reported)
        self.recall(name)
        self._current[name] = errand  # type: ignore[assignment]
        errand.future = self._executor.submit(work, self._leash(errand))
        errand.future.add_done_callback(lambda future: self._finished(errand, future))
        return errand

    def busy(self, name: str) -> bool:
        """Whether an errand of this name is under way."""
        return name in self._current

    def recall(self, name: str) -> None:
        """Give up the errand of this name, if there is one; its answer will not come."""
        errand = self._current.pop(name, None)
        if errand is not None:
            errand.cancel()

    def recall_all(self) -> None:
        """Give up everything."""
        for name in list(self._current):
            self.recall(name)

    def _leash(self, errand: Errand[Answer]) -> Leash:
        return Leash(
            report=lambda progress: self._home.emit(errand, "reported", progress), cancelled=errand.stop.is_set
        )

    def _finished(self, errand: Errand[Answer], future: "Future[Answer]") -> None:
        """Runs in the worker's thread."""
        errand.future = None  # in a circle with it, a series of images would wait for the collector
        if future.cancelled():
            return
        error = future.exception()
        try:
            self._home.emit(errand, "failed" if error else "arrived", error or future.result())
        except RuntimeError:  # the window is gone; nobody waits for the answer
            _log.info("an answer came after its window was closed: %s", errand.name)

    def _came_home(self, errand: Errand[object], how: str, what: object) -> None:
        if self._current.get(errand.name) is not errand:
            return
        if how == "reported":
            errand.reported(what)
            return
        del self._current[errand.name]
        if how == "arrived":
            errand.arrived(what)
        else:
            assert isinstance(what, BaseException)
            errand.failed(what)
