"""The pace of a cine, from the attributes in the order trusted; the whole vector of times where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from viewers.series.frame_facts import FrameFacts
from viewers.series.header import Header

_MOVING = frozenset(("US", "XA", "RF", "IVUS", "IVOCT", "ES", "EC", "GM", "SC"))
_POINTERS = ("00181063", "00181065")
_SLOWEST_MS, _FASTEST_MS = 60_000.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast frames follow each other.

    Attributes:
        frame_time_ms: time per frame for playing, or None where nobody says (the default rate, with a badge).
        source: the attribute that it comes from.
        times_ms: time of each frame from the first, empty where unknown.
    """

    frame_time_ms: float | None
    source: str
    times_ms: tuple[float, ...]


def pace(header: Header, frames: Sequence[FrameFacts]) -> Pace:
    """The pace of a multi-frame image (PS3.3 C.7.6.5), or of single images that their trigger times order.

    Rates are trusted in this order: Recommended Display Frame Rate, Cine Rate, Frame Time Vector (whole), Frame Time.
    """
    times = _times(header, frames)
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        rate = header.number(keyword)
        if rate and _sane(1000 / rate):
            return Pace(frame_time_ms=1000 / rate, source=keyword, times_ms=times)
    vector = header.numbers("FrameTimeVector")
    if len(vector) == len(frames) > 1 and times:
        mean = times[-1] / (len(times) - 1)
        if _sane(mean):
            return Pace(frame_time_ms=mean, source="FrameTimeVector", times_ms=times)
    frame_time = header.number("FrameTime")
    if frame_time and _sane(frame_time):
        return Pace(frame_time_ms=frame_time, source="FrameTime", times_ms=times)
    if times and _sane(times[-1] / max(1, len(times) - 1)):
        return Pace(frame_time_ms=times[-1] / (len(times) - 1), source="TriggerTime", times_ms=times)
    return Pace(frame_time_ms=None, source="", times_ms=())


def is_moving(header: Header) -> bool:
    """Whether the frames of a multi-frame image follow each other in time."""
    keywords = ("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate")
    pointers = header.texts("FrameIncrementPointer")
    told = any(keyword in header.attributes for keyword in keywords) or any(p in _POINTERS for p in pointers)
    return told or header.text("Modality") in _MOVING - {"SC"}


def _times(header: Header, frames: Sequence[FrameFacts]) -> tuple[float, ...]:
    vector = header.numbers("FrameTimeVector")
    if len(vector) == len(frames) > 1 and min(vector) >= 0:
        return tuple(accumulate((0.0, *vector[1:])))
    frame_time = header.number("FrameTime")
    if frame_time and _sane(frame_time) and len({id(frame.header) for frame in frames}) == 1:
        return tuple(number * frame_time for number in range(len(frames)))
    triggers = [frame.trigger_ms for frame in frames]
    if len(triggers) > 1 and all(trigger is not None for trigger in triggers):
        first = triggers[0] or 0.0
        return tuple((trigger or 0.0) - first for trigger in triggers)
    return ()


def _sane(milliseconds: float) -> bool:
    return _FASTEST_MS <= milliseconds <= _SLOWEST_MS
