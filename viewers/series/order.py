"""Order: keys by which frames of one place follow each other; slices follow their geometry alone."""

from collections.abc import Sequence

from viewers.series.frame_facts import FrameFacts


def value_of(frame: FrameFacts, name: str) -> str:
    """What a frame says of one thing that splitting compares, empty where it says nothing."""
    return str(frame.values.get(name, ""))


def sortable(value: str) -> tuple[float, str]:
    """A key that puts numbers in their order, and words in theirs."""
    try:
        return float(value.partition("\\")[0]), value
    except ValueError:
        return 0.0, value


def in_time(frames: Sequence[FrameFacts]) -> list[FrameFacts]:
    """Frames of one place by time point, then trigger time, then as they were numbered."""

    def key(frame: FrameFacts) -> tuple[object, ...]:
        return (*sortable(value_of(frame, "time point")), *sortable(value_of(frame, "trigger")), *instance_order(frame))

    return sorted(frames, key=key)


def instance_order(frame: FrameFacts) -> tuple[int, int, str, int]:
    """A key for the order in which images were numbered: the last resort, never an order of slices."""
    header = frame.header
    part = header.integer("InConcatenationNumber") or 0
    return header.integer("InstanceNumber") or 0, part, header.key, frame.number
