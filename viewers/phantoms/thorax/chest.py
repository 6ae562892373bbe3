"""The whole chest, put together: one call paints body, bones, heart, lungs and vessels in Hounsfield units."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, bent_space
from viewers.phantoms.thorax.abdomen import paint_abdomen
from viewers.phantoms.thorax.body import Trunk, paint_table, paint_wall, trunk
from viewers.phantoms.thorax.heart import Heart, heart, paint_heart
from viewers.phantoms.thorax.lungs import Lungs, bullae, diaphragm, lungs
from viewers.phantoms.thorax.skeleton import paint_ribs, paint_shoulders, paint_spine
from viewers.phantoms.thorax.vessels import (
    Blood,
    hollow,
    lung_trees,
    paint_airways,
    paint_blood,
    paint_lung_vessels,
    paint_nodes,
    paint_vessel_walls,
)

Spared = tuple[tuple[tuple[float, float, float], float], ...]


@dataclass(frozen=True, kw_only=True)
class Chest:
    """A painted chest: HU on the fine grid, and the shapes (coarse) that others need to add to it."""

    volume: Array
    space: Space
    wall: Trunk
    lungs: Lungs
    heart: Heart
    organs: dict[str, Array]


def chest(
    rng: np.random.Generator, grid: Grid, *, woman: bool, blood: Blood, contrast: float, twigs: int, spared: Spared = ()
) -> Chest:
    """Paint a chest.

    Args:
        rng: anatomy's source of variety.
        grid: where; an even number of rows and columns.
        woman: with breasts, and a little more fat.
        blood: enhancement of blood.
        contrast: enhancement of organs, 0 … 1.
        twigs: ends of each pulmonary artery tree.
        spared: balls (centre, radius in mm) that vessels and airways avoid, to leave room for what will be planted.
    """
    space = bent_space(rng, grid.halved(), ((150.0, 4.0), (60.0, 1.6), (24.0, 0.7)))
    canvas = Canvas(grid=grid, background=-1000.0)
    wall = trunk(space, woman=woman)
    paint_wall(canvas, space, rng, wall, woman=woman)
    canvas.paint(wall.cage + np.float32(6.0), -102 + 6 * smooth_field(rng, space.grid, 14.0))
    core = heart(space, diaphragm(space))
    model = lungs(space, wall.cage, core.envelope, hollow(space))
    organs = paint_abdomen(canvas, space, rng, model.diaphragm, wall.cage, contrast=contrast)
    paint_nodes(canvas, rng)
    paint_vessel_walls(canvas)
    paint_heart(canvas, space, rng, core, (blood.left, blood.right))
    paint_blood(canvas, blood, calcium=True)
    _paint_lungs(canvas, space, rng, model)
    paint_shoulders(canvas, space, wall, rng)
    paint_ribs(canvas, rng)
    paint_spine(canvas, space, rng)
    vessels, airways = lung_trees(rng, space, model, twigs=twigs)
    room = np.minimum(np.clip((8 - model.surface) / 2, 0, 1), np.clip(core.envelope - 1, 0, 1))
    for centre, radius in spared:
        away = np.sqrt(
            sum(
                (s - np.float32(c)) ** 2
                for s, c in zip((grid.halved().x, grid.halved().y, grid.halved().z), centre, strict=True)
            )
        )
        room = room * np.clip((away - np.float32(radius)) / 3, 0, 1)
    paint_lung_vessels(canvas, vessels, blood.right * 0.9, room)
    paint_airways(canvas, airways, room)
    paint_table(canvas)
    return Chest(volume=canvas.volume, space=space, wall=wall, lungs=model, heart=core, organs=organs)


def _paint_lungs(canvas: Canvas, space: Space, rng: np.random.Generator, model: Lungs) -> None:
    lace, clouds = smooth_field(rng, space.grid, 6.0), smooth_field(rng, space.grid, 50.0)
    gravity = np.float32(0.28) * (space.y + 20)
    canvas.paint(model.surface - np.float32(0.5), 20.0)
    canvas.paint(model.surface + np.float32(0.4), -872 + gravity + 9 * lace + 8 * clouds)
    for fissure, opacity in ((model.oblique, 0.62), (model.horizontal, 0.5)):
        canvas.paint_sheet(fissure, 0.45, -430.0, within=model.surface + np.float32(0.5), opacity=opacity)
    canvas.paint(np.maximum(bullae(space), model.surface + 1.5), -985.0)
