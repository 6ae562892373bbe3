"""A job on its way: what was asked, what it may cost, and what is said when it costs a worker its life."""

import os
import signal
import stat
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import ExitStack, suppress
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
    payloads: Sequence[Payload] = field(compare=False)
    many: bool = field(compare=False)
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
        Refused: the file of a payload cannot be read.
        BlockingIOError: the worker's line is full.
        OSError: the worker is gone.
    """
    with ExitStack() as opened:
        fds: list[int] = []
        payloads = [_travelling(payload, channel, fds, opened) for payload in task.payloads]
        values: dict[str, object] = {
            "job": task.job,
            "number": task.sequence,
            "options": task.options,
            "cpu_s": task.limits.cpu_s,
            "memory_bytes": task.limits.memory_bytes,
            "small": task.limits.small,
            "many": task.many,
            "payloads": payloads,
            "outputs": _places(task.outputs, channel, fds),
        }
        messages.send(channel, values, fds, spills=spills, small=task.limits.small)


def epitaph(task: Task, code: int | None, *, overdue: bool) -> tuple[str, str]:
    """(sentence for the reader, cause) when a worker died over a task."""
    if overdue:
        return f"It was given up after {task.limits.wall_s:.0f} seconds.", "hang"
    if code == -getattr(signal, "SIGPROF", 0):
        return f"It was given up after {task.limits.cpu_s:.1f} seconds of computing.", "cpu"
    name = signal.Signals(-code).name if code is not None and code < 0 else f"code {code}"
    return f"It made the program that reads it crash ({name}); nothing else was touched.", "crash"


def _travelling(payload: Payload, channel: Channel, fds: list[int], opened: ExitStack) -> object:
    """Bytes as they are; a file as ``[number of its descriptor, offset, length]`` where descriptors can travel."""
    if not isinstance(payload, FileRange):
        return payload
    fd, length = _opened(payload)
    opened.callback(os.close, fd)
    if not channel.passes_descriptors:
        os.lseek(fd, payload.offset, os.SEEK_SET)
        with os.fdopen(os.dup(fd), "rb") as file:
            return file.read(length)
    fds.append(fd)
    return [len(fds) - 1, payload.offset, length]


def _places(outputs: Sequence[Span], channel: Channel, fds: list[int]) -> list[list[int]]:
    """Outputs as ``[number of the segment's descriptor, offset, length]``; -1 where descriptors cannot travel."""
    if not channel.passes_descriptors:
        return [[-1, 0, span.length] for span in outputs]
    numbers: dict[int, int] = {}
    for span in outputs:
        if span.segment.fd not in numbers:
            numbers[span.segment.fd] = len(fds)
            fds.append(span.segment.fd)
    return [[numbers[span.segment.fd], span.offset, span.length] for span in outputs]


def _opened(wanted: FileRange) -> tuple[int, int]:
    """(descriptor, length) of a plain file; the range is cut at the end of the file."""
    try:
        fd = os.open(wanted.path, os.O_RDONLY | _FLAGS)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise Refused(f"The file cannot be read ({reason}).") from error
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
        os.close(fd)
        raise Refused("It is not a plain file.")
    left = max(0, found.st_size - wanted.offset)
    return fd, left if wanted.length is None else min(left, wanted.length)


# No symbolic link, no waiting for the other end of a pipe, no translation of line ends.
_FLAGS = sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
