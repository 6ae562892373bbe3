"""The dispatcher: one thread that hands tasks to workers, collects answers and buries the dead."""

import contextlib
import heapq
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, InvalidStateError
from multiprocessing.connection import wait

from viewers.isolation import messages
from viewers.isolation.crew import Crew, Worker
from viewers.isolation.errors import Defect, Refused, sentence
from viewers.isolation.launch import Death, Launcher
from viewers.isolation.tasks import CLOSING, Task, epitaph, send_task
from viewers.isolation.wall import Protection
from viewers.isolation.worker import NUMBER

GRACE_S = 1.0
LARGEST_GREETING = 1 << 16
MOST_REQUEUES = 2


class Dispatcher:
    """Owns the crew; every method but ``submit``, ``close`` and ``protection`` runs on its own thread."""

    def __init__(self, launch: Callable[[], Launcher], size: int) -> None:
        self.protection: Future[Protection] = Future()
        self._awake, self._wake = multiprocessing.Pipe(duplex=False)
        self._lock = threading.Lock()
        self._queue: list[Task] = []
        self._closing = False
        self._asleep = False
        self._broken: Defect | None = None
        self._crew = Crew(launch, size)
        self._thread = threading.Thread(target=self._run, name="isolation", daemon=True)
        self._thread.start()

    def submit(self, task: Task) -> None:
        """Queue a task (any thread).

        Raises:
            Defect: the pool was closed or cannot work.
        """
        with self._lock:
            if self._closing or self._broken is not None:
                raise self._broken or Defect("the pool of isolated workers was closed")
            heapq.heappush(self._queue, task)
            self._nudge()

    def close(self) -> None:
        """End the workers and everything that waits for them (any thread but this one)."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            self._nudge()
        self._thread.join()

    def _nudge(self) -> None:
        if self._asleep or self._closing:
            self._asleep = False
            self._wake.send_bytes(b"!")

    def _run(self) -> None:
        try:
            while not self._closing and self._broken is None:
                self._turn()
        except Exception as error:
            self._broken = Defect(f"the dispatcher of isolated workers failed ({type(error).__name__}: {error})")
            raise
        finally:
            self._shut_down()

    def _turn(self) -> None:
        try:
            self._kill_overdue()
            self._crew.fill()
            self._hand_out()
            woken = self._sleep()
            for worker in [worker for worker in self._crew.workers.values() if worker.line in woken]:
                self._collect(worker)
            news = not woken.isdisjoint(self._crew.launcher.waitables())
            self._bury(self._crew.launcher.deaths() if news else [])
        except Defect as defect:
            self._recover(defect)

    def _recover(self, defect: Defect) -> None:
        """The nursery is gone: begin again, or say why that is of no use."""
        try:
            lost = list(self._crew.relaunch())
        except Defect:
            self._broken = defect
            return
        for task in lost:
            task.requeued += 1
            if task.requeued > MOST_REQUEUES:
                task.refuse("Its isolated worker was lost again and again.", "crash")
            else:
                self._requeue([task])

    def _sleep(self) -> set[object]:
        """Wait for news; returns the descriptors that have some."""
        with self._lock:
            self._asleep = True
            timeout = self._time_to_deadline() if not (self._closing or self._queue_is_actionable()) else 0.0
        lines = [worker.line for worker in self._crew.workers.values() if worker.hung_up is None]
        woken: set[object] = set(wait([self._awake, *self._crew.launcher.waitables(), *lines], timeout))
        with self._lock:
            self._asleep = False
        if self._awake in woken:
            while self._awake.poll():
                self._awake.recv_bytes()
        return woken

    def _queue_is_actionable(self) -> bool:
        return bool(self._queue) and self._free_worker(self._queue[0]) is not None

    def _time_to_deadline(self) -> float | None:
        ends = [end for worker in self._crew.workers.values() if (end := worker.deadline()) is not None]
        ends += [worker.hung_up + GRACE_S for worker in self._crew.workers.values() if worker.hung_up is not None]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _collect(self, worker: Worker) -> None:
        """Take every answer that lies on a worker's line."""
        while worker.hung_up is None:
            try:
                arrival = worker.birth.channel.receive()
            except BlockingIOError:
                return
            if arrival is None:
                worker.hung_up = time.monotonic()
                return
            self._accept(worker, *arrival)

    def _accept(self, worker: Worker, packet: bytes, fds: list[int]) -> None:
        largest = worker.pending[0].limits.memory_bytes if worker.pending else LARGEST_GREETING
        try:
            values = messages.receive_hostile(packet, fds, largest=largest)
        except Refused:
            self._condemn(worker)
            return
        if not worker.ready:
            self._crew.is_ready(worker)
            self._note_protection(values)
        elif worker.pending and values.pop(NUMBER, None) == worker.pending[0].sequence:
            _complete(worker.pop(), values)
        else:  # an answer to another question must never be shown as the answer to this one
            self._condemn(worker)

    def _condemn(self, worker: Worker) -> None:
        worker.condemned = True
        self._crew.launcher.kill(worker.birth)
        worker.hung_up = time.monotonic()

    def _note_protection(self, values: dict[str, object]) -> None:
        protection = Protection(measures=_texts(values.get("measures")), missing=_texts(values.get("missing")))
        with contextlib.suppress(InvalidStateError):
            self.protection.set_result(protection)

    def _bury(self, deaths: list[Death]) -> None:
        silent = [token for token, worker in self._crew.workers.items() if _long_silent(worker)]
        for death in [*deaths, *(Death(token=token, code=None) for token in silent)]:
            if death.token in self._crew.workers:
                self._collect(self._crew.workers[death.token])
            worker = self._crew.remove(death.token)
            if worker is not None:
                self._settle(worker, death)

    def _settle(self, worker: Worker, death: Death) -> None:
        """The task at the head pays for the worker, unless somebody else killed it; those behind it had not begun."""
        if worker.pending and _was_killed(worker, death) and not worker.pending[0].requeued:
            worker.pending[0].requeued += 1  # this computer was short of memory, or somebody meddled: once more
        elif worker.pending:
            task = worker.pending.popleft()
            task.refuse(*epitaph(task, death.code, overdue=worker.overdue))
        self._requeue(worker.pending)

    def _requeue(self, tasks: Iterable[Task]) -> None:
        with self._lock:
            for task in tasks:
                heapq.heappush(self._queue, task)

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for worker in self._crew.workers.values():
            deadline = worker.deadline()
            if deadline is not None and now >= deadline and not worker.ending:
                worker.overdue = True
                self._condemn(worker)
            elif worker.ending and not worker.pending and worker.hung_up is None:
                worker.hung_up = now
                worker.birth.channel.close()  # it has served its time and ends by itself

    def _hand_out(self) -> None:
        while (task := self._next()) is not None:
            worker = self._free_worker(task)
            if worker is None or not self._send(worker, task):
                with self._lock:
                    heapq.heappush(self._queue, task)
                return

    def _next(self) -> Task | None:
        with self._lock:
            return heapq.heappop(self._queue) if self._queue else None

    def _free_worker(self, task: Task) -> Worker | None:
        pipelines = self._crew.launcher.pipelines
        free = [worker for worker in self._crew.at_work() if worker.room_for(task, pipelines=pipelines)]
        return min(free, key=lambda worker: len(worker.pending), default=None)

    def _send(self, worker: Worker, task: Task) -> bool:
        """False when the worker cannot take it now."""
        if not task.begin():
            return True
        try:
            send_task(worker.birth.channel, task, worker.spills)
        except Refused as refusal:
            task.refuse(str(refusal), "refused")
        except Defect as defect:
            task.fail(defect)
        except BlockingIOError:
            return False
        except OSError:
            self._collect(worker)  # it may have answered before it died
            return False
        else:
            worker.push(task)
        return True

    def _shut_down(self) -> None:
        with self._lock:
            self._closing = True
            waiting, self._queue = self._queue, []
        for task in [*waiting, *(task for worker in self._crew.workers.values() for task in worker.pending)]:
            if task.future.cancel():
                continue
            if self._broken is None:
                task.refuse(CLOSING, "closed")
            else:
                task.fail(self._broken)
        with contextlib.suppress(InvalidStateError):
            self.protection.set_exception(self._broken or Defect("the pool of isolated workers was closed"))
        self._crew.close()
        self._awake.close()
        self._wake.close()


def _was_killed(worker: Worker, death: Death) -> bool:
    """Whether somebody else ended the worker."""
    return death.code == -getattr(signal, "SIGKILL", 0) and not worker.condemned


def _complete(task: Task, values: dict[str, object]) -> None:
    if "defect" in values:
        task.fail(Defect(str(values["defect"])))
        return
    if "refused" in values:
        task.refuse(sentence(values["refused"]), sentence(values.get("cause")))
        return
    contents = values.pop("outputs", None) if task.outputs and "outputs" in values else None
    try:
        if isinstance(contents, list):
            for span, content in zip(task.outputs, contents, strict=True):
                span.segment.memory[span.offset : span.offset + span.length] = content
    except (TypeError, ValueError):
        task.refuse("The program that reads it gave an answer that makes no sense.", "error")
        return
    task.answer(values)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _long_silent(worker: Worker) -> bool:
    return worker.hung_up is not None and time.monotonic() > worker.hung_up + GRACE_S
