"""What lies under the diaphragm: liver, spleen, stomach with its air, bowel, kidneys, fat."""

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, ellipsoid, smooth_cut, smooth_union


def liver(space: Space, diaphragm: Array, cage: Array) -> Array:
    """The liver: fills the right dome, its left lobe crosses the midline in front, its edge tapers down."""
    edge = np.where(space.y < -10, 46 - 0.55 * (space.y + 60), 18 - 0.95 * (space.y + 10))
    edge = np.asarray((space.x - edge) * np.float32(0.7), np.float32)
    lower = (-178 - 0.35 * (space.x + 60) - 0.25 * space.y - space.z) * np.float32(0.85)
    hilum = ellipsoid(space, (-6, 14, -150), (24, 30, 46), 20)
    whole = smooth_cut(smooth_cut(diaphragm + np.float32(3.4), cage + np.float32(10), 10), edge, 26)
    whole = smooth_cut(smooth_cut(whole, lower, 24), -hilum, 12)
    fissure = np.abs(space.x - 6 + 0.18 * (space.z + 120)) - 2.2
    return np.maximum(whole, -np.maximum(fissure, space.y + 38 + 0.2 * (space.z + 100)))


def spleen(space: Space, diaphragm: Array, cage: Array) -> Array:
    """The spleen: a bean under the left dome at the back."""
    bean = ellipsoid(space, (84, 44, -116), (36, 52, 48), -28)
    hollow = ellipsoid(space, (48, 22, -118), (32, 40, 56), -20)
    return smooth_cut(smooth_cut(smooth_cut(bean, -hollow, 12), diaphragm + 3.4, 6), cage + np.float32(10), 8)


def stomach(space: Space, diaphragm: Array) -> Array:
    """The stomach: fundus under the left dome, body running forwards and down."""
    fundus = ellipsoid(space, (54, 6, -100), (34, 38, 30), 10)
    body = ellipsoid(space, (50, -36, -132), (28, 32, 46), -14)
    return smooth_cut(smooth_union(fundus, body, 22), diaphragm + 5, 8)


def paint_abdomen(
    canvas: Canvas, space: Space, rng: np.random.Generator, diaphragm: Array, cage: Array, *, contrast: float
) -> dict[str, Array]:
    """Paint everything below the diaphragm and return the organs' shapes by name.

    ``contrast`` goes from 0 (none) to 1 (portal venous).
    """
    mottle, clumps = smooth_field(rng, space.grid, 10.0), smooth_field(rng, space.grid, 24.0)
    inside = smooth_cut(diaphragm, cage + np.float32(6), 3)
    canvas.paint(inside, 52.0)
    canvas.paint(inside + np.float32(3.0), -104 + 7 * clumps)
    organs = {
        "liver": liver(space, diaphragm, cage),
        "spleen": spleen(space, diaphragm, cage),
        "stomach": stomach(space, diaphragm),
        "kidneys": np.minimum(_kidney(space, -58, 48, -176, 22), _kidney(space, 56, 50, -166, -24)),
    }
    canvas.paint(organs["liver"], 58 + 42 * contrast + 2.5 * mottle)
    canvas.paint(organs["spleen"], 48 + 68 * contrast + 2 * mottle)
    _paint_stomach(canvas, space, organs["stomach"], clumps)
    canvas.paint(organs["kidneys"], 32 + 130 * contrast + 2 * mottle)
    canvas.paint(organs["kidneys"] + np.float32(9) + 3 * mottle, 30 + 85 * contrast)
    canvas.paint(organs["kidneys"] + np.float32(18), -70.0)
    return organs


def _kidney(space: Space, x: float, y: float, z: float, turn: float) -> Array:
    hilum = ellipsoid(space, (x * 0.55, y - 14, z), (13, 14, 20))
    return smooth_cut(ellipsoid(space, (x, y, z), (26, 29, 56), turn), -hilum, 8)


def _paint_stomach(canvas: Canvas, space: Space, outer: Array, clumps: Array) -> None:
    canvas.paint(outer, 62.0)
    lumen = outer + np.float32(4.0) + 1.2 * clumps
    canvas.paint(lumen, 18 + 16 * clumps)
    level = (space.grid.y + np.float32(26)) + np.zeros_like(outer)
    canvas.paint(np.maximum(lumen, level), -985.0)
