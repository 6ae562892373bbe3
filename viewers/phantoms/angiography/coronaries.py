"""The left coronary artery on the surface of a beating heart, with a narrowing of known size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.fields.strokes import smooth_path

Points = NDArray[np.float64]

CENTRE = np.array([36.0, -22.0, -18.0])
LONG, WIDE = 60.0, 42.0
_AXIS = np.array([0.66, -0.56, -0.50]) / np.linalg.norm([0.66, -0.56, -0.50])
_FRONT = np.array([-0.20, -0.78, 0.60])
STENOSIS_LENGTH_MM = 11.0


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One vessel: points at rest (n, 3) mm, radii (n,) mm, and the way blood has come from the ostium (n,) mm."""

    points: Points
    radii: NDArray[np.float64]
    way: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Stenosis:
    """The narrowing: where (index into branch 0), and its diameters in millimetres."""

    index: int
    reference_mm: float
    minimal_mm: float

    @property
    def percent(self) -> float:
        """Percent diameter stenosis."""
        return 100 * (1 - self.minimal_mm / self.reference_mm)


def left_coronary(rng: np.random.Generator, *, percent: float, twigs: int) -> tuple[list[Branch], Stenosis]:
    """The left main with its descending and circumflex arteries, their branches, and a stenosis in the former.

    Args:
        rng: course of the vessels.
        percent: diameter stenosis.
        twigs: fine side branches on each named vessel.
    """
    trunk = _on_surface([(128, -42, 1.13), (122, -28, 1.08), (113, -12, 1.03)], rng)
    lad = np.vstack(
        [
            trunk,
            _on_surface([(101, -3, 1.0), (84, 2, 1.0), (64, -3, 1.0), (42, 4, 1.0), (20, -4, 1.0), (4, 0, 1.0)], rng),
        ]
    )
    lad = smooth_path(lad, 1.5)
    way = _way(lad)
    radii = np.interp(way, [0, 12, 14, 60, way[-1]], [2.15, 2.05, 1.75, 1.48, 0.5])
    index = int(np.argmin(np.abs(way - 63.0)))
    narrow = np.cos(np.clip((way - way[index]) / STENOSIS_LENGTH_MM, -0.5, 0.5) * np.pi) ** 2
    stenosis = Stenosis(
        index=index, reference_mm=float(2 * radii[index]), minimal_mm=float(2 * radii[index] * (1 - percent / 100))
    )
    branches = [Branch(points=lad, radii=radii * (1 - percent / 100 * narrow), way=way)]
    courses: Sequence[tuple[int, float, Sequence[tuple[float, float, float]], float]] = (
        (0, 13, [(108, 14, 1.0), (105, 42, 1.0), (106, 72, 1.0), (104, 104, 1.0), (100, 134, 1.0)], 1.55),
        (0, 30, [(84, 20, 1.0), (64, 34, 1.0), (42, 42, 1.0), (24, 48, 1.0)], 1.02),
        (0, 52, [(66, 16, 1.0), (48, 28, 1.0), (28, 34, 1.0)], 0.86),
        (1, 25, [(92, 50, 1.0), (70, 58, 1.0), (46, 66, 1.0), (26, 70, 1.0)], 1.18),
        (1, 55, [(88, 92, 1.0), (66, 98, 1.0), (42, 104, 1.0)], 0.98),
        (0, 24, [(92, -6, 0.86), (78, -8, 0.72), (62, -6, 0.62)], 0.55),
        (0, 45, [(74, -8, 0.85), (62, -9, 0.70), (50, -6, 0.60)], 0.48),
        (0, 61, [(58, -8, 0.85), (48, -9, 0.70), (38, -6, 0.58)], 0.42),
        (0, 20, [(98, -20, 1.01), (90, -38, 1.02), (78, -54, 1.02)], 0.50),
    )
    for parent, distance, knots, radius in courses:
        way = branches[parent].way - branches[parent].way[0]
        at = min(_near(way, distance), len(way) - 2)
        branches.append(_branch(rng, branches[parent], at, knots=knots, radius=radius))
    named = len(branches)
    for parent in range(named):
        for _ in range(twigs if parent < 5 else twigs // 3):
            branches += _twig(rng, branches[parent])
    return branches, stenosis


def beaten(points: Points, phase: float) -> Points:
    """Where points of the heart are at this phase of the beat (0 = end diastole): shorter, narrower, twisted."""
    squeeze = np.sin(np.pi * np.clip(phase / 0.62, 0, 1)) ** 1.5
    local = points - CENTRE
    along = local @ _AXIS
    across = local - along[:, None] * _AXIS
    base = np.clip((along + 30) / 90, 0, 1)[:, None]
    turn = np.deg2rad(11.0) * squeeze * (base - 0.3)
    twisted = across * np.cos(turn) + np.cross(_AXIS, across) * np.sin(turn)
    narrowed = twisted * (1 - 0.17 * squeeze)
    descent = 9.0 * squeeze * (1 - base) - 2.5 * squeeze
    return np.asarray(CENTRE + (along[:, None] * (1 - 0.05 * squeeze) + descent) * _AXIS + narrowed)


def surface(polar_deg: Points, turn_deg: Points, lift: Points) -> Points:
    """Points on the heart: polar angle from the apex, azimuth from the front groove, lift 1 on the surface."""
    second = _FRONT - _AXIS * float(_FRONT @ _AXIS)
    second /= np.linalg.norm(second)
    third = np.cross(_AXIS, second)
    if third[0] < 0:
        third = -third
    polar, turn = np.deg2rad(polar_deg), np.deg2rad(turn_deg)
    ring = np.cos(turn)[:, None] * second + np.sin(turn)[:, None] * third
    return np.asarray(
        CENTRE + lift[:, None] * (LONG * np.cos(polar)[:, None] * _AXIS + WIDE * np.sin(polar)[:, None] * ring)
    )


def _on_surface(knots: Sequence[tuple[float, float, float]], rng: np.random.Generator) -> Points:
    table = np.asarray(knots, float)
    table[:, 1] += rng.normal(0, 1.6, len(table))
    table[:, 0] += rng.normal(0, 0.9, len(table))
    return surface(table[:, 0], table[:, 1], table[:, 2])


def _branch(
    rng: np.random.Generator, parent: Branch, at: int, *, knots: Sequence[tuple[float, float, float]], radius: float
) -> Branch:
    path = smooth_path(np.vstack([parent.points[at : at + 1], _on_surface(knots, rng)]), 1.7)
    path = path + _wander(rng, len(path), 0.55)
    way = _way(path)
    radii = radius * (1 - 0.66 * (way / way[-1]) ** 1.1)
    return Branch(points=path, radii=radii, way=way + parent.way[at])


def _twig(rng: np.random.Generator, parent: Branch, depth: int = 0) -> list[Branch]:
    at = int(rng.integers(len(parent.way) // 8, len(parent.way) - 3))
    heading = parent.points[min(at + 3, len(parent.points) - 1)] - parent.points[at]
    outward = parent.points[at] - CENTRE
    side = np.cross(heading, outward) * rng.choice((-1.0, 1.0))
    side, ahead = side / (np.linalg.norm(side) + 1e-9), heading / (np.linalg.norm(heading) + 1e-9)
    length = rng.uniform(9, 30) * (0.6**depth)
    inward = -outward / np.linalg.norm(outward) * rng.uniform(0, 0.35)
    bend = ahead * rng.uniform(0.4, 1.1)
    t = np.linspace(0, 1, max(5, int(length / 2.0)))[:, None]
    path = parent.points[at] + length * (t * (0.75 * side + inward) + t**1.6 * bend * 0.7)
    path = path + _wander(rng, len(path), 0.5)
    radius = min(0.42, 0.55 * float(parent.radii[at])) * rng.uniform(0.7, 1.0)
    way = _way(path)
    own = Branch(points=path, radii=radius * (1 - 0.7 * way / way[-1]) + 0.06, way=way + parent.way[at])
    if depth >= 1 or rng.random() < 0.4:
        return [own]
    return [own, *_twig(rng, own, depth + 1)]


def _wander(rng: np.random.Generator, count: int, amplitude: float) -> Points:
    knots = max(4, count // 5)
    table = rng.normal(0, amplitude, (knots, 3))
    table[0] = 0
    place = np.linspace(0, knots - 1, count)
    return np.stack([np.interp(place, np.arange(knots), table[:, axis]) for axis in range(3)], axis=1)


def _way(path: Points) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def _near(way: NDArray[np.float64], distance: float) -> int:
    return int(np.argmin(np.abs(way - distance)))
