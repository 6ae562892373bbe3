"""Touching: which handle or mark lies under a pointer."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from viewers.display.slices import Slice
from viewers.display.viewport import Viewport, to_screen
from viewers.geometry.points import PixelPoint, ScreenPoint
from viewers.measure.making import shape_of
from viewers.measure.measurement import MarkKind, Measurement
from viewers.measure.shapes import outline

HANDLE_REACH_PX = 9.0
LINE_REACH_PX = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What is under the pointer: a mark, and its handle or None for its line."""

    mark_id: str
    handle: int | None


def touched(
    at: ScreenPoint, marks: Sequence[tuple[Measurement, tuple[PixelPoint, ...]]], picture: Slice, view: Viewport
) -> Touch | None:
    """The uppermost handle under the pointer, else the uppermost line; None for neither.

    Args:
        at: the pointer.
        marks: each with its points on the picture, the uppermost last.
        picture: what they are painted on.
        view: where it stands.
    """
    for mark, points in reversed(marks):
        handle = _handle(at, points, view)
        if handle is not None:
            return Touch(mark_id=mark.id, handle=handle)
    for mark, points in reversed(marks):
        if _line_distance(at, mark.kind, points, picture, view) <= LINE_REACH_PX:
            return Touch(mark_id=mark.id, handle=None)
    return None


def _handle(at: ScreenPoint, points: tuple[PixelPoint, ...], view: Viewport) -> int | None:
    distances = [float(np.hypot(*np.subtract(to_screen(view, point), at))) for point in points]
    nearest = int(np.argmin(distances))
    return nearest if distances[nearest] <= HANDLE_REACH_PX else None


def _line_distance(
    at: ScreenPoint, kind: MarkKind, points: tuple[PixelPoint, ...], picture: Slice, view: Viewport
) -> float:
    if kind is MarkKind.LENGTH:
        corners = list(points)
    else:
        rim = outline(shape_of(kind, points, picture.pixel_size), picture.pixel_size)
        corners = [*rim, rim[0]]
    on_screen = [np.asarray(to_screen(view, corner)) for corner in corners]
    place = np.asarray(at)
    return min(_to_segment(place, a, b) for a, b in itertools.pairwise(on_screen))


def _to_segment(place: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    along = second - first
    squared = float(along @ along)
    part = 0.0 if squared == 0 else float(np.clip((place - first) @ along / squared, 0.0, 1.0))
    return float(np.linalg.norm(place - first - part * along))
