"""Grid lines: where the pixels of a picture lie between the voxels of a volume, some rows of the picture at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewers.display.gaps import not_acquired
from viewers.geometry.affine import patient_to_voxel
from viewers.geometry.plane import from_plane
from viewers.geometry.slice_basis import SliceBasis
from viewers.render.trilinear import Places
from viewers.volumes.volume import Volume

_EDGE = 0.5 + 1e-6
_BITS = 30  # of a fixed-point index, its sign left out
_AXES = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """Some rows of a picture between the voxels of a volume.

    Attributes:
        places: of every pixel; beyond the edges those nearest to it.
        outside: True beyond the edges of what was acquired, None where no pixel is.
        gaps: True in holes between slices, None where no pixel is.
    """

    places: Places
    outside: NDArray[np.bool_] | None
    gaps: NDArray[np.bool_] | None


class Rows(Protocol):
    """Some rows of a picture, at any depth."""

    def __call__(self, offset_mm: float) -> Found:
        """Where their pixels lie, ``offset_mm`` further along the normal of the picture."""
        ...


def grid_lines(volume: Volume, basis: SliceBasis, reach_mm: float, *, even: bool) -> Callable[[slice], Rows]:
    """What finds the rows of a picture in a volume; ``reach_mm`` is the largest offset that will be asked for."""
    return _Even(volume, basis, reach_mm) if even else _Uneven(volume, basis)


class _Even:
    """The affine tells all: an index is a sum of one part per column, one per row and one per depth.

    Indices are fixed-point numbers: exact to a millionth of a voxel, and cut into voxel and part by shifts.
    """

    def __init__(self, volume: Volume, basis: SliceBasis, reach_mm: float) -> None:
        self._shape = volume.values.shape
        corner = np.asarray(basis.plane.origin_mm)
        right = from_plane(basis.plane, (basis.pixel_mm[0], 0.0))
        down = from_plane(basis.plane, (0.0, basis.pixel_mm[1]))
        ends = np.stack([corner, right, down, corner + np.asarray(basis.plane.normal)])
        index = patient_to_voxel(volume.affine, ends)
        across, along, self._deep = index[1:] - index[0]
        width, height = basis.size
        columns, rows = np.arange(width)[:, None] * across, index[0] + np.arange(height)[:, None] * along
        largest = np.abs(columns).max() + np.abs(rows).max() + np.abs(reach_mm * self._deep).max() + 1
        self._shift = _BITS - int(largest).bit_length()
        self._columns, self._rows = self._fixed(columns), self._fixed(rows)

    def __call__(self, rows: slice) -> Rows:
        flat = [np.add.outer(self._rows[rows, axis], self._columns[:, axis]) for axis in range(_AXES)]
        ends = [at[:: max(1, at.shape[0] - 1), :: max(1, at.shape[1] - 1)].ravel().tolist() for at in flat]

        def found(offset_mm: float) -> Found:
            deep = self._fixed(offset_mm * self._deep)
            outside: NDArray[np.bool_] | None = None
            wholes, parts = [], []
            for axis, extent in enumerate(self._shape):
                least, most = min(ends[axis]) + int(deep[axis]), max(ends[axis]) + int(deep[axis])
                beyond, whole, part = self._cut(flat[axis] + deep[axis], (least, most), extent)
                wholes.append(whole)
                parts.append(part)
                if beyond is not None:
                    outside = beyond if outside is None else outside | beyond
            return Found(places=_places(wholes, parts, self._shape), outside=outside, gaps=None)

        return found

    def _cut(
        self, at: NDArray[np.int32], ends: tuple[int, int], extent: int
    ) -> tuple[NDArray[np.bool_] | None, NDArray[np.int32], NDArray[np.float32] | None]:
        """(beyond the edges, voxel, part) of the indices ``at`` along one axis, which lie between ``ends``."""
        beyond: NDArray[np.bool_] | None = None
        least, most = ends
        last = (extent - 1) << self._shift
        if least < 0 or most >= last:
            edge = int(_EDGE * (1 << self._shift))
            beyond = np.asarray((at < -edge) | (at > last + edge))
            np.clip(at, 0, last, out=at)
            whole = np.minimum(at >> np.int32(self._shift), max(extent - 2, 0))
            at -= whole << np.int32(self._shift)
        else:
            whole = at >> np.int32(self._shift)
            at &= np.int32((1 << self._shift) - 1)
        if extent == 1 or (least == most and not at.any()):
            return beyond, whole, None
        part = at.astype(np.float32)
        part *= np.float32(2.0**-self._shift)
        return beyond, whole, part

    def _fixed(self, index: NDArray[np.float64]) -> NDArray[np.int32]:
        return np.rint(index * (1 << self._shift)).astype(np.int32)


class _Uneven:
    """Slices stand at places of their own: between two of them rows and columns shift as the slices do."""

    def __init__(self, volume: Volume, basis: SliceBasis) -> None:
        self._shape, self._affine, self._origins = volume.values.shape, volume.affine, volume.slice_origins_mm
        normal = np.cross(volume.affine[:3, 2], volume.affine[:3, 1])
        self._normal = normal / np.linalg.norm(normal)
        self._positions = self._origins @ self._normal
        self._usual_mm = float(np.median(np.diff(self._positions))) if self._positions.size > 1 else 1.0
        width, height = basis.size
        self._plane = basis.plane
        self._across, self._down = np.arange(width) * basis.pixel_mm[0], np.arange(height) * basis.pixel_mm[1]

    def __call__(self, rows: slice) -> Rows:
        return lambda offset_mm: self._found(rows, offset_mm)

    def _found(self, rows: slice, offset_mm: float) -> Found:
        at_mm = self._along(self._normal, rows, offset_mm)
        indices = self._indices(at_mm, rows, offset_mm)
        outside = np.zeros(at_mm.shape, bool)
        wholes, parts = [], []
        for at, extent in zip(indices, self._shape, strict=True):
            outside |= (at < -_EDGE) | (at > extent - 1 + _EDGE)
            within = np.clip(at, 0, extent - 1)
            whole = np.minimum(within.astype(np.int32), max(extent - 2, 0))
            wholes.append(whole)
            parts.append((within - whole).astype(np.float32))
        gaps = not_acquired(at_mm, self._positions, self._usual_mm) & ~outside
        return Found(places=_places(wholes, parts, self._shape), outside=outside, gaps=gaps)

    def _indices(self, at_mm: NDArray[np.float64], rows: slice, offset_mm: float) -> list[NDArray[np.float64]]:
        positions = self._positions
        below = np.clip(np.searchsorted(positions, at_mm, side="right") - 1, 0, max(0, positions.size - 2))
        above = np.minimum(below + 1, positions.size - 1)
        step = np.where(above > below, positions[above] - positions[below], self._usual_mm)
        part = (at_mm - positions[below]) / step
        indices = [below + part]
        for axis in (1, 2):
            direction = self._affine[:3, axis] / (self._affine[:3, axis] @ self._affine[:3, axis])
            starts = self._origins @ direction
            starts_here = starts[below] + part * (starts[above] - starts[below])
            indices.append(self._along(direction, rows, offset_mm) - starts_here)
        return indices

    def _along(self, direction: NDArray[np.float64], rows: slice, offset_mm: float) -> NDArray[np.float64]:
        """(rows, columns): ``point @ direction`` of every pixel, a sum of two short vectors."""
        plane = self._plane
        start = np.asarray(plane.origin_mm) + offset_mm * np.asarray(plane.normal)
        down = self._down[rows] * float(np.asarray(plane.down) @ direction) + float(start @ direction)
        return np.asarray(np.add.outer(down, self._across * float(np.asarray(plane.right) @ direction)))


def _places(
    wholes: list[NDArray[np.int32]],
    parts: list[NDArray[np.float32]] | list[NDArray[np.float32] | None],
    shape: tuple[int, ...],
) -> Places:
    slices, rows, columns = shape
    return Places(
        whole=(wholes[0], wholes[1], wholes[2]), part=(parts[0], parts[1], parts[2]), shape=(slices, rows, columns)
    )
