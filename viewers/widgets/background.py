"""The road back: work done by an executor, its answers brought to the window's thread, stale ones dropped."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Background(QObject):
    """Requests under keys: the newest request of a key makes the older ones stale, whose answers nobody hears.

    ``done`` and ``failed`` are called on the thread this object lives on. Never touch a widget inside ``work``.
    """

    _arrived = Signal(object, int, object)
    _told = Signal(object, object)

    def __init__(self, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._generations: dict[object, int] = {}
        self._waiting: dict[tuple[object, int], tuple[Future[Any], Done, Failed]] = {}
        self._counter = 0
        self._arrived.connect(self._bring, Qt.ConnectionType.QueuedConnection)
        self._told.connect(lambda call, value: call(value), Qt.ConnectionType.QueuedConnection)

    def request(self, key: object, work: Callable[[], Any], done: Done, failed: Failed) -> None:
        """Have ``work`` done elsewhere and hear its result, or its error, unless a newer request of ``key`` comes."""
        self.cancel(key)
        self._counter += 1
        generation = self._counter
        self._generations[key] = generation
        future = self._executor.submit(work)
        self._waiting[key, generation] = (future, done, failed)
        future.add_done_callback(lambda finished: self._signal(key, generation, finished))

    def pending(self, key: object) -> bool:
        """Whether the newest request of ``key`` is still on its way."""
        return key in self._generations

    def cancel(self, key: object) -> None:
        """Nobody hears the request of ``key`` any more; where it has not begun it never will."""
        generation = self._generations.pop(key, None)
        if generation is not None:
            future, _, _ = self._waiting.pop((key, generation))
            future.cancel()

    def cancel_all(self) -> None:
        """Cancel every request."""
        for key in tuple(self._generations):
            self.cancel(key)

    def tell(self, call: Callable[[Any], None], value: object) -> None:
        """From any thread: have ``call(value)`` run on this object's thread."""
        self._emit(lambda: self._told.emit(call, value))

    def _signal(self, key: object, generation: int, future: Future[Any]) -> None:
        self._emit(lambda: self._arrived.emit(key, generation, future))

    def _emit(self, emit: Callable[[], None]) -> None:
        try:
            emit()
        except RuntimeError:  # the window was closed while the work was under way: nobody is left to hear
            return

    def _bring(self, key: object, generation: int, future: Future[Any]) -> None:
        waiting = self._waiting.pop((key, generation), None)
        if waiting is None or self._generations.get(key) != generation:
            return
        del self._generations[key]
        _, done, failed = waiting
        try:
            result = future.result()
        except CancelledError:
            return
        except BaseException as error:  # noqa: BLE001  whoever asked decides what an error means
            failed(error)
        else:
            done(result)
