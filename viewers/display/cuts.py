"""A cut: one of the planes a volume can be shown in, its steps, and whether it lies on the voxel grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.display.slices import GridPlace, Voxel
from viewers.display.view_state import PlaneName
from viewers.geometry.affine import voxel_to_patient
from viewers.geometry.plane import Plane, Vector, vector
from viewers.geometry.slice_basis import (
    PERPENDICULAR_AXIS,
    STANDARD_DIRECTIONS,
    SliceBasis,
    corners_mm,
    fitted_basis,
)
from viewers.volumes.volume import Volume

_ALIGNED = 1e-3  # sine of the angle up to which a voxel axis counts as an axis of the plane
_SAME_PLACE_MM = 0.01
_SAME_PLACE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class GridAxes:
    """Which voxel axis (0 slice, 1 row, 2 column) runs along the picture, and whether forwards (1) or backwards."""

    across: tuple[int, int]
    down: tuple[int, int]
    through: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """One plane of one volume, at every place where it can stand.

    Attributes:
        plane: which.
        right, down: unit vectors (LPS) of the picture.
        normal: unit vector (LPS) along which positions grow.
        positions_mm: (count,) coordinate along ``normal`` of every place, in the order the reader scrolls.
        axes: how it lies on the voxel grid, None where it must be resampled.
    """

    plane: PlaneName
    right: Vector
    down: Vector
    normal: Vector
    positions_mm: NDArray[np.float64]
    axes: GridAxes | None

    @property
    def count(self) -> int:
        """How many places there are."""
        return int(self.positions_mm.size)


def cut_of(volume: Volume, plane: PlaneName) -> Cut:
    """The cut of a volume along one plane; on the voxel grid where the volume lies along the patient's axes."""
    if plane is PlaneName.ACQUIRED:
        return _acquired(volume)
    right, down = STANDARD_DIRECTIONS[plane.value]
    axis = PERPENDICULAR_AXIS[plane.value]
    normal = vector(np.eye(3)[axis])
    axes = _grid_axes(volume, right, down, normal)
    positions = _grid_positions(volume, axes, axis) if axes else _even_positions(volume, axis)
    return Cut(plane=plane, right=right, down=down, normal=normal, positions_mm=positions, axes=axes)


def index_near(cut: Cut, position_mm: float) -> int:
    """The place nearest to a coordinate along the normal."""
    return int(np.argmin(np.abs(cut.positions_mm - position_mm)))


def basis_at(volume: Volume, cut: Cut, position_mm: float) -> SliceBasis:
    """Where the picture of a cut lies in the patient when it stands at ``position_mm`` (for the grid: the nearest)."""
    if cut.axes is not None:
        return _grid_basis(volume, cut.axes, grid_place(volume, cut, index_near(cut, position_mm)))
    corners = corners_mm(volume.affine, _shape(volume))
    corners = np.concatenate([corners, _end_corners(volume)])
    centre = corners.mean(axis=0)
    centre += (position_mm - centre @ np.asarray(cut.normal)) * np.asarray(cut.normal)
    finest = float(min(np.linalg.norm(volume.affine[:3, axis]) for axis in range(3)))
    return fitted_basis(corners, centre_mm=centre, right=cut.right, down=cut.down, pixel_mm=finest)


def grid_place(volume: Volume, cut: Cut, index: int) -> GridPlace:
    """How the picture at place ``index`` of an on-grid cut lies on the voxel grid."""
    assert cut.axes is not None
    shape = _shape(volume)
    start = [0, 0, 0]
    for axis, sign in (cut.axes.across, cut.axes.down):
        start[axis] = 0 if sign > 0 else shape[axis] - 1
    axis, sign = cut.axes.through
    start[axis] = index if sign > 0 else shape[axis] - 1 - index
    return GridPlace(
        start=(start[0], start[1], start[2]), across=_unit_step(cut.axes.across), down=_unit_step(cut.axes.down)
    )


def is_even(volume: Volume) -> bool:
    """Whether the affine tells the true place of every slice."""
    indices = np.zeros((volume.values.shape[0], 3))
    indices[:, 0] = np.arange(volume.values.shape[0])
    off = voxel_to_patient(volume.affine, indices) - volume.slice_origins_mm
    # positions are written with few digits: a twentieth of a step is far below what a voxel can tell
    step = float(np.linalg.norm(volume.affine[:3, 0]))
    return bool(np.abs(off).max() <= max(_SAME_PLACE_MM, _SAME_PLACE * step))


def _acquired(volume: Volume) -> Cut:
    right, down = (vector(volume.affine[:3, axis] / np.linalg.norm(volume.affine[:3, axis])) for axis in (2, 1))
    normal = np.cross(right, down)
    return Cut(
        plane=PlaneName.ACQUIRED,
        right=right,
        down=down,
        normal=vector(normal),
        positions_mm=volume.slice_origins_mm @ normal,
        axes=GridAxes(across=(2, 1), down=(1, 1), through=(0, 1)),
    )


def _grid_axes(volume: Volume, right: Vector, down: Vector, normal: Vector) -> GridAxes | None:
    units = volume.affine[:3, :3] / np.linalg.norm(volume.affine[:3, :3], axis=0)
    found: list[tuple[int, int]] = []
    for direction in (right, down, normal):
        shares = np.asarray(direction) @ units
        axis = int(np.argmax(np.abs(shares)))
        across = np.linalg.norm(np.cross(direction, units[:, axis]))
        if across > _ALIGNED:
            return None
        found.append((axis, 1 if shares[axis] > 0 else -1))
    if len({axis for axis, _ in found}) < len(found):
        return None
    if found[2][0] != 0 and not is_even(volume):
        return None
    return GridAxes(across=found[0], down=found[1], through=found[2])


def _grid_positions(volume: Volume, axes: GridAxes, patient_axis: int) -> NDArray[np.float64]:
    axis, sign = axes.through
    if axis == 0:
        places = volume.slice_origins_mm[:, patient_axis]
    else:
        indices = np.zeros((volume.values.shape[axis], 3))
        indices[:, axis] = np.arange(volume.values.shape[axis])
        places = voxel_to_patient(volume.affine, indices)[:, patient_axis]
    return np.ascontiguousarray(places[::sign])


def _even_positions(volume: Volume, patient_axis: int) -> NDArray[np.float64]:
    corners = np.concatenate([corners_mm(volume.affine, _shape(volume)), _end_corners(volume)])[:, patient_axis]
    shares = np.abs(volume.affine[patient_axis, :3]) / np.linalg.norm(volume.affine[:3, :3], axis=0)
    step = float(np.linalg.norm(volume.affine[:3, int(np.argmax(shares))]))
    count = int(np.floor((corners.max() - corners.min()) / step + 1e-6)) + 1
    return np.asarray(corners.min() + step * np.arange(count))


def _end_corners(volume: Volume) -> NDArray[np.float64]:
    """The corners of the first and last slice at their true places."""
    _, rows, columns = _shape(volume)
    flat = corners_mm(volume.affine, (1, rows, columns)) - volume.affine[:3, 3]
    return np.concatenate([flat + volume.slice_origins_mm[0], flat + volume.slice_origins_mm[-1]])


def _grid_basis(volume: Volume, axes: GridAxes, place: GridPlace) -> SliceBasis:
    within = (0, place.start[1], place.start[2])
    # the slice's true origin: in a volume of uneven steps the affine tells only the usual one
    origin = voxel_to_patient(volume.affine, within) - volume.affine[:3, 3] + volume.slice_origins_mm[place.start[0]]
    lengths = np.linalg.norm(volume.affine[:3, :3], axis=0)
    right, down = (sign * volume.affine[:3, axis] / lengths[axis] for axis, sign in (axes.across, axes.down))
    shape = _shape(volume)
    return SliceBasis(
        plane=Plane(origin_mm=vector(origin), right=vector(right), down=vector(down)),
        pixel_mm=(float(lengths[axes.across[0]]), float(lengths[axes.down[0]])),
        size=(shape[axes.across[0]], shape[axes.down[0]]),
    )


def _unit_step(axis: tuple[int, int]) -> Voxel:
    step = [0, 0, 0]
    step[axis[0]] = axis[1]
    return step[0], step[1], step[2]


def _shape(volume: Volume) -> tuple[int, int, int]:
    slices, rows, columns = volume.values.shape
    return slices, rows, columns
