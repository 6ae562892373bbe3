"""The coronary angiogram: a cine run of the left coronary artery with a known stenosis and a 6 French catheter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from viewers.phantoms.angiography.background import shadows
from viewers.phantoms.angiography.c_arm import CArm, project, tube_lengths
from viewers.phantoms.angiography.coronaries import Branch, Stenosis, beaten, left_coronary
from viewers.phantoms.dicom.instance import Series, Shelf
from viewers.phantoms.dicom.xa import CATH_LAB, XA_IMAGE, write_run
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.strokes import smooth_path
from viewers.phantoms.identity import Order, randomness, uid
from viewers.phantoms.nouns import Answer, WrittenStudy

DESCRIPTION = "Coronary angiography"
FPS = 15
PERCENT = 72.0
FRENCH = 6
CATHETER_MM = FRENCH / 3
_LUMEN_MM = 1.72
_IODINE_PER_MM = 0.105
_WALL_PER_MM = 0.085
_BEATS_PER_S = 1.12
_DIASTOLE_FRAME = 27


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """What stands still, and what moves."""

    arm: CArm
    still: Array
    branches: list[Branch]
    stenosis: Stenosis
    catheter: NDArray[np.float64]


def write(order: Order) -> WrittenStudy:
    """Write the run and its answers."""
    scene = _scene(order)
    frames = 12 if order.quick else 56
    pixels = _run(order, scene, frames)
    series = Series(
        order=order,
        sop_class=XA_IMAGE,
        modality="XA",
        number=3,
        description="LCA LAO 38 CRA 24",
        time="113326",
        study_description=DESCRIPTION,
        study_time="112012",
        equipment=CATH_LAB,
        body_part="HEART",
        protocol="Coronary 15fps",
        position="HFS",
    )
    shelf = Shelf(folder=order.folder)
    arm = scene.arm
    run = write_run(
        shelf,
        series,
        pixels,
        fps=FPS,
        angles_deg=(arm.lao_deg, arm.cranial_deg),
        distances_mm=(arm.source_detector_mm, arm.source_patient_mm),
        pixel_mm=arm.pixel_mm,
    )
    return WrittenStudy(
        study_uid=uid(order, "study"),
        description=DESCRIPTION,
        modality="XA",
        files=tuple(shelf.files),
        answers=_answers(scene, series.uid, run, frames),
    )


def _scene(order: Order) -> _Scene:
    quick = order.quick
    size = 128 if quick else 512
    arm = CArm(
        lao_deg=38.0,
        cranial_deg=24.0,
        source_detector_mm=1060.0,
        source_patient_mm=765.0,
        isocentre=(40.0, -20.0, -16.0),
        size=size,
        pixel_mm=0.34 * 512 / size,
    )
    branches, stenosis = left_coronary(randomness(order, "coronaries"), percent=PERCENT, twigs=2 if quick else 9)
    still = shadows(
        randomness(order, "chest"),
        arm,
        woman=order.person.sex == "F",
        voxel_mm=6.0 if quick else 1.8,
        twigs=20 if quick else 700,
    )
    ostium = branches[0].points[0]
    knots = [
        (6, 30, 150),
        (2, -6, 96),
        (-8, -20, 66),
        (-12, -26, 40),
        tuple(ostium + np.array((-9, -1, 1))),
        tuple(ostium + np.array((1.5, 0, -0.4))),
    ]
    return _Scene(arm=arm, still=still, branches=branches, stenosis=stenosis, catheter=smooth_path(knots, 1.2))


def _run(order: Order, scene: _Scene, frames: int) -> NDArray[np.uint8]:
    rng = randomness(order, "quanta")
    size = scene.arm.size
    dose = np.exp(-(scene.still - scene.still.min()))
    pixels = np.zeros((frames, size, size), np.uint8)
    previous: Array | None = None
    blush = ndimage.gaussian_filter(_dye(scene, 2.2, 0.1), size / 40)
    for k in range(frames):
        seconds = (k * 56 / frames) / FPS
        phase = _phase(seconds)
        lines = scene.still + _IODINE_PER_MM * _dye(scene, seconds, phase) + _catheter(scene, seconds, phase)
        lines += np.float32(0.05 * np.clip((seconds - 2.3) / 1.2, 0, 1)) * blush
        lines = ndimage.gaussian_filter(lines, 0.75 * size / 512)
        noise = ndimage.gaussian_filter(rng.standard_normal((size, size), dtype=np.float32), 0.62)
        quanta = 0.026 * noise / np.sqrt(np.maximum(dose * np.exp(-(lines - scene.still)), 0.04))
        current = lines + quanta
        shown = current if previous is None else 0.75 * current + 0.25 * previous
        previous = current
        pixels[k] = _displayed(scene, shown)
    return pixels


def _phase(seconds: float) -> float:
    """Phase of the beat, arranged so that the measured frame lies at end diastole."""
    return (seconds - _DIASTOLE_FRAME / FPS) * _BEATS_PER_S % 1.0


def _dye(scene: _Scene, seconds: float, phase: float) -> Array:
    """Millimetres of contrast along every ray at this moment."""
    size = scene.arm.size
    out = np.zeros((size, size), np.float32)
    for branch in scene.branches:
        arrival = branch.way / 165.0
        front = np.clip((seconds - 0.62 - arrival) / 0.22, 0, 1)
        tail = np.clip((seconds - 2.35 - arrival * 1.7) / 0.85, 0, 1)
        weight = front * (1 - 0.93 * tail) * (0.93 + 0.07 * np.sin(seconds * 9 - branch.way / 9))
        tube_lengths(scene.arm, beaten(branch.points, phase), branch.radii, weight, out)
    _reflux(scene, seconds, phase, out)
    return out


def _reflux(scene: _Scene, seconds: float, phase: float, out: Array) -> None:
    """Puffs of contrast that fall back into the aortic root."""
    strength = np.clip((seconds - 0.7) / 0.3, 0, 1) * np.clip((2.7 - seconds) / 0.5, 0, 1)
    if strength <= 0:
        return
    root = beaten(scene.branches[0].points[:1], phase) + np.array((-7, -1, 3 + 4 * np.sin(seconds * 6)))
    place, scale = project(scene.arm, root)
    rows, columns = np.mgrid[0 : out.shape[0], 0 : out.shape[1]]
    d = np.hypot((columns - place[0, 0]) / 8, (rows - place[0, 1]) / 10) / scale[0]
    out += (2.3 * strength * np.exp(-(d**2)) * (0.8 + 0.2 * np.sin(columns / 6 + seconds * 8))).astype(np.float32)


def _catheter(scene: _Scene, seconds: float, phase: float) -> Array:
    out, lumen = np.zeros_like(scene.still), np.zeros_like(scene.still)
    ostium = scene.branches[0].points[:1]
    shift = beaten(ostium, phase) - ostium
    share = np.linspace(0, 1, len(scene.catheter))[:, None] ** 6
    path = scene.catheter + share * shift
    ones = np.ones(len(path))
    tube_lengths(scene.arm, path, ones * CATHETER_MM / 2, ones, out)
    tube_lengths(scene.arm, path, ones * _LUMEN_MM / 2, ones, lumen)
    filled = float(np.clip((seconds - 0.3) / 0.25, 0, 1) * np.clip((2.5 - seconds) / 0.4, 0, 1))
    return np.asarray(_WALL_PER_MM * (out - 0.75 * lumen) + _IODINE_PER_MM * filled * lumen, np.float32)


def _displayed(scene: _Scene, lines: Array) -> NDArray[np.uint8]:
    """Logarithmic detector values with a little edge enhancement, dark where much was absorbed."""
    size = scene.arm.size
    small = ndimage.gaussian_filter(lines[::4, ::4], size / 36)
    wide = ndimage.zoom(small, 4, order=1, mode="nearest", grid_mode=True)
    sharp = lines + 0.35 * (lines - ndimage.gaussian_filter(lines, 2.2 * size / 512))
    level, spread = float(np.median(scene.still)), 1.25
    value = 0.5 - (0.8 * (sharp - level) + 0.2 * (sharp - wide)) / (2 * spread) * 0.92
    return np.asarray(np.clip(np.rint(value * 255), 0, 255), np.uint8)


def _answers(scene: _Scene, series_uid: str, run: str, frames: int) -> tuple[Answer, ...]:
    frame = _DIASTOLE_FRAME * frames // 56
    phase = _phase(frame * 56 / frames / FPS)
    lesion = beaten(scene.branches[0].points, phase)[scene.stenosis.index : scene.stenosis.index + 1]
    place, _ = project(scene.arm, lesion)
    tip, _ = project(scene.arm, scene.catheter[-30:-29])
    at = ((float(place[0, 0]), float(place[0, 1]), float(frame)),)
    hub = ((float(tip[0, 0]), float(tip[0, 1]), float(frame)),)
    note = f"Middle of the narrowing in the anterior descending artery, instance {run}; true size in the patient."
    s = scene.stenosis
    return (
        _answer(series_uid, at, note, name="percent diameter stenosis", value=s.percent, unit="%", tolerance=8.0),
        _answer(series_uid, at, note, name="minimal lumen diameter", value=s.minimal_mm, unit="mm", tolerance=0.35),
        _answer(series_uid, at, note, name="reference diameter", value=s.reference_mm, unit="mm", tolerance=0.3),
        _answer(
            series_uid,
            hub,
            "Outer diameter 2.00 mm (1 F = 1/3 mm).",
            name="catheter size",
            value=FRENCH,
            unit="[Ch]",
            tolerance=0.5,
        ),
    )


def _answer(
    series_uid: str,
    at: tuple[tuple[float, float, float], ...],
    note: str,
    *,
    name: str,
    value: float,
    unit: str,
    tolerance: float,
) -> Answer:
    return Answer(
        name=name, value=round(value, 3), unit=unit, tolerance=tolerance, series_uid=series_uid, points_mm=at, note=note
    )
