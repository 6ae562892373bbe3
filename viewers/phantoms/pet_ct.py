"""The FDG PET/CT: a lung tumour, a lymph node and a bone metastasis of known SUV, with its low-dose CT."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from viewers.phantoms.dicom.ct import CT_IMAGE, Exposure, write_ct
from viewers.phantoms.dicom.instance import Series, Shelf, clock
from viewers.phantoms.dicom.pt import PET_IMAGE, TOMOGRAPH, Tracer, write_pet
from viewers.phantoms.fields.grid import Array, Grid, between
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.identity import Order, randomness, uid
from viewers.phantoms.nodule import embed, lobulated
from viewers.phantoms.nouns import Answer, WrittenStudy
from viewers.phantoms.scanner_ct import scanned
from viewers.phantoms.thorax.chest import Chest, chest
from viewers.phantoms.thorax.vessels import Blood

DESCRIPTION = "PET/CT FDG chest and upper abdomen"
FWHM_MM = 5.5
LIVER_SUV = 2.3
_TIME = "104500"


@dataclass(frozen=True, kw_only=True)
class _Lesion:
    """A ball of uniform uptake; ``around`` is the uptake of its surroundings."""

    name: str
    centre_mm: tuple[float, float, float]
    radius_mm: float
    suv: float
    around: float
    hounsfield: float


_LESIONS = (
    _Lesion(name="lung tumour", centre_mm=(-66.0, 22.0, 60.0), radius_mm=16.0, suv=11.4, around=0.45, hounsfield=38.0),
    _Lesion(name="lymph node", centre_mm=(-15.0, 0.0, 66.0), radius_mm=9.0, suv=7.2, around=0.9, hounsfield=36.0),
    _Lesion(name="bone metastasis", centre_mm=(3.0, 50.0, -20.0), radius_mm=9.5, suv=8.6, around=1.3, hounsfield=330.0),
)


def write(order: Order) -> WrittenStudy:
    """Write CT and PET in one frame of reference, and their answers."""
    fine = _ct_grid(order)
    painted = _anatomy(order, fine)
    frame = uid(order, "frame of reference")
    low_dose = _series(order, 2, CT_IMAGE, modality="CT", label="CT low dose 3.0 Br38", time=_TIME, frame=frame)
    emission = _series(order, 3, PET_IMAGE, modality="PT", label="PET WB AC", time=clock(_TIME, 90), frame=frame)
    tracer = Tracer(
        dose_bq=round(3.5e6 * order.person.weight_kg, -5), injected=clock(_TIME, 90 - 3720), waited_s=3720.0
    )
    coarse = _pet_grid(order, fine)
    uptake = _uptake(order, painted, coarse)
    scanned(randomness(order, "ct noise"), fine, painted.volume, noise_hu=21.0, sharpness=0.5)
    shelf = Shelf(folder=order.folder)
    exposure = Exposure(
        kernel="Br38",
        kvp=120,
        tube_ma=(62, 55, 41, 36, 38, 47, 58),
        rotation_ms=500,
        pitch=1.35,
        ctdi_mgy=2.31,
        agent="",
        window=((40, 400, "SOFT"), (-600, 1500, "LUNG")),
    )
    write_ct(shelf, low_dose, fine, painted.volume, exposure)
    write_pet(shelf, emission, coarse, uptake * np.float32(tracer.bq_per_ml(order.person.weight_kg)), tracer)
    return WrittenStudy(
        study_uid=uid(order, "study"),
        description=DESCRIPTION,
        modality="PT",
        files=tuple(shelf.files),
        answers=_answers(emission.uid, share=0.25 if order.quick else 0.06),
    )


def recovery(radius_mm: float) -> float:
    """What the scanner's Gaussian blur leaves of the contrast in the middle of a ball."""
    sigma = FWHM_MM / math.sqrt(8 * math.log(2))
    q = radius_mm / sigma
    return math.erf(q / math.sqrt(2)) - math.sqrt(2 / math.pi) * q * math.exp(-q * q / 2)


def _series(order: Order, number: int, sop_class: str, *, modality: str, label: str, time: str, frame: str) -> Series:
    return Series(
        order=order,
        sop_class=sop_class,
        modality=modality,
        number=number,
        description=label,
        time=time,
        study_description=DESCRIPTION,
        study_time="102214",
        equipment=TOMOGRAPH,
        body_part="CHEST",
        protocol="PET CT ONCO",
        frame_of_reference=frame,
    )


def _ct_grid(order: Order) -> Grid:
    slices, size, thick = (30, 128, 12.0) if order.quick else (120, 512, 3.0)
    pixel = 500.0 / size
    return Grid(
        shape=(slices, size, size),
        spacing_mm=(thick, pixel, pixel),
        origin_mm=(-220.0 + thick / 2, -238.0 + pixel / 2, -250.0 + pixel / 2),
    )


def _pet_grid(order: Order, fine: Grid) -> Grid:
    """The PET grid covers the CT: every fourth (quick: every second) of its pixels, the same slices."""
    step = 2 if order.quick else 3
    size = fine.shape[1] // step
    pixel = fine.spacing_mm[1] * step
    inset = (step - 1) / 2 * fine.spacing_mm[1]
    return Grid(
        shape=(fine.shape[0], size, size),
        spacing_mm=(fine.spacing_mm[0], pixel, pixel),
        origin_mm=(fine.origin_mm[0], fine.origin_mm[1] + inset, fine.origin_mm[2] + inset),
    )


def _anatomy(order: Order, grid: Grid) -> Chest:
    painted = chest(
        randomness(order, "chest"),
        grid,
        woman=order.person.sex != "M",
        blood=Blood(left=42, right=42, cava=42, veins=42),
        contrast=0.0,
        twigs=40 if order.quick else 900,
        spared=tuple((lesion.centre_mm, 1.4 * lesion.radius_mm) for lesion in _LESIONS),
    )
    for lesion in _LESIONS:
        shape = lobulated(randomness(order, lesion.name), lesion.centre_mm, lesion.radius_mm)
        embed(painted.volume, grid, shape, lesion.hounsfield)
    return painted


def _uptake(order: Order, painted: Chest, grid: Grid) -> Array:
    """SUV on the PET grid: tissue by density, organs by shape, lesions; then blur and noise of the scanner."""
    rng = randomness(order, "uptake")
    dense = _reduced(painted.volume, grid)
    table = (
        (-1000, 0),
        (-960, 0.2),
        (-900, 0.38),
        (-500, 0.5),
        (-115, 0.22),
        (-60, 0.4),
        (30, 0.72),
        (70, 0.78),
        (170, 1.35),
        (420, 1.0),
    )
    suv = np.interp(dense, [hu for hu, _ in table], [value for _, value in table]).astype(np.float32)
    suv *= (1 + 0.10 * smooth_field(rng, grid, 30.0)) * _on(grid, painted, painted.wall.skin)
    patchy = smooth_field(rng, grid, 45.0)
    for shape, value in _organs(painted):
        cover = _on(grid, painted, shape)
        suv += cover * (value * (1 + (0.22 * patchy if value > 3 else 0.0)) - suv)
    for lesion in _LESIONS:
        _plant(suv, grid, order, lesion)
    sigma = [FWHM_MM / 2.3548 / s for s in grid.spacing_mm]
    suv = ndimage.gaussian_filter(suv, sigma)
    noise = ndimage.gaussian_filter(rng.standard_normal(grid.shape, dtype=np.float32), [0.8 * s for s in sigma])
    suv += 0.085 * noise / noise.std() * np.sqrt(np.maximum(suv, 0.02))
    return np.asarray(np.maximum(suv, 0), np.float32)


def _organs(painted: Chest) -> list[tuple[Array, float]]:
    core, organs = painted.heart, painted.organs
    return [
        (organs["liver"], LIVER_SUV),
        (organs["spleen"], 1.9),
        (organs["stomach"], 1.6),
        (organs["kidneys"], 2.9),
        (organs["kidneys"] + 14, 17.0),
        (organs["colon"], 1.5),
        (np.maximum(core.left_ventricle - np.float32(9), -core.left_ventricle), 4.6),
        (core.left_ventricle, 1.6),
        (core.right_ventricle, 1.6),
        (core.right_atrium, 1.6),
        (core.left_atrium, 1.6),
    ]


def _reduced(volume: Array, grid: Grid) -> Array:
    """The mean of the CT pixels within every PET pixel."""
    count, size, _ = grid.shape
    step = volume.shape[1] // size
    part = volume[:, : size * step, : size * step]
    return np.asarray(part.reshape(count, size, step, size, step).mean(axis=(2, 4)), np.float32)


def _on(grid: Grid, painted: Chest, shape: Array) -> Array:
    """Share of a shape (on the coarse twin of the CT) in every PET voxel."""
    source = painted.space.grid
    share = np.clip(0.5 - shape / np.float32(source.spacing_mm[1]), 0, 1).astype(np.float32)
    places = [
        (np.arange(grid.shape[a]) * grid.spacing_mm[a] + grid.origin_mm[a] - source.origin_mm[a]) / source.spacing_mm[a]
        for a in (1, 2)
    ]
    rows, columns = (
        np.clip(np.rint(p).astype(int), 0, source.shape[a] - 1) for p, a in zip(places, (1, 2), strict=True)
    )
    part = share[:, rows][:, :, columns]
    return np.stack([between(part, k) for k in range(grid.shape[0])])


def _plant(suv: Array, grid: Grid, order: Order, lesion: _Lesion) -> None:
    """Uniform uptake in uniform surroundings, so that its blurred middle is known by a formula.

    The large one has the shape it has on CT (no part of its surface is nearer than 3 sigma), the small ones are balls.
    """
    shape = lobulated(randomness(order, lesion.name), lesion.centre_mm, lesion.radius_mm)
    if lesion.radius_mm < 12:
        shape = replace(shape, heights=shape.heights * 0, scale=1.0)
    embed(suv, grid, replace(shape, radius_mm=lesion.radius_mm + FWHM_MM), lesion.around)
    embed(suv, grid, shape, lesion.suv)


def _answers(series_uid: str, share: float) -> tuple[Answer, ...]:
    answers = []
    for lesion in _LESIONS:
        value = lesion.around + recovery(lesion.radius_mm) * (lesion.suv - lesion.around)
        answers.append(
            Answer(
                name=f"{lesion.name} SUVbw",
                value=round(value, 3),
                unit="g/ml{SUVbw}",
                tolerance=round(share * value, 3),
                series_uid=series_uid,
                points_mm=(lesion.centre_mm,),
                note=f"Mean within 4 mm of the centre; SUV {lesion.suv}, radius {lesion.radius_mm} mm, blurred.",
            )
        )
    answers.append(
        Answer(
            name="liver SUVbw",
            value=LIVER_SUV,
            unit="g/ml{SUVbw}",
            tolerance=0.12,
            series_uid=series_uid,
            points_mm=((-70.0, 0.0, -110.0),),
            note="Mean within 15 mm of this point.",
        )
    )
    return tuple(answers)
