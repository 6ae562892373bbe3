"""What goes wrong on purpose: scripted faults between the network and the service, and the log of requests."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workstation.sandbox.dicomweb.archive import Archive
from workstation.sandbox.fhir.shelf import Shelf
from workstation.sandbox.running import Fault

RESET: Final = "second-opinion.reset"
Reset = Callable[[], None]


@dataclass(slots=True)
class _Planned:
    """A fault and how often it still passes and hits."""

    fault: Fault
    skip: int
    times: int


class Faults:
    """The plan of faults and the log. Changed over the pipe of the parent process only."""

    def __init__(self, shelf: Shelf, archive: Archive) -> None:
        self._shelf, self._archive = shelf, archive
        self._planned: list[_Planned] = []
        self.log: list[str] = []

    def inject(self, faults: Iterable[Fault]) -> None:
        """Let these go wrong from now on."""
        self._planned.extend(_Planned(fault, fault.skip, fault.times) for fault in faults)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._planned.clear()

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """The service with its faults."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            noted = self._noting(scope, send)
            fault = self._due(scope["method"], scope["path"])
            if fault is None:
                await app(scope, receive, noted)
            else:
                await self._fail(fault, app, scope, receive, noted)

        return faulty

    def _due(self, method: str, path: str) -> Fault | None:
        for planned in self._planned:
            fault = planned.fault
            if planned.times == 0 or fault.method not in {"*", method} or not re.search(fault.path, path):
                continue
            if planned.skip > 0:
                planned.skip -= 1
                continue
            planned.times -= 1 if planned.times > 0 else 0
            return fault
        return None

    def _noting(self, scope: Scope, send: Send) -> Send:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.log.append(f"{scope['method']} {scope['path']} {message['status']}")
            await send(message)

        return noting

    async def _fail(self, fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        reset = cast("Reset", scope.get("extensions", {}).get(RESET, _no_reset))
        if fault.kind in {"drop", "drop-after"}:
            if fault.kind == "drop-after":
                await app(scope, receive, _nowhere)
            else:
                await _drain(receive)
            self.log.append(f"{scope['method']} {scope['path']} 000")
            reset()
        elif fault.kind in {"status", "after"}:
            if fault.kind == "after":
                await app(scope, receive, _nowhere)
            else:
                await _drain(receive)
            await _answer(fault, send)
        elif fault.kind == "stale-etag":
            await app(scope, receive, _stale(send))
        elif fault.kind == "wrong-patient":
            await self._wrong_patient(app, scope, receive, send)
        else:
            await app(scope, receive, _Spoiled(fault, send, reset))

    async def _wrong_patient(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """The right instance with another patient's name and id inside."""
        found = self._archive.find(scope["path"].rsplit("/", 1)[-1])
        if found is None:
            await app(scope, receive, send)
            return
        whole, other = found.path.read_bytes(), await asyncio.to_thread(_other_patient, found.path.read_bytes())

        async def swapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [item for item in message["headers"] if item[0] != b"content-length"]
                await send({**message, "headers": headers})
            else:
                pieces.append(message.get("body", b""))
                if not message.get("more_body"):
                    body = b"".join(pieces).replace(whole, other)
                    body = re.sub(rb"Content-(Digest|Length): [^\r]*\r\n", b"", body[:1024]) + body[1024:]
                    await send({"type": "http.response.body", "body": body})

        pieces: list[bytes] = []
        await app(scope, receive, swapped)


class _Spoiled:
    """A ``send`` that cuts, aborts, slows or corrupts the body."""

    def __init__(self, fault: Fault, send: Send, reset: Reset) -> None:
        self._fault, self._send, self._reset = fault, send, reset
        self._sent, self._over = 0, False

    async def __call__(self, message: Message) -> None:
        if self._over:
            return
        if message["type"] == "http.response.start":
            spared = [item for item in message["headers"] if self._fault.kind != "cut" or item[0] != b"content-length"]
            await self._send({**message, "headers": spared})
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        begin, self._sent = self._sent, self._sent + len(body)
        here = self._fault.after_bytes - begin
        if self._fault.kind in {"cut", "abort"} and here < len(body):
            self._over = True
            await self._end(body[: max(0, here)])
        else:
            await self._pass(body, here, more=more)

    async def _end(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": self._fault.kind == "abort"})
        if self._fault.kind == "abort":
            self._reset()

    async def _pass(self, body: bytes, here: int, *, more: bool) -> None:
        if self._fault.kind == "corrupt" and 0 <= here < len(body):
            body = body[:here] + bytes([body[here] ^ 1]) + body[here + 1 :]
        if self._fault.kind == "slow" and self._fault.bytes_per_s:
            await asyncio.sleep(len(body) / self._fault.bytes_per_s)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


def _stale(send: Send) -> Send:
    async def stale(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, _before(value) if name == b"etag" else value) for name, value in message["headers"]]
            message = {**message, "headers": headers}
        await send(message)

    return stale


def _before(etag: bytes) -> bytes:
    return re.sub(rb"\d+", lambda match: b"%d" % max(1, int(match[0]) - 1), etag)


async def _answer(fault: Fault, send: Send) -> None:
    headers: list[tuple[bytes, bytes]] = [(b"content-length", b"0")]
    if fault.retry_after_s is not None:
        headers.append((b"retry-after", str(fault.retry_after_s).encode()))
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass


async def _nowhere(_message: Message) -> None:
    """An answer nobody hears."""


def _no_reset() -> None:
    raise RuntimeError("This server cannot reset a connection.")


def _other_patient(content: bytes) -> bytes:
    import pydicom

    dataset: Any = pydicom.dcmread(BytesIO(content))
    dataset.PatientName, dataset.PatientID = "Somebody^Else", "OTHER-PATIENT"
    written = BytesIO()
    dataset.save_as(written)
    return written.getvalue()
