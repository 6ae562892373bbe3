"""Smooth random fields: the irregularity of organs, the clumping of fat and gland, the grain of a scanner."""

import numpy as np
from scipy import fft, ndimage

from viewers.phantoms.fields.grid import Array, Grid


def smooth_field(rng: np.random.Generator, grid: Grid, wavelength_mm: float) -> Array:
    """A field of mean 0 and deviation about 1 that varies over ``wavelength_mm``, shape of ``grid``."""
    extent = [n * s for n, s in zip(grid.shape, grid.spacing_mm, strict=True)]
    knots = [max(4, int(np.ceil(2 * e / wavelength_mm)) + 1) for e in extent]
    field = rng.standard_normal(knots).astype(np.float32)
    field = ndimage.gaussian_filter(field, 0.8, mode="reflect")
    field /= max(float(field.std()), 1e-6)
    for axis in range(3):
        field = _stretched(field, axis, grid.shape[axis])
    return field


def smooth_plane(rng: np.random.Generator, shape: tuple[int, int], wavelength_px: float) -> Array:
    """A plane of mean 0 and deviation about 1 that varies over ``wavelength_px`` pixels."""
    knots = [max(4, int(np.ceil(2 * n / wavelength_px)) + 1) for n in shape]
    field = ndimage.gaussian_filter(rng.standard_normal(knots).astype(np.float32), 0.8, mode="reflect")
    field /= max(float(field.std()), 1e-6)
    for axis in range(2):
        field = _stretched(field, axis, shape[axis])
    return np.asarray(field, np.float32)


def shaped_noise(rng: np.random.Generator, transfer: Array) -> Array:
    """White noise through ``transfer`` (real, the half plane of ``rfft2``), scaled to deviation 1."""
    rows, columns = transfer.shape[0], (transfer.shape[1] - 1) * 2
    white = rng.standard_normal((rows, columns), dtype=np.float32)
    noise = fft.irfft2(fft.rfft2(white) * transfer, s=(rows, columns)).astype(np.float32)
    return np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)


def _stretched(field: Array, axis: int, size: int) -> Array:
    """``field`` with ``axis`` stretched to ``size`` by cubic (Catmull-Rom) interpolation."""
    count = field.shape[axis]
    place = np.linspace(0, count - 1, size)
    base = np.clip(np.floor(place).astype(int), 0, count - 2)
    t = place - base
    weights = np.zeros((size, count), np.float32)
    rows = np.arange(size)
    cubic = (-t / 2 + t**2 - t**3 / 2, 1 - 2.5 * t**2 + 1.5 * t**3, t / 2 + 2 * t**2 - 1.5 * t**3, (t**3 - t**2) / 2)
    for offset, weight in zip((-1, 0, 1, 2), cubic, strict=True):
        np.add.at(weights, (rows, np.clip(base + offset, 0, count - 1)), weight)
    moved = np.tensordot(weights, field, axes=(1, axis))
    return np.ascontiguousarray(np.moveaxis(moved, 0, axis), dtype=np.float32)
