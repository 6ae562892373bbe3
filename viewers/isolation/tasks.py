"""A job on its way: what was asked, what it may cost, and what is said when it costs a worker its life."""

import os
import signal
import stat
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field

from viewers.isolation import messages
from viewers.isolation.errors import Refused
from viewers.isolation.limits import Limits
from viewers.isolation.messages import Channel, Spills
from viewers.isolation.payloads import FileRange, Payload
from viewers.isolation.segments import Span

Answer = dict[str, object]
CLOSING = "The program is closing."


@dataclass(order=True, slots=True, kw_only=True)
class Task:
    """A job in the queue; ordered by priority, then by submission."""

    priority: int
    sequence: int
    job: str = field(compare=False)
    payload: Payload = field(compare=False)
    options: Mapping[str, object] = field(compare=False)
    limits: Limits = field(compare=False)
    outputs: Sequence[Span] = field(compare=False)
    future: "Future[Answer]" = field(compare=False, default_factory=Future)
    started: bool = field(compare=False, default=False)
    requeued: int = field(compare=False, default=0)

    def begin(self) -> bool:
        """False when it was cancelled before it began."""
        if not self.started:
            self.started = self.future.set_running_or_notify_cancel()
        return self.started

    def answer(self, answer: Answer) -> None:
        """Complete the future."""
        with suppress(InvalidStateError):
            self.future.set_result(answer)

    def refuse(self, sentence: str, cause: str) -> None:
        """Complete the future with the reason why there is no answer."""
        self.answer({"refused": sentence, "cause": cause})

    def fail(self, error: Exception) -> None:
        """Complete the future with an error of the program itself."""
        with suppress(InvalidStateError):
            self.future.set_exception(error)


def send_task(channel: Channel, task: Task, spills: Spills) -> None:
    """Put a task on the line to a worker.

    Raises:
        Refused: the file of the payload cannot be read.
        BlockingIOError: the worker's line is full.
        OSError: the worker is gone.
    """
    values: dict[str, object] = {
        "job": task.job,
        "options": task.options,
        "cpu_s": task.limits.cpu_s,
        "memory_bytes": task.limits.memory_bytes,
        "outputs": [[span.offset, span.length] for span in task.outputs],
    }
    fds = [span.segment.fd for span in task.outputs] if channel.passes_descriptors else []
    if not isinstance(task.payload, FileRange):
        messages.send(channel, {**values, "payload": task.payload}, fds, spills=spills)
        return
    fd, offset, length = _opened(task.payload)
    try:
        if channel.passes_descriptors:
            messages.send(channel, {**values, "file": [offset, length]}, [fd, *fds], spills=spills)
        else:
            messages.send(channel, {**values, "payload": _read(fd, offset, length)}, spills=spills)
    finally:
        os.close(fd)


def epitaph(task: Task, code: int | None, *, overdue: bool) -> tuple[str, str]:
    """(sentence for the reader, cause) when a worker died over a task."""
    if overdue:
        return f"It was given up after {task.limits.wall_s:.0f} seconds.", "hang"
    if code == -getattr(signal, "SIGPROF", 0):
        return f"It was given up after {task.limits.cpu_s:.1f} seconds of computing.", "cpu"
    name = signal.Signals(-code).name if code is not None and code < 0 else f"code {code}"
    return f"It made the program that reads it crash ({name}); nothing else was touched.", "crash"


def _opened(wanted: FileRange) -> tuple[int, int, int]:
    """(descriptor, offset, length) of a plain file; the range is cut at the end of the file."""
    try:
        fd = os.open(wanted.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | _BINARY)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise Refused(f"The file cannot be read ({reason}).") from error
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
        os.close(fd)
        raise Refused("It is not a plain file.")
    left = max(0, found.st_size - wanted.offset)
    return fd, wanted.offset, left if wanted.length is None else min(left, wanted.length)


def _read(fd: int, offset: int, length: int) -> bytes:
    os.lseek(fd, offset, os.SEEK_SET)
    with os.fdopen(os.dup(fd), "rb") as file:
        return file.read(length)


_BINARY = getattr(os, "O_BINARY", 0)
