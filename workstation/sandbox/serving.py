"""The program of the embedded service: opens the data folder, takes cases in, and serves until it is ended."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from workstation.sandbox.pipe import ParentPipe
from workstation.sandbox.running import Lifetimes

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be served and from where."""

    data: Path
    samples: tuple[str, ...]
    folders: tuple[Path, ...]
    detail: Any
    port: int
    lifetimes: Lifetimes
    early: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """``second-opinion sandbox``: serve until interrupted; 0 when ended in order, 1 when it could not start."""
    arguments = _parser().parse_args(argv)
    if arguments.paint:
        from workstation.sandbox.seeding.painting import paint_one

        return paint_one(sys.stdin)
    if not arguments.attached:
        try:
            serve(_order(arguments), ready=_introduce, progress=lambda text: print(text, flush=True))  # noqa: T201
        except (OSError, ValueError) as error:
            print(f"The service did not start: {error}", file=sys.stderr)  # noqa: T201
            return 1
        except KeyboardInterrupt:
            return 0
        return 0
    return _attached(arguments)


def serve(
    order: Order,
    *,
    ready: Callable[[Any, dict[str, str]], None],
    progress: Callable[[str], None],
    stop: threading.Event | None = None,
) -> None:
    """Serve until interrupted, or until ``stop`` is set.

    Args:
        order: what and where.
        ready: called with the service and the Task ids by case name, when it answers.
        progress: told a sentence before each long step.
        stop: ends the service.

    Raises:
        OSError: the port is taken or the folder cannot be written.
        ValueError: an unknown sample case, or a folder without DICOM.
    """
    from workstation.sandbox.application import open_service
    from workstation.sandbox.seeding.painting import Painters
    from workstation.sandbox.seeding.stock import stock_staff

    order.data.mkdir(parents=True, exist_ok=True)
    with _bound(order) as listening, contextlib.ExitStack() as opened:
        base_url = f"http://{HOST}:{listening.getsockname()[1]}"
        service = open_service(order.data, base_url, order.lifetimes)
        opened.callback(service.database.close)
        painters = Painters()
        opened.callback(painters.close)
        stock = service.stock(progress)
        stock_staff(stock)
        cases, later = _take_in(stock, order, painters)
        asyncio.run(_run(service, listening, lambda: ready(service, cases), stop, later))


def _take_in(stock: Any, order: Order, painters: Any) -> tuple[dict[str, str], Iterator[str]]:
    """Task ids by case name, and the cases that are still to come."""
    from workstation.sandbox.seeding.description import NAMES
    from workstation.sandbox.seeding.stock import stock_folder, stock_samples

    samples = order.samples or (() if order.folders else NAMES)
    coming = stock_samples(stock, samples, order.detail, painters)
    cases = {name: f"case-{name}" for name in samples}
    next(coming, None)
    if not order.early:
        for _ in coming:
            pass
    cases |= {folder.resolve().name: stock_folder(stock, folder) for folder in order.folders}
    return cases, coming


async def _run(
    service: Any,
    listening: socket.socket,
    ready: Callable[[], None],
    stop: threading.Event | None,
    later: Iterator[str],
) -> None:
    import uvicorn

    from workstation.sandbox.connection import ResettableProtocol

    config = uvicorn.Config(
        service.application, http=ResettableProtocol, ws="none", lifespan="off", access_log=False, log_level="warning",
        server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment]
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(0.01)
    if server.started:
        ready()
        threading.Thread(target=_exhaust, args=(later,), daemon=True, name="cases to come").start()
        if stop is not None:
            await asyncio.to_thread(stop.wait)
            server.should_exit = True
    await serving


def _exhaust(later: Iterator[str]) -> None:
    for _ in later:
        pass


def _bound(order: Order) -> socket.socket:
    """A listening socket on loopback: the port asked for, else the one this folder had, else any."""
    remembered = order.data / "port"
    port = order.port or (int(remembered.read_text()) if remembered.exists() else 0)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # on Windows the option would let two services share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"port {port} is taken; end what uses it, or name another data folder") from None
    remembered.write_text(str(listening.getsockname()[1]))
    return listening


def _introduce(service: Any, cases: dict[str, str]) -> None:
    print(f"Embedded demonstration service: {service.base_url}")  # noqa: T201
    for account in service.accounts:
        print(f"  {account.name}: user name {account.username}, password {account.password}")  # noqa: T201
        print(f"    credential {account.credential}, passphrase {account.passphrase}")  # noqa: T201
    print(f"  cases: {', '.join(cases) or 'none'}; time-stamps: {service.pki.timestamp_url}")  # noqa: T201
    print(f"  kept in plain, until it is deleted, in {service.data}")  # noqa: T201
    print("Ctrl+C ends it.", flush=True)  # noqa: T201


def _attached(arguments: argparse.Namespace) -> int:
    """Serve as a child: JSON lines on the pipe, and the end of the pipe is the end of the service."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for the parent, which closes the pipe
    pipe, sys.stdout = ParentPipe(sys.stdin, sys.stdout), sys.stderr
    stop = threading.Event()
    pipe.watch(stop)
    try:
        serve(_order(arguments), ready=pipe.attend, progress=lambda text: pipe.say({"progress": text}), stop=stop)
    except (OSError, ValueError) as error:
        pipe.say({"refused": str(error)})
        return 1
    return 0


def _order(arguments: argparse.Namespace) -> Order:
    lifetimes = Lifetimes(**json.loads(arguments.lifetimes)) if arguments.lifetimes else Lifetimes()
    return Order(
        data=(arguments.data or platformdirs.user_data_path("second-opinion-sandbox", appauthor=False)).resolve(),
        samples=tuple(arguments.sample),
        folders=tuple(Path(folder) for folder in arguments.case),
        detail=arguments.detail,
        port=arguments.port,
        lifetimes=lifetimes,
        early=arguments.early,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="second-opinion sandbox", description="The embedded central service, for demonstration and tests."
    )
    add = parser.add_argument
    add("--case", action="append", default=[], metavar="FOLDER", help="serve a folder of DICOM as a case; repeatable")
    add("--sample", action="append", default=[], metavar="NAME", help="serve this sample case; repeatable")
    add("--port", type=int, default=0, help="port on loopback (default: the folder's last one, else any free one)")
    add("--data", type=Path, metavar="DIR", help="the service's own folder (default: in the user's data folder)")
    add("--detail", choices=["full", "quick"], default="full", help="of the synthetic studies")
    add("--attached", action="store_true", help=argparse.SUPPRESS)
    add("--early", action="store_true", help="answer when the first sample case is there; the others come later")
    add("--paint", action="store_true", help=argparse.SUPPRESS)
    add("--lifetimes", default="", help=argparse.SUPPRESS)
    return parser
