"""What the X-rays cross besides the coronaries: the chest, projected, with lung markings and a wire or two."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from viewers.phantoms.angiography.c_arm import CArm
from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.randomness import smooth_plane
from viewers.phantoms.thorax.chest import chest
from viewers.phantoms.thorax.vessels import Blood

WATER_PER_MM = 0.0195


def shadows(rng: np.random.Generator, arm: CArm, *, woman: bool, voxel_mm: float, twigs: int) -> Array:
    """The line integral of attenuation through the chest on every pixel, shape (size, size)."""
    grid = _grid(voxel_mm)
    blood = Blood(left=45, right=45, cava=45, veins=45)
    volume = chest(rng, grid, woman=woman, blood=blood, contrast=0.0, twigs=twigs).volume
    dense = np.clip(volume / 1000 + 1, 0, None)
    dense += np.float32(0.9) * np.clip(dense - 1.12, 0, 2)
    lines = _integrals(arm, grid, dense.astype(np.float32))
    size = arm.size
    texture = 0.010 * smooth_plane(rng, (size, size), size / 14) + 0.005 * smooth_plane(rng, (size, size), size / 45)
    return np.asarray(lines * WATER_PER_MM + texture, np.float32)


def _grid(voxel: float) -> Grid:
    plane, tall = int(376 / voxel / 2) * 2, int(236 / voxel / 2) * 2
    return Grid(shape=(tall, plane, plane), spacing_mm=(voxel, voxel, voxel), origin_mm=(-142.0, -182.0, -188.0))


def _integrals(arm: CArm, grid: Grid, dense: Array) -> Array:
    """Water-equivalent millimetres along each ray, computed on every second pixel and interpolated."""
    half = arm.size // 2
    right, down, beam = arm.axes
    offset = ((np.arange(half) * 2 + 0.5) - (arm.size - 1) / 2) * arm.pixel_mm
    rays = (
        beam * arm.source_detector_mm + right * offset[None, :, None] + down * offset[:, None, None]
    ) / arm.source_detector_mm
    source = np.asarray(arm.isocentre) - beam * arm.source_patient_mm
    step = 1.3 * grid.spacing_mm[0]
    total: NDArray[np.float32] = np.zeros((half, half), np.float32)
    spacing, origin = np.asarray(grid.spacing_mm), np.asarray(grid.origin_mm)
    for distance in np.arange(arm.source_patient_mm - 190, arm.source_patient_mm + 190, step):
        place = (source + rays * distance)[..., ::-1]
        index = ((place - origin) / spacing).astype(np.float32)
        total += ndimage.map_coordinates(dense, np.moveaxis(index, -1, 0), order=1, mode="constant", cval=0.0)
    lengths = np.linalg.norm(rays, axis=-1) * step
    return np.asarray(ndimage.zoom(total * lengths, 2, order=1, mode="nearest", grid_mode=True), np.float32)
