"""Implicit shapes: signed distances in millimetres, negative inside, blended smoothly."""

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from viewers.phantoms.fields.grid import Array, Grid, between
from viewers.phantoms.fields.randomness import smooth_field

FAR_MM = 60.0
_FINE = 800
_Row = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Space:
    """Where shapes are evaluated: coordinates bent by a smooth field, so that nothing comes out ideal."""

    grid: Grid
    x: Array
    y: Array
    z: Array


def bent_space(rng: np.random.Generator, grid: Grid, bends: Sequence[tuple[float, float]]) -> Space:
    """A space bent by fields given as (wavelength in mm, amplitude in mm)."""
    axes = [np.broadcast_to(axis, grid.shape).copy() for axis in (grid.x, grid.y, grid.z)]
    for wavelength, amplitude in bends:
        for axis in range(3):
            axes[axis] += smooth_field(rng, grid, wavelength) * np.float32(amplitude)
    return Space(grid=grid, x=axes[0], y=axes[1], z=axes[2])


def ellipsoid(space: Space, centre: Sequence[float], radii: Sequence[float], turn_deg: float = 0.0) -> Array:
    """An ellipsoid turned about z; centre and radii as (x, y, z). Far away the distance is just ``FAR_MM``."""
    cos, sin = np.float32(np.cos(np.deg2rad(turn_deg))), np.float32(np.sin(np.deg2rad(turn_deg)))
    wide = max(radii[0], radii[1]) if turn_deg else 0.0
    box = _near(space.grid, centre, (max(wide, radii[0]), max(wide, radii[1]), radii[2]))
    out = np.full(space.grid.shape, FAR_MM, np.float32)
    dx, dy, dz = (s[box] - np.float32(c) for s, c in zip((space.x, space.y, space.z), centre, strict=True))
    out[box] = _ellipsoid_distance((dx * cos + dy * sin, dy * cos - dx * sin, dz), radii)
    return out


def spheroid_along(space: Space, start: Sequence[float], end: Sequence[float], radius: float) -> Array:
    """An egg with its poles at ``start`` and ``end`` (x, y, z) and this radius across."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    axis, half = (b - a) / np.linalg.norm(b - a), float(np.linalg.norm(b - a) / 2)
    centre = (a + b) / 2
    parts = [s - np.float32(c) for s, c in zip((space.x, space.y, space.z), centre, strict=True)]
    along = sum(p * np.float32(c) for p, c in zip(parts, axis, strict=True))
    squared = sum(p * p for p in parts) - along * along
    k = np.sqrt(np.maximum(squared, 0) / np.float32(radius**2) + along * along / np.float32(half**2))
    return np.asarray((k - 1) * np.float32(radius), np.float32)


def tubes(space: Space, chains: Sequence[np.ndarray]) -> Array:
    """Distance to tubes through chains of (x, y, z, radius) rows, ``FAR_MM`` where none is near."""
    out = np.full(space.grid.shape, FAR_MM, np.float32)
    for chain in chains:
        for a, b in itertools.pairwise(chain):
            box = _near(space.grid, (a[:3] + b[:3]) / 2, np.abs(b[:3] - a[:3]) / 2 + max(a[3], b[3]))
            d = (b[:3] - a[:3]).astype(np.float32)
            parts = [s[box] - np.float32(c) for s, c in zip((space.x, space.y, space.z), a[:3], strict=True)]
            t = np.clip(sum(p * c for p, c in zip(parts, d, strict=True)) / np.float32(max(d @ d, 1e-6)), 0, 1)
            squared = sum((p - t * c) ** 2 for p, c in zip(parts, d, strict=True))
            distance = np.sqrt(squared) - (np.float32(a[3]) + t * np.float32(b[3] - a[3]))
            np.minimum(out[box], distance, out=out[box])
    return out


def smooth_union(a: Array, b: Array, width: float) -> Array:
    """The union of two shapes with the crease filled over ``width`` millimetres."""
    h = np.maximum(np.float32(width) - np.abs(a - b), 0) / np.float32(width)
    return np.asarray(np.minimum(a, b) - h * h * np.float32(width / 4), np.float32)


def smooth_cut(a: Array, b: Array, width: float) -> Array:
    """What both shapes share, with the edge rounded over ``width`` millimetres."""
    return -smooth_union(-a, -b, width)


def window(space: Space, fine: Grid, low: Sequence[float], high: Sequence[float]) -> tuple[Space, tuple[int, int]]:
    """The part of a coarse space between ``low`` and ``high`` (x, y in mm), with all slices of the fine grid.

    Returns the space and the coarse row and column where it begins.
    """
    rows = _between(space.grid.y.ravel(), low[1], high[1])
    columns = _between(space.grid.x.ravel(), low[0], high[0])
    count = fine.shape[0]
    parts = [
        np.stack([between(axis[:, rows, columns], k) for k in range(count)]) for axis in (space.x, space.y, space.z)
    ]
    parts[2] += (fine.z.ravel() - _mean_z(space.grid, count)).astype(np.float32).reshape(-1, 1, 1)
    origin = (fine.origin_mm[0], float(space.grid.y.ravel()[rows.start]), float(space.grid.x.ravel()[columns.start]))
    grid = Grid(shape=parts[0].shape, spacing_mm=(fine.spacing_mm[0], *space.grid.spacing_mm[1:]), origin_mm=origin)
    return Space(grid=grid, x=parts[0], y=parts[1], z=parts[2]), (rows.start, columns.start)


def along_z(space: Space, table: Sequence[tuple[float, float]]) -> Array:
    """A number given at heights ((z, value), …) for every slice of the unbent grid, shape (slices, 1, 1)."""
    heights, values = zip(*sorted(table), strict=True)
    at = np.interp(space.grid.z.ravel(), heights, values)
    return np.asarray(at, np.float32).reshape(-1, 1, 1)


def looked_up(first: Array, second: Array, knots: tuple[_Row, _Row], values: tuple[_Row, ...]) -> Array:
    """Smooth look-up of ``values[i][j]`` at (first, second) between ``knots``, finely tabulated, nearest taken."""
    table = _tabulated(knots, values)
    index = [
        np.clip(np.rint((v - np.float32(k[0])) * np.float32(_FINE / (k[-1] - k[0]))), 0, _FINE).astype(np.intp)
        for v, k in zip((first, second), knots, strict=True)
    ]
    return np.asarray(table[index[0], index[1]], np.float32)


@functools.lru_cache(maxsize=16)
def _tabulated(knots: tuple[_Row, _Row], values: tuple[_Row, ...]) -> Array:
    """The table on a fine grid, corners smoothed away."""
    fine = [np.linspace(k[0], k[-1], _FINE + 1) for k in knots]
    rows = np.stack([np.interp(fine[1], knots[1], row) for row in values])
    full = np.stack([np.interp(fine[0], knots[0], column) for column in rows.T], axis=1)
    return np.asarray(ndimage.gaussian_filter(full, _FINE * 0.027, mode="nearest", truncate=3), np.float32)


def _between(places: Array, low: float, high: float) -> slice:
    inside = np.flatnonzero((places >= low) & (places <= high))
    return slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 1)


def _mean_z(coarse: Grid, count: int) -> Array:
    """The height that ``between`` gives for every fine slice, off only at the two ends."""
    z = coarse.z.reshape(-1, 1, 1)
    return np.array([float(between(z, k)[0, 0]) for k in range(count)], np.float32)


def _near(grid: Grid, centre: Sequence[float], radii: Sequence[float]) -> tuple[slice, slice, slice]:
    """The part of the grid in which a shape can matter, with room for bends and blends."""
    box = []
    for axis, (middle, radius) in enumerate(zip(centre[::-1], radii[::-1], strict=True)):
        low = (middle - 1.35 * radius - 34 - grid.origin_mm[axis]) / grid.spacing_mm[axis]
        high = (middle + 1.35 * radius + 34 - grid.origin_mm[axis]) / grid.spacing_mm[axis]
        box.append(slice(max(0, int(low)), max(0, min(grid.shape[axis], int(high) + 1))))
    return box[0], box[1], box[2]


def _ellipsoid_distance(parts: Sequence[Array], radii: Sequence[float]) -> Array:
    a, b, c = (p * np.float32(1 / r) for p, r in zip(parts, radii, strict=True))
    k = np.sqrt(a * a + b * b + c * c)
    return np.asarray((k - 1) * np.float32(min(radii)), np.float32)
