"""The crew: the workers that are alive, who of them works, and what is held against the ones that die."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from viewers.isolation.errors import Defect
from viewers.isolation.launch import Birth, Launcher
from viewers.isolation.messages import DEPTH, SMALL_DEPTH, Spills
from viewers.isolation.tasks import Task

JOBS_OF_A_LIFE = 5_000
FAILED_STARTS = 3
SPARES = 1


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """One worker as the parent sees it."""

    birth: Birth
    pending: deque[Task] = field(default_factory=deque)
    spills: Spills = field(default_factory=Spills)
    ready: bool = False
    served: int = 0
    head_since: float = 0.0
    overdue: bool = False
    condemned: bool = False
    hung_up: float | None = None

    @property
    def line(self) -> int:
        """The descriptor of its line, -1 once that is closed."""
        return self.birth.channel.fileno() if self.hung_up is None else -1

    @property
    def ending(self) -> bool:
        """No more work for this one."""
        return self.hung_up is not None or self.overdue or self.served >= JOBS_OF_A_LIFE

    def room_for(self, task: Task, *, pipelines: bool) -> bool:
        """Small jobs may queue inside a worker; large ones only so that it never waits for the next."""
        if not self.ready or self.ending:
            return False
        small = task.limits.small and all(other.limits.small for other in self.pending)
        return len(self.pending) < ((SMALL_DEPTH if small else DEPTH) if pipelines else 1)

    def push(self, task: Task) -> None:
        """Note that a task was sent."""
        if not self.pending:
            self.head_since = time.monotonic()
        self.pending.append(task)

    def pop(self) -> Task:
        """The task that was just answered; the next one's time begins now."""
        self.served += 1
        self.head_since = time.monotonic()
        return self.pending.popleft()

    def deadline(self) -> float | None:
        """When the task at the head has taken too long."""
        return self.head_since + self.pending[0].limits.wall_s if self.pending else None


class Crew:
    """Keeps ``size`` workers at work and one more ready.

    Args:
        launch: makes a launcher; called again when the nursery has died.
        size: how many work at once.
    """

    def __init__(self, launch: Callable[[], Launcher], size: int) -> None:
        self._launch = launch
        self._size = size
        self._tokens = itertools.count(1)
        self._failures = 0
        self.launcher = launch()
        self.workers: dict[int, Worker] = {}
        self.fill()

    def fill(self) -> None:
        """Start workers until all posts and the spare's are taken.

        Raises:
            Defect: workers die before they are ready, again and again.
        """
        while sum(not worker.ending for worker in self.workers.values()) < self._size + SPARES:
            if self._failures >= FAILED_STARTS:
                raise Defect("isolated workers end before they are ready; see the self-check")
            token = next(self._tokens)
            self.workers[token] = Worker(birth=self.launcher.start(token))

    def at_work(self) -> list[Worker]:
        """Those that may be given work; the rest of the ready ones are spares."""
        ready = [worker for worker in self.workers.values() if worker.ready and not worker.ending]
        # whoever works already keeps its post: a spare that was ready first must not make one worker too many
        return sorted(ready, key=lambda worker: not worker.pending)[: self._size]

    def is_ready(self, worker: Worker) -> None:
        """A worker said that its wall stands."""
        worker.ready = True
        self._failures = 0

    def remove(self, token: int) -> Worker | None:
        """Forget a worker that has ended."""
        worker = self.workers.pop(token, None)
        if worker is not None:
            worker.birth.channel.close()
            worker.spills.close()
            self._failures += not worker.ready
        return worker

    def relaunch(self) -> Iterator[Task]:
        """Start again after the nursery died; yields what the lost workers had in hand."""
        self._failures += 1
        lost = [task for worker in self.workers.values() for task in worker.pending]
        self.close()
        self.launcher = self._launch()
        self.fill()
        yield from lost

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers.values():
            self.launcher.kill(worker.birth)
            worker.spills.close()
        self.workers.clear()
        self.launcher.close()
