"""A TCP proxy on loopback that spoils connections on purpose: breaks off, cuts, slows, corrupts, swallows."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

Kind = Literal["reset", "truncate", "slow", "corrupt", "slice", "duplicate", "blackhole", "latency", "refuse"]
_READ = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxic:
    """What goes wrong with one connection.

    Attributes:
        kind: ``reset`` ends it with RST after ``after`` bytes; ``truncate`` ends it quietly there; ``slow`` sends
            ``after`` bytes a second; ``corrupt`` flips one bit of byte number ``after``; ``slice`` sends byte by byte
            up to ``after``; ``duplicate`` sends the piece that holds byte ``after`` twice; ``blackhole`` never answers;
            ``latency`` waits ``after`` milliseconds; ``refuse`` closes at once.
        upload: counts and spoils what goes to the service instead of what comes from it.
    """

    kind: Kind
    after: int = 0
    upload: bool = False


class FaultProxy:
    """Forwards to a port on loopback or a socket file; connection n suffers ``toxics[n]``, later ones nothing."""

    def __init__(self, target: int | Path, toxics: Sequence[Toxic | None] = ()) -> None:
        self.connections = 0
        self._target = target
        self._toxics = list(toxics)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def base(self) -> str:
        """Where clients connect to."""
        return f"http://127.0.0.1:{self.port}"

    def suffer(self, *toxics: Toxic | None) -> None:
        """The next connections suffer these."""
        self._toxics = [None] * self.connections + list(toxics)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        toxic = self._toxics[self.connections] if self.connections < len(self._toxics) else None
        self.connections += 1
        try:
            await self._forward(reader, writer, toxic)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, toxic: Toxic | None) -> None:
        if toxic and toxic.kind == "refuse":
            writer.transport.abort()
            return
        if toxic and toxic.kind == "blackhole":
            await self._stop.wait()
            return
        upstream_reader, upstream_writer = await _open(self._target)
        try:
            upward = asyncio.create_task(_pump(reader, upstream_writer, toxic if toxic and toxic.upload else None))
            downward = asyncio.create_task(
                _pump(upstream_reader, writer, toxic if toxic and not toxic.upload else None)
            )
            _, waiting = await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
            if upward.done() and upward.exception() is None and not (toxic and toxic.upload):
                await asyncio.wait({downward}, timeout=10)
            for one in waiting:
                one.cancel()
            await asyncio.gather(upward, downward, return_exceptions=True)
        finally:
            upstream_writer.close()
            writer.close()


async def _open(target: int | Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(target, Path):
        return await asyncio.open_unix_connection(target)
    return await asyncio.open_connection("127.0.0.1", target)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, toxic: Toxic | None) -> None:
    passed = 0
    if toxic and toxic.kind == "latency":
        await asyncio.sleep(toxic.after / 1000)
    while piece := await reader.read(_READ):
        if toxic and not await _poisoned(piece, writer, toxic, passed):
            return
        if not toxic or toxic.kind == "latency":
            writer.write(piece)
        await writer.drain()
        passed += len(piece)
    if writer.can_write_eof():
        writer.write_eof()


async def _poisoned(piece: bytes, writer: asyncio.StreamWriter, toxic: Toxic, passed: int) -> bool:
    """Send the piece as the toxic wants it; False ends the connection."""
    here = toxic.after - passed
    inside = 0 <= here < len(piece)
    if toxic.kind in {"reset", "truncate"}:
        if not inside:
            writer.write(piece)
            return True
        writer.write(piece[:here])
        await writer.drain()
        if toxic.kind == "reset":
            writer.transport.abort()
        else:
            writer.close()
        return False
    if toxic.kind == "corrupt" and inside:
        writer.write(piece[:here] + bytes([piece[here] ^ 1]) + piece[here + 1 :])
    elif toxic.kind == "duplicate" and inside:
        writer.write(piece + piece)
    elif toxic.kind == "slice" and passed < toxic.after:
        for place in range(len(piece)):
            writer.write(piece[place : place + 1])
            await writer.drain()
    elif toxic.kind == "slow":
        writer.write(piece)
        await asyncio.sleep(len(piece) / toxic.after)
    elif toxic.kind != "latency":
        writer.write(piece)
    return True
