"""The pool of isolated workers: jobs go in by dotted name, plain values come out, crashes stay inside."""

import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, cast

from viewers.isolation.dispatch import Dispatcher
from viewers.isolation.errors import Defect
from viewers.isolation.launch import Launcher, NurseryLauncher, SpawnLauncher
from viewers.isolation.limits import Limits
from viewers.isolation.payloads import MOST_PAYLOADS, Payload
from viewers.isolation.segments import Span
from viewers.isolation.tasks import Answer, Task
from viewers.isolation.wall import Protection

START_S = 60.0
ORDINARY = Limits()


class Pool:
    """Worker processes behind a wall; fulfils the ``Parser`` port.

    A job is a function ``job(payload: memoryview, options: Mapping[str, object]) -> Mapping[str, object]``; one that
    was submitted with a list of payloads gets an iterator of memoryviews, each read when the job comes to it; one that
    was submitted with ``outputs`` gets a third argument, a tuple of ``viewers.isolation.outputs.Output``. It may
    raise ``viewers.isolation.errors.Refused``. Its answer holds str, int, float, bool, None, bytes, list and dict
    with string keys (tuples arrive as lists). Its module must be named in ``preload``, because nothing can be
    imported behind the wall; a module's function ``warm_up()`` is run before the wall is raised.

    Args:
        workers: how many work at once (default: one per core); one more waits as a warm spare.
        preload: modules whose functions may be jobs.
        readable: folders that workers may read (fonts), nothing else.
        method: ``fork`` from a prepared process (Linux) or ``spawn`` (every system); chosen by the system if None.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        preload: Sequence[str] = (),
        readable: Sequence[Path] = (),
        method: Literal["fork", "spawn"] | None = None,
    ) -> None:
        folders = [str(folder) for folder in readable]
        forks = method == "fork" or (method is None and sys.platform == "linux")

        def launch() -> Launcher:
            return NurseryLauncher(preload, folders) if forks else SpawnLauncher(preload, folders)

        self._numbers = itertools.count()
        self.workers = workers or os.cpu_count() or 1
        self._dispatcher = Dispatcher(launch, self.workers)

    def submit(
        self,
        job: str,
        payload: Payload | Sequence[Payload] = b"",
        options: Mapping[str, object] | None = None,
        *,
        priority: int = 0,
        limits: Limits | None = None,
        outputs: Sequence[Span] = (),
    ) -> Future[Answer]:
        """Queue ``module:function``; lower ``priority`` first, then in order of submission.

        The future never raises for what the bytes did: its answer is then ``{"refused": sentence, "cause": word}``
        with cause one of ``refused``, ``error``, ``memory``, ``crash``, ``cpu``, ``hang``, ``closed``.
        ``Future.cancel`` takes a waiting job out at once. Futures complete on the pool's own thread: keep callbacks
        short and never wait in them.

        Raises:
            Defect: the pool is closed, or there are more than ``MOST_PAYLOADS`` payloads.
        """
        many = isinstance(payload, list | tuple)
        payloads = cast("Sequence[Payload]", payload if many else [payload])
        if len(payloads) > MOST_PAYLOADS:
            raise Defect(f"{len(payloads)} payloads in one job; {MOST_PAYLOADS} are the most")
        task = Task(
            priority=priority,
            sequence=next(self._numbers),
            job=job,
            payloads=payloads,
            many=many,
            options=options or {},
            limits=limits or ORDINARY,
            outputs=outputs,
        )
        self._dispatcher.submit(task)
        return task.future

    def parse(self, job: str, payload: bytes | memoryview, options: Mapping[str, object] | None = None) -> Answer:
        """Run a job and wait for its answer (see ``viewers.sources.Parser``)."""
        return self.submit(job, payload, options).result()

    def in_force(self) -> Protection:
        """What protects this computer from the workers, as the first worker reported it.

        Raises:
            Defect: no worker can be started.
        """
        return self._dispatcher.protection.result(timeout=START_S)

    def close(self) -> None:
        """Kill the workers; waiting jobs are cancelled."""
        self._dispatcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
