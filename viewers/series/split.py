"""Splitting: headers become display sets, by geometry first, then by what varies at one place."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewers.series.assemble import Part, image_set, object_set
from viewers.series.cine import is_moving
from viewers.series.display_set import DisplaySet, Kind
from viewers.series.errors import Refused
from viewers.series.frame_facts import FrameFacts
from viewers.series.frames import frames_of
from viewers.series.header import Header
from viewers.series.kinds import object_kind
from viewers.series.plain import number as text_number
from viewers.series.stack_geometry import SAME_PLACE_MM, directions, places
from viewers.series.uncollected import uncollected

SAME_DIRECTION = 2e-3
MOST_DIRECTIONS = 500
MR_CINE_PHASES = 8

# What may distinguish frames at one place, the most meaningful first.
_DISTINCTIONS = (
    "stack", "image type", "component", "echo", "echo number", "inversion time", "b", "directionality", "direction",
    "time point", "energy", "contrast", "flip angle", "sequence", "phase", "trigger", "acquisition", "reference time",
    "acquired", "content time",
)  # fmt: skip
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
        for frame in frames:
            groups[_hard_key(frame, len(frames))].append(frame)
    for frames_alike in groups.values():
        clusters, left = _by_direction(frames_alike)
        for same_way in clusters:
            for part in _parts(same_way):
                yield image_set(part, tuple(members))
        if left:
            part = replace(_unplaced(left), label=f"beyond {MOST_DIRECTIONS} directions")
            yield image_set(part, tuple(members))


def _hard_key(frame: FrameFacts, frames_in_file: int) -> object:
    """What never goes together, whatever the places are."""
    header, form = frame.header, frame.form
    colour = form.samples_per_pixel > 1 or form.photometric_interpretation == "PALETTE COLOR"
    own = _object_of(header) if (frames_in_file > 1 or _concatenation(header)) and frame.crop is None else ""
    spacing = tuple(round(value, 4) for value in frame.spacing_mm or ())
    localizer = is_localizer(header)
    reference = header.text("FrameOfReferenceUID") if frame.position else ""
    kernel = frame.values.get("kernel", "")
    return own, frame.rows, frame.columns, colour, spacing, localizer, reference, kernel, form.floating


def _object_of(header: Header) -> str:
    """What makes one multi-frame object: an instance, or the instances that it was cut into (PS3.3 C.7.6.16.1.3)."""
    return _concatenation(header) or header.text("SOPInstanceUID") + header.key


def _concatenation(header: Header) -> str:
    return header.text("ConcatenationUID")


def is_localizer(header: Header) -> bool:
    """A localizer or scout, as Image Type says (PS3.3 C.7.6.1.1.2)."""
    return "LOCALIZER" in header.texts("ImageType")


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


def _parts(frames: list[FrameFacts]) -> Iterator[Part]:
    """Frames of one size and direction, split by what varies at one place."""
    header = frames[0].header
    axes = directions(frames[0].orientation) if len(frames[0].position) == 3 else None  # noqa: PLR2004 - the format's number
    if axes is None:
        yield _unplaced(frames)
        return
    for label, members in _distinguished(frames, axes[2], ""):
        along = places([frame.position for frame in members], axes[2])
        single_place = float(np.ptp(along)) <= SAME_PLACE_MM
        ordered = _in_time(members) if single_place else [members[i] for i in np.argsort(along, kind="stable")]
        kind = _kind(ordered, single_place=single_place)
        if is_localizer(header):
            kind = Kind.LOCALIZER
        yield Part(frames=tuple(ordered), kind=kind, axes=axes, label=label)


def _unplaced(frames: list[FrameFacts]) -> Part:
    header = frames[0].header
    moving = _is_one_object(frames) and is_moving(header)
    kind = Kind.LOCALIZER if is_localizer(header) else Kind.CINE if moving else Kind.STACK
    ordered = sorted(frames, key=_instance_order)
    return Part(frames=tuple(ordered), kind=kind, axes=None, label="")


def _kind(frames: Sequence[FrameFacts], *, single_place: bool) -> Kind:
    form = frames[0].form
    colour = form.samples_per_pixel > 1 or form.photometric_interpretation == "PALETTE COLOR"
    if single_place:
        moments = {frame.values.get("trigger") or frame.values.get("time point") for frame in frames}
        moving = len(frames) > 2 and None not in moments and len(moments) == len(frames)  # noqa: PLR2004 - the format's number
        return Kind.CINE if moving or (_is_one_object(frames) and is_moving(frames[0].header)) else Kind.STACK
    if colour or any(frame.lut is not None for frame in frames) or frames[0].spacing_mm is None:
        return Kind.STACK
    return Kind.VOLUME


def _is_one_object(frames: Sequence[FrameFacts]) -> bool:
    return len(frames) > 1 and len({_object_of(frame.header) for frame in frames}) == 1


def _distinguished(
    frames: list[FrameFacts], normal: tuple[float, float, float], label: str
) -> Iterator[tuple[str, list[FrameFacts]]]:
    """Groups in which no place has two frames, as far as anything tells frames of one place apart."""
    buckets = _buckets(frames, normal)
    most = max(map(len, buckets))
    if most == 1:
        yield label, frames
        return
    names = _KINDS_OF_PICTURE if len(buckets) == 1 else _DISTINCTIONS
    for name in names:
        if not any(len({_value(frame, name) for frame in bucket}) > 1 for bucket in buckets):
            continue
        if name == "trigger" and most >= MR_CINE_PHASES and frames[0].header.text("Modality") == "MR":
            for number, bucket in enumerate(buckets, 1):
                yield _joined(label, f"slice {number}"), bucket
            return
        for value, group in _grouped(frames, buckets, name, most):
            yield from _distinguished(group, normal, _joined(label, f"{name} {value}".strip()))
        return
    if len(buckets) == 1:
        yield label, frames
        return
    ranked = [sorted(bucket, key=_instance_order) for bucket in buckets]
    for rank in range(most):
        yield (
            label if rank == 0 else _joined(label, _AGAIN),
            [bucket[rank] for bucket in ranked if rank < len(bucket)],
        )


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


def _grouped(
    frames: list[FrameFacts], buckets: list[list[FrameFacts]], name: str, most: int
) -> Iterator[tuple[str, list[FrameFacts]]]:
    """By value; by rank at each place where the values differ from place to place (acquisition times do)."""
    values = sorted({_value(frame, name) for frame in frames}, key=_sortable)
    if len(values) <= most:
        for value in values:
            yield _named(name, value, values), [frame for frame in frames if _value(frame, name) == value]
        return
    ranked = [sorted(bucket, key=_by_value(name)) for bucket in buckets]
    for rank in range(most):
        yield f"{rank + 1}", [bucket[rank] for bucket in ranked if rank < len(bucket)]


def _named(name: str, value: str, values: Sequence[str]) -> str:
    """A value short enough for a title; directions are numbered."""
    number = text_number(value)
    if name == "direction" and value:
        return str([other for other in values if other].index(value) + 1)
    return f"{number:g}" if number is not None and "\\" not in value else value


def _by_value(name: str) -> Callable[[FrameFacts], tuple[object, ...]]:
    def key(frame: FrameFacts) -> tuple[object, ...]:
        return (*_sortable(_value(frame, name)), *_instance_order(frame))

    return key


def _value(frame: FrameFacts, name: str) -> str:
    return str(frame.values.get(name, ""))


def _sortable(value: str) -> tuple[float, str]:
    try:
        return float(value.partition("\\")[0]), value
    except ValueError:
        return 0.0, value


def _in_time(frames: Sequence[FrameFacts]) -> list[FrameFacts]:
    def key(frame: FrameFacts) -> tuple[object, ...]:
        return (*_sortable(_value(frame, "time point")), *_sortable(_value(frame, "trigger")), *_instance_order(frame))

    return sorted(frames, key=key)


def _instance_order(frame: FrameFacts) -> tuple[int, int, str, int]:
    header = frame.header
    part = header.integer("InConcatenationNumber") or 0
    return header.integer("InstanceNumber") or 0, part, header.key, frame.number


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
