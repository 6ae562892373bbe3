"""A small HTTP server on loopback that answers as a test scripts it and remembers what it was asked."""

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer; ``raw`` pieces, when given, are written as they are after the status line and headers."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Iterable[bytes] | None = None


class ScriptedServer:
    """Answers with ``answer(asked)``; use it as a context manager."""

    def __init__(self, answer: Callable[[Asked], Said], *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(answer, self.asked))
        self._scheme = "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def base(self) -> str:
        """Its address."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients of these tests break off on purpose."""


def _handler(answer: Callable[[Asked], Said], asked: list[Asked]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10.0

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            asked.append(request)
            said = answer(request)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.raw is not None:
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                for piece in said.raw:
                    self.wfile.write(piece)
                return
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815  (the library looks for these names)

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    return Handler
