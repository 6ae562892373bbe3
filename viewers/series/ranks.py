"""Ranks: frames of one place numbered by a value that differs from place to place, as times and instance numbers do.

Where a frame did not come, those after it must not move up: they would join the phase before theirs.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf, isfinite

from viewers.series.frame_facts import FrameFacts
from viewers.series.order import value_of

_TIMES_OF_DAY = ("acquired", "content time")
_TEMPLATES = 32
_HALF = 0.5


def by_rank(
    buckets: Sequence[Sequence[FrameFacts]], amount: Callable[[FrameFacts], float | None]
) -> list[list[FrameFacts]]:
    """The frames of each rank.

    Args:
        buckets: the frames of each place, in their order.
        amount: what they are ordered by, as a number.
    """
    most = max(map(len, buckets))
    amounts = [[inf if (found := amount(frame)) is None else found for frame in bucket] for bucket in buckets]
    groups: list[list[FrameFacts]] = [[] for _ in range(most)]
    whole = [number for number, bucket in enumerate(buckets) if len(bucket) == most]
    for number, bucket in enumerate(buckets):
        near = sorted(whole, key=lambda other: abs(other - number))[:_TEMPLATES]
        for rank, frame in zip(_ranks(amounts[number], [amounts[other] for other in near]), bucket, strict=True):
            groups[rank].append(frame)
    return groups


def amount_of(name: str) -> Callable[[FrameFacts], float | None]:
    """What a frame says of ``name`` as a number, times of day in seconds; None where it is none."""

    def amount(frame: FrameFacts) -> float | None:
        value = value_of(frame, name)
        try:
            return _seconds(value) if name in _TIMES_OF_DAY else float(value.partition("\\")[0])
        except ValueError:
            return None

    return amount


def _seconds(value: str) -> float:
    """Of a TM, or of the time within a DT: the last six digits before the point."""
    whole, _, fraction = value.partition(".")
    clock = whole[-6:] if len(whole) > 6 else whole.ljust(6, "0")  # noqa: PLR2004 - HHMMSS
    return int(clock[:2]) * 3600 + int(clock[2:4]) * 60 + float(f"{clock[4:6]}.{fraction or 0}")


def _ranks(amounts: Sequence[float], templates: Sequence[Sequence[float]]) -> Sequence[int]:
    """The rank of each frame of one place: as at the place that they fit best, where they fit any."""
    plain = range(len(amounts))
    if not templates or len(amounts) == len(templates[0]) or not all(map(isfinite, amounts)):
        return plain
    cost, ranks, template = min(
        ((*_fitted(amounts, template), template) for template in templates if all(map(isfinite, template))),
        key=lambda found: found[0],
        default=(inf, plain, ()),
    )
    least = min((after - before for before, after in pairwise(template)), default=0.0)
    return ranks if cost <= _HALF * least * len(amounts) else plain


def _fitted(amounts: Sequence[float], template: Sequence[float]) -> tuple[float, list[int]]:
    """(how far all are off together, the rank of each) when ascending amounts take the nearest ascending ranks."""
    ranks = len(template)
    least = [[0.0] * (ranks + 1)]
    for i, amount in enumerate(amounts, 1):
        row = [inf] * (ranks + 1)
        for j in range(i, ranks + 1):
            row[j] = min(row[j - 1], least[i - 1][j - 1] + abs(amount - template[j - 1]))
        least.append(row)
    taken: list[int] = []
    i, j = len(amounts), ranks
    while i:
        if least[i][j - 1] <= least[i][j]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            taken.append(j)
    return least[-1][-1], taken[::-1]
