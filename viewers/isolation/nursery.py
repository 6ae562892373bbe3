"""The nursery: a process that imports the jobs' libraries once and forks warm workers on request (Linux).

Started by ``launch.py``. A frozen program has no interpreter to start, so it starts itself: its own main must call
``served(sys.argv)`` before anything else, and end when that was true.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

from viewers.isolation.channels import SocketChannel
from viewers.isolation.launch import NURSERY_FLAG
from viewers.isolation.linux import die_with_parent, forbid_dumps, tune_heap

MOST_SIGNALS = 4096
MOST_DESCRIPTORS = 256


def served(arguments: Sequence[str]) -> bool:
    """Whether this process was started as a nursery; it has then done its work."""
    if len(arguments) != 3 or arguments[1] != NURSERY_FLAG:  # noqa: PLR2004 - program, flag, descriptor
        return False
    main(int(arguments[2]))
    return True


def main(descriptor: int) -> None:
    """Serve fork requests that come over ``descriptor`` until the other end hangs up."""
    forbid_dumps()
    tune_heap()
    control = SocketChannel(socket.socket(fileno=descriptor), blocking=True)
    greeting = control.receive()
    if greeting is None:
        return
    settings = json.loads(greeting[0])
    sys.path[:] = settings["path"]
    try:
        modules = _prepared(settings["preload"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must learn of it
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
        return
    _Nursery(control, modules, settings["readable"]).serve()


def _prepared(names: list[str]) -> dict[str, ModuleType]:
    from viewers.isolation.worker import warm_up

    modules = {name: importlib.import_module(name) for name in names}
    warm_up(modules)
    gc.collect()
    gc.freeze()  # so that a worker's collector does not touch, and so copy, what it shares with its siblings
    return modules


class _Nursery:
    """Children by process id, and the line to the parent."""

    def __init__(self, control: SocketChannel, modules: Mapping[str, ModuleType], readable: list[str]) -> None:
        self._control = control
        self._modules = modules
        self._readable = readable
        self._tokens: dict[int, int] = {}

    def serve(self) -> None:
        """Fork on request, report deaths, leave when the parent is gone (which ends the workers too)."""
        awake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        while True:
            readable, _, _ = select.select([self._control.fileno(), awake], [], [])
            if awake in readable:
                os.read(awake, MOST_SIGNALS)
                self._report_deaths()
            if self._control.fileno() in readable and not self._one_request():
                return

    def _one_request(self) -> bool:
        arrival = self._control.receive()
        if arrival is None:
            return False
        request, fds = arrival
        child = os.fork()
        if child == 0:
            self._become_worker(fds[0])
        os.close(fds[0])
        token = json.loads(request)["token"]
        self._tokens[child] = token
        handle = os.pidfd_open(child)
        self._control.send(json.dumps({"started": token, "pid": child}).encode(), [handle])
        os.close(handle)
        return True

    def _report_deaths(self) -> None:
        while self._tokens:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            report = {"ended": self._tokens.pop(child), "code": os.waitstatus_to_exitcode(status)}
            self._control.send(json.dumps(report).encode())

    def _become_worker(self, line: int) -> None:
        """Never returns: a worker that came back here would fork workers of its own."""
        code = 1
        try:
            die_with_parent()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.closerange(3, line)
            os.closerange(line + 1, line + MOST_DESCRIPTORS)
            from viewers.isolation.worker import serve

            serve(SocketChannel(socket.socket(fileno=line), blocking=True), self._modules, self._readable)
            code = 0
        finally:
            os._exit(code)
