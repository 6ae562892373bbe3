"""Where the frames of a stack lie: order along the normal, tilt, gaps, spacing; from true positions alone."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.geometry.plane import Vector, vector
from viewers.series.display_set import StackGeometry

SAME_PLACE_MM = 0.01
REGULAR_SHARE = 0.01
REGULAR_MM = 0.01
NO_TILT_DEG = 0.01
_SQUARE = 1e-2  # some write their direction cosines with three decimals
_EXACT = 1e-4


@lru_cache(maxsize=256)  # the frames of a series share theirs
def directions(orientation: tuple[float, ...]) -> tuple[Vector, Vector, Vector] | None:
    """(of increasing column index, of increasing row index, normal), or None where they are no frame of axes.

    Args:
        orientation: the six numbers of Image Orientation Patient (PS3.3 C.7.6.2.1.1).
    """
    if len(orientation) != 6:  # noqa: PLR2004 - the format's number
        return None
    if max(map(abs, orientation)) > 2:  # noqa: PLR2004 - parts of unit vectors
        return None
    row, column = np.asarray(orientation[:3], np.float64), np.asarray(orientation[3:], np.float64)
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if min(lengths) < 0.9 or max(lengths) > 1.1:  # noqa: PLR2004 - the format's number
        return None
    row, column = row / lengths[0], column / lengths[1]
    if abs(float(row @ column)) > _SQUARE:
        return None
    if abs(float(row @ column)) > _EXACT:
        column = column - (row @ column) * row
        column = column / np.linalg.norm(column)
    normal = np.cross(row, column)
    return vector(row), vector(column), vector(normal / np.linalg.norm(normal))


def places(positions_mm: ArrayLike, normal: Vector) -> NDArray[np.float64]:
    """Distance along the normal (n,) of positions (n, 3)."""
    return np.asarray(np.asarray(positions_mm, np.float64) @ np.asarray(normal))


def stack_geometry(
    axes: tuple[Vector, Vector, Vector], origins_mm: NDArray[np.float64], spacing_mm: tuple[float, float]
) -> StackGeometry:
    """The geometry of frames that already ascend along the normal.

    Args:
        axes: see ``directions``.
        origins_mm: (frames, 3), LPS centre of the first pixel of each.
        spacing_mm: (between rows, between columns).
    """
    along = places(origins_mm, axes[2])
    gaps = np.diff(along)
    median = _median(gaps)
    odd = np.flatnonzero(np.abs(gaps - median) > _tolerance(median))
    origins = np.array(origins_mm, np.float64)
    origins.flags.writeable = False
    return StackGeometry(
        row_direction=axes[0],
        column_direction=axes[1],
        normal=axes[2],
        origins_mm=origins,
        spacing_mm=(spacing_mm[0], spacing_mm[1], median),
        regular=not len(odd),
        tilt_deg=tilt_deg(axes, origins),
        gaps=tuple((int(index), float(gaps[index])) for index in odd),
    )


def is_regular(along_mm: NDArray[np.float64]) -> bool:
    """Whether ascending places lie as far from each other as makes a stack regular."""
    gaps = np.diff(along_mm)
    median = _median(gaps)
    return bool((np.abs(gaps - median) <= _tolerance(median)).all())


def _tolerance(median_mm: float) -> float:
    return max(REGULAR_SHARE * median_mm, REGULAR_MM)


def tilt_deg(axes: tuple[Vector, Vector, Vector], origins_mm: NDArray[np.float64]) -> float:
    """Angle between the normal and the line through the origins, signed by its lean to increasing row index.

    A lean to the columns alone is positive when it is to increasing column index.
    """
    line = origins_mm[-1] - origins_mm[0]
    up = float(line @ np.asarray(axes[2]))
    if up <= SAME_PLACE_MM:
        return 0.0
    to_rows, to_columns = float(line @ np.asarray(axes[1])), float(line @ np.asarray(axes[0]))
    angle = float(np.degrees(np.arctan2(np.hypot(to_rows, to_columns), up)))
    leading = to_rows if abs(to_rows) >= abs(to_columns) else to_columns
    return 0.0 if angle < NO_TILT_DEG else float(np.copysign(angle, leading))


def _median(values: NDArray[np.float64]) -> float:
    """As ``np.median``, which imports a fiftieth of a second of masked arrays to find it; 0 of nothing."""
    ordered, middle = np.sort(values), len(values) // 2
    if not len(values):
        return 0.0
    return float(ordered[middle] if len(values) % 2 else ordered[middle - 1 : middle + 1].mean())
