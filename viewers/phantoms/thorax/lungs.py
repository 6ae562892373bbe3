"""The lungs: pleural cavities between cage, mediastinum and diaphragm, their fissures and the lace within."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.shapes import Space, along_z, ellipsoid, looked_up, smooth_cut, smooth_union

_ROWS = (-100, -70, -40, -10, 20, 50, 80)
_HEIGHTS = (-150, -60, -20, 20, 45, 70, 100, 125)
_RIGHT = (
    (14, 22, 26, 26, 24, 22, 20), (14, 22, 26, 26, 24, 22, 20), (7, 14, 24, 27, 24, 22, 20), (5, 10, 24, 36, 31, 23, 20),
    (4, 9, 27, 37, 33, 23, 20), (6, 14, 33, 36, 26, 24, 20), (24, 30, 35, 33, 28, 25, 22), (48, 46, 42, 38, 35, 31, 28),
)  # fmt: skip
_LEFT = (
    (16, 26, 30, 30, 32, 34, 25), (16, 26, 30, 30, 32, 34, 25), (10, 19, 26, 30, 33, 37, 25), (7, 14, 27, 34, 38, 39, 25),
    (6, 10, 25, 35, 40, 38, 25), (9, 16, 26, 33, 36, 37, 27), (24, 28, 33, 32, 30, 27, 24), (48, 46, 43, 39, 35, 31, 28),
)  # fmt: skip
SPINE = ((-260, 28), (-200, 33), (-130, 40), (-60, 50), (0, 54), (50, 51), (100, 40), (130, 32), (160, 26))


@dataclass(frozen=True, kw_only=True)
class Lungs:
    """Distances (mm, coarse grid): to both lungs, to the diaphragm (negative below), to the nearest fissure."""

    surface: Array
    diaphragm: Array
    fissures: Array


def lungs(space: Space, cage: Array, heart: Array) -> Lungs:
    """The lungs that this cage and this heart leave room for."""
    below = diaphragm(space)
    middle = smooth_union(_mediastinum(space), heart - np.float32(4), 9)
    middle = smooth_union(middle, _spine(space), 8)
    surface = smooth_cut(smooth_cut(cage + np.float32(7.5), -middle, 7), -below, 4)
    return Lungs(surface=surface, diaphragm=below, fissures=_fissures(space))


def diaphragm(space: Space) -> Array:
    """Distance to the diaphragm's upper surface, negative below it: two domes and the central tendon."""
    domes = ((-62, -4, 72, 88, -56), (62, 10, 68, 84, -70), (2, -32, 60, 60, -62))
    top: Array | None = None
    for x, y, a, b, apex in domes:
        q = ((space.x - x) / a) ** 2 + ((space.y - y) / b) ** 2
        dome = np.asarray(apex - 12 * q - 38 * np.minimum(q, 4) ** 3, np.float32)
        top = dome if top is None else -smooth_union(-top, -dome, 14)
    assert top is not None
    return np.asarray((space.z - top) * np.float32(0.78), np.float32)


def _mediastinum(space: Space) -> Array:
    right = looked_up(space.z, space.y, (_HEIGHTS, _ROWS), _RIGHT)
    left = looked_up(space.z, space.y, (_HEIGHTS, _ROWS), _LEFT)
    return np.asarray(np.where(space.x < 0, -space.x - right, space.x - left) * np.float32(0.9), np.float32)


def _spine(space: Space) -> Array:
    dy = space.y - along_z(space, SPINE) - 22
    k = np.sqrt((space.x / 29) ** 2 + (dy / 44) ** 2)
    return np.asarray((k - 1) * 29, np.float32)


def _fissures(space: Space) -> Array:
    """Unsigned distance to the nearest of the oblique fissures and the horizontal one (right, in front)."""
    right = (space.z - (0.92 * (space.y - 10) + 6 + 0.16 * (space.x + 80))) * np.float32(0.73)
    left = (space.z - (1.0 * (space.y - 8) + 10 - 0.14 * (space.x - 80))) * np.float32(0.7)
    minor = space.z - 10 - 0.1 * (space.y + 30) - 0.12 * (space.x + 60)
    minor = np.where(right > 0, np.abs(minor), np.float32(99))
    either = np.where(space.x < 0, np.minimum(np.abs(right), minor), np.abs(left))
    return np.asarray(either, np.float32)


def bullae(space: Space) -> Array:
    """A few small cysts under the apical pleura, as many adults have."""
    places = ((-52, 18, 104, 5.0), (-44, 26, 108, 3.5), (50, 22, 103, 3.2))
    shapes = [ellipsoid(space, (x, y, z), (r, r * 0.8, r)) for x, y, z, r in places]
    return np.minimum.reduce(shapes)
