"""The heart in its pericardium: four chambers, muscle, fat grooves, coronary calcium left out."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, ellipsoid, smooth_cut, smooth_union, spheroid_along


@dataclass(frozen=True, kw_only=True)
class Heart:
    """Distances (mm, coarse grid) to the pericardium and to what lies within."""

    envelope: Array
    muscle: Array
    left_ventricle: Array
    right_ventricle: Array
    right_atrium: Array
    left_atrium: Array


def heart(space: Space, diaphragm: Array) -> Heart:
    """The heart at end diastole, resting on the diaphragm."""
    left_outer = spheroid_along(space, (12, 0, 2), (76, -57, -46), 33)
    left_inner = spheroid_along(space, (14, -4, 0), (66, -48, -38), 21.5)
    right_outer = smooth_union(ellipsoid(space, (10, -46, -22), (42, 26, 31), 18),
                               ellipsoid(space, (22, -42, 12), (17, 15, 22), 10), 14)  # fmt: skip
    right_inner = np.maximum(right_outer + np.float32(3.8), -left_outer - np.float32(1.0))
    right_atrium = ellipsoid(space, (-30, -10, -8), (22, 26, 35), -14)
    left_atrium = smooth_union(
        ellipsoid(space, (4, 24, 8), (33, 19, 23), 6), ellipsoid(space, (34, 8, 22), (10, 14, 9)), 10
    )
    muscle = np.minimum(left_outer, right_outer)
    envelope = smooth_union(smooth_union(muscle, right_atrium - 2.5, 16), left_atrium - 2.5, 16) - np.float32(3.5)
    floor = np.float32(2.5) - diaphragm
    return Heart(
        envelope=smooth_cut(envelope, floor - 1.5, 10),
        muscle=smooth_cut(muscle, floor + 1.5, 10),
        left_ventricle=np.maximum(left_inner, floor + 9),
        right_ventricle=np.maximum(right_inner, floor + 5),
        right_atrium=np.maximum(right_atrium, floor + 3),
        left_atrium=left_atrium,
    )


def paint_heart(
    canvas: Canvas, space: Space, rng: np.random.Generator, model: Heart, blood: tuple[float, float]
) -> None:
    """Paint the heart; ``blood`` is the enhancement of the left and the right side in HU."""
    left, right = blood
    mottle = smooth_field(rng, space.grid, 12.0)
    swirl = smooth_field(rng, space.grid, 40.0)
    tissue = 52 + 0.32 * (left - 45)
    canvas.paint(model.envelope, 10.0, opacity=0.8)
    canvas.paint(model.envelope + np.float32(1.1) + 0.3 * mottle, -94 + 8 * mottle)
    canvas.paint(model.muscle + 1.2 * mottle, tissue + 4 * mottle)
    canvas.paint(model.right_atrium - 2, tissue)
    canvas.paint(model.left_atrium - 2, tissue)
    trabeculae = 1.1 * mottle
    canvas.paint(model.left_ventricle + trabeculae, left + 3 * swirl)
    canvas.paint(model.right_ventricle + 1.5 * trabeculae, right + 6 * swirl)
    canvas.paint(model.right_atrium + trabeculae, right + 10 * swirl)
    canvas.paint(model.left_atrium, left + 3 * swirl)
    for start, end in (((44, -12, -14), (55, -30, -30)), ((30, -34, -22), (48, -44, -34))):
        papillary = spheroid_along(space, start, end, 4.6)
        canvas.paint(np.maximum(papillary + 1.2 * mottle, model.left_ventricle - 3), tissue)
