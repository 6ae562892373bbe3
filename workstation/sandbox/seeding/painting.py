"""Painting synthetic studies: several at once, each in a child process that ends with this one."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TextIO

from viewers.phantoms import Detail, Person, write_study
from workstation.sandbox.process import environment, program

MOST_PAINTERS: Final = 3


class PaintingError(OSError):
    """A study could not be painted; the service's log tells why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A study to be painted: which, for whom, when, where to."""

    study: str
    person: Person
    date: str
    folder: Path
    detail: Detail


class Painters:
    """A few children that paint. The folder of a study appears when it is whole."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(min(MOST_PAINTERS, os.cpu_count() or 1), thread_name_prefix="painter")
        self._children: set[subprocess.Popen[str]] = set()

    def paint(self, canvas: Canvas) -> "Future[None]":
        """Have it painted, unless its folder is there; the future may raise ``PaintingError``."""
        return self._pool.submit(self._paint, canvas)

    def close(self) -> None:
        """Begin nothing more and end what is being painted."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in tuple(self._children):
            child.kill()

    def _paint(self, canvas: Canvas) -> None:
        if canvas.folder.exists():
            return
        part = canvas.folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        command = [*program(), "--paint"]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8", env=environment()
        ) as child:
            self._children.add(child)
            assert child.stdin is not None
            child.stdin.write(json.dumps({**asdict(canvas), "folder": str(part)}) + "\n")
            child.stdin.flush()
            code = child.wait()  # the pipe stays open until then: its end would end the child
            self._children.discard(child)
        if code != 0:
            raise PaintingError(f"the study {canvas.study} could not be painted")
        part.rename(canvas.folder)


def paint_one(reader: TextIO) -> int:
    """The child: paint the study that the first line tells; gone at once when the pipe ends."""
    told = json.loads(reader.readline())
    threading.Thread(target=_end_with, args=(reader,), daemon=True).start()
    write_study(
        told["study"],
        Path(told["folder"]),
        person=Person(**told["person"]),
        study_date=told["date"],
        detail=told["detail"],
    )
    return 0


def _end_with(reader: TextIO) -> None:
    for _ in reader:
        pass
    os._exit(1)


def finished(futures: Iterable["Future[None]"]) -> None:
    """Wait for these.

    Raises:
        PaintingError: one could not be painted.
    """
    for future in futures:
        future.result()
