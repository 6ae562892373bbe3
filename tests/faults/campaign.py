"""What a campaign is: numbered inputs, each made from its own seed, and what went wrong with them."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

SLOWEST_S = 11.0
THREADS = 6

Try = Callable[[int], str]
"""Runs the input of one seed; its answer is one word about how that ended."""


class Broken(Exception):
    """What must never happen, did; the text says what."""


@dataclass(slots=True)
class Report:
    """How a campaign went.

    Attributes:
        tried: how many inputs were run.
        failures: (seed, what went wrong); ``SEED=seed BUDGET=1`` runs that input alone.
        endings: how often each ending was met.
        slowest_s: the longest that one input took.
    """

    tried: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)
    endings: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0


def dice(seed: int) -> random.Random:
    """The source of chance of one input: the same for the same seed, whatever ran before."""
    return random.Random(f"second opinion {seed}")


def run(attempt: Try, seed: int, budget: int, *, at_once: int = THREADS, longest_s: float = SLOWEST_S) -> Report:
    """Try the inputs ``seed`` to ``seed + budget - 1``, several at a time."""
    report = Report()
    with ThreadPoolExecutor(at_once) as threads:
        for number, ending, took in threads.map(lambda each: _one(attempt, each, longest_s), _seeds(seed, budget)):
            report.tried += 1
            report.slowest_s = max(report.slowest_s, took)
            if ending.startswith("FAILED"):
                report.failures.append((number, ending))
            else:
                report.endings[ending] += 1
    return report


def _seeds(seed: int, budget: int) -> Iterator[int]:
    yield from range(seed, seed + budget)


def _one(attempt: Try, seed: int, longest_s: float) -> tuple[int, str, float]:
    started = time.monotonic()
    try:
        ending = attempt(seed)
    except Broken as broken:
        ending = f"FAILED: {broken}"
    except Exception as error:  # noqa: BLE001 - whatever escapes is what the campaign looks for
        ending = f"FAILED: {type(error).__name__} escaped: {error}"
    took = time.monotonic() - started
    return seed, f"FAILED: {took:.1f} s" if took > longest_s else ending, took
