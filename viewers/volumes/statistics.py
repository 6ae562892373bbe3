"""Statistics of a display set: the least, the greatest and the mean value over all frames, padding left out."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import DisplaySet, Kind
from viewers.sources import FrameSource
from viewers.volumes.frame_values import padding_of, rescaled, rgb, stored_frame

_AHEAD = 4
_MOST_REASONS = 3
_MOST_FRAMES = 20_000
_REFUSED_ALIKE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Values in ``DisplaySet.unit``; for colour over all channels, as stored.

    Attributes:
        counted: how many values went in.
    """

    least: float
    greatest: float
    mean: float
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What decoding every frame showed.

    Attributes:
        statistics: None where nothing could be decoded, or everything is padding.
        warnings: sentences about frames that could not be shown, or came with a doubt.
    """

    statistics: Statistics | None
    warnings: tuple[str, ...]


def survey(display_set: DisplaySet, source: FrameSource, pool: Pool) -> Survey:
    """Decode every frame once, one after the other in memory, and tell what came out."""
    least, greatest, total, counted = np.inf, -np.inf, 0.0, 0
    refused: dict[int, str] = {}
    doubted: dict[int, str] = {}
    for index, values in _pictures(display_set, source, pool):
        if isinstance(values, _Failed):
            refused[index] = values.reason
            if _hopeless(display_set, refused, index):
                refused.update(dict.fromkeys(range(index + 1, len(display_set.frames)), values.reason))
                break
            continue
        if values.warning:
            doubted[index] = values.warning
        kept = values.kept[np.isfinite(values.kept)]
        if kept.size < values.kept.size:
            doubted[index] = f"{values.warning} Some of its values are no numbers; they were left out.".strip()
        if kept.size:
            least = min(least, float(kept.min()))
            greatest = max(greatest, float(kept.max()))
            total += float(kept.sum(dtype=np.float64))
            counted += kept.size
    found = Statistics(least=least, greatest=greatest, mean=total / counted, counted=counted) if counted else None
    warnings = [*_told(refused, "cannot be shown"), *_told(doubted, "is doubtful")]
    if len(display_set.frames) > _MOST_FRAMES:
        warnings.append(f"Only the first {_MOST_FRAMES} frames were decoded for the statistics.")
    return Survey(statistics=found, warnings=tuple(warnings))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kept:
    kept: NDArray[np.generic]
    warning: str


def _hopeless(display_set: DisplaySet, refused: dict[int, str], index: int) -> bool:
    """Whether the first frames of one file were all refused for one reason: so will be the others."""
    alike = len(refused) == index + 1 >= _REFUSED_ALIKE and len(set(refused.values())) == 1
    return alike and len(display_set.instances) == 1


def _pictures(display_set: DisplaySet, source: FrameSource, pool: Pool) -> Iterator[tuple[int, "_Kept | _Failed"]]:
    """The kept values of every frame in order, a few decoded ahead."""
    waiting: deque[tuple[int, Future[_Kept | _Failed]]] = deque()
    with ThreadPoolExecutor(max_workers=_AHEAD, thread_name_prefix="survey") as threads:
        for index in range(min(len(display_set.frames), _MOST_FRAMES)):
            waiting.append((index, threads.submit(_one, display_set, index, source, pool)))
            if len(waiting) > 2 * _AHEAD:
                number, future = waiting.popleft()
                yield number, future.result()
        for number, future in waiting:
            yield number, future.result()


def _one(display_set: DisplaySet, index: int, source: FrameSource, pool: Pool) -> "_Kept | _Failed":
    try:
        decoded = stored_frame(display_set, index, source, pool)
        warning = " ".join(decoded.warnings)
        if display_set.colour:
            return _Kept(kept=rgb(display_set, decoded), warning=warning)
    except FrameRefused as refusal:
        return _Failed(reason=str(refusal))
    one = display_set.frames[index]
    padding = padding_of(one, decoded.values)
    values = rescaled(decoded.values, one)
    return _Kept(kept=values if padding is None else values[~padding], warning=warning)


def _told(found: dict[int, str], what: str) -> Iterator[str]:
    """One sentence per reason, with the frames it concerns."""
    by_reason: dict[str, list[int]] = {}
    for index, reason in sorted(found.items()):
        by_reason.setdefault(reason, []).append(index + 1)
    for reason, numbers in list(by_reason.items())[:_MOST_REASONS]:
        which = f"Frame {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} frames, the first {numbers[0]},"
        verb = what if len(numbers) == 1 else what.replace("is ", "are ")
        yield f"{which} {verb}: {reason}"


def has_pixels(display_set: DisplaySet) -> bool:
    """Whether the display set has frames that a decoder can read."""
    return bool(display_set.frames) and display_set.kind is not Kind.DOCUMENT
