"""The volume being painted: values on the fine grid, shapes given on its coarse twin."""

from dataclasses import dataclass, field

import numpy as np

from viewers.phantoms.fields.grid import Array, Grid, between, doubled


@dataclass(kw_only=True)
class Canvas:
    """Values (HU or any other unit) on ``grid``; identity: painted in place, later paint covers earlier."""

    grid: Grid
    background: float
    volume: Array = field(init=False)

    def __post_init__(self) -> None:
        self.volume = np.full(self.grid.shape, self.background, np.float32)

    def paint(
        self, shape: Array, value: float | Array, *, opacity: float = 1.0, corner: tuple[int, int] = (0, 0)
    ) -> None:
        """Blend ``value`` in where ``shape`` (mm) is negative.

        Args:
            shape: distance on the coarse twin, or a window of it that has the fine grid's slices.
            value: a number, or an array like ``shape``.
            opacity: 0 … 1.
            corner: first row and column of the window, on the coarse twin.
        """
        reach = np.float32(self.grid.spacing_mm[2])
        same = shape.shape[0] == self.grid.shape[0]
        near = (shape < reach).reshape(shape.shape[0], -1).any(axis=1)
        for k in range(self.grid.shape[0]):
            at = k if same else k // 2
            if near[max(at - 1, 0) : at + 2].any():
                plane = shape[k] if same else between(shape, k)
                ink = (value[k] if same else between(value, k)) if isinstance(value, np.ndarray) else value
                self._paint_slice(k, plane, ink, opacity, corner)

    def _paint_slice(self, k: int, shape: Array, value: float | Array, opacity: float, corner: tuple[int, int]) -> None:
        pixel = self.grid.spacing_mm[2]
        near = shape < pixel
        rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        if not rows.size:
            return
        r0, r1 = max(int(rows[0]) - 1, 0), min(int(rows[-1]) + 2, shape.shape[0])
        c0, c1 = max(int(columns[0]) - 1, 0), min(int(columns[-1]) + 2, shape.shape[1])
        cover = doubled(shape[r0:r1, c0:c1])
        cover *= np.float32(-1 / pixel)
        cover += np.float32(0.5)
        np.clip(cover, 0, 1, out=cover)
        if opacity != 1.0:
            cover *= np.float32(opacity)
        y, x = 2 * corner[0], 2 * corner[1]
        part = self.volume[k, y + 2 * r0 : y + 2 * r1, x + 2 * c0 : x + 2 * c1]
        target = doubled(value[r0:r1, c0:c1]) if isinstance(value, np.ndarray) else np.float32(value)
        part += cover * (target - part)
