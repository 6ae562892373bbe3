"""The wall around a worker: what the kernel offers to keep hostile bytes from doing more than failing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What is in force around a worker.

    Attributes:
        measures: names of what is active, e.g. ``no new privileges``, ``landlock 7``, ``seccomp``, ``limits``.
        missing: sentences about what this system does not offer.
    """

    measures: tuple[str, ...]
    missing: tuple[str, ...]
