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
        self,
        shape: Array,
        value: float | Array,
        *,
        opacity: float = 1.0,
        corner: tuple[int, int] = (0, 0),
    ) -> None:
        """Blend ``value`` in where ``shape`` (mm) is negative.

        Args:
            shape: distance on the coarse twin, or a window of it that has the fine grid's slices.
            value: a number, or an array like ``shape``.
            opacity: 0 … 1.
            corner: first row and column of the window, on the coarse twin.
        """
        same = shape.shape[0] == self.grid.shape[0]
        near = shape.reshape(shape.shape[0], -1).min(axis=1) < self.grid.spacing_mm[0]
        for k in range(self.grid.shape[0]):
            at = k if same else k // 2
            if near[max(at - 1, 0) : at + 2].any():
                plane = shape[k] if same else between(shape, k)
                ink = (value[k] if same else between(value, k)) if isinstance(value, np.ndarray) else value
                rise = shape[min(at + 1, len(shape) - 1)] - shape[max(at - 1, 0)]
                scale = 1 if same else 2
                self._paint_slice(k, plane / self._softness(rise, scale), ink, opacity, corner)

    def _softness(self, rise: Array, scale: int) -> Array:
        """How many millimetres an edge takes: a pixel where it stands upright, a slice where it lies flat."""
        thick, _, pixel = self.grid.spacing_mm
        flat = np.minimum((rise * np.float32(0.5 / (thick * scale))) ** 2, 1)
        return np.asarray(np.float32(pixel) + np.float32(max(thick - pixel, 0.0)) * flat, np.float32)

    def paint_sheet(
        self, shape: Array, half_mm: float | Array, value: float, *, within: Array, opacity: float = 1.0
    ) -> None:
        """Blend ``value`` in along the surface where the signed ``shape`` is zero, inside the shape ``within``."""
        pixel = np.float32(self.grid.spacing_mm[2])
        for k in range(self.grid.shape[0]):
            room = between(within, k)
            near = room < 0
            if not near.any():
                continue
            rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
            r = slice(int(rows[0]), int(rows[-1]) + 1)
            c = slice(int(columns[0]), int(columns[-1]) + 1)
            half = doubled(between(half_mm, k)[r, c]) if isinstance(half_mm, np.ndarray) else np.float32(half_mm)
            cover = np.clip((half - np.abs(doubled(between(shape, k)[r, c]))) / pixel + np.float32(0.5), 0, 1)
            cover *= np.clip(np.float32(0.5) - doubled(room[r, c]) / pixel, 0, 1) * np.float32(opacity)
            part = self.volume[k, 2 * r.start : 2 * r.stop, 2 * c.start : 2 * c.stop]
            part += cover * np.minimum(1, 2 * half / pixel + np.float32(0.25)) * (np.float32(value) - part)

    def _paint_slice(self, k: int, shape: Array, value: float | Array, opacity: float, corner: tuple[int, int]) -> None:
        near = shape < 1
        rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        if not rows.size:
            return
        r0, r1 = max(int(rows[0]) - 1, 0), min(int(rows[-1]) + 2, shape.shape[0])
        c0, c1 = max(int(columns[0]) - 1, 0), min(int(columns[-1]) + 2, shape.shape[1])
        cover = np.float32(0.5) - doubled(shape[r0:r1, c0:c1])
        np.clip(cover, 0, 1, out=cover)
        if opacity != 1.0:
            cover *= np.float32(opacity)
        y, x = 2 * corner[0], 2 * corner[1]
        part = self.volume[k, y + 2 * r0 : y + 2 * r1, x + 2 * c0 : x + 2 * c1]
        target = doubled(value[r0:r1, c0:c1]) if isinstance(value, np.ndarray) else np.float32(value)
        part += cover * (target - part)
