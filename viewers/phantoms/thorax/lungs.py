"""The lungs: pleural cavities between cage, mediastinum and diaphragm, their fissures and the lace within."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.shapes import Space, along_z, ellipsoid, looked_up, smooth_cut, smooth_union

_ROWS = (-100, -70, -40, -10, 20, 50, 80)
_HEIGHTS = (-150, -60, -20, 20, 45, 70, 100, 125)
_RIGHT = (
    (10, 14, 18, 20, 20, 20, 20),
    (10, 14, 18, 20, 20, 20, 20),
    (6, 10, 16, 20, 20, 20, 20),
    (4, 7, 14, 20, 20, 20, 20),
    (3, 6, 13, 18, 18, 18, 20),
    (4, 7, 14, 16, 14, 17, 20),
    (9, 13, 16, 16, 14, 17, 20),
    (15, 20, 24, 24, 20, 20, 22),
)
_LEFT = (
    (14, 20, 22, 24, 26, 26, 24),
    (14, 20, 22, 24, 26, 26, 24),
    (8, 14, 18, 20, 24, 26, 24),
    (5, 9, 15, 18, 22, 26, 24),
    (4, 7, 13, 18, 22, 24, 24),
    (5, 8, 13, 15, 18, 20, 24),
    (9, 13, 16, 16, 14, 18, 22),
    (15, 20, 24, 24, 20, 20, 22),
)
SPINE = ((-260, 28), (-200, 33), (-130, 40), (-60, 50), (0, 54), (50, 51), (100, 40), (130, 32), (160, 26))


@dataclass(frozen=True, kw_only=True)
class Lungs:
    """Distances (mm, coarse grid): to both lungs, to the diaphragm (negative below), and to the fissures.

    ``oblique`` is signed, of either side; ``horizontal`` is signed and far away where there is none.
    """

    surface: Array
    diaphragm: Array
    oblique: Array
    horizontal: Array


def lungs(space: Space, cage: Array, heart: Array, vessels: Array) -> Lungs:
    """The lungs that this cage, this heart and these great vessels leave room for."""
    below = diaphragm(space)
    middle = smooth_union(_mediastinum(space), heart - np.float32(2.5), 9)
    middle = smooth_union(middle, vessels - np.float32(3.5), 9)
    middle = smooth_union(middle, _spine(space), 8)
    surface = smooth_cut(smooth_cut(cage + np.float32(7.5), -middle, 7), -below, 4)
    oblique, horizontal = _fissures(space)
    return Lungs(surface=surface, diaphragm=below, oblique=oblique, horizontal=horizontal)


def diaphragm(space: Space) -> Array:
    """Distance to the diaphragm's upper surface, negative below it: two domes and the central tendon."""
    domes = ((-62, -4, 72, 88, -56), (62, 10, 68, 84, -70), (2, -32, 62, 60, -55))
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


def _fissures(space: Space) -> tuple[Array, Array]:
    right = (space.z - (0.92 * (space.y - 10) + 6 + 0.16 * (space.x + 80))) * np.float32(0.73)
    left = (space.z - (1.0 * (space.y - 8) + 10 - 0.14 * (space.x - 80))) * np.float32(0.7)
    minor = space.z - 10 - 0.1 * (space.y + 30) - 0.12 * (space.x + 60)
    minor = np.where((space.x < 0) & (right > 0), minor, np.float32(99))
    return np.asarray(np.where(space.x < 0, right, left), np.float32), np.asarray(minor, np.float32)


def bullae(space: Space) -> Array:
    """A few small cysts under the apical pleura, as many adults have."""
    places = ((-52, 18, 104, 5.0), (-44, 26, 108, 3.5), (50, 22, 103, 3.2))
    shapes = [ellipsoid(space, (x, y, z), (r, r * 0.8, r)) for x, y, z, r in places]
    return np.asarray(np.minimum.reduce(shapes), np.float32)
