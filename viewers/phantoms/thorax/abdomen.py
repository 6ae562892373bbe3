"""What lies under the diaphragm: liver, spleen, stomach with its air, bowel, kidneys, fat."""

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, ellipsoid, smooth_cut, smooth_union, tubes
from viewers.phantoms.fields.strokes import Brush, smooth_path
from viewers.phantoms.fields.trees import grow

_COLON = (
    (78, 10, -190), (92, 6, -160), (90, -8, -128), (74, -44, -116), (52, -62, -140), (20, -70, -164),
    (-20, -74, -176), (-62, -62, -178), (-88, -20, -176), (-92, 16, -196), (-90, 18, -240),
)  # fmt: skip


def liver(space: Space, diaphragm: Array, cage: Array) -> Array:
    """The liver: fills the right dome, its left lobe crosses the midline in front, its edge tapers down."""
    edge = np.where(space.y < -10, 46 - 0.55 * (space.y + 60), 18 - 0.95 * (space.y + 10))
    edge = np.asarray((space.x - edge) * np.float32(0.7), np.float32)
    lower = (-178 - 0.35 * (space.x + 60) - 0.25 * space.y - space.z) * np.float32(0.85)
    hilum = ellipsoid(space, (-6, 14, -150), (24, 30, 46), 20)
    whole = smooth_cut(smooth_cut(diaphragm + np.float32(1.6), cage + np.float32(8.5), 10), edge, 26)
    whole = smooth_cut(smooth_cut(whole, lower, 24), -hilum, 12)
    fissure = (
        np.abs(space.x - 4 + 0.22 * (space.z + 120) + 0.3 * (space.y + 50)) - 0.6 - 0.05 * np.maximum(-space.z - 100, 0)
    )
    return smooth_cut(whole, -np.maximum(fissure, np.abs(space.y + 46) - 16 + 0.3 * (space.z + 110)), 2)


def spleen(space: Space, diaphragm: Array, cage: Array) -> Array:
    """The spleen: a bean under the left dome at the back."""
    bean = ellipsoid(space, (84, 44, -116), (36, 52, 48), -28)
    hollow = ellipsoid(space, (48, 22, -118), (32, 40, 56), -20)
    return smooth_cut(smooth_cut(smooth_cut(bean, -hollow, 12), diaphragm + 2.2, 6), cage + np.float32(9), 8)


def stomach(space: Space, diaphragm: Array) -> Array:
    """The stomach: fundus under the left dome, body running forwards and down."""
    fundus = ellipsoid(space, (54, 6, -100), (34, 38, 30), 10)
    body = ellipsoid(space, (50, -36, -132), (28, 32, 46), -14)
    return smooth_cut(smooth_union(fundus, body, 22), diaphragm + 3, 8)


def paint_abdomen(
    canvas: Canvas, space: Space, rng: np.random.Generator, diaphragm: Array, cage: Array, *, contrast: float
) -> dict[str, Array]:
    """Paint everything below the diaphragm and return the organs' shapes by name.

    ``contrast`` goes from 0 (none) to 1 (portal venous).
    """
    mottle, clumps = smooth_field(rng, space.grid, 10.0), smooth_field(rng, space.grid, 24.0)
    inside = smooth_cut(diaphragm, cage + np.float32(6), 3)
    canvas.paint(inside, 52.0)
    canvas.paint(inside + np.float32(2.0), -104 + 7 * clumps)
    organs = {
        "liver": liver(space, diaphragm, cage),
        "spleen": spleen(space, diaphragm, cage),
        "stomach": stomach(space, diaphragm) + 3.5 * clumps,
        "kidneys": np.minimum(_kidney(space, -58, 48, -176, 22), _kidney(space, 56, 50, -166, -24)),
    }
    canvas.paint(organs["liver"], 58 + 42 * contrast + 2.5 * mottle)
    canvas.paint(organs["spleen"], 48 + 68 * contrast + 2 * mottle)
    _paint_liver_vessels(canvas, rng, organs["liver"], space, 58 + 42 * contrast + 55 * contrast)
    _paint_stomach(canvas, space, organs["stomach"], clumps)
    organs["colon"] = _paint_bowel(canvas, space, rng, organs, inside)
    canvas.paint(organs["kidneys"], 32 + 130 * contrast + 2 * mottle)
    canvas.paint(organs["kidneys"] + np.float32(9) + 3 * mottle, 30 + 85 * contrast)
    canvas.paint(organs["kidneys"] + np.float32(18), -70.0)
    return organs


def _paint_liver_vessels(canvas: Canvas, rng: np.random.Generator, shape: Array, space: Space, value: float) -> None:
    """Hepatic veins running to the cava and portal branches from the hilum."""
    grid = space.grid
    index = rng.integers(0, grid.shape, (6000, 3))
    index = index[shape[index[:, 0], index[:, 1], index[:, 2]] < -7]
    ends = (np.asarray(grid.origin_mm) + index * np.asarray(grid.spacing_mm))[:, ::-1]
    if len(ends) < 40:
        return
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    roots = (((-20, 16, -72), (-24, 8, -78)), ((-6, 10, -146), (-20, 2, -136)))
    for root, part in zip(roots, (ends[:70], ends[70:140]), strict=True):
        tree = grow(rng, smooth_path(root, 4), part, leaf_mm=0.8, step_mm=7, trunk_mm=5.0)
        brush.segments(*tree.edges())
    brush.blend(value, only=np.clip(-shape, 0, 1))


def _paint_bowel(
    canvas: Canvas, space: Space, rng: np.random.Generator, organs: dict[str, Array], inside: Array
) -> Array:
    """The colon under the left dome and across, with gas and stool; loops of small bowel below."""
    path = smooth_path([(x, y, z, 17 + rng.normal(0, 2.0)) for x, y, z in _COLON], 6)
    path[:, 3] += 2.6 * np.sin(np.arange(len(path)) * 1.15)
    solid = np.minimum.reduce([organs["liver"], organs["spleen"], organs["stomach"], organs["kidneys"]])
    free = np.clip(np.minimum(solid, -inside - 3), 0, 1)
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    small = [
        smooth_path(rng.normal((18 * (i % 3) - 16, -20 + 14 * (i // 3), -205 - 9 * i), (26, 16, 12), (5, 3)), 6)
        for i in range(5)
    ]
    small_tubes = [np.column_stack([loop[::2], np.full(len(loop[::2]), 11.5)]) for loop in small]
    for grown, value in ((0.0, 45.0), (-2.4, 22.0)):
        for loop in small:
            brush.chain(loop, 11.5 + grown)
        brush.blend(value, only=free)
    for grown, value in ((0.0, 40.0), (-2.2, -20.0)):
        brush.chain(path[:, :3], path[:, 3] + grown)
        brush.blend(value, only=free)
    for part, lift in ((slice(0, len(path) // 3), 3.0), (slice(len(path) // 3, len(path)), 6.0)):
        brush.chain(path[part, :3] - (0, lift, 0), path[part, 3] * 0.62)
        brush.blend(-940.0, only=free)
    return np.asarray(np.maximum(np.minimum(tubes(space, [path[::2], *small_tubes]), 30), -solid), np.float32)


def _kidney(space: Space, x: float, y: float, z: float, turn: float) -> Array:
    hilum = ellipsoid(space, (x * 0.55, y - 14, z), (13, 14, 20))
    return smooth_cut(ellipsoid(space, (x, y, z), (26, 29, 56), turn), -hilum, 8)


def _paint_stomach(canvas: Canvas, space: Space, outer: Array, clumps: Array) -> None:
    canvas.paint(outer, 62.0)
    lumen = outer + np.float32(4.0) + 1.2 * clumps
    canvas.paint(lumen, 18 + 16 * clumps)
    level = (space.grid.y + np.float32(26)) + np.zeros_like(outer)
    canvas.paint(np.maximum(lumen, level), -985.0)
