"""The brain MR: T1, T2, FLAIR, diffusion and ADC of a head with a lesion of known volume and diffusion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from viewers.phantoms.brain.contrasts import LESION_ADC, contrast
from viewers.phantoms.brain.head import Head, head
from viewers.phantoms.dicom.instance import Series, Shelf, clock
from viewers.phantoms.dicom.mr import MAGNET, MR_IMAGE, Stack, Timing, write_stack
from viewers.phantoms.fields.grid import Array, Grid
from viewers.phantoms.fields.randomness import smooth_field
from viewers.phantoms.identity import Order, randomness, uid
from viewers.phantoms.nodule import Nodule, embed, lobulated, longest_axial
from viewers.phantoms.nouns import Answer, WrittenStudy

DESCRIPTION = "MR Brain"
_CENTRE = (-29.0, -14.0, 22.0)
_RADIUS = 12.4
_B = 1000.0
_TIMINGS = {
    "T1": Timing(
        scanning=("GR", "IR"),
        variant=("SP", "MP"),
        options=("PFP",),
        acquisition="3D",
        name="*tfl3d1_16ns",
        tr=2300,
        te=2.98,
        ti=900,
        flip=9,
        bandwidth=240,
    ),
    "T2": Timing(
        scanning=("SE",),
        variant=("SK", "SP"),
        options=("FS",),
        acquisition="2D",
        name="*tse2d1_15",
        tr=6200,
        te=97,
        train=15,
        flip=150,
        averages=2,
        bandwidth=220,
    ),
    "FLAIR": Timing(
        scanning=("SE", "IR"),
        variant=("SK", "SP", "MP"),
        options=("FS",),
        acquisition="2D",
        name="*tir2d1_16",
        tr=9000,
        te=86,
        ti=2500,
        train=16,
        flip=150,
        bandwidth=290,
    ),
    "DWI": Timing(
        scanning=("EP",),
        variant=("SK", "SP"),
        options=("FS",),
        acquisition="2D",
        name="*ep_b0_1000",
        tr=5200,
        te=74,
        averages=3,
        bandwidth=1500,
    ),
}
_PLAN = (
    ("T1", "t1 mprage sag 1mm", 4),
    ("T2", "t2 tse tra", 11),
    ("FLAIR", "t2 flair tra", 15),
    ("DWI", "ep2d diff b0 b1000", 20),
    ("ADC", "ep2d diff ADC", 20),
)
_MATRIX = {"T1": 256, "T2": 512, "FLAIR": 320, "DWI": 256}


@dataclass(frozen=True, kw_only=True)
class _Patient:
    """The head and its lesion, in every contrast that was asked for."""

    model: Head
    nodule: Nodule
    lesion: Array
    edema: Array


def write(order: Order) -> WrittenStudy:
    """Write five series and their answers."""
    patient = _patient(order)
    shelf, frame = Shelf(folder=order.folder), uid(order, "frame of reference")
    rng = randomness(order, "thermal noise")
    made = []
    for number, (kind, label, minutes) in enumerate(_PLAN, start=2):
        made.append(_series(order, number, label, clock("140000", 60 * minutes), frame))
        if kind not in {"DWI", "ADC"}:
            _structural(order, shelf, made[-1], patient=patient, kind=kind, rng=rng)
    _diffusion(order, shelf, made[-2], derived=made[-1], patient=patient, rng=rng)
    return WrittenStudy(
        study_uid=uid(order, "study"),
        description=DESCRIPTION,
        modality="MR",
        files=tuple(shelf.files),
        answers=_answers(patient.nodule, made[2].uid, made[4].uid),
    )


def _patient(order: Order) -> _Patient:
    voxel = 3.0 if order.quick else 1.2
    extent, origin = (228, 252, 186), (-122.0, -124.0, -92.0)
    shape = (int(extent[0] / voxel), int(extent[1] / voxel), int(extent[2] / voxel))
    grid = Grid(shape=shape, spacing_mm=(voxel, voxel, voxel), origin_mm=origin)
    rng = randomness(order, "head")
    model = head(rng, grid, (_CENTRE, _RADIUS))
    nodule = lobulated(randomness(order, "lesion"), _CENTRE, _RADIUS)
    lesion = np.zeros(grid.shape, np.float32)
    embed(lesion, grid, nodule, 1.0)
    far = np.sqrt(sum((axis - c) ** 2 for axis, c in zip((grid.x, grid.y, grid.z), _CENTRE, strict=True)))
    ragged = far - np.float32(_RADIUS * 1.15) - 5 * smooth_field(rng, grid, 18.0) - 3 * smooth_field(rng, grid, 9.0)
    edema = np.clip(1 - ragged / 9, 0, 1) * 0.85
    return _Patient(model=model, nodule=nodule, lesion=lesion, edema=np.asarray(edema, np.float32))


def _series(order: Order, number: int, label: str, time: str, frame: str) -> Series:
    return Series(
        order=order,
        sop_class=MR_IMAGE,
        modality="MR",
        number=number,
        description=label,
        time=time,
        study_description=DESCRIPTION,
        study_time="135512",
        equipment=MAGNET,
        body_part="BRAIN",
        protocol=label,
        frame_of_reference=frame,
    )


def _structural(
    order: Order, shelf: Shelf, series: Series, *, patient: _Patient, kind: str, rng: np.random.Generator
) -> None:
    stack = _sagittal(order) if kind == "T1" else _axial(order, kind)
    picture = contrast(kind, patient.model, randomness(order, kind), patient.lesion, patient.edema)
    values = _measured(rng, _sliced(patient.model.grid, picture, stack), noise=11.0 if kind != "T1" else 13.0)
    write_stack(shelf, series, stack, values, _TIMINGS[kind])


def _diffusion(
    order: Order, shelf: Shelf, series: Series, *, derived: Series, patient: _Patient, rng: np.random.Generator
) -> None:
    stack = _axial(order, "DWI")
    grid = patient.model.grid
    still = contrast("B0", patient.model, randomness(order, "B0"), patient.lesion, patient.edema)
    speed = contrast("ADC", patient.model, randomness(order, "ADC"), patient.lesion, patient.edema)
    still = ndimage.gaussian_filter(still, 0.6 / grid.spacing_mm[0])
    weighted = still * np.exp(-_B * 1e-6 * speed)
    unweighted = _measured(rng, _sliced(grid, still, stack), noise=9.0)
    diffused = _measured(rng, _sliced(grid, weighted, stack), noise=6.0)
    signal = ndimage.uniform_filter(unweighted.astype(np.float32), (0, 3, 3)) > 85
    signal &= diffused > 8
    ratio = np.log(np.maximum(unweighted, 1) / np.maximum(diffused, 1).astype(np.float64)) / _B * 1e6
    coefficient = np.where(signal, np.clip(ratio, 0, 4095), 0).astype(np.uint16)
    timing = _TIMINGS["DWI"]
    write_stack(
        shelf, series, stack, unweighted, timing, image_type=("ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"), b_value=0
    )
    write_stack(
        shelf,
        series,
        stack,
        diffused,
        timing,
        image_type=("DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"),
        b_value=_B,
        start=stack.shape[0],
    )
    write_stack(
        shelf,
        derived,
        stack,
        coefficient,
        timing,
        image_type=("DERIVED", "PRIMARY", "DIFFUSION", "ADC"),
        window=(1200, 2400),
    )


def _sagittal(order: Order) -> Stack:
    size, slices, spacing = (64, 12, 14.0) if order.quick else (256, 176, 1.0)
    pixel = 256.0 / size
    half = 128.0 - pixel / 2
    return Stack(
        first=np.array([(slices - 1) / 2 * spacing, -half + 4.0, half - 6.0]),
        right=np.array([0.0, 1.0, 0.0]),
        down=np.array([0.0, 0.0, -1.0]),
        along=np.array([-1.0, 0.0, 0.0]),
        pixel_mm=pixel,
        spacing_mm=spacing,
        thickness_mm=spacing,
        shape=(slices, size, size),
    )


def _axial(order: Order, kind: str) -> Stack:
    """Planes tilted to the line between the commissures, with a gap of a fifth, as is usual."""
    size = 64 if order.quick else _MATRIX[kind]
    slices, spacing, thickness = (9, 16.0, 14.0) if order.quick else (27, 5.5, 5.0)
    tilt = np.deg2rad(-7.0)
    right = np.array([1.0, 0, 0])
    down = np.array([0, np.cos(tilt), np.sin(tilt)])
    along = np.array([0, -np.sin(tilt), np.cos(tilt)])
    pixel = 230.0 / size
    half = (size - 1) / 2 * pixel
    middle = np.array([0.0, 6.0, 14.0])
    first = middle - right * half - down * half - along * ((slices - 1) / 2 * spacing)
    return Stack(
        first=first,
        right=right,
        down=down,
        along=along,
        pixel_mm=pixel,
        spacing_mm=spacing,
        thickness_mm=thickness,
        shape=(slices, size, size),
    )


def _sliced(grid: Grid, picture: Array, stack: Stack) -> Array:
    """Average the model over the thickness of every slice; big matrices are computed at half size and interpolated."""
    count, rows, columns = stack.shape
    shrink = 2 if rows >= 512 else 1
    samples = max(1, round(stack.thickness_mm / max(grid.spacing_mm[0], 1.25)))
    step = stack.pixel_mm * shrink
    inset = (shrink - 1) / 2 * stack.pixel_mm
    u = (np.arange(columns // shrink) * step + inset)[None, :, None] * stack.right
    v = (np.arange(rows // shrink) * step + inset)[:, None, None] * stack.down
    plane = (stack.first + u + v)[..., ::-1] - np.asarray(grid.origin_mm)
    out = np.zeros((count, rows, columns), np.float32)
    for k in range(count):
        total = np.zeros(plane.shape[:2], np.float32)
        for offset in (np.arange(samples) + 0.5) / samples - 0.5:
            shift = stack.along[::-1] * (k * stack.spacing_mm + offset * stack.thickness_mm)
            index = np.moveaxis((plane + shift) / np.asarray(grid.spacing_mm), -1, 0)
            total += ndimage.map_coordinates(picture, index.astype(np.float32), order=1, mode="constant", cval=0.0)
        total /= samples
        out[k] = ndimage.zoom(total, shrink, order=3, mode="nearest", grid_mode=True) if shrink > 1 else total
    return out


def _measured(rng: np.random.Generator, signal: Array, *, noise: float) -> NDArray[np.uint16]:
    """Coil shading, then the magnitude of signal and band-limited noise in both channels (Rice)."""
    count, rows, columns = signal.shape
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    shade = (0.94 + 0.09 * (x * x + y * y) + 0.03 * y + 0.02 * x).astype(np.float32)
    out = np.empty(signal.shape, np.uint16)
    for k in range(count):
        parts = rng.standard_normal((2, rows, columns), dtype=np.float32)
        parts = ndimage.gaussian_filter(parts, (0, 0.55, 0.55))
        parts *= noise / max(float(parts.std()), 1e-6)
        value = np.hypot(signal[k] * shade + parts[0], parts[1])
        out[k] = np.clip(np.rint(value), 0, 4095)
    return out


def _answers(nodule: Nodule, flair: str, adc: str) -> tuple[Answer, ...]:
    length, ends = longest_axial(nodule)
    rim = tuple((float(p[0]), float(p[1]), float(p[2])) for p in ends)
    volume = nodule.volume_mm3
    note = "Star-shaped body given by a formula, normalised to this volume; uniform, brightest on FLAIR, dark on ADC."
    return (
        Answer(
            name="lesion volume",
            value=round(volume, 1),
            unit="mm3",
            tolerance=round(0.12 * volume, 1),
            series_uid=flair,
            points_mm=(nodule.centre_mm,),
            note=note,
        ),
        Answer(
            name="lesion diameter",
            value=round(length, 2),
            unit="mm",
            tolerance=2.5,
            series_uid=flair,
            points_mm=rim,
            note="Longest chord of the body within a plane perpendicular to the patient's long axis.",
        ),
        Answer(
            name="lesion ADC",
            value=LESION_ADC,
            unit="10*-6.mm2/s",
            tolerance=25.0,
            series_uid=adc,
            points_mm=(nodule.centre_mm,),
            note="Mean over a circle of half the lesion's radius around its centre.",
        ),
    )
