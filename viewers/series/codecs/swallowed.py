"""Errors that a decoder met and swallowed: compiled code that cannot raise tells the interpreter, and goes on."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def swallowed() -> Iterator[list[str]]:
    """The kinds of errors that could not be raised meanwhile; a frame that had one is not whole."""
    found: list[str] = []

    def note(unraisable: Any) -> None:
        found.append(getattr(unraisable.exc_type, "__name__", "error"))

    def note_too(kind: type[BaseException], *_: object) -> None:  # Cython tells both hooks
        found.append(kind.__name__)

    before = sys.unraisablehook, sys.excepthook
    sys.unraisablehook, sys.excepthook = note, note_too
    try:
        yield found
    finally:
        sys.unraisablehook, sys.excepthook = before
