"""Strokes: how pointer events become the points of a mark. One table of states, walked through by the tests.

A mark is drawn by press, drag, release, or by two clicks; a finished mark is changed by dragging a handle or its body.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from viewers.geometry.points import PixelPoint
from viewers.measure.making import points_of, shape_of
from viewers.measure.measurement import MarkKind
from viewers.measure.shapes import PixelSize, circle_around, distance, ellipse_between
from viewers.measure.snapping import snapped_radius


class Phase(StrEnum):
    """Where a stroke stands."""

    IDLE = "idle"
    DRAGGING = "dragging"
    PLACING = "placing"
    DONE = "done"


class Pointer(StrEnum):
    """What the pointer did; ``CLICK`` is a release where the press was."""

    PRESS = "press"
    MOVE = "move"
    RELEASE = "release"
    CLICK = "click"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A mark being drawn: the two places the hand has given so far, in picture pixels."""

    kind: MarkKind
    phase: Phase = Phase.IDLE
    start: PixelPoint | None = None
    end: PixelPoint | None = None


NEXT: dict[tuple[Phase, Pointer], Phase] = {
    (Phase.IDLE, Pointer.PRESS): Phase.DRAGGING,
    (Phase.DRAGGING, Pointer.MOVE): Phase.DRAGGING,
    (Phase.DRAGGING, Pointer.RELEASE): Phase.DONE,
    (Phase.DRAGGING, Pointer.CLICK): Phase.PLACING,
    (Phase.DRAGGING, Pointer.CANCEL): Phase.IDLE,
    (Phase.PLACING, Pointer.MOVE): Phase.PLACING,
    (Phase.PLACING, Pointer.PRESS): Phase.PLACING,
    (Phase.PLACING, Pointer.RELEASE): Phase.DONE,
    (Phase.PLACING, Pointer.CLICK): Phase.DONE,
    (Phase.PLACING, Pointer.CANCEL): Phase.IDLE,
}


def stepped(stroke: Stroke, event: Pointer, at: PixelPoint) -> Stroke:
    """The stroke after an event; an event that means nothing in this phase changes nothing."""
    phase = NEXT.get((stroke.phase, event))
    if phase is None:
        return stroke
    if phase is Phase.IDLE:
        return Stroke(kind=stroke.kind)
    if stroke.phase is Phase.IDLE:
        return replace(stroke, phase=phase, start=at, end=at)
    return replace(stroke, phase=phase, end=at)


def mark_points(stroke: Stroke, pixel_size: PixelSize, *, snap: bool = False) -> tuple[PixelPoint, ...] | None:
    """The points of the mark as drawn so far (``Measurement`` tells their order), None while it has no extent.

    Args:
        stroke: being drawn or done.
        pixel_size: (across, down) of a picture pixel in plane units.
        snap: whether a circle's radius is a whole number of plane units.
    """
    if stroke.start is None or stroke.end is None or stroke.start == stroke.end:
        return None
    if stroke.kind is MarkKind.LENGTH:
        return stroke.start, stroke.end
    if stroke.kind is MarkKind.CIRCLE:
        radius = distance(stroke.start, stroke.end, pixel_size)
        shape = circle_around(stroke.start, snapped_radius(radius) if snap else radius)
    else:
        shape = ellipse_between(stroke.start, stroke.end, pixel_size)
        if min(shape.semi_axes) <= 0:
            return None
    return points_of(stroke.kind, shape, pixel_size)


def handle_moved(
    kind: MarkKind,
    points: tuple[PixelPoint, ...],
    handle: int,
    to: PixelPoint,
    pixel_size: PixelSize,
    *,
    snap: bool = False,
) -> tuple[PixelPoint, ...]:
    """The points after one handle was dragged; a shape keeps its centre, a circle's centre carries it along."""
    if kind is MarkKind.LENGTH:
        return tuple(to if index == handle else point for index, point in enumerate(points))
    shape = shape_of(kind, points, pixel_size)
    if kind is MarkKind.CIRCLE:
        if handle == 0:
            return body_moved(points, points[0], to)
        radius = distance(shape.centre, to, pixel_size)
        return points_of(kind, circle_around(shape.centre, snapped_radius(radius) if snap else radius), pixel_size)
    reach = max(distance(shape.centre, to, pixel_size), min(pixel_size))
    first, second = shape.first, shape.second
    if handle in (0, 1):
        first = _scaled_to(first, reach)
    else:
        second = _scaled_to(second, reach)
    # the order of the ends stays while the hand drags, whichever axis is the longer one now
    kept = replace(shape, first=first, second=second)
    return _ends_in_order(kept.centre, kept.first, kept.second, pixel_size)


def body_moved(points: tuple[PixelPoint, ...], start: PixelPoint, to: PixelPoint) -> tuple[PixelPoint, ...]:
    """The points after the whole mark was dragged from ``start`` to ``to``."""
    across, down = to.column - start.column, to.row - start.row
    return tuple(PixelPoint(point.column + across, point.row + down) for point in points)


def _scaled_to(axis: tuple[float, float], length: float) -> tuple[float, float]:
    now = (axis[0] ** 2 + axis[1] ** 2) ** 0.5
    return axis[0] / now * length, axis[1] / now * length


def _ends_in_order(
    centre: PixelPoint, first: tuple[float, float], second: tuple[float, float], pixel_size: PixelSize
) -> tuple[PixelPoint, ...]:
    return tuple(
        PixelPoint(
            centre.column + sign * axis[0] / pixel_size[0],
            centre.row + sign * axis[1] / pixel_size[1],
        )
        for axis in (first, second)
        for sign in (-1, 1)
    )
