"""Shapes on a picture: ellipses and circles, and which pixels belong to them.

A pixel belongs when its *centre* is inside or on the rim; on the rim means within 1e-6 of the radius, so that a centre
exactly one radius away is in, whatever the last bit of the arithmetic says.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.geometry.points import PixelPoint

RIM = 1e-6
PixelSize = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """An ellipse on a picture, in plane units (mm where calibrated, else image pixels).

    Attributes:
        centre: in picture pixels.
        first, second: semi-axis vectors (across, down) in plane units, perpendicular.
    """

    centre: PixelPoint
    first: tuple[float, float]
    second: tuple[float, float]

    @property
    def semi_axes(self) -> tuple[float, float]:
        """Lengths of both semi-axes, in the order given."""
        return float(np.hypot(*self.first)), float(np.hypot(*self.second))

    @property
    def area(self) -> float:
        """Area in squared plane units."""
        first, second = self.semi_axes
        return float(np.pi * first * second)


def ellipse_between(corner: PixelPoint, opposite: PixelPoint, pixel_size: PixelSize) -> Ellipse:
    """The ellipse in the upright box between two corners."""
    centre = PixelPoint((corner.column + opposite.column) / 2, (corner.row + opposite.row) / 2)
    across = abs(corner.column - opposite.column) / 2 * pixel_size[0]
    down = abs(corner.row - opposite.row) / 2 * pixel_size[1]
    return Ellipse(centre=centre, first=(across, 0.0), second=(0.0, down))


def circle_around(centre: PixelPoint, radius: float) -> Ellipse:
    """The circle of ``radius`` plane units."""
    return Ellipse(centre=centre, first=(radius, 0.0), second=(0.0, radius))


def axis_ends(shape: Ellipse, pixel_size: PixelSize) -> tuple[PixelPoint, PixelPoint, PixelPoint, PixelPoint]:
    """The ends of the major axis, then of the minor axis (the order of PS3.3 C.18.6.1.2)."""
    first, second = shape.semi_axes
    major, minor = (shape.first, shape.second) if first >= second else (shape.second, shape.first)
    return (
        _moved(shape.centre, major, -1, pixel_size),
        _moved(shape.centre, major, 1, pixel_size),
        _moved(shape.centre, minor, -1, pixel_size),
        _moved(shape.centre, minor, 1, pixel_size),
    )


def ellipse_through(ends: tuple[PixelPoint, ...], pixel_size: PixelSize) -> Ellipse:
    """The ellipse whose axes end at four points, the opposite of ``axis_ends``."""
    first_end, first, second_end, second = (np.asarray(end) for end in ends)
    size = np.asarray(pixel_size)
    middle = (first_end + first + second_end + second) / 4
    half_first, half_second = (first - first_end) / 2 * size, (second - second_end) / 2 * size
    return Ellipse(
        centre=PixelPoint(float(middle[0]), float(middle[1])),
        first=(float(half_first[0]), float(half_first[1])),
        second=(float(half_second[0]), float(half_second[1])),
    )


def distance(first: PixelPoint, second: PixelPoint, pixel_size: PixelSize) -> float:
    """Distance of two picture points in plane units."""
    across = (second.column - first.column) * pixel_size[0]
    down = (second.row - first.row) * pixel_size[1]
    return float(np.hypot(across, down))


def pixels_inside(shape: Ellipse, picture_size: tuple[int, int], pixel_size: PixelSize) -> NDArray[np.bool_]:
    """Which pixels of a picture (rows, columns) belong to the shape."""
    width, height = picture_size
    across = (np.arange(width) - shape.centre.column) * pixel_size[0]
    down = (np.arange(height) - shape.centre.row) * pixel_size[1]
    first, second = shape.semi_axes
    if min(first, second) <= 0:
        return np.zeros((height, width), bool)
    along = (across[None, :] * shape.first[0] + down[:, None] * shape.first[1]) / first
    aside = (across[None, :] * shape.second[0] + down[:, None] * shape.second[1]) / second
    if first == second:
        return np.asarray(np.hypot(along, aside) <= first + RIM)
    grown_first, grown_second = first + RIM, second + RIM
    return np.asarray((along / grown_first) ** 2 + (aside / grown_second) ** 2 <= 1.0)


def outline(shape: Ellipse, pixel_size: PixelSize, points: int = 72) -> list[PixelPoint]:
    """Points along the rim, for painting and for touching."""
    angles = np.linspace(0.0, 2 * np.pi, points, endpoint=False)
    offsets = np.outer(np.cos(angles), shape.first) + np.outer(np.sin(angles), shape.second)
    places = np.asarray(shape.centre) + offsets / np.asarray(pixel_size)
    return [PixelPoint(float(column), float(row)) for column, row in places]


def _moved(centre: PixelPoint, axis: tuple[float, float], sign: int, pixel_size: PixelSize) -> PixelPoint:
    return PixelPoint(
        centre.column + sign * axis[0] / pixel_size[0],
        centre.row + sign * axis[1] / pixel_size[1],
    )
