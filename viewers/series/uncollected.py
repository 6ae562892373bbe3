"""A stretch of work without the cycle collector, for work that makes many objects which all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the collector: looking through ten thousand new headers again and again takes longer than making them.

    Nothing made meanwhile may hang together in circles. Stretches may overlap on several threads: the first that
    began ends the pause, which costs the others no more than time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
