"""How workers come to life: forked warm from a nursery on Linux, spawned elsewhere."""

import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Protocol

from viewers.isolation.channels import PipeChannel, SocketChannel, socket_pair
from viewers.isolation.errors import Defect
from viewers.isolation.messages import Channel

NURSERY_FLAG = "--isolated-nursery"
# No keys and no patient text in the environment of a process that reads hostile bytes.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
# One thread per worker: workers are as many as cores, and every thread of BLAS would cost address space.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(slots=True, kw_only=True)
class Birth:
    """A worker that was asked for; ``pid`` and ``handle`` follow when the nursery reports them."""

    token: int
    channel: Channel
    pid: int = 0
    handle: int = -1
    process: SpawnProcess | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """The end of a worker; ``code`` is negative for a signal, None where it cannot be known."""

    token: int
    code: int | None


class Launcher(Protocol):
    """Starts and ends workers."""

    pipelines: bool

    def start(self, token: int) -> Birth:
        """Ask for a worker; it says itself when it is ready.

        Raises:
            Defect: none can be started.
        """
        ...

    def kill(self, birth: Birth) -> None:
        """End a worker at once."""
        ...

    def waitables(self) -> list[int]:
        """Descriptors on which news arrive."""
        ...

    def deaths(self) -> list[Death]:
        """The workers that ended since last asked; never waits."""
        ...

    def close(self) -> None:
        """End everything."""
        ...


class NurseryLauncher:
    """Workers forked by one prepared process (see ``nursery.py``)."""

    pipelines = True

    def __init__(self, preload: Sequence[str], readable: Sequence[str]) -> None:
        from viewers.isolation import linux

        self._settings = {"path": [entry or str(Path.cwd()) for entry in sys.path], "preload": [*preload]}
        self._settings["readable"] = [*readable]
        linux.keep_buffers()
        self._births: dict[int, Birth] = {}
        ours, theirs = socket_pair()
        with theirs:
            self._process = _start_nursery(theirs.fileno())
        self._line = SocketChannel(ours, blocking=False)
        self._line.send(json.dumps(self._settings).encode())

    def start(self, token: int) -> Birth:
        """See ``Launcher``."""
        ours, theirs = socket_pair()
        with theirs:
            try:
                self._line.send(json.dumps({"token": token}).encode(), [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise Defect("the process that starts isolated workers has ended") from error
        birth = Birth(token=token, channel=SocketChannel(ours, blocking=False))
        self._births[token] = birth
        return birth

    def kill(self, birth: Birth) -> None:
        """See ``Launcher``; through a process handle, so that a re-used process id is never hit."""
        if birth.handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(birth.handle, signal.SIGKILL)
        birth.channel.close()

    def waitables(self) -> list[int]:
        """See ``Launcher``."""
        return [self._line.fileno()]

    def deaths(self) -> list[Death]:
        """See ``Launcher``.

        Raises:
            Defect: the nursery ended or could not import the jobs.
        """
        found: list[Death] = []
        while (report := self._report()) is not None:
            if "failed" in report:
                raise Defect(f"isolated workers cannot start: {report['failed']}")
            if "ended" in report:
                birth = self._births.pop(int(str(report["ended"])))
                os.close(birth.handle)
                birth.handle = -1
                found.append(Death(token=birth.token, code=int(str(report["code"]))))
        return found

    def close(self) -> None:
        """See ``Launcher``."""
        self._line.close()
        self._process.kill()
        self._process.wait()
        for birth in self._births.values():
            if birth.handle >= 0:
                os.close(birth.handle)

    def _report(self) -> dict[str, object] | None:
        try:
            arrival = self._line.receive()
        except BlockingIOError:
            return None
        if arrival is None:
            raise Defect("the process that starts isolated workers has ended")
        report: dict[str, object] = json.loads(arrival[0])
        if "started" in report:
            birth = self._births[int(str(report["started"]))]
            birth.pid, birth.handle = int(str(report["pid"])), arrival[1][0]
        return report


class SpawnLauncher:
    """Workers started afresh through ``multiprocessing`` (every system); slower to start, hence the warm spare."""

    pipelines = False

    def __init__(self, preload: Sequence[str], readable: Sequence[str]) -> None:
        self._arguments = ([*preload], [*readable])
        self._births: dict[int, Birth] = {}

    def start(self, token: int) -> Birth:
        """See ``Launcher``."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=spawned_worker, args=(theirs, *self._arguments), daemon=True)
        process.start()
        theirs.close()
        channel = PipeChannel(ours, blocking=False)
        birth = Birth(token=token, channel=channel, pid=process.pid or 0, process=process)
        self._births[token] = birth
        return birth

    def kill(self, birth: Birth) -> None:
        """See ``Launcher``."""
        if birth.process is not None:
            birth.process.kill()
        birth.channel.close()

    def waitables(self) -> list[int]:
        """See ``Launcher``."""
        return [birth.process.sentinel for birth in self._births.values() if birth.process is not None]

    def deaths(self) -> list[Death]:
        """See ``Launcher``."""
        ended = [b for b in self._births.values() if b.process is not None and b.process.exitcode is not None]
        for birth in ended:
            del self._births[birth.token]
        return [Death(token=b.token, code=b.process.exitcode if b.process else None) for b in ended]

    def close(self) -> None:
        """See ``Launcher``."""
        for birth in self._births.values():
            self.kill(birth)
            if birth.process is not None:
                birth.process.join()


def spawned_worker(
    line: "multiprocessing.connection.Connection[object, object]", preload: list[str], readable: list[str]
) -> None:
    """The main function of a spawned worker."""
    import importlib

    from viewers.isolation.worker import serve

    serve(PipeChannel(line, blocking=True), {name: importlib.import_module(name) for name in preload}, readable)


def _start_nursery(descriptor: int) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES}
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
        _command(descriptor),
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=kept | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)},
        start_new_session=True,
    )


def _command(descriptor: int) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, NURSERY_FLAG, str(descriptor)]
    return [sys.executable, "-c", f"from viewers.isolation.nursery import main; main({descriptor})"]
