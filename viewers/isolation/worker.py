"""The inside of an isolated worker: jobs of preloaded modules, one at a time, each within its limits."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from viewers.isolation import messages
from viewers.isolation.errors import Defect, Refused
from viewers.isolation.messages import Channel, Message, Spills
from viewers.isolation.outputs import Output
from viewers.isolation.segments import map_range
from viewers.isolation.wall import raise_wall

Job = Callable[..., Mapping[str, object]]
TOO_MUCH_MEMORY = "The bytes ask for more memory than their header justifies."
LARGEST_READ = 8 << 20
NUMBER = "\0number"
TOO_DEEP = "The bytes are nested too deeply."


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One job as it came over the line."""

    job: str
    payloads: Iterator[memoryview]
    many: bool
    options: Mapping[str, object]
    outputs: tuple[Output, ...]
    cpu_s: float
    memory_bytes: int


def serve(channel: Channel, modules: Mapping[str, ModuleType], readable: Sequence[str]) -> None:
    """Warm up, raise the wall, say so, then do jobs until the parent hangs up."""
    warm_up(modules)
    budget = _Budget()
    spills = Spills()
    protection = raise_wall(readable)
    messages.send(
        channel, {"ready": True, "measures": protection.measures, "missing": protection.missing}, spills=spills
    )
    while (arrival := channel.receive()) is not None:
        message = messages.receive_trusted(*arrival)
        answer = _answer(message, modules, budget, in_place=channel.passes_descriptors)
        for fd in message.fds:
            os.close(fd)
        try:
            numbered = {**answer, NUMBER: message.values["number"]}
            messages.send(channel, numbered, spills=spills, small=bool(message.values["small"]))
        except Defect as defect:
            messages.send(channel, {"defect": str(defect), NUMBER: message.values["number"]}, spills=spills)


def warm_up(modules: Mapping[str, ModuleType]) -> None:
    """Run each module's ``warm_up``, so that nothing is imported later."""
    for module in modules.values():
        getattr(module, "warm_up", lambda: None)()


class _Budget:
    """The limits of one job, re-armed for each; the kernel enforces them inside any library."""

    def __init__(self) -> None:
        self._pages = -1
        with contextlib.suppress(OSError):
            self._pages = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)

    @contextlib.contextmanager
    def of(self, errand: Errand) -> Iterator[None]:
        """Kill this process after ``cpu_s``, refuse it memory beyond ``memory_bytes``."""
        if self._pages < 0:
            yield
            return
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        in_use = int(os.pread(self._pages, 64, 0).split()[0]) * resource.getpagesize()
        wanted = in_use + errand.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (min(wanted, hard) if hard >= 0 else wanted, hard))
        signal.setitimer(signal.ITIMER_PROF, errand.cpu_s)  # SIGPROF, not caught, ends the process
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _answer(
    message: Message, modules: Mapping[str, ModuleType], budget: _Budget, *, in_place: bool
) -> dict[str, object]:
    """A job's answer, or why there is none; nothing that a job raises ends the worker."""
    try:
        errand = _errand(message)
        job = _job(errand.job, modules)
        with budget.of(errand):
            payload = errand.payloads if errand.many else next(errand.payloads)
            answer = dict(job(payload, errand.options, *((errand.outputs,) if errand.outputs else ())))
        return answer if in_place else {**answer, "outputs": [output.content for output in errand.outputs]}
    except Refused as refusal:
        return {"refused": str(refusal), "cause": "refused"}
    except Defect as defect:
        return {"defect": str(defect)}
    except MemoryError:
        return {"refused": TOO_MUCH_MEMORY, "cause": "memory"}
    except RecursionError:
        return {"refused": TOO_DEEP, "cause": "refused"}
    except BaseException as error:  # noqa: BLE001 - Rust codecs raise panics that are no Exception
        # The text of a foreign error may quote the file, so only its kind leaves the worker.
        return {"refused": f"The bytes could not be understood ({type(error).__name__}).", "cause": "error"}


def _errand(message: Message) -> Errand:
    values = message.values
    return Errand(
        job=str(values["job"]),
        payloads=_payloads(cast("list[object]", values["payloads"]), message.fds),
        many=bool(values["many"]),
        options=cast("Mapping[str, object]", values["options"]),
        outputs=tuple(
            Output(message.fds[number] if number >= 0 else -1, offset, length)
            for number, offset, length in cast("list[list[int]]", values["outputs"])
        ),
        cpu_s=cast("float", values["cpu_s"]),
        memory_bytes=cast("int", values["memory_bytes"]),
    )


def _payloads(places: Sequence[object], fds: Sequence[int]) -> Iterator[memoryview]:
    """Payloads, each read when the job comes to it, so that the bytes of one are still near when they are used."""
    return (_payload(place, fds) for place in places)


def _payload(place: object, fds: Sequence[int]) -> memoryview:
    """Bytes as they came, or read from the file that came along: mapped only where it is large."""
    if not isinstance(place, list):
        return memoryview(cast("bytes", place))
    number, offset, length = place
    if length <= LARGEST_READ:
        return memoryview(os.pread(fds[number], length, offset))
    return map_range(fds[number], offset, length, writable=False)


def _job(name: str, modules: Mapping[str, ModuleType]) -> Job:
    module_name, _, function = name.partition(":")
    job = getattr(modules.get(module_name), function, None)
    if job is None:
        raise Defect(f"{name} is no job of this pool; its module must be named in preload")
    return cast("Job", job)
