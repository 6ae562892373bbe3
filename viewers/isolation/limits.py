"""How much time and memory one job may take."""

from dataclasses import dataclass

MEGABYTE = 1 << 20
CPU_BASE_S = 2.0
CPU_PER_MEGABYTE_S = 0.2
WALL_S = 10.0
MEMORY_BASE = 256 * MEGABYTE
MEMORY_FACTOR = 4
SMALL_FRAME = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The budget of one job; passing it costs the worker its life and the job its answer.

    Attributes:
        cpu_s: processor seconds of all threads of the worker.
        wall_s: seconds from the moment the worker may begin.
        memory_bytes: address space beyond what the idle worker has and what was mapped for the job.
        small: many such jobs may wait inside one worker, which saves round trips.
    """

    cpu_s: float = CPU_BASE_S
    wall_s: float = WALL_S
    memory_bytes: int = MEMORY_BASE
    small: bool = True


def limits_for(expected_bytes: int) -> Limits:
    """The contract of one frame whose decoded size should be ``expected_bytes``."""
    megabytes = expected_bytes / MEGABYTE
    cpu_s = CPU_BASE_S + CPU_PER_MEGABYTE_S * megabytes
    return Limits(
        cpu_s=cpu_s,
        wall_s=max(WALL_S, cpu_s),
        memory_bytes=MEMORY_FACTOR * expected_bytes + MEMORY_BASE,
        small=expected_bytes <= SMALL_FRAME,
    )
