"""A regular grid of voxels in patient millimetres, and how fields pass from its coarse twin to itself."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Voxel centres: axis-aligned in patient space (LPS), axes of arrays (slice, row, column) = (z, y, x).

    Attributes:
        shape: (slices, rows, columns).
        spacing_mm: (dz, dy, dx).
        origin_mm: (z, y, x) of the centre of voxel (0, 0, 0).
    """

    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float]

    @cached_property
    def z(self) -> Array:
        """Slice positions, shape (slices, 1, 1)."""
        return self._axis(0).reshape(-1, 1, 1)

    @cached_property
    def y(self) -> Array:
        """Row positions, shape (1, rows, 1)."""
        return self._axis(1).reshape(1, -1, 1)

    @cached_property
    def x(self) -> Array:
        """Column positions, shape (1, 1, columns)."""
        return self._axis(2).reshape(1, 1, -1)

    def halved(self) -> "Grid":
        """The coarse twin: half the slices, rows and columns (all even), the same extent."""
        return Grid(
            shape=(self.shape[0] // 2, self.shape[1] // 2, self.shape[2] // 2),
            spacing_mm=(self.spacing_mm[0] * 2, self.spacing_mm[1] * 2, self.spacing_mm[2] * 2),
            origin_mm=(
                self.origin_mm[0] + self.spacing_mm[0] / 2,
                self.origin_mm[1] + self.spacing_mm[1] / 2,
                self.origin_mm[2] + self.spacing_mm[2] / 2,
            ),
        )

    def index(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Fractional (slice, row, column) of points given as (x, y, z), shape (n, 3)."""
        zyx = points_mm[:, ::-1]
        return np.asarray((zyx - np.asarray(self.origin_mm)) / np.asarray(self.spacing_mm))

    def _axis(self, axis: int) -> Array:
        steps = np.arange(self.shape[axis], dtype=np.float64)
        return (self.origin_mm[axis] + steps * self.spacing_mm[axis]).astype(np.float32)


def doubled(plane: Array) -> Array:
    """A coarse plane (rows, columns) on the fine grid (2 rows, 2 columns), linearly interpolated."""
    return np.asarray(_doubled_rows(np.ascontiguousarray(_doubled_rows(plane).T)).T)


def between(field: Array, k: int) -> Array:
    """The plane of fine slice ``k`` from a field on the coarse twin, linearly interpolated along z."""
    near = k // 2
    other = near + (1 if k % 2 else -1)
    if not 0 <= other < field.shape[0]:
        return np.asarray(field[near], np.float32)
    return np.asarray(0.75 * field[near] + 0.25 * field[other], np.float32)


def _doubled_rows(plane: Array) -> Array:
    rows, columns = plane.shape
    out = np.empty((rows * 2, columns), np.float32)
    out[0], out[-1] = plane[0], plane[-1]
    quarter = 0.25 * (plane[1:] - plane[:-1])
    np.add(plane[:-1], quarter, out=out[1:-1:2])
    np.subtract(plane[1:], quarter, out=out[2::2])
    return out
