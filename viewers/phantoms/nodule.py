"""A lung nodule whose volume is known: a star-shaped body given by a formula, sampled with its partial volume."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.fields.grid import Array, Grid

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Nodule:
    """The surface r(u) = ``radius_mm`` * s * (1 + Σ a_k (u·d_k)^n_k), s making the volume 4/3 π radius³ exactly.

    Attributes:
        centre_mm: (x, y, z).
        radius_mm: radius of the sphere of the same volume.
        bumps: directions (k, 3), unit vectors.
        heights: (k,) relative heights.
        powers: (k,) sharpness of each bump.
        scale: s.
    """

    centre_mm: tuple[float, float, float]
    radius_mm: float
    bumps: Points
    heights: NDArray[np.float64]
    powers: NDArray[np.float64]
    scale: float

    @property
    def volume_mm3(self) -> float:
        """The exact volume."""
        return float(4 / 3 * np.pi * self.radius_mm**3)


def lobulated(rng: np.random.Generator, centre_mm: tuple[float, float, float], radius_mm: float) -> Nodule:
    """An irregular nodule with broad lobes and small humps."""
    bumps = rng.normal(size=(15, 3))
    bumps /= np.linalg.norm(bumps, axis=1, keepdims=True)
    heights = np.concatenate([rng.uniform(0.25, 0.5, 3), rng.uniform(-0.3, -0.12, 3), rng.uniform(-0.12, 0.18, 9)])
    powers = np.concatenate([np.full(6, 4.0), np.full(9, 10.0)])
    scale = float(np.mean(_raw(bumps, heights, powers, _sphere(20000)) ** 3)) ** (-1 / 3)
    return Nodule(centre_mm=centre_mm, radius_mm=radius_mm, bumps=bumps, heights=heights, powers=powers, scale=scale)


def reach(nodule: Nodule, directions: Points) -> NDArray[np.float64]:
    """Distance of the surface from the centre along unit vectors (…, 3), in millimetres."""
    return np.asarray(nodule.radius_mm * nodule.scale * _raw(nodule.bumps, nodule.heights, nodule.powers, directions))


def longest_axial(nodule: Nodule) -> tuple[float, Points]:
    """The longest chord within one axial plane: its length in millimetres and its two ends (2, 3) as (x, y, z)."""
    turn = np.deg2rad(np.arange(0, 360, 2.0))
    best: tuple[float, Points] = (0.0, np.zeros((2, 3)))
    for height in np.linspace(-0.5, 0.5, 25) * nodule.radius_mm:
        flat = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1)
        low, high = np.zeros(len(turn)), np.full(len(turn), 2.5 * nodule.radius_mm)
        for _ in range(18):
            middle = (low + high) / 2
            p = flat * middle[:, None] + (0, 0, height)
            length = np.linalg.norm(p, axis=1)
            inside = length < reach(nodule, p / length[:, None])
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        rim = flat * low[:, None] + (0, 0, height)
        gaps = np.linalg.norm(rim[:, None] - rim[None], axis=2)
        i, j = np.unravel_index(int(np.argmax(gaps)), gaps.shape)
        if gaps[i, j] > best[0]:
            best = (float(gaps[i, j]), np.stack([rim[i], rim[j]]) + nodule.centre_mm)
    return best


def spicules(rng: np.random.Generator, nodule: Nodule, count: int) -> list[Points]:
    """Fine strands that radiate from the nodule into the lung, as paths (n, 3)."""
    strands = []
    for _ in range(count):
        heading = rng.normal(size=3) * (1, 1, 0.6)
        heading /= np.linalg.norm(heading)
        start = float(reach(nodule, heading[None])[0]) * 0.9
        steps = np.linspace(start, start + nodule.radius_mm * rng.uniform(0.25, 0.75), 5)[:, None]
        bend = rng.normal(0, 0.05, 3) * (steps - start) ** 1.5
        strands.append(np.asarray(nodule.centre_mm) + heading * steps + bend)
    return strands


def embed(volume: Array, grid: Grid, nodule: Nodule, value: float | Array) -> None:
    """Blend the nodule in: each voxel by the share of its 6 x 6 x 8 samples that lie inside."""
    margin = nodule.radius_mm * 1.7
    centre = np.asarray(nodule.centre_mm)
    low = np.maximum(np.floor(grid.index((centre - margin)[None])[0]).astype(int), 0)
    high = np.minimum(np.ceil(grid.index((centre + margin)[None])[0]).astype(int) + 1, grid.shape)
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    axes = [axis.ravel()[b].astype(float) for axis, b in zip((grid.z, grid.y, grid.x), box, strict=True)]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    middle = np.stack([x, y, z], axis=-1) - centre
    depth = np.linalg.norm(middle, axis=-1)
    depth -= reach(nodule, middle / np.maximum(depth, 1e-9)[..., None])
    edge = np.abs(depth) < 1.2 * np.linalg.norm(grid.spacing_mm)
    cover = (depth < 0).astype(np.float32)
    cover[edge] = _share_inside(nodule, grid, middle[edge])
    part = volume[box]
    part += cover * ((value[box] if isinstance(value, np.ndarray) else np.float32(value)) - part)


def _share_inside(nodule: Nodule, grid: Grid, middles: Points) -> NDArray[np.float32]:
    fine = (8, 6, 6)
    steps = [((np.arange(n) + 0.5) / n - 0.5) * s for n, s in zip(fine, grid.spacing_mm, strict=True)]
    share = np.zeros(len(middles), np.float32)
    for shift in itertools.product(*steps):
        p = middles + shift[::-1]
        length = np.maximum(np.linalg.norm(p, axis=-1), 1e-9)
        share += length < reach(nodule, p / length[:, None])
    return share / np.float32(np.prod(fine))


def _raw(
    bumps: Points, heights: NDArray[np.float64], powers: NDArray[np.float64], directions: Points
) -> NDArray[np.float64]:
    along = np.clip(directions @ bumps.T, 0, 1)
    return np.asarray(1 + (along**powers) @ heights)


def _sphere(count: int) -> Points:
    """Points spread evenly over the sphere (Fibonacci)."""
    i = np.arange(count) + 0.5
    z = 1 - 2 * i / count
    turn = np.pi * (1 + 5**0.5) * i
    r = np.sqrt(1 - z * z)
    return np.stack([r * np.cos(turn), r * np.sin(turn), z], axis=1)
