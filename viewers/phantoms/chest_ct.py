"""The chest CT with a nodule of known volume, and its prior in which the nodule is smaller."""

from dataclasses import dataclass

import numpy as np

from viewers.phantoms.dicom.ct import CT_IMAGE, SCANNER, Exposure, write_ct
from viewers.phantoms.dicom.instance import Series, Shelf
from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.strokes import Brush
from viewers.phantoms.identity import Order, randomness, uid
from viewers.phantoms.nodule import Nodule, embed, lobulated, longest_axial, spicules
from viewers.phantoms.nouns import Answer, WrittenStudy
from viewers.phantoms.scanner_ct import scanned
from viewers.phantoms.thorax.chest import Chest, chest
from viewers.phantoms.thorax.vessels import Blood

DESCRIPTION = "CT Chest with contrast"
NODULE_HU = 42.0
_CENTRE = (-68.0, -16.0, 60.0)
_LARGEST_RADIUS = 9.2
_SOFT, _LUNG = (40, 400, "MEDIASTINUM"), (-600, 1500, "LUNG")


@dataclass(frozen=True, kw_only=True)
class _Visit:
    """What differs between the examination and its prior."""

    radius_mm: float
    moved_mm: tuple[float, float, float]
    time: str
    blood: Blood
    tube_ma: tuple[int, ...]


_VISITS = {
    "chest-ct": _Visit(
        radius_mm=_LARGEST_RADIUS,
        moved_mm=(0.0, 0.0, 0.0),
        time="101432",
        blood=Blood(left=168, right=150, cava=196, veins=118),
        tube_ma=(212, 196, 158, 131, 128, 142, 189, 247),
    ),
    "chest-ct-prior": _Visit(
        radius_mm=6.1,
        moved_mm=(1.7, -2.3, -3.1),
        time="153907",
        blood=Blood(left=181, right=159, cava=214, veins=112),
        tube_ma=(205, 189, 151, 126, 124, 139, 181, 240),
    ),
}


def write(order: Order) -> WrittenStudy:
    """Write the examination (or its prior) and its answers."""
    visit = _VISITS[order.name]
    grid = _grid(order, visit)
    painted = _anatomy(order, grid, visit)
    nodule = _plant(order, grid, painted, visit)
    sparse, every_tenth = _sparse(grid, painted.volume)
    scanned(randomness(order, order.name, "noise"), grid, painted.volume, noise_hu=11.5, sharpness=0.55)
    scanned(randomness(order, order.name, "sharp"), sparse, every_tenth, noise_hu=34.0, sharpness=0.92, edges=0.9)
    shelf = Shelf(folder=order.folder)
    soft = _series(order, visit, 2, "Chest 2.0 Br44")
    write_ct(shelf, soft, grid, painted.volume, _exposure(visit, "Br44", (_SOFT, _LUNG)))
    sharp = _series(order, visit, 3, "Lung 2.0 Bl57 every 10 mm")
    write_ct(shelf, sharp, sparse, every_tenth, _exposure(visit, "Bl57", (_LUNG,)), thickness=grid.spacing_mm[0])
    return WrittenStudy(
        study_uid=uid(order, "study"),
        description=DESCRIPTION,
        modality="CT",
        files=tuple(shelf.files),
        answers=_answers(nodule, soft.uid, grid),
    )


def _series(order: Order, visit: _Visit, number: int, label: str) -> Series:
    return Series(
        order=order,
        sop_class=CT_IMAGE,
        modality="CT",
        number=number,
        description=label,
        time=visit.time,
        study_description=DESCRIPTION,
        study_time=visit.time[:2] + "0518",
        equipment=SCANNER,
        body_part="CHEST",
        protocol="THORAX ROUTINE",
        frame_of_reference=uid(order, "frame of reference"),
    )


def _exposure(visit: _Visit, kernel: str, windows: tuple[tuple[int, int, str], ...]) -> Exposure:
    return Exposure(
        kernel=kernel,
        kvp=100,
        tube_ma=visit.tube_ma,
        rotation_ms=500,
        pitch=1.2,
        ctdi_mgy=5.83,
        agent="Iohexol 350",
        window=windows,
    )


def _sparse(grid: Grid, volume: Array) -> tuple[Grid, Array]:
    """Every fifth slice, for the sharp reconstruction."""
    part = volume[2::5].copy()
    (thick, dy, dx), (z, y, x) = grid.spacing_mm, grid.origin_mm
    shape = (part.shape[0], part.shape[1], part.shape[2])
    return Grid(shape=shape, spacing_mm=(thick * 5, dy, dx), origin_mm=(z + 2 * thick, y, x)), part


def _grid(order: Order, visit: _Visit) -> Grid:
    slices, size, thick = (28, 128, 10.0) if order.quick else (140, 512, 2.0)
    pixel = 376.0 / size
    moved = visit.moved_mm
    return Grid(
        shape=(slices, size, size),
        spacing_mm=(thick, pixel, pixel),
        origin_mm=(-142.0 + moved[2] + thick / 2, -182.0 + moved[1] + pixel / 2, -188.0 + moved[0] + pixel / 2),
    )


def _anatomy(order: Order, grid: Grid, visit: _Visit) -> Chest:
    return chest(
        randomness(order, "chest"),
        grid,
        woman=order.person.sex != "M",
        blood=visit.blood,
        contrast=0.65,
        twigs=40 if order.quick else 1600,
        spared=((_CENTRE, 1.45 * _LARGEST_RADIUS),),
    )


def _plant(order: Order, grid: Grid, painted: Chest, visit: _Visit) -> Nodule:
    nodule = lobulated(randomness(order, "nodule"), _CENTRE, visit.radius_mm)
    brush = Brush(grid=grid, volume=painted.volume)
    for strand in spicules(randomness(order, "spicules"), nodule, 16):
        brush.chain(strand, np.linspace(0.5, 0.2, len(strand)))
    brush.blend(-380.0)
    embed(painted.volume, grid, nodule, NODULE_HU)
    return nodule


def _answers(nodule: Nodule, series_uid: str, grid: Grid) -> tuple[Answer, ...]:
    length, ends = longest_axial(nodule)
    rim = tuple((float(p[0]), float(p[1]), float(p[2])) for p in ends)
    pixel, thick = grid.spacing_mm[2], grid.spacing_mm[0]
    surface = 4 * np.pi * nodule.radius_mm**2
    return (
        Answer(
            name="nodule volume",
            value=round(nodule.volume_mm3, 2),
            unit="mm3",
            tolerance=round(0.02 * nodule.volume_mm3 + 0.06 * surface * (pixel + thick) / 2, 1),
            series_uid=series_uid,
            points_mm=(nodule.centre_mm,),
            note="Star-shaped body given by a formula, normalised to this volume; its edge is at half contrast.",
        ),
        Answer(
            name="nodule diameter",
            value=round(length, 2),
            unit="mm",
            tolerance=round(1.5 * pixel, 2),
            series_uid=series_uid,
            points_mm=rim,
            note="Longest chord of the body within an axial plane.",
        ),
        Answer(
            name="nodule mean",
            value=NODULE_HU,
            unit="[hnsf'U]",
            tolerance=4.0,
            series_uid=series_uid,
            points_mm=(nodule.centre_mm,),
            note="Uniform; mean over a sphere or circle of half the nodule's radius around its centre.",
        ),
    )
