"""The pool of isolated workers: jobs go in by dotted name, plain values come out, crashes stay inside."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from viewers.isolation.limits import Limits
from viewers.isolation.payloads import Payload
from viewers.isolation.segments import Span
from viewers.isolation.wall import Protection

Answer = dict[str, object]


class Pool:
    """Worker processes behind a wall; fulfils the ``Parser`` port.

    A job is a function ``job(payload: memoryview, options: Mapping[str, object]) -> Mapping[str, object]``; one that
    was submitted with ``outputs`` gets a third argument, a tuple of writable memoryviews. It may raise
    ``viewers.isolation.errors.Refused``. Its answer holds str, int, float, bool, None, bytes, list and dict with
    string keys (tuples arrive as lists). Its module must be named in ``preload``, because nothing can be imported
    behind the wall; a module's function ``warm_up()`` is run before the wall is raised.

    Args:
        workers: how many work at once (default: one per core); one more waits as a warm spare.
        preload: modules whose functions may be jobs.
        readable: folders that workers may read (fonts), nothing else.
    """

    def __init__(
        self, *, workers: int | None = None, preload: Sequence[str] = (), readable: Sequence[Path] = ()
    ) -> None:
        raise NotImplementedError

    def submit(
        self,
        job: str,
        payload: Payload = b"",
        options: Mapping[str, object] | None = None,
        *,
        priority: int = 0,
        limits: Limits | None = None,
        outputs: Sequence[Span] = (),
    ) -> Future[Answer]:
        """Queue ``module:function``; lower ``priority`` first, then in order of submission.

        The future never raises for what the bytes did: its answer is then ``{"refused": sentence, "cause": word}``
        with cause one of ``refused``, ``error``, ``memory``, ``crash``, ``cpu``, ``hang``. ``Future.cancel`` takes a
        waiting job out at once. Futures complete on the pool's own thread: keep callbacks short.

        Raises:
            Defect: the pool is closed.
        """
        raise NotImplementedError

    def parse(
        self, job: str, payload: bytes | memoryview, options: Mapping[str, object] | None = None
    ) -> Answer:
        """Run a job and wait for its answer (see ``viewers.sources.Parser``)."""
        raise NotImplementedError

    def in_force(self) -> Protection:
        """What protects this computer from the workers, as the first worker reported it."""
        raise NotImplementedError

    def close(self) -> None:
        """Kill the workers; waiting jobs are cancelled."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
