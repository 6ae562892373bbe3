"""Tubes drawn into a volume: chains of round or flat segments, with the partial volume at their walls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.fields.grid import Array, Grid, between, doubled

Points = NDArray[np.float64]


@dataclass(kw_only=True)
class Brush:
    """Collects coverage (0…1) of many segments, then blends one value into the volume.

    Identity: one buffer as large as the volume, reused from stroke to stroke.
    """

    grid: Grid
    volume: Array
    cover: Array = field(init=False)
    _low: NDArray[np.intp] = field(init=False)
    _high: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.cover = np.zeros(self.grid.shape, np.float32)
        self._forget()

    def segments(self, starts: Points, ends: Points, radii: Sequence[float] | Points) -> None:
        """Add round segments, one radius each."""
        for a, b, r in zip(starts, ends, radii, strict=True):
            self._segment(a, b, float(r))

    def chain(self, points: Points, radii: float | Sequence[float] | Points) -> None:
        """Add one tube through ``points`` (n, 3) as (x, y, z); ``radii`` one number or one per point."""
        keep = self._worthwhile(points)
        each = np.broadcast_to(np.asarray(radii, float), (len(points),))[keep]
        points = points[keep]
        for i in range(len(points) - 1):
            self._segment(points[i], points[i + 1], float(each[i]), float(each[i + 1]))

    def ribbon(self, points: Points, normals: Points, across_mm: float, along_mm: float) -> None:
        """Add a flat tube: half thickness ``across_mm`` along each point's normal, half height ``along_mm``."""
        keep = self._worthwhile(points)
        points, normals = points[keep], normals[keep]
        for i in range(len(points) - 1):
            self._flat_segment(points[i], points[i + 1], normals[i], across_mm, along_mm)

    def blend(self, value: float, *, only: Array | None = None) -> None:
        """Blend ``value`` in by coverage, times ``only`` (0 … 1 on the coarse twin) if given; forget the strokes."""
        box = tuple(slice(int(a), int(b)) for a, b in zip(self._low, self._high, strict=True))
        if any(s.start >= s.stop for s in box):
            return
        for k in range(box[0].start, box[0].stop):
            cover = self.cover[k, box[1], box[2]]
            weight = cover if only is None else cover * doubled(between(only, k))[box[1], box[2]]
            part = self.volume[k, box[1], box[2]]
            part += weight * (np.float32(value) - part)
            cover[...] = 0
        self._forget()

    def _worthwhile(self, points: Points) -> NDArray[np.intp]:
        """Which points of a path to keep: steps much shorter than a few pixels cost time and show nothing."""
        step = float(np.mean(np.linalg.norm(np.diff(points, axis=0), axis=1))) if len(points) > 1 else 1.0
        stride = max(1, round(6.0 * self.grid.spacing_mm[2] / max(step, 1e-3)))
        return np.unique(np.append(np.arange(0, len(points), stride), len(points) - 1))

    def _forget(self) -> None:
        self._low = np.array(self.grid.shape, np.intp)
        self._high = np.zeros(3, np.intp)

    def _box(self, a: Points, b: Points, reach: float) -> tuple[slice, slice, slice] | None:
        low = self.grid.index((np.minimum(a, b) - reach)[None])[0]
        high = self.grid.index((np.maximum(a, b) + reach)[None])[0]
        first = np.maximum(np.floor(low).astype(int), 0)
        last = np.minimum(np.ceil(high).astype(int) + 1, self.grid.shape)
        if np.any(first >= last):
            return None
        np.minimum(self._low, first, out=self._low)
        np.maximum(self._high, last, out=self._high)
        return slice(first[0], last[0]), slice(first[1], last[1]), slice(first[2], last[2])

    def _offsets(self, box: tuple[slice, slice, slice], a: Points) -> tuple[Array, Array, Array]:
        g = self.grid
        return (
            g.x[:, :, box[2]] - np.float32(a[0]),
            g.y[:, box[1], :] - np.float32(a[1]),
            g.z[box[0], :, :] - np.float32(a[2]),
        )

    def _segment(self, a: Points, b: Points, r0: float, r1: float | None = None) -> None:
        soft = self.grid.spacing_mm[2]
        box = self._box(a, b, max(r0, r1 or 0) + soft + self.grid.spacing_mm[0] / 2)
        if box is None:
            return
        px, py, pz = self._offsets(box, a)
        d = (b - a).astype(np.float32)
        length = max(float(d @ d), 1e-6)
        t = np.clip((px * d[0] + py * d[1] + pz * d[2]) * np.float32(1 / length), 0, 1)
        rise = (pz - t * d[2]) ** 2
        squared = (px - t * d[0]) ** 2 + (py - t * d[1]) ** 2 + rise
        distance = np.sqrt(squared)
        radius = np.float32(r0) if r1 is None else np.float32(r0) + t * np.float32(r1 - r0)
        extra = np.float32(max(self.grid.spacing_mm[0] - soft, 0.0))
        wide = np.float32(soft) + extra * rise / np.maximum(squared, np.float32(1e-4))
        self._add(box, (distance - radius) / wide, min(r0, r1 or r0))

    def _flat_segment(self, a: Points, b: Points, normal: Points, across: float, along: float) -> None:
        box = self._box(a, b, max(across, along) + self.grid.spacing_mm[0])
        if box is None:
            return
        px, py, pz = self._offsets(box, a)
        d = b - a
        length = max(float(np.linalg.norm(d)), 1e-6)
        axis = d / length
        n = normal - axis * float(normal @ axis)
        n = n / max(float(np.linalg.norm(n)), 1e-6)
        w = np.cross(axis, n)
        offsets = px, py, pz
        over = _along(offsets, axis)
        over = over - np.clip(over, 0, np.float32(length))
        k = np.sqrt(
            (_along(offsets, n) / np.float32(across)) ** 2
            + (_along(offsets, w) / np.float32(along)) ** 2
            + (over / along) ** 2
        )
        self._add(box, (k - 1) * np.float32(across / self.grid.spacing_mm[2]), across)

    def _add(self, box: tuple[slice, slice, slice], distance: Array, radius: float) -> None:
        """``distance`` in units of the edge's width."""
        soft = self.grid.spacing_mm[2]
        cover = np.clip(np.float32(0.5) - distance, 0, 1)
        if radius < soft / 2:
            cover *= np.float32((2 * radius / soft) ** 2)
        np.maximum(self.cover[box], cover, out=self.cover[box])


def _along(offsets: tuple[Array, Array, Array], direction: Points) -> Array:
    return np.asarray(sum(o * np.float32(v) for o, v in zip(offsets, direction, strict=True)), np.float32)


def smooth_path(points: Iterable[Sequence[float]] | Points, step_mm: float = 3.0) -> Points:
    """A curve through ``points`` (Catmull-Rom), cut into steps of about ``step_mm``; columns keep their meaning."""
    knots = np.asarray(list(points), float)
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    pieces = []
    for i in range(len(knots) - 1):
        p0, p1, p2, p3 = padded[i : i + 4]
        count = max(1, int(np.ceil(np.linalg.norm((p2 - p1)[:3]) / step_mm)))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.vstack([*pieces, knots[-1:]])
