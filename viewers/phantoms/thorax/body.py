"""The wall of the trunk: rib cage as a surface, skin, fat, muscle sheets, breasts, and the table it lies on."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.fields.canvas import Canvas
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.fields.shapes import Space, along_z, ellipsoid, looked_up, smooth_cut, smooth_union

# Half width, front depth, back depth and centre (y) of the outer surface of the rib cage by height (mm).
CAGE_WIDTH = ((-240, 126), (-150, 132), (-110, 136), (-60, 136), (-20, 132), (30, 122), (70, 100), (92, 80), (108, 60),
              (120, 45), (132, 26), (145, 12))  # fmt: skip
CAGE_FRONT = ((-240, 86), (-150, 96), (-80, 98), (-20, 94), (30, 86), (70, 73), (100, 56), (120, 40), (145, 14))
CAGE_BACK = ((-240, 80), (-150, 84), (-80, 90), (-20, 90), (30, 86), (70, 74), (100, 54), (120, 38), (145, 14))
CAGE_CENTRE = ((-240, -6), (-150, -4), (-60, 0), (0, 2), (30, 4), (70, 10), (100, 20), (120, 28), (145, 32))
POWER = 2.4

_ANGLES = (-90, -67, -45, -22, 0, 22, 45, 67, 90)
_HEIGHTS = (-240, -150, -80, -20, 30, 70, 100, 120, 150)
_WALL = (
    (26, 30, 26, 20, 20, 24, 30, 36, 32),
    (18, 24, 22, 17, 17, 20, 26, 35, 31),
    (14, 21, 21, 17, 18, 22, 28, 34, 29),
    (13, 22, 25, 22, 24, 28, 31, 33, 27),
    (13, 26, 34, 33, 34, 37, 37, 34, 27),
    (14, 32, 48, 54, 56, 54, 48, 40, 30),
    (20, 40, 70, 90, 100, 92, 70, 48, 36),
    (34, 52, 94, 134, 148, 136, 92, 64, 46),
    (58, 72, 100, 150, 170, 150, 110, 84, 70),
)
_FAT = (
    (22, 24, 22, 18, 16, 16, 14, 12, 12),
    (14, 17, 16, 12, 11, 11, 10, 9, 9),
    (8, 12, 13, 10, 9, 9, 8, 7, 7),
    (6, 10, 11, 10, 10, 9, 7, 6, 6),
    (6, 9, 10, 11, 12, 9, 7, 6, 6),
    (6, 9, 10, 12, 14, 10, 8, 7, 6),
    (7, 9, 10, 12, 14, 11, 9, 8, 7),
    (8, 9, 10, 12, 13, 12, 10, 9, 8),
    (8, 9, 10, 12, 13, 12, 10, 9, 8),
)
TABLE_TOP = 121.0


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """Distances (mm, coarse grid): to the rib cage's outer surface, to the skin; and the thickness of fat."""

    cage: Array
    skin: Array
    fat: Array


def cage_at(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Half width, front depth, back depth and centre y of the cage at heights ``z``."""
    tables = (CAGE_WIDTH, CAGE_FRONT, CAGE_BACK, CAGE_CENTRE)
    width, front, back, centre = (np.interp(z, [t[0] for t in tb], [t[1] for t in tb]) for tb in tables)
    return width, front, back, centre


def cage_point(angle_deg: np.ndarray, z: np.ndarray, offset_mm: np.ndarray | float = 0.0) -> np.ndarray:
    """Points (n, 3) on the cage; 90° is the back, 0° the left side, -90° the front; ``offset_mm`` outwards."""
    width, front, back, centre = cage_at(z)
    cos, sin = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    depth = np.where(sin > 0, back, front)
    reach = (np.abs(cos / width) ** POWER + np.abs(sin / depth) ** POWER) ** (-1 / POWER) + offset_mm
    return np.stack([reach * cos, centre + reach * sin, z], axis=-1)


def trunk(space: Space, *, woman: bool) -> Trunk:
    """The wall of the trunk in this space."""
    dy = space.y - along_z(space, CAGE_CENTRE)
    across = np.abs(space.x)
    depth = np.where(dy > 0, along_z(space, CAGE_BACK), along_z(space, CAGE_FRONT))
    k = (across / along_z(space, CAGE_WIDTH)) ** np.float32(POWER) + (np.abs(dy) / depth) ** np.float32(POWER)
    reach = np.sqrt(across * across + dy * dy)
    cage = reach * (1 - np.maximum(k, 1e-6) ** np.float32(-1 / POWER))
    angle = np.rad2deg(np.arctan2(dy, across))
    wall = looked_up(space.z, angle, (_HEIGHTS, _ANGLES), _WALL)
    fat = looked_up(space.z, angle, (_HEIGHTS, _ANGLES), _FAT)
    skin = (cage - wall) * np.float32(0.9)
    if woman:
        skin = smooth_union(skin, _breasts(space), 18)
        fat = fat + np.float32(2.0)
    bed = space.y - np.float32(TABLE_TOP - 7) + space.x**2 * np.float32(1 / 1500)
    return Trunk(cage=cage.astype(np.float32), skin=smooth_cut(skin, bed, 22), fat=fat)


def paint_wall(canvas: Canvas, space: Space, rng: np.random.Generator, wall: Trunk, *, woman: bool) -> None:
    """Skin, lobulated fat, muscle sheets parted by fat planes, and the gland of the breast."""
    clumps = smooth_field(rng, space.grid, 9.0)
    canvas.paint(wall.skin, 15.0)
    canvas.paint(wall.skin + np.float32(1.9), -108 + 7 * clumps)
    muscle = np.maximum(wall.skin + wall.fat, -wall.cage - 6)
    canvas.paint(muscle, 56 + 5 * clumps)
    for sheet, half, room in _planes(space, rng, wall, muscle, clumps):
        canvas.paint_sheet(sheet, np.maximum(half, 0), -92.0, within=room, opacity=0.95)
    canvas.paint(np.maximum(_armpits(space) + 5 * clumps, wall.skin + 4), -104 + 6 * clumps)
    if woman:
        gland = _breasts(space) + np.float32(12) + 9 * smooth_field(rng, space.grid, 16.0) + 4 * clumps
        gland = np.maximum(np.maximum(gland, wall.skin + 5 + 2 * clumps), 15 - wall.cage)
        canvas.paint(gland, 25 + 12 * clumps, opacity=0.85)


def paint_table(canvas: Canvas) -> None:
    """A curved carbon-fibre table with its foam core and a thin mat on it."""
    grid = canvas.grid
    depth = grid.y[0] - (np.float32(TABLE_TOP) - grid.x[0] ** 2 / 1450)
    pixel = grid.spacing_mm[1]
    plane = np.full(depth.shape, -1000, np.float32)
    for top, bottom, value in ((0, 6, -930), (6, 8.2, -140), (8.2, 26, -945), (26, 28.5, -170)):
        cover = np.clip((depth - top) / pixel + 0.5, 0, 1) * np.clip((bottom - depth) / pixel + 0.5, 0, 1)
        plane += cover * (value - plane)
    np.maximum(canvas.volume, plane[None], out=canvas.volume)


def _planes(
    space: Space, rng: np.random.Generator, wall: Trunk, muscle: Array, clumps: Array
) -> list[tuple[Array, Array, Array]]:
    """Fat between muscles (surface, half thickness, where): outer sheet, over the ribs, and between bellies."""
    waves = smooth_field(rng, space.grid, 55.0)
    room = muscle + np.float32(2)
    sheets = [
        (muscle + np.float32(11) + 3.5 * waves, 0.6 + 0.75 * clumps, room),
        (wall.cage - np.float32(5.5) - 2 * waves, 0.35 + 0.7 * clumps, room),
    ]
    deep = np.maximum(7 - wall.cage, room + 3)
    bellies = [smooth_field(rng, space.grid, size) * np.float32(size * 0.24) for size in (74.0, 48.0)]
    return sheets + [(belly, 0.7 + 0.6 * clumps, deep) for belly in bellies]


def _breasts(space: Space) -> Array:
    right = ellipsoid(space, (-88, -98, -8), (60, 36, 66), turn_deg=-24)
    left = ellipsoid(space, (90, -96, -12), (63, 35, 64), turn_deg=26)
    return np.minimum(right, left)


def _armpits(space: Space) -> Array:
    return np.minimum(
        ellipsoid(space, (132, 8, 74), (20, 30, 40), turn_deg=-15),
        ellipsoid(space, (-131, 6, 77), (19, 31, 42), turn_deg=17),
    )
