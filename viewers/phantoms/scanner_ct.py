"""What a CT scanner adds to anatomy: its blur, and noise coloured by kernel and by the way the beam went."""

import numpy as np
from scipy import ndimage

from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.randomness import shaped_noise


def scanned(
    rng: np.random.Generator, grid: Grid, volume: Array, *, noise_hu: float, sharpness: float, edges: float = 0.0
) -> Array:
    """Blur and noise, in place.

    The noise power rises with frequency (ramp) until the kernel cuts it; along directions in which the body is long
    the detector starves, so that shoulders are streaked sideways. It is strongest in the middle of the body.

    Args:
        rng: of the noise alone.
        grid: of the volume.
        volume: HU, changed in place.
        noise_hu: standard deviation in the middle of an average slice.
        sharpness: cut of the kernel in line pairs per millimetre (soft 0.4 … bone 0.9).
        edges: overshoot of the kernel at edges, 0 for soft ones.
    """
    pixel = grid.spacing_mm[2]
    rows, columns = grid.shape[1:]
    fy = np.fft.fftfreq(rows, pixel)[:, None]
    fx = np.fft.rfftfreq(columns, pixel)[None]
    f = np.hypot(fx, fy)
    ramp = (np.sqrt(f) * np.exp(-((f / sharpness) ** 2.2)) + 0.02).astype(np.float32)
    direction = np.divide(np.abs(fy), f, out=np.full_like(f, 0.5), where=f > 0).astype(np.float32)
    blur = 0.42 / max(sharpness, 0.3) / pixel * 0.42
    carry = shaped_noise(rng, ramp)
    for k in range(grid.shape[0]):
        plane = volume[k]
        ndimage.gaussian_filter(plane, blur, output=plane, truncate=3)
        if edges:
            plane += np.float32(edges) * (plane - ndimage.gaussian_filter(plane, 1.4, truncate=2.5))
        across, through = _paths(plane, pixel)
        starved = np.float32(np.exp(0.0075 * (across.max() - through.max())))
        fresh = shaped_noise(rng, ramp * (1 + (starved - 1) * direction**3))
        noise = 0.8 * fresh + 0.6 * carry
        carry = fresh
        strength = np.exp(0.0042 * (_spread(across, 0) + _spread(through, 1)) - 1.75).astype(np.float32)
        plane += np.float32(noise_hu) * np.clip(strength, 0.3, 3.2) * noise
    return volume


def _paths(plane: Array, pixel: float) -> tuple[np.ndarray, np.ndarray]:
    """Water-equivalent length (mm) of every row, and of every column."""
    dense = np.clip(plane[::4, ::4] / 1000 + 1, 0, 3)
    return dense.sum(axis=1) * pixel * 4, dense.sum(axis=0) * pixel * 4


def _spread(profile: np.ndarray, axis: int) -> np.ndarray:
    smooth = ndimage.gaussian_filter1d(np.repeat(profile, 4), 12)
    return np.asarray(smooth[:, None] if axis == 0 else smooth[None, :])
