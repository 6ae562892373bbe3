"""A head: the bent template, shells of skull and scalp around it, and what the skull base holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from viewers.phantoms.brain.template import ORIGIN_ZYX, t1
from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, bent_space, ellipsoid, smooth_union


@dataclass(frozen=True, kw_only=True)
class Part:
    """One structure outside the brain: its tissue, the voxels it touches (flat indices), and its share of each."""

    tissue: str
    voxels: NDArray[np.intp]
    share: Array


@dataclass(frozen=True, kw_only=True)
class Head:
    """A head on its model grid.

    Attributes:
        grid: isotropic model grid.
        space: its coordinates, bent like the anatomy.
        brightness: T1 brightness of the template inside the brain, 0 outside.
        inside: share of brain (with its inner fluid) in each voxel, 0 … 1.
        distance: mm from the smoothed surface of the brain, positive outside.
        skin: mm from the skin, negative inside the head.
        parts: eyes, sinuses, muscles and the like, outermost first.
    """

    grid: Grid
    space: Space
    brightness: Array
    inside: Array
    distance: Array
    skin: Array
    parts: tuple[Part, ...]


def head(rng: np.random.Generator, grid: Grid, swelling: tuple[tuple[float, float, float], float]) -> Head:
    """Bend the template into an individual head.

    Args:
        rng: the individual.
        grid: model grid.
        swelling: centre (x, y, z) and radius of a mass that pushes tissue aside.
    """
    space = bent_space(rng, grid, ((70.0, 2.3), (26.0, 1.1), (13.0, 0.45)))
    place = _pushed(space, *swelling)
    template = t1().astype(np.float32)
    sharp = template + 0.9 * (template - ndimage.gaussian_filter(template, 1.6)) * (template > 0)
    index = np.stack([c - np.float32(o) for c, o in zip(place, ORIGIN_ZYX, strict=True)])
    brightness = ndimage.map_coordinates(sharp, index, order=1, mode="constant", cval=0.0)
    inside = ndimage.map_coordinates((template > 0).astype(np.float32), index, order=1, mode="constant", cval=0.0)
    distance = _distance(inside, grid) * (1 + 0.07 * smooth_field(rng, grid, 60.0))
    face = smooth_union(
        ellipsoid(space, (0, -42, -52), (62, 60, 62)), ellipsoid(space, (0, 26, -100), (60, 66, 90)), 20
    )
    jaw = smooth_union(ellipsoid(space, (0, -58, -92), (42, 40, 40)), ellipsoid(space, (0, -40, -96), (56, 44, 36)), 16)
    face = smooth_union(face, jaw, 14)
    nose = ellipsoid(space, (0, -101, -50), (13, 17, 22))
    skin = smooth_union(distance - np.float32(14.0), smooth_union(face, nose, 12), 16)
    return Head(
        grid=grid,
        space=space,
        brightness=brightness,
        inside=inside,
        distance=distance.astype(np.float32),
        skin=skin,
        parts=tuple(_part(tissue, shape, distance, grid) for tissue, shape in _organs(space)),
    )


def shell_values(distance: Array, layers: tuple[tuple[float, float], ...]) -> Array:
    """Look up a value by distance from the brain: ((outer mm, value), …), joined over half a millimetre."""
    knots, values = [], []
    start = -30.0
    for outer, value in layers:
        knots += [start + 0.3, outer - 0.3]
        values += [value, value]
        start = outer
    table = np.interp(np.linspace(-2, 30, 1281), knots, values).astype(np.float32)
    return table[np.clip((distance + 2) * 40, 0, 1280).astype(np.intp)]


def _pushed(space: Space, centre: tuple[float, float, float], radius: float) -> tuple[Array, Array, Array]:
    """Where the tissue now here was before the mass grew: radially inwards, fading with distance."""
    offset = [c - np.float32(p) for c, p in zip((space.z, space.y, space.x), centre[::-1], strict=True)]
    far = np.sqrt(offset[0] ** 2 + offset[1] ** 2 + offset[2] ** 2) + np.float32(1e-3)
    gone = 0.55 * radius**3 * np.exp(-((far / (2.6 * radius)) ** 2))
    shrink = np.cbrt(np.maximum(far**3 - gone, 0)) / far
    moved = [o * shrink + np.float32(p) for o, p in zip(offset, centre[::-1], strict=True)]
    return moved[0], moved[1], moved[2]


def _part(tissue: str, shape: Array, distance: Array, grid: Grid) -> Part:
    """A structure, kept out of the brain."""
    flat = shape.reshape(-1)
    voxels = np.flatnonzero(flat < grid.spacing_mm[0])
    share = np.clip(0.5 - flat[voxels] / np.float32(grid.spacing_mm[0]), 0, 1) * (distance.reshape(-1)[voxels] > 1.5)
    return Part(tissue=tissue, voxels=voxels, share=share.astype(np.float32))


def _distance(inside: Array, grid: Grid) -> Array:
    """Signed distance from the closed, smoothed brain, found on every second voxel."""
    step = 2 if grid.spacing_mm[0] < 2 else 1
    coarse = inside[::step, ::step, ::step] > 0.5
    voxel = grid.spacing_mm[0] * step
    closing = max(1, round(7 / voxel))
    grown = ndimage.distance_transform_edt(~coarse) * voxel
    filled: NDArray[np.bool_] = grown < closing * voxel
    depth = ndimage.distance_transform_edt(filled) * voxel
    signed = np.where(
        filled, closing * voxel - depth, ndimage.distance_transform_edt(~filled) * voxel + closing * voxel
    )
    smooth = ndimage.gaussian_filter(signed.astype(np.float32), 1.2)
    if step == 1:
        return np.asarray(smooth, np.float32)
    for axis in range(3):
        size = grid.shape[axis]
        place = np.arange(size) / step
        low = np.minimum(place.astype(int), smooth.shape[axis] - 1)
        high = np.minimum(low + 1, smooth.shape[axis] - 1)
        share = (place - low).astype(np.float32).reshape([-1 if a == axis else 1 for a in range(3)])
        smooth = np.take(smooth, low, axis) * (1 - share) + np.take(smooth, high, axis) * share
    return np.asarray(smooth, np.float32)


def _organs(space: Space) -> list[tuple[str, Array]]:
    """What lies in front of and below the brain: tissue name and distance (mm), outermost first."""
    parts: list[tuple[str, Array]] = []
    for side in (-1, 1):
        x = side * 32.0
        parts += [
            ("fat", ellipsoid(space, (x - side * 2, -54, -33), (18, 30, 17), side * -14)),
            (
                "muscle",
                np.abs(ellipsoid(space, (x - side * 3, -50, -33), (9.5, 24, 9.5), side * -16)) - np.float32(1.5),
            ),
            ("nerve", ellipsoid(space, (x - side * 7, -46, -33), (2.6, 24, 2.4), side * -18)),
            ("sclera", ellipsoid(space, (x, -70, -34), (12.6, 12.4, 12.4))),
            ("vitreous", ellipsoid(space, (x, -70, -34), (11.4, 11.2, 11.2))),
            ("lens", ellipsoid(space, (x, -79, -34), (4.6, 2.2, 4.6))),
            ("air", ellipsoid(space, (side * 30, -58, -66), (15, 17, 17), side * 8)),
            ("air", ellipsoid(space, (side * 8, -60, -40), (6, 22, 11))),
            ("mucosa", ellipsoid(space, (side * 8, -64, -62), (3.6, 22, 6))),
            ("bone", ellipsoid(space, (side * 54, 14, -46), (15, 19, 16), side * 24)),
            ("air", ellipsoid(space, (side * 57, 20, -49), (7, 9, 9), side * 24) + np.float32(1)),
            ("muscle", ellipsoid(space, (side * 50, -34, -62), (9, 20, 26))),
        ]
    parts += [
        ("air", ellipsoid(space, (3, -36, -38), (13, 11, 9))),
        ("marrow", ellipsoid(space, (0, -6, -50), (13, 16, 17), 0)),
        ("air", ellipsoid(space, (0, -20, -74), (11, 11, 24))),
        ("air", ellipsoid(space, (0, -14, -112), (10, 7, 28))),
        ("muscle", ellipsoid(space, (0, -48, -96), (22, 30, 15))),
        (
            "mucosa",
            np.maximum(ellipsoid(space, (0, -52, -84), (27, 34, 5)), -ellipsoid(space, (0, -50, -90), (24, 30, 6))),
        ),
        ("marrow", ellipsoid(space, (0, 2, -92), (13, 12, 12))),
        ("marrow", ellipsoid(space, (0, 4, -116), (12, 11, 10))),
        ("bone", ellipsoid(space, (0, -88, -88), (26, 7, 12))),
        ("csf", ellipsoid(space, (0, 25, -100), (9.5, 8.5, 40))),
        ("nerve", ellipsoid(space, (0, 24, -100), (5.5, 4.5, 42))),
        ("air", ellipsoid(space, (7, -75, -2), (15, 4.5, 11))),
        ("air", ellipsoid(space, (-9, -76, -4), (12, 4, 9))),
    ]
    return parts
