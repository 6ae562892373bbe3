"""The bones: spine with discs, canal and processes; ribs that slope; sternum, clavicles, scapulae, humeral heads."""

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, along_z, ellipsoid, smooth_cut, smooth_union, window
from viewers.phantoms.fields.strokes import Brush, smooth_path
from viewers.phantoms.thorax.body import Trunk, cage_point
from viewers.phantoms.thorax.lungs import SPINE

LEVEL_MM = 23.0
FIRST_LEVEL = 118.0
CORTEX, MARROW, CARTILAGE = 640.0, 195.0, 105.0
_SIZE = ((-260, 1.38), (-130, 1.22), (0, 1.0), (130, 0.82))
# Rib: how far its front end lies below its head (mm), the angle where bone ends, where its cartilage meets the sternum.
_RIBS = (
    (27, -58, 88), (36, -64, 66), (44, -64, 45), (50, -62, 25), (58, -60, 7), (68, -58, -8), (78, -54, -18),
    (84, -46, None), (86, -38, None), (82, -24, None), (62, 12, None), (40, 44, None),
)  # fmt: skip


def paint_spine(canvas: Canvas, space: Space, rng: np.random.Generator) -> None:
    """Vertebral bodies, discs, arches, canal with its cord, transverse and spinous processes."""
    space, corner = window(space, canvas.grid, (-46, -10), (46, 128))
    mottle = smooth_field(rng, space.grid, 5.0)
    size, centre = along_z(space, _SIZE), along_z(space, SPINE)
    dx, dy = space.x + 0 * space.z, space.y - centre
    height = _level(space, dy)
    disc = (np.sqrt((dx / (16.5 * size)) ** 2 + (dy / (12.8 * size)) ** 2) - 1) * 12.8 * size
    waist = disc + 1.6 * (1 - np.minimum((height / 9.4) ** 2, 1))
    body = smooth_cut(waist.astype(np.float32), np.abs(height) - np.float32(9.3), 3)
    canal = (np.sqrt((dx / 9.6) ** 2 + ((dy - 12.8 * size - 9.0) / 8.6) ** 2) - 1) * 8.6
    ring = np.abs(canal - 2.9) - 3.1 + 0.05 * np.abs(dx)
    arch = smooth_cut(ring.astype(np.float32), np.abs(height + 0.45 * (dy - 20) - 1.5) - np.float32(7.0), 3)
    bone = smooth_union(body, arch, 2.5)
    canvas.paint(disc - np.float32(0.4), 88.0, corner=corner)
    canvas.paint(bone.astype(np.float32), 520 + 60 * mottle, corner=corner)
    canvas.paint((bone + 1.5).astype(np.float32), MARROW - 15 + 38 * mottle, corner=corner)
    canvas.paint(canal.astype(np.float32), -45.0, corner=corner)
    canvas.paint((canal + 1.8).astype(np.float32), 14.0, corner=corner)
    cord = (np.sqrt((dx / 5.2) ** 2 + ((dy - 12.8 * size - 8.6) / 3.9) ** 2) - 1) * 3.9
    canvas.paint(cord.astype(np.float32), 40.0, corner=corner)
    _paint_processes(canvas)


def paint_ribs(canvas: Canvas, rng: np.random.Generator, *, age: float = 60.0) -> None:
    """Twelve pairs of ribs with their cartilages (flecked with calcium in the old), sternum and clavicles."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    paths = [_rib_path(rng, rib, side) for rib in range(12) for side in (-1, 1)]
    cartilages = [_cartilage(path, rib // 2) for rib, path in enumerate(paths)]
    for across, along, value in ((3.3, 6.0, CARTILAGE), (1.6, 3.4, CARTILAGE + age - 40)):
        for cartilage in cartilages:
            brush.ribbon(cartilage, _outward(cartilage), across, along)
        brush.blend(value)
    for across, along, value in ((3.3, 5.7, CORTEX + 60), (2.1, 4.3, MARROW + 20)):
        for path in paths:
            brush.ribbon(path, _outward(path), across, along)
        brush.blend(value)
    _paint_sternum(brush)
    for side in (-1, 1):
        wobble = rng.normal(0, 1.5, 3)
        knots = [(17, -50, 95), (45, -57, 101), (86, -44, 113), (124, -20, 124), (153, -6, 133)]
        path = smooth_path([(side * (x + wobble[0]), y + wobble[1], z + wobble[2]) for x, y, z in knots], 4)
        for radius, value in ((6.2, CORTEX + 100), (4.3, MARROW)):
            brush.chain(path, radius)
            brush.blend(value)


def paint_shoulders(canvas: Canvas, space: Space, wall: Trunk, rng: np.random.Generator) -> None:
    """Scapulae gliding over the ribs, and the heads of the humeri with the arms raised."""
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    grain = smooth_field(rng, space.grid, 7.0)
    across = np.abs(space.x)
    outline = np.maximum(68 + 0.09 * (110 - space.z) - across, across - (94 + 0.46 * (space.z + 8)))
    outline = np.maximum(outline * 0.9, space.z - 112)
    plate = np.maximum(
        np.abs(wall.cage - 21 - 0.05 * (space.z - 50)) - (1.9 + 0.6 * grain), np.maximum(outline, 8 - space.y)
    )
    canvas.paint(np.asarray(plate, np.float32), CORTEX - 60, opacity=0.9)
    for side in (-1, 1):
        border = np.vstack(
            [cage_point(np.array([48.0, 34.0, 24.0]), np.array([-6.0, 44.0, 84.0]), 24.0), [(141, 16, 104)]]
        )
        ridge = np.vstack(
            [cage_point(np.array([64.0, 54.0]), np.array([82.0, 96.0]), 30.0), [(120, 40, 114), (150, 12, 128)]]
        )
        for path, radius in ((border, 5.2), (ridge, 4.2)):
            curve = smooth_path(path * (side, 1, 1), 4)
            for r, value in ((radius, CORTEX), (radius - 1.7, MARROW)):
                brush.chain(curve, r)
                brush.blend(value)
        head = smooth_union(ellipsoid(space, (side * 165, 4, 124), (23, 22, 23)),
                            ellipsoid(space, (side * 184, -4, 148), (14, 14, 34)), 12)  # fmt: skip
        canvas.paint(head, CORTEX - 80)
        canvas.paint(head + np.float32(1.9), MARROW + 40 + 25 * grain)


def _level(space: Space, dy: Array) -> Array:
    """Height above the middle of the nearest vertebra, tilted with the curve of the spine."""
    z = space.grid.z.ravel()
    centres = np.interp(z, [p[0] for p in SPINE], [p[1] for p in SPINE])
    tilt = np.gradient(centres, z).astype(np.float32).reshape(-1, 1, 1)
    place = space.z + tilt * dy - np.float32(FIRST_LEVEL)
    return np.asarray(place - np.float32(LEVEL_MM) * np.rint(place / np.float32(LEVEL_MM)), np.float32)


def _paint_processes(canvas: Canvas) -> None:
    brush = Brush(grid=canvas.grid, volume=canvas.volume)
    spinous, transverse = [], []
    for level in range(-1, 17):
        z = FIRST_LEVEL - LEVEL_MM * level
        y = float(np.interp(z, [p[0] for p in SPINE], [p[1] for p in SPINE]))
        fall = 20 if 3 <= level <= 9 else 9
        lean = 1.5 * np.sin(level * 2.3)
        spinous.append(smooth_path([(0, y + 29, z - 2), (lean, y + 42, z - fall * 0.6), (lean, y + 54, z - fall)], 3))
        for side in (-1, 1):
            tip = (side * (34 - 0.6 * level), y + 33, z + 4)
            transverse.append(smooth_path([(side * 11, y + 22, z + 3), (side * 23, y + 28, z + 4), tip], 3))
    for shrink, value in ((0.0, CORTEX), (1.5, MARROW + 60)):
        for path in spinous:
            brush.ribbon(path, np.tile((1.0, 0, 0), (len(path), 1)), 2.9 - 0.8 * shrink, 5.6 - shrink)
        for path in transverse:
            brush.chain(path, 4.2 - shrink)
        brush.blend(value)


def _rib_path(rng: np.random.Generator, rib: int, side: int) -> np.ndarray:
    drop, end, _ = _RIBS[rib]
    head = FIRST_LEVEL - LEVEL_MM * rib + 9 + rng.normal(0, 1.2)
    y = float(np.interp(head, [p[0] for p in SPINE], [p[1] for p in SPINE]))
    angles = np.linspace(66, end, 26)
    s = np.linspace(0.12, 1, 26)
    z = head - (drop + rng.normal(0, 2)) * (0.7 * s + 0.3 * s * s * (3 - 2 * s))
    wobble = np.interp(s, np.linspace(0, 1, 7), rng.normal(0, 0.8, 7))
    round_cage = cage_point(angles, z, -3.4 + wobble * 0.4)
    start = np.array(
        [
            (17.0, y + 8, head),
            (28.0, y + 24, head - 2),
            (40.0, min(y + 34, round_cage[0, 1] + 2), head - 0.09 * drop - 1.5),
        ]
    )
    path = np.vstack([start, round_cage[1:]])
    path[:, 2] += np.concatenate([np.zeros(3), wobble[1:]])
    return smooth_path(path * (side, 1, 1), 8)


def _cartilage(path: np.ndarray, rib: int) -> np.ndarray:
    end = path[-1]
    side = 1.0 if end[0] > 0 else -1.0
    meets = _RIBS[rib][2]
    if rib > 9:
        return path[-2:]
    if meets is None:
        goal = cage_point(np.array([-62.0]), np.array([end[2] + 34.0]), -4.0)[0] * (side, 1, 1)
        return smooth_path([end, (end + goal) / 2 + (side * 3, -2, -3), goal], 4)
    goal = cage_point(np.array([-84.0]), np.array([float(meets)]), -4.0)[0] * (side, 1, 1)
    return smooth_path([end, end * 0.6 + goal * 0.4 + (0, -3, -2), goal], 4)


def _paint_sternum(brush: Brush) -> None:
    heights = np.array([[98.0, 88, 76, 64], [61.0, 40, 0, -14], [-18.0, -26, -36, -42]])
    for z, half, thick in zip(heights, (25.0, 16.5, 7.0), (6.2, 5.2, 3.2), strict=True):
        path = smooth_path(cage_point(np.full(4, -90.0), z, -4.5) + np.array((1.0, 0, 0)), 4)
        normals = np.tile((0.0, 1.0, 0.25), (len(path), 1))
        for shrink, value in ((0.0, CORTEX - 180), (1.4, MARROW - 40)):
            brush.ribbon(path, normals, thick - shrink, half - shrink)
            brush.blend(value)


def _outward(path: np.ndarray) -> np.ndarray:
    away = path - (0, 5, 0)
    away[:, 2] = 0.15 * np.abs(away[:, 0])
    return np.asarray(away / np.linalg.norm(away, axis=1, keepdims=True))
