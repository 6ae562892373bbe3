"""What is hollow and branches: aorta and caval veins, the pulmonary trees, the airways, the oesophagus."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.shapes import Space, tubes
from viewers.phantoms.fields.strokes import Brush, smooth_path
from viewers.phantoms.fields.trees import Tree, grow, thinned
from viewers.phantoms.thorax.lungs import Lungs

# Name of the blood, path as (x, y, z, radius).
_VESSELS = (
    ("aorta", ((4, -16, 6, 14.5), (-6, -24, 22, 16.0), (-13, -26, 48, 15.5), (-6, -16, 72, 14.5), (10, 4, 81, 13.5),
               (25, 24, 72, 12.8), (30, 36, 52, 12.2), (27, 42, 10, 11.8), (22, 40, -50, 11.4), (13, 30, -110, 11.0),
               (6, 18, -180, 9.8), (4, 12, -260, 8.5))),
    ("aorta", ((-4, -16, 82, 6.4), (-12, -16, 96, 6.2), (-20, -10, 116, 5.6), (-24, 0, 150, 4.4))),
    ("aorta", ((8, -2, 88, 4.4), (14, 0, 104, 4.2), (20, 8, 150, 3.6))),
    ("aorta", ((14, -22, 17, 2.1), (26, -36, 12, 1.9), (38, -47, 2, 1.7), (55, -62, -16, 1.5), (74, -70, -42, 1.1))),
    ("aorta", ((15, -18, 15, 1.9), (36, -2, 10, 1.7), (50, 8, -6, 1.5), (48, 8, -24, 1.2))),
    ("aorta", ((-8, -28, 16, 1.9), (-22, -42, 8, 1.8), (-30, -44, -12, 1.7), (-24, -38, -38, 1.6), (4, -22, -54, 1.3))),
    ("aorta", ((18, 10, 86, 5.0), (30, 16, 104, 4.8), (46, 12, 118, 4.6), (90, -6, 122, 4.2), (140, -10, 118, 3.8))),
    ("cava", ((-27, -12, 12, 10.5), (-27, -20, 40, 9.8), (-27, -26, 70, 9.2), (-27, -30, 90, 8.5), (-34, -24, 112, 7.5),
              (-40, -12, 150, 6.5))),
    ("cava", ((-25, -30, 86, 7.6), (-6, -36, 92, 7.2), (16, -34, 102, 7.0), (40, -24, 114, 6.4), (90, -18, 116, 5.2),
              (150, -20, 112, 4.6))),
    ("veins", ((-22, 8, -42, 11.8), (-21, 18, -80, 12.2), (-20, 22, -140, 12.0), (-18, 20, -260, 10))),
    ("lung", ((21, -38, 22, 12.8), (21, -32, 30, 13.0), (19, -18, 40, 12.6), (14, -4, 42, 11.4), (-10, 2, 37, 10.8),
              (-32, 6, 33, 9.6), (-42, 12, 26, 7.8))),
    ("lung", ((20, -18, 42, 11.5), (34, 4, 49, 11.0), (44, 22, 45, 9.8), (48, 32, 32, 7.8))),
    ("left", ((-8, 22, -2, 7.2), (-30, 24, -5, 6.6), (-44, 26, -8, 5.4))),
    ("left", ((-10, 14, 14, 7.0), (-30, 4, 17, 6.5), (-43, -2, 19, 5.2))),
    ("left", ((24, 28, 0, 7.2), (40, 31, -4, 6.5), (50, 34, -8, 5.4))),
    ("left", ((24, 16, 15, 7.0), (38, 8, 21, 6.4), (48, 0, 24, 5.2))),
    ("veins", ((-9, 42, -140, 2.6), (-7, 38, -20, 3.4), (-7, 32, 46, 4.2), (-18, 24, 56, 4.4), (-27, -10, 54, 4.4))),
)  # fmt: skip
_AIRWAY = ((0, -2, 150, 8.4), (1, 4, 110, 8.2), (3, 13, 74, 8.0), (4, 18, 52, 8.4))
_BRONCHI = {
    -1: ((4, 18, 50, 7.6), (-12, 23, 38, 6.9), (-28, 25, 27, 6.0), (-36, 24, 12, 4.8)),
    1: ((4, 18, 50, 6.8), (20, 25, 38, 6.2), (38, 30, 26, 5.6), (46, 32, 15, 4.6)),
}
_ARTERY_ROOT = {-1: ((-32, 6, 33), (-42, 12, 26), (-46, 18, 14)), 1: ((44, 22, 45), (48, 32, 34), (50, 36, 18))}
_VEIN_ROOT = {-1: ((-30, 14, 6), (-42, 12, 4)), 1: ((38, 20, 10), (47, 16, 8))}
_GULLET = (
    (4, 24, 150, 5.5),
    (5, 30, 90, 6.0),
    (8, 34, 40, 6.2),
    (10, 37, -10, 6.6),
    (18, 30, -60, 7.0),
    (30, 14, -84, 8.0),
)


@dataclass(frozen=True, kw_only=True)
class Blood:
    """Enhancement of blood by place, in HU."""

    left: float
    right: float
    cava: float
    veins: float


def hollow(space: Space) -> Array:
    """Distance (coarse) to the great vessels and the trachea: what the mediastinum wraps."""
    chains = [smooth_path(path, 14) for _, path in _VESSELS] + [smooth_path(_AIRWAY, 14)]
    return tubes(space, [chain for chain in chains if chain[:, 3].max() > 3])


def paint_vessel_walls(canvas: Canvas) -> None:
    """The oesophagus with a little air, and the walls of the great vessels."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    gullet = smooth_path(_GULLET)
    for grown, hu in ((0.0, 42.0), (-3.4, 20.0)):
        brush.chain(gullet[:, :3], np.maximum(gullet[:, 3] + grown, 0.5))
        brush.blend(hu)
    brush.chain(gullet[6:19, :3] - (0.5, 1.5, 0), 1.6)
    brush.blend(-700.0)
    for _, path in _VESSELS:
        curve = smooth_path(path, 4)
        brush.chain(curve[:, :3], curve[:, 3] + 1.2)
    brush.blend(48.0)


def paint_nodes(canvas: Canvas, rng: np.random.Generator) -> None:
    """Lymph nodes of ordinary size, small vessels and remnants of thymus in the mediastinal fat."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    stations = (
        (-17, 2, 62),
        (-13, 8, 78),
        (8, 24, 34),
        (16, -8, 60),
        (24, -16, 56),
        (-20, -8, 84),
        (2, -38, 70),
        (30, 28, 28),
    )
    for x, y, z in stations:
        middle = np.array((x, y, z)) + rng.normal(0, 1.5, 3)
        way = rng.normal(0, 1, 3) * (2.2, 2.2, 3.5)
        brush.chain(np.stack([middle - way, middle + way]), float(rng.uniform(1.8, 3.3)))
    brush.blend(48.0)
    for _ in range(26):
        start = np.array((rng.uniform(-16, 18), rng.uniform(-60, -34), rng.uniform(30, 105)))
        path = smooth_path(np.stack([start, start + rng.normal(0, 6, 3), start + rng.normal(0, 12, 3)]), 3)
        brush.chain(path, float(rng.uniform(0.5, 1.0)))
    brush.blend(20.0)


def paint_blood(canvas: Canvas, blood: Blood, *, calcium: bool) -> None:
    """The blood in the great vessels, and calcified plaque in the arch."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    value = {"aorta": blood.left, "left": blood.left, "lung": blood.right, "cava": blood.cava, "veins": blood.veins}
    for kind in ("veins", "cava", "left", "lung", "aorta"):
        for name, path in _VESSELS:
            if name == kind:
                curve = smooth_path(path, 4)
                brush.chain(curve[:, :3], curve[:, 3])
        brush.blend(value[kind])
    if calcium:
        plaques = (
            ((15, 16, 88), (21, 22, 84), (27, 28, 78)),
            ((37, 42, 30), (38, 45, 24)),
            ((4, -14, 93), (9, -8, 94)),
        )
        for points in plaques:
            brush.chain(smooth_path(points, 2), 1.1)
        brush.blend(760.0)


def lung_trees(rng: np.random.Generator, space: Space, model: Lungs, *, twigs: int) -> tuple[list[Tree], list[Tree]]:
    """Arteries with veins, and airways, of both lungs; ``twigs`` is the number of arterial ends per lung."""
    vessels, airways = [], []
    for side in (-1, 1):
        ends = _targets(rng, space.grid, model, side, twigs)
        artery = grow(rng, smooth_path(_ARTERY_ROOT[side], 5), ends, leaf_mm=0.4, exponent=2.4, step_mm=9, trunk_mm=7.6)
        drains = _targets(rng, space.grid, model, side, twigs * 3 // 4)
        vein = grow(rng, smooth_path(_VEIN_ROOT[side], 5), drains, leaf_mm=0.4, exponent=2.4, step_mm=9, trunk_mm=6.8)
        trunk = smooth_path(_BRONCHI[side], 5)[:, :3]
        shift = np.array([side * 1.0, -1.5, 3.2])
        airway = grow(
            rng, trunk, ends[: max(12, twigs // 9)] + shift, leaf_mm=0.55, step_mm=6, trunk_mm=5.6, exponent=2.6
        )
        vessels += [thinned(artery, 7.6, 52), thinned(vein, 6.8, 52)]
        airways.append(thinned(airway, 4.6, 40))
    return vessels, airways


def paint_lung_vessels(canvas: Canvas, trees: list[Tree], value: float, room: Array) -> None:
    """Blood of the pulmonary trees, where there is ``room`` (0 … 1, coarse)."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    for tree in trees:
        brush.segments(*tree.edges())
    brush.blend(value, only=room)


def paint_airways(canvas: Canvas, trees: list[Tree], room: Array) -> None:
    """Trachea with its cartilage, main bronchi, and the bronchial trees as far as a scanner sees them."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    trunk = smooth_path(_AIRWAY, 4)
    mains = [smooth_path(path, 4) for path in _BRONCHI.values()]
    edges = [tree.edges(0.5) for tree in trees]
    for path in (trunk, *mains):
        brush.chain(path[:, :3], path[:, 3] + 1.7)
    brush.blend(60.0)
    for starts, ends, radii in edges:
        brush.segments(starts, ends, radii * 1.1 + 0.5)
    brush.blend(-20.0, only=room)
    for starts, ends, radii in edges:
        brush.segments(starts, ends, radii)
    brush.blend(-992.0, only=room)
    for path in (trunk, *mains):
        brush.chain(path[:, :3], path[:, 3])
    brush.blend(-996.0)


def _targets(rng: np.random.Generator, grid: Grid, model: Lungs, side: int, count: int) -> np.ndarray:
    """Points inside one lung, away from pleura and fissures, (count, 3) as (x, y, z)."""
    spots: list[Array] = []
    found = 0
    while found < count:
        index = rng.integers(0, grid.shape, (count * 12, 3))
        depth = model.surface[index[:, 0], index[:, 1], index[:, 2]]
        spot = (index[:, 0], index[:, 1], index[:, 2])
        fissure = np.minimum(np.abs(model.oblique[spot]), np.abs(model.horizontal[spot]))
        x = grid.x.ravel()[index[:, 2]]
        keep = (depth < -3.5) & (fissure > 3.5) & (x * side > 0)
        jitter = (rng.random((len(index), 3)) - 0.5) * np.asarray(grid.spacing_mm)
        zyx = np.asarray(grid.origin_mm) + index * np.asarray(grid.spacing_mm) + jitter
        spots.append(zyx[keep][:, ::-1])
        found += int(keep.sum())
    return np.vstack(spots)[:count]
