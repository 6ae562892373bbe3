"""The cine clock: which frame of a clip is due now, paced by the clock alone so that it never drifts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.series.display_set import DisplaySet

DEFAULT_FPS = 15.0
_MOST_FPS = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long each frame of a clip stands.

    Attributes:
        durations_s: one per frame.
        source: the attribute that says so, "" where it is the default rate.
        fps: mean rate, for the reader.
    """

    durations_s: tuple[float, ...]
    source: str
    fps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A running clip: it showed frame ``frame`` at ``since_s`` of an injected clock, played at ``speed``."""

    pace: Pace
    frame: int
    since_s: float
    speed: float = 1.0


def pace_of(display_set: DisplaySet) -> Pace:
    """The pace a clip was recorded for.

    The display set has already chosen Recommended Display Frame Rate, Cine Rate, Frame Time Vector or Frame Time, in
    this order (PS3.3 C.7.6.5); where none was there the rate is 15 per second and ``source`` is empty.
    """
    count = max(1, len(display_set.frames))
    times = [frame.time_ms for frame in display_set.frames]
    if display_set.rate_source == "FrameTimeVector" and count > 1 and None not in times:
        durations = np.diff(np.asarray(times, np.float64)) / 1000.0
        if (durations > 0).all():
            return _pace((*durations.tolist(), float(np.median(durations))), display_set.rate_source)
    if display_set.frame_time_ms and display_set.rate_source:
        return _pace((display_set.frame_time_ms / 1000.0,) * count, display_set.rate_source)
    return _pace((1.0 / DEFAULT_FPS,) * count, "")


def frame_at(clock: Clock, now_s: float) -> int:
    """Index of the frame that is due, looping."""
    return _due(clock, now_s)[0]


def seconds_to_next(clock: Clock, now_s: float) -> float:
    """How long the due frame still stands."""
    return _due(clock, now_s)[1]


def at_speed(clock: Clock, speed: float, now_s: float) -> Clock:
    """The same clip, from the frame that is due, at another speed (1.0 as recorded)."""
    return Clock(pace=clock.pace, frame=frame_at(clock, now_s), since_s=now_s, speed=speed)


def _due(clock: Clock, now_s: float) -> tuple[int, float]:
    ends = _ends(clock)
    start = ends[clock.frame] - clock.pace.durations_s[clock.frame]
    within = (start + max(0.0, now_s - clock.since_s) * clock.speed) % ends[-1]
    frame = min(int(np.searchsorted(ends, within + 1e-9, side="right")), len(ends) - 1)
    return frame, max(0.0, float(ends[frame] - within) / clock.speed)


def _ends(clock: Clock) -> NDArray[np.float64]:
    return np.cumsum(np.asarray(clock.pace.durations_s, np.float64))


def _pace(durations_s: tuple[float, ...], source: str) -> Pace:
    bounded = tuple(max(duration, 1.0 / _MOST_FPS) for duration in durations_s)
    return Pace(durations_s=bounded, source=source, fps=len(bounded) / sum(bounded))
