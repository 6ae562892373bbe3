"""The volume being painted: values on the fine grid, shapes given on its coarse twin."""

from dataclasses import dataclass, field

import numpy as np

from viewers.phantoms.fields.grid import Array, Grid, doubled


@dataclass(kw_only=True)
class Canvas:
    """Values (HU or any other unit) on ``grid``; identity: painted in place, later paint covers earlier."""

    grid: Grid
    background: float
    volume: Array = field(init=False)

    def __post_init__(self) -> None:
        self.volume = np.full(self.grid.shape, self.background, np.float32)

    def paint(self, shape: Array, value: float | Array, *, opacity: float = 1.0) -> None:
        """Blend ``value`` (a number, or an array on the coarse grid) in where ``shape`` (coarse, mm) is negative."""
        for k in range(self.grid.shape[0]):
            self._paint_slice(k, shape[k], value[k] if isinstance(value, np.ndarray) else value, opacity)

    def _paint_slice(self, k: int, shape: Array, value: float | Array, opacity: float) -> None:
        pixel = self.grid.spacing_mm[2]
        near = shape < pixel
        rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        if not rows.size:
            return
        r0, r1 = max(rows[0] - 1, 0), min(rows[-1] + 2, shape.shape[0])
        c0, c1 = max(columns[0] - 1, 0), min(columns[-1] + 2, shape.shape[1])
        cover = doubled(shape[r0:r1, c0:c1])
        cover *= np.float32(-1 / pixel)
        cover += np.float32(0.5)
        np.clip(cover, 0, 1, out=cover)
        if opacity != 1.0:
            cover *= np.float32(opacity)
        part = self.volume[k, 2 * r0 : 2 * r1, 2 * c0 : 2 * c1]
        target = doubled(value[r0:r1, c0:c1]) if isinstance(value, np.ndarray) else np.float32(value)
        part += cover * (target - part)
