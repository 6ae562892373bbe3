"""Snapping: marks that hold on to voxel centres and radii that are whole millimetres, where the reader wants so."""

from viewers.display.slices import Slice
from viewers.geometry.points import PixelPoint

_WHOLE = 1e-9


def snapped(point: PixelPoint, picture: Slice) -> PixelPoint:
    """The nearest voxel centre inside the picture; resampled pictures have none, their points stay."""
    if picture.grid is None:
        return point
    width, height = picture.size
    column = min(max(round(point.column), 0), width - 1)
    row = min(max(round(point.row), 0), height - 1)
    return PixelPoint(float(column), float(row))


def snapped_radius(radius: float) -> float:
    """The nearest whole number of plane units, at least one."""
    return float(max(1, round(radius)))


def whole(point: PixelPoint) -> bool:
    """Whether a point stands on a pixel centre."""
    return abs(point.column - round(point.column)) < _WHOLE and abs(point.row - round(point.row)) < _WHOLE
