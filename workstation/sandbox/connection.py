"""An HTTP connection that the service can reset, so that a lost connection can be played."""

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from workstation.sandbox.faults import RESET


class ResettableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the transport's ``abort`` among the extensions of every request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection (asyncio)."""
        super().connection_made(transport)
        inner: Any = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[RESET] = transport.abort
            await inner(scope, receive, send)

        self.app = app
