"""Affine maps between the voxels of a grid and the patient.

Voxel indices are always ordered (slice, row, column), as numpy indexes a volume; patient coordinates are LPS in mm.
Integer indices are voxel *centres*: (0, 0, 0) is the centre of the first pixel of the first slice.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Affine = NDArray[np.float64]


def grid_affine(
    *,
    origin_mm: ArrayLike,
    slice_step_mm: ArrayLike,
    row_step_mm: ArrayLike,
    column_step_mm: ArrayLike,
) -> Affine:
    """The map of a grid whose next slice, row and column lie one step vector further.

    Args:
        origin_mm: LPS centre of voxel (0, 0, 0).
        slice_step_mm: LPS vector from one slice to the next (not perpendicular to the slice when tilted).
        row_step_mm: LPS vector from one row to the next.
        column_step_mm: LPS vector from one column to the next.

    Returns:
        float64 (4, 4): ``affine @ (slice, row, column, 1)`` is the LPS position of that voxel's centre in mm.
    """
    affine = np.eye(4)
    affine[:3, 0] = slice_step_mm
    affine[:3, 1] = row_step_mm
    affine[:3, 2] = column_step_mm
    affine[:3, 3] = origin_mm
    return affine


def voxel_to_patient(affine: Affine, voxels: ArrayLike) -> NDArray[np.float64]:
    """LPS mm, shape (..., 3), of voxel indices (slice, row, column), shape (..., 3), fractions allowed."""
    points = np.asarray(voxels, np.float64)
    return np.asarray(points @ affine[:3, :3].T + affine[:3, 3])


def patient_to_voxel(affine: Affine, points_mm: ArrayLike) -> NDArray[np.float64]:
    """Voxel indices (slice, row, column), shape (..., 3), fractional, of LPS points in mm, shape (..., 3)."""
    offset = np.asarray(points_mm, np.float64) - affine[:3, 3]
    return np.asarray(offset @ np.linalg.inv(affine[:3, :3]).T)


def steps_mm(affine: Affine) -> tuple[float, float, float]:
    """Length in mm of one step to the next (slice, row, column)."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    return float(lengths[0]), float(lengths[1]), float(lengths[2])


def is_sheared(affine: Affine, tolerance: float = 1e-3) -> bool:
    """Whether the slice step leaves the slice normal by more than ``tolerance`` (sine of the angle)."""
    normal = np.cross(affine[:3, 2], affine[:3, 1])
    step = affine[:3, 0]
    across = np.cross(normal / np.linalg.norm(normal), step / np.linalg.norm(step))
    return bool(np.linalg.norm(across) > tolerance)
