"""Jobs that misbehave on purpose, run inside isolated workers by the tests."""

import ctypes
import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping

from viewers.isolation.errors import Refused
from viewers.isolation.messages import HEADER, INLINE
from viewers.isolation.outputs import Output
from viewers.isolation.worker import NUMBER


def echo(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    return {"payload": bytes(payload), "options": dict(options), "pid": os.getpid()}


def fill(payload: memoryview, options: Mapping[str, object], outputs: tuple[Output, ...]) -> dict[str, object]:
    outputs[0].write(memoryview(bytes(payload) * (outputs[0].length // len(payload))))
    return {"value": options.get("value")}


def segfault(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    ctypes.string_at(0)
    return {}


def abort(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    os.abort()


def sleep(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    time.sleep(float(str(options["seconds"])))
    return {"slept": True}


def spin(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    while True:
        pass


def hoard(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    return {"size": len(bytearray(int(str(options["bytes"]))))}


def refuse(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    raise Refused("The bytes are not to our taste.")


def stumble(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    raise ValueError("Doe^John")


class Panic(BaseException):
    """As Rust codecs raise it."""


def panic(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    raise Panic


def nest(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    return nest(payload, options)


def flood(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    return {"flood": bytes(64 << 20)}


def break_out(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """What a hijacked decoder would try; the names of what succeeded."""
    attempts: dict[str, Callable[[], object]] = {
        "open": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "write": lambda: os.open("/tmp/escaped", os.O_CREAT | os.O_WRONLY),
        "list": lambda: next(os.scandir("/")),
        "socket": socket.socket,
        "kill": lambda: os.kill(os.getppid(), 0),
        "fork": os.fork,
        "exec": lambda: os.execv("/bin/true", ["true"]),
    }
    succeeded = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        succeeded.append(name)
    return {"succeeded": succeeded}


def sizes(payloads: Iterator[memoryview], options: Mapping[str, object]) -> dict[str, object]:
    return {"sizes": [len(payload) for payload in payloads]}


def parent(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    return {"parent": os.getppid()}


def forge(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """A hijacked worker that writes its own answer to the line: the descriptor is among the low ones."""
    for fd in range(3, 64):
        try:
            os.write(fd, b"\1" * 64)
        except OSError:
            continue
    return {}


def pretend(payload: memoryview, options: Mapping[str, object], outputs: tuple[Output, ...]) -> dict[str, object]:
    """Outputs where none were asked for over the line, of a size that does not fit."""
    return {"outputs": options["outputs"]}


def sign_in(payload: memoryview, options: Mapping[str, object], outputs: tuple[Output, ...]) -> dict[str, object]:
    """Tell its process id in shared memory, then stay for a second, where others may kill it."""
    outputs[0].write(memoryview(os.getpid().to_bytes(8, "little")))
    time.sleep(1.0)
    return {"slept": True}


def answer_for_another(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """A hijacked worker that answers a question that it was not asked, in a packet without a flaw."""
    text = json.dumps({"forged": True, NUMBER: 123_456_789}).encode()
    for fd in range(3, 64):
        try:
            os.write(fd, HEADER.pack(INLINE, len(text), len(text)) + text)
        except OSError:
            continue
    return {}
