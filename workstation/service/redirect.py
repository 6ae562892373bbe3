"""The address on this computer to which the browser comes back after sign-in (RFC 8252 7.3), open for one answer."""

import queue
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

PATH = "/signed-in"
_LOOK_S = 0.1
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Second Opinion Workstation</title>
<body style="font-family: sans-serif; margin: 4em"><h1>{title}</h1><p>{text}</p></body></html>"""
_DONE = _PAGE.format(title="Back to your work", text="You can close this page and go on in the workstation.")
_STRAY = _PAGE.format(title="Not the answer", text="This address waits for a sign-in; this was none.")


class RedirectListener:
    """Listens on 127.0.0.1 at a free port while it is open; answers without the right ``state`` are ignored."""

    def __init__(self, state: str) -> None:
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), _handler(state, self._answers))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK_S,), name="redirect listener")

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def wait(self, *, timeout_s: float, cancelled: Callable[[], bool]) -> str:
        """The address with which the browser came back; "" when nobody came or it was given up."""
        for _ in range(max(1, round(timeout_s / _LOOK_S))):
            try:
                return self.address + self._answers.get(timeout=_LOOK_S)
            except queue.Empty:
                if cancelled():
                    break
        return ""

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
    """Browsers open connections ahead of need and leave them idle: none of them may keep the answer waiting."""

    daemon_threads = True
    block_on_close = False


def _handler(state: str, answers: "queue.SimpleQueue[str]") -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            ours = parts.path == PATH and parse_qs(parts.query).get("state") == [state]
            self._answer(HTTPStatus.OK if ours else HTTPStatus.NOT_FOUND, _DONE if ours else _STRAY)
            if ours:
                answers.put(f"?{parts.query}")

        def _answer(self, status: HTTPStatus, page: str) -> None:
            body = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts: object) -> None:
            """Say nothing: the address carries the authorization code."""

    return Handler
