"""The wall around a worker: what the kernel offers to keep hostile bytes from doing more than failing."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

ALLOWED_DESCRIPTORS = 64
ALLOWED_ADDRESS_SPACE = 16 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What is in force around a worker.

    Attributes:
        measures: names of what is active, e.g. ``no new privileges``, ``landlock 7``, ``seccomp``, ``limits``.
        missing: sentences about what this system does not offer.
    """

    measures: tuple[str, ...]
    missing: tuple[str, ...]


def raise_wall(readable: Sequence[str] = ()) -> Protection:
    """Give up, in this process and for ever, everything a parser does not need.

    Args:
        readable: folders that stay readable. Nothing else can be opened afterwards, no socket made, no process
            started or signalled, no module imported.
    """
    measures = ["separate process", *_limits()]
    missing: list[str] = []
    if sys.platform != "linux":
        missing.append("This system's own sandbox is not used yet; workers are separate processes only.")
        return Protection(measures=tuple(measures), missing=tuple(missing))
    from viewers.isolation import landlock, linux, seccomp

    linux.forbid_dumps()
    linux.forbid_new_privileges()
    measures += ["no core dumps", "no new privileges"]
    for name, start in (("landlock", lambda: landlock.restrict(readable)), ("seccomp", seccomp.deny)):
        try:
            measures.append(f"{name} {start()}".strip())
        except OSError as refusal:
            missing.append(f"{name} is not available here ({os.strerror(refusal.errno or 0)}).")
    return Protection(measures=tuple(measures), missing=tuple(missing))


def _limits() -> list[str]:
    """Limits that hold for the life of the worker; those of one job are set before each (``worker.py``)."""
    try:
        import resource
    except ImportError:
        return []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (ALLOWED_ADDRESS_SPACE, ALLOWED_ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (ALLOWED_DESCRIPTORS, ALLOWED_DESCRIPTORS))
    return ["memory and time limits"]
