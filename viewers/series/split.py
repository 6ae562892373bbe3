"""Splitting: headers become display sets, by geometry first, then by what varies at one place."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewers.series.apart import apart, apart_by_frame, is_colour, is_localizer, object_of
from viewers.series.assemble import Part, image_set, object_set
from viewers.series.cine import is_moving
from viewers.series.display_set import DisplaySet, Kind
from viewers.series.errors import Refused
from viewers.series.frame_facts import MOST_DIMENSIONS, FrameFacts
from viewers.series.frames import frames_of
from viewers.series.header import Header
from viewers.series.interleaved import interleaved_by
from viewers.series.kinds import object_kind
from viewers.series.order import in_time, instance_order, sortable, value_of
from viewers.series.plain import number as text_number
from viewers.series.ranks import amount_of, by_rank
from viewers.series.stack_geometry import SAME_PLACE_MM, directions, places
from viewers.series.uncollected import uncollected

SAME_DIRECTION = 2e-3
MOST_DIRECTIONS = 500
MR_CINE_PHASES = 8

# What may distinguish frames at one place, the most meaningful first.
_DISTINCTIONS = (
    "stack", "image type", "component", "echo", "echo number", "inversion time", "b", "directionality", "direction",
    "time point", "time offset", "energy", "energy window", "contrast", "flip angle", "repetition time", "velocity",
    "sequence", "phase", "breath", "interval", "time slot", "trigger", "acquisition",
    *(f"dimension {number}" for number in range(1, MOST_DIMENSIONS + 1)),
    "thickness", "filter", "options", "coil", "description", "protocol", "comment", "reference time", "acquired",
    "content time",
)  # fmt: skip
# Words have no order: where they differ from place to place they tell nothing.
_WORDS = frozenset(("filter", "options", "coil", "description", "protocol", "comment"))
_KINDS_OF_PICTURE = ("stack", "image type", "component")
_AGAIN = "same places again"
_WITH_PICTURES = frozenset((Kind.SEG, Kind.RTDOSE, Kind.SM, Kind.VIDEO))


def display_sets(headers: Sequence[Header]) -> tuple[DisplaySet, ...]:
    """Everything that headers can show, each header in at least one display set.

    Returns:
        Display sets ordered by study, series number, then the order within the series; ids are stable as long as
        the headers are the same.
    """
    with uncollected():
        return _split(headers)


def _split(headers: Sequence[Header]) -> tuple[DisplaySet, ...]:
    series: dict[str, list[Header]] = defaultdict(list)
    sets: list[DisplaySet] = []
    for header in headers:
        kind = object_kind(header)
        if kind is None:
            series[header.text("SeriesInstanceUID")].append(header)
        else:
            sets.append(_object(header, kind))
    for members in series.values():
        sets.extend(_image_sets(members))
    return tuple(_counted_once(sorted(sets, key=_order)))


def _object(header: Header, kind: Kind) -> DisplaySet:
    if kind not in _WITH_PICTURES:
        return object_set(header, kind)
    try:
        frames = frames_of(header, kind)
    except Refused as refusal:
        return object_set(header, kind, warning=str(refusal))
    axes = None if kind is Kind.SM else directions(frames[0].orientation)
    if axes is None or not all(len(frame.position) == 3 for frame in frames):  # noqa: PLR2004 - the format's number
        return image_set(Part(frames=frames, kind=kind, axes=None, label=""), (header,))
    along = places([frame.position for frame in frames], axes[2])
    ordered = tuple(frames[i] for i in np.argsort(along, kind="stable"))
    if len(along) > 1 and float(np.diff(np.sort(along)).min()) <= SAME_PLACE_MM:
        return image_set(Part(frames=frames, kind=kind, axes=None, label=""), (header,))
    return image_set(Part(frames=ordered, kind=kind, axes=axes, label=""), (header,))


def _image_sets(members: Sequence[Header]) -> Iterator[DisplaySet]:
    """The display sets of one series of images."""
    groups: dict[object, list[FrameFacts]] = defaultdict(list)
    for header in members:
        try:
            frames = frames_of(header, None)
        except Refused as refusal:
            yield object_set(header, Kind.OTHER, warning=str(refusal))
            continue
        of_file = apart(header, frames[0], len(frames))
        for frame in frames:
            groups[of_file, apart_by_frame(frame)].append(frame)
    kernels = {value_of(frames_alike[0], "kernel") for frames_alike in groups.values()} - {""}
    for frames_alike in groups.values():
        kernel = value_of(frames_alike[0], "kernel")
        label = f"kernel {kernel}" if kernel and len(kernels) > 1 else ""
        for part in _parts_of(frames_alike, label):
            yield image_set(part, tuple(members))


def _parts_of(frames_alike: Sequence[FrameFacts], label: str) -> Iterator[Part]:
    clusters, left = _by_direction(frames_alike)
    for same_way in clusters:
        for stack, members in _by_stack(same_way):
            yield from _parts(members, _joined(label, stack) if stack else label)
    if left:
        yield replace(_unplaced(left), label=_joined(label, f"beyond {MOST_DIRECTIONS} directions"))


def _by_direction(frames: Sequence[FrameFacts]) -> tuple[list[list[FrameFacts]], list[FrameFacts]]:
    """Frames whose planes are parallel, within a tenth of a degree, those without a place apart; and what is too much.

    Beyond ``MOST_DIRECTIONS`` nothing is compared any more: such frames are shown without a place.
    """
    clusters: list[list[FrameFacts]] = []
    numbers: dict[tuple[float, ...] | None, int] = {}
    representatives = np.full((MOST_DIRECTIONS, 6), np.inf)  # parallel to nothing
    left: list[FrameFacts] = []
    for frame in frames:
        known = len(frame.position) == 3 and directions(frame.orientation) is not None  # noqa: PLR2004 - the format's number
        way = frame.orientation if known else None
        if way not in numbers:
            numbers[way] = _cluster(representatives[: len(clusters)], way)
        number = numbers[way]
        if number < len(clusters):
            clusters[number].append(frame)
        elif number >= MOST_DIRECTIONS:
            left.append(frame)
        else:
            clusters.append([frame])
            representatives[number] = np.inf if way is None else way
    return clusters, left


def _cluster(representatives: NDArray[np.float64], way: tuple[float, ...] | None) -> int:
    """Which cluster a direction belongs to, the first that fits, or the next new one."""
    if way is None:
        return len(representatives)
    near = np.flatnonzero(np.abs(representatives - way).max(axis=1, initial=0.0) < SAME_DIRECTION)
    return int(near[0]) if near.size else len(representatives)


def _by_stack(frames: list[FrameFacts]) -> list[tuple[str, list[FrameFacts]]]:
    """(label, frames) of the stacks of one object (PS3.3 C.7.6.16.2.2.7), unless each frame calls itself one."""
    stacks = {value_of(frame, "stack") for frame in frames}
    if not (_is_one_object(frames) and 1 < len(stacks) < len(frames)) or "" in stacks:
        return [("", frames)]
    return [
        (f"stack {stack}", [frame for frame in frames if value_of(frame, "stack") == stack])
        for stack in sorted(stacks, key=sortable)
    ]


def _parts(frames: list[FrameFacts], label: str) -> Iterator[Part]:
    """Frames of one size and direction, split by what varies at one place."""
    header = frames[0].header
    axes = directions(frames[0].orientation) if len(frames[0].position) == 3 else None  # noqa: PLR2004 - the format's number
    if axes is None:
        yield _unplaced(frames)
        return
    for title, members in _distinguished(frames, axes[2], label):
        along = places([frame.position for frame in members], axes[2])
        single_place = float(np.ptp(along)) <= SAME_PLACE_MM
        ordered = in_time(members) if single_place else [members[i] for i in np.argsort(along, kind="stable")]
        kind = _kind(ordered, single_place=single_place)
        if is_localizer(header):
            kind = Kind.LOCALIZER
        yield Part(frames=tuple(ordered), kind=kind, axes=axes, label=title)


def _unplaced(frames: list[FrameFacts]) -> Part:
    header = frames[0].header
    moving = _is_one_object(frames) and is_moving(header)
    kind = Kind.LOCALIZER if is_localizer(header) else Kind.CINE if moving else Kind.STACK
    ordered = sorted(frames, key=instance_order)
    return Part(frames=tuple(ordered), kind=kind, axes=None, label="")


def _kind(frames: Sequence[FrameFacts], *, single_place: bool) -> Kind:
    if single_place:
        moments = {frame.values.get("trigger") or frame.values.get("time point") for frame in frames}
        moving = len(frames) > 2 and None not in moments and len(moments) == len(frames)  # noqa: PLR2004 - the format's number
        return Kind.CINE if moving or (_is_one_object(frames) and is_moving(frames[0].header)) else Kind.STACK
    if is_colour(frames[0]) or any(frame.lut is not None for frame in frames) or frames[0].spacing_mm is None:
        return Kind.STACK
    return Kind.VOLUME


def _is_one_object(frames: Sequence[FrameFacts]) -> bool:
    return len(frames) > 1 and len({object_of(frame.header) for frame in frames}) == 1


def _distinguished(
    frames: list[FrameFacts], normal: tuple[float, float, float], label: str
) -> Iterator[tuple[str, list[FrameFacts]]]:
    """Groups in which no place has two frames, as far as anything tells frames of one place apart."""
    buckets = _buckets(frames, normal)
    most = max(map(len, buckets))
    if most == 1:
        yield from _disentangled(frames, normal, label)
        return
    name = _telling(frames, buckets)
    if name == "trigger" and most >= MR_CINE_PHASES and frames[0].header.text("Modality") == "MR":
        for number, bucket in enumerate(buckets, 1):
            yield _joined(label, f"slice {number}"), bucket
        return
    if name:
        for value, group in _grouped(frames, buckets, name):
            yield from _distinguished(group, normal, _joined(label, f"{name} {value}".strip()))
        return
    if len(buckets) == 1:
        yield label, frames
        return
    numbered = by_rank([sorted(bucket, key=instance_order) for bucket in buckets], lambda one: instance_order(one)[0])
    for rank, group in enumerate(numbered):
        yield label if rank == 0 else _joined(label, _AGAIN), group


def _disentangled(
    frames: list[FrameFacts], normal: tuple[float, float, float], label: str
) -> Iterator[tuple[str, list[FrameFacts]]]:
    name = interleaved_by(frames, places([frame.position for frame in frames], normal))
    if not name:
        yield label, frames
        return
    found = _by_value(frames, name)
    for value, group in found.items():
        yield _joined(label, f"{name} {_named(name, value, list(found))}"), group


def _buckets(frames: Sequence[FrameFacts], normal: tuple[float, float, float]) -> list[list[FrameFacts]]:
    """Frames by their place along the normal, ascending."""
    along = places([frame.position for frame in frames], normal)
    order = np.argsort(along, kind="stable")
    buckets: list[list[FrameFacts]] = [[frames[order[0]]]]
    for earlier, later in itertools.pairwise(order):
        if along[later] - along[earlier] > SAME_PLACE_MM:
            buckets.append([])
        buckets[-1].append(frames[later])
    return buckets


def _telling(frames: list[FrameFacts], buckets: list[list[FrameFacts]]) -> str:
    """What tells frames of one place apart, rather by values that come again than by ranks; empty: nothing does."""
    names = _KINDS_OF_PICTURE if len(buckets) == 1 else _DISTINCTIONS
    said = set().union(*(frame.values for frame in frames))
    ranked = ""
    for name in (name for name in names if name in said):
        if not any(len({value_of(frame, name) for frame in bucket}) > 1 for bucket in buckets):
            continue
        if _comes_again(_by_value(frames, name), buckets):
            return name
        ranked = ranked or ("" if name in _WORDS else name)
    return ranked


def _by_value(frames: list[FrameFacts], name: str) -> dict[str, list[FrameFacts]]:
    found: dict[str, list[FrameFacts]] = defaultdict(list)
    for frame in frames:
        found[value_of(frame, name)].append(frame)
    return {value: found[value] for value in sorted(found, key=sortable)}


def _comes_again(found: dict[str, list[FrameFacts]], buckets: list[list[FrameFacts]]) -> bool:
    """Whether values are the same from place to place, though some places may lack a frame; times are not."""
    usual = sorted(map(len, found.values()))[len(found) // 2]
    return len(found) <= max(map(len, buckets)) or usual >= max(2, len(buckets) / 2)


def _grouped(
    frames: list[FrameFacts], buckets: list[list[FrameFacts]], name: str
) -> Iterator[tuple[str, list[FrameFacts]]]:
    """By value; by rank at each place where the values differ from place to place (acquisition times do)."""
    found = _by_value(frames, name)
    if _comes_again(found, buckets):
        yield from ((_named(name, value, list(found)), group) for value, group in found.items())
        return

    def ascending(frame: FrameFacts) -> tuple[object, ...]:
        return (*sortable(value_of(frame, name)), *instance_order(frame))

    groups = by_rank([sorted(bucket, key=ascending) for bucket in buckets], amount_of(name))
    yield from ((f"{rank}", group) for rank, group in enumerate(groups, 1))


def _named(name: str, value: str, values: Sequence[str]) -> str:
    """A value short enough for a title; directions are numbered."""
    number = text_number(value)
    if name == "direction" and value:
        return str([other for other in values if other].index(value) + 1)
    return f"{number:g}" if number is not None and "\\" not in value else value


def _joined(label: str, more: str) -> str:
    return f"{label}, {more}" if label else more


def _order(display_set: DisplaySet) -> tuple[object, ...]:
    number = display_set.series_number
    return display_set.study_date, display_set.study_uid, number is None, number or 0, display_set.series_uid


def _counted_once(sets: Sequence[DisplaySet]) -> Iterator[DisplaySet]:
    """A file that splits into several display sets counts in the first of them."""
    seen: set[str] = set()
    for display_set in sets:
        keys = {header.key for header in display_set.instances}
        yield replace(display_set, files=len(keys - seen))
        seen |= keys
