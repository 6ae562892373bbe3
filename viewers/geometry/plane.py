"""Planes in the patient, and where they meet: other planes, rectangles, points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = tuple[float, float, float]

_PARALLEL = 1e-9
_TOUCHING_MM = 1e-9  # a line through a corner touches it, however its last digit was rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A plane through ``origin_mm`` (LPS) spanned by two perpendicular unit vectors.

    Attributes:
        origin_mm: the LPS point with in-plane coordinates (0, 0).
        right: unit vector (LPS) of increasing u; on a slice the direction of increasing *column* index.
        down: unit vector (LPS) of increasing v; on a slice the direction of increasing *row* index.
    """

    origin_mm: Vector
    right: Vector
    down: Vector

    @property
    def normal(self) -> Vector:
        """``right x down``, unit length; slices ascend along it."""
        return cross(self.right, self.down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line in the patient: a point in LPS mm and a unit direction."""

    point_mm: Vector
    direction: Vector


def vector(values: ArrayLike) -> Vector:
    """Three floats of any three numbers."""
    x, y, z = np.asarray(values, np.float64).tolist()
    return x, y, z


def cross(first: Vector, second: Vector) -> Vector:
    """The cross product of two vectors; for three numbers many times faster than numpy's, and asked at each scroll."""
    (a, b, c), (x, y, z) = first, second
    return b * z - c * y, c * x - a * z, a * y - b * x


def unit(values: ArrayLike) -> Vector:
    """The direction of three numbers.

    Raises:
        ValueError: they have no direction (all zero, or not finite).
    """
    array = np.asarray(values, np.float64)
    length = float(np.linalg.norm(array))
    if not np.isfinite(length) or length < _PARALLEL:
        raise ValueError("a vector without length has no direction")
    return vector(array / length)


def distance_mm(plane: Plane, point_mm: ArrayLike) -> float:
    """Signed distance in mm of an LPS point from the plane, positive on the side of ``plane.normal``."""
    return float(np.dot(np.subtract(point_mm, plane.origin_mm), plane.normal))


def to_plane(plane: Plane, points_mm: ArrayLike) -> NDArray[np.float64]:
    """In-plane coordinates (u, v) in mm, shape (..., 2), of LPS points (..., 3), dropped along the normal."""
    offset = np.asarray(points_mm, np.float64) - np.asarray(plane.origin_mm)
    return np.stack([offset @ np.asarray(plane.right), offset @ np.asarray(plane.down)], axis=-1)


def from_plane(plane: Plane, coordinates_mm: ArrayLike) -> NDArray[np.float64]:
    """LPS points (..., 3) of in-plane coordinates (u, v) in mm, shape (..., 2)."""
    uv = np.asarray(coordinates_mm, np.float64)
    moved = uv[..., :1] * np.asarray(plane.right) + uv[..., 1:2] * np.asarray(plane.down)
    return np.asarray(np.asarray(plane.origin_mm) + moved)


def intersect(first: Plane, second: Plane) -> Line | None:
    """The line in which two planes meet, or None where they are parallel."""
    direction = np.asarray(cross(first.normal, second.normal))
    squared = float(direction @ direction)
    if squared < _PARALLEL**2:
        return None
    reach = np.dot(first.normal, first.origin_mm), np.dot(second.normal, second.origin_mm)
    weighed = vector(reach[0] * np.asarray(second.normal) - reach[1] * np.asarray(first.normal))
    point = np.asarray(cross(weighed, vector(direction))) / squared
    return Line(point_mm=vector(point), direction=unit(direction))


def clip_to_rectangle(
    line: Line, plane: Plane, low_mm: tuple[float, float], high_mm: tuple[float, float]
) -> tuple[Vector, Vector] | None:
    """The part of a line of ``plane`` inside the rectangle ``low_mm`` to ``high_mm`` (u, v), or None where it misses.

    Used for reference lines: the rectangle is the extent of the picture in its own plane.
    """
    start = to_plane(plane, line.point_mm)
    step = to_plane(plane, np.add(line.point_mm, line.direction)) - start
    near, far = -np.inf, np.inf
    for axis in range(2):
        if abs(step[axis]) < _PARALLEL:
            if not low_mm[axis] <= start[axis] <= high_mm[axis]:
                return None
            continue
        ends = sorted(((low_mm[axis] - start[axis]) / step[axis], (high_mm[axis] - start[axis]) / step[axis]))
        near, far = max(near, ends[0]), min(far, ends[1])
    if not near <= far + _TOUCHING_MM or not np.isfinite([near, far]).all():
        return None
    point, direction = np.asarray(line.point_mm), np.asarray(line.direction)
    return vector(point + near * direction), vector(point + far * direction)
