"""Layers: at which depths a thick slab is sampled, so that its projection misses nothing it contains."""

import math

import numpy as np
from numpy.typing import NDArray

from viewers.display.view_state import Slab, SlabMode
from viewers.geometry.plane import Plane
from viewers.volumes.volume import Volume

_PARALLEL = 1e-6
_COARSER = 0.2  # the share of a step by which layers may lie further apart than the finest voxels


def layer_offsets_mm(volume: Volume, plane: Plane, slab: Slab) -> NDArray[np.float64]:
    """Depths of the layers of a slab, mm along the normal of its middle plane, ascending.

    Between two planes of voxel centres linear values run straight, so the brightest and the darkest lie on such a plane
    or on a face of the slab: where the slab is parallel to the voxel grid these are the layers, and nothing is missed.
    """
    count, step = even_layers(volume, slab)
    offsets: NDArray[np.float64] = np.asarray((np.arange(count) - (count - 1) / 2) * step)
    if slab.mode is SlabMode.MEAN:
        return offsets
    half = slab.thickness_mm / 2
    planes = _voxel_planes_mm(volume, plane)
    if planes is None:
        return offsets
    return np.unique(np.concatenate([[-half, 0.0, half], planes[np.abs(planes) < half]]))


def even_layers(volume: Volume, slab: Slab) -> tuple[int, float]:
    """(how many, mm from one to the next) layers of a slab that lies across the voxel grid, as far apart as voxels.

    A mean takes the middle of every part; a MIP or MinIP takes the middle plane and both faces, too.
    """
    finest = float(np.linalg.norm(volume.affine[:3, :3], axis=0).min())
    if slab.mode is SlabMode.MEAN:
        count = max(1, round(slab.thickness_mm / finest))
        return count, slab.thickness_mm / count
    count = 2 * max(1, math.ceil(slab.thickness_mm / 2 / finest - _COARSER)) + 1
    return count, slab.thickness_mm / (count - 1)


def _voxel_planes_mm(volume: Volume, plane: Plane) -> NDArray[np.float64] | None:
    """How far the planes of voxel centres that are parallel to ``plane`` lie from it; None where none are."""
    normal, origin = np.asarray(plane.normal), np.asarray(plane.origin_mm)
    for axis, extent in enumerate(volume.values.shape):
        within = [volume.affine[:3, other] for other in range(3) if other != axis]
        if any(abs(step @ normal) > _PARALLEL * float(np.linalg.norm(step)) for step in within):
            continue
        if axis == 0:
            return np.asarray((volume.slice_origins_mm - origin) @ normal)
        return np.asarray(
            (volume.affine[:3, 3] - origin) @ normal + np.arange(extent) * (volume.affine[:3, axis] @ normal)
        )
    return None
