"""The echocardiogram: an apical four-chamber loop, and Doppler of the outflow tract and the aortic valve."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.dicom.instance import Series, Shelf
from viewers.phantoms.dicom.us import (
    CENTIMETRES,
    CENTIMETRES_PER_SECOND,
    MACHINE,
    SECONDS,
    SPECTRAL,
    TISSUE,
    US_CINE,
    Region,
    write_cine,
    write_still,
)
from viewers.phantoms.identity import Order, randomness, uid
from viewers.phantoms.nouns import Answer, WrittenStudy
from viewers.phantoms.ultrasound.beat import SYSTOLE_ENDS, ecg
from viewers.phantoms.ultrasound.doppler import Strip, envelope, spectrum, velocity_time_integral
from viewers.phantoms.ultrasound.heart import Tissue, cavity_volume_ml, from_axes, length_cm, tissue
from viewers.phantoms.ultrasound.screen import draw_curve, draw_grey_bar, draw_ruler, write_text
from viewers.phantoms.ultrasound.sector import Probe, frame, lookup

DESCRIPTION = "Transthoracic echocardiogram"
HEART_RATE = 66
_BEAT_S = 60 / HEART_RATE
_GREEN, _GREY, _AMBER = (70, 220, 110), (185, 185, 185), (230, 190, 60)
_CW_DATA, _PW_DATA = 4, 3


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Sizes of the screen: rows, columns, and one factor for everything drawn on it."""

    rows: int
    columns: int
    scale: float
    frames: int


def write(order: Order) -> WrittenStudy:
    """Write the loop and two spectra, and their answers."""
    layout = (
        _Layout(rows=240, columns=320, scale=0.4, frames=8)
        if order.quick
        else _Layout(rows=600, columns=800, scale=1.0, frames=46)
    )
    series = Series(
        order=order,
        sop_class=US_CINE,
        modality="US",
        number=1,
        description="TTE apical",
        time="091122",
        study_description=DESCRIPTION,
        study_time="090510",
        equipment=MACHINE,
        body_part="HEART",
        position="",
    )
    shelf = Shelf(folder=order.folder)
    probe, frame_ms = _probe(layout), 1000 * _BEAT_S / (layout.frames - 1)
    model = tissue(randomness(order, "heart"))
    pixels = _loop(order, layout, probe, model)
    height = round(layout.rows * 0.895)
    area = Region(
        spatial=1,
        data=TISSUE,
        box=(0, round(12 * layout.scale), layout.columns - 1, height - 1),
        units=(CENTIMETRES, CENTIMETRES),
        delta=(probe.cm_per_px, probe.cm_per_px),
    )
    loop = write_cine(
        shelf, series, 1, pixels, (area,), frame_ms=frame_ms, heart_rate=HEART_RATE, r_waves_ms=(0.0, 1000 * _BEAT_S)
    )
    answers = _loop_answers(series.uid, loop, layout, probe)
    for number, (label, peak, filled) in enumerate((("PW LVOT", 94.0, False), ("CW AV", 428.0, True)), start=2):
        answers += _doppler(order, layout, shelf, series=series, number=number, label=label, peak=peak, filled=filled)
    return WrittenStudy(
        study_uid=uid(order, "study"), description=DESCRIPTION, modality="US", files=tuple(shelf.files), answers=answers
    )


def _probe(layout: _Layout) -> Probe:
    s = layout.scale
    return Probe(
        beams=220 if s == 1 else 90,
        samples=560 if s == 1 else 220,
        half_angle_deg=42.0,
        depth_cm=16.5,
        tip_px=(layout.columns / 2, 18 * s),
        cm_per_px=0.032 / s,
        size_px=(layout.rows, layout.columns),
    )


def _loop(order: Order, layout: _Layout, probe: Probe, model: Tissue) -> NDArray[np.uint8]:
    rng = randomness(order, "echo noise")
    table = lookup(probe)
    pixels = np.zeros((layout.frames, layout.rows, layout.columns, 3), np.uint8)
    for k in range(layout.frames):
        phase = k / (layout.frames - 1)
        pixels[k] = frame(rng, probe, table, model, phase)[:, :, None]
        _furnish(pixels[k], layout, probe)
        _trace(pixels[k], layout, now=phase)
    return pixels


def _furnish(picture: NDArray[np.uint8], layout: _Layout, probe: Probe) -> None:
    s = layout.scale
    draw_ruler(picture, round(layout.columns - 46 * s), probe.tip_px[1], 1 / probe.cm_per_px, 16)
    draw_grey_bar(picture, (round(60 * s), round(14 * s), round(130 * s), max(4, round(12 * s))))
    if s < 1:
        return
    lines = ("FR 50Hz", "16cm", "", "2D", "72%", "C 56", "P Low", "HPen")
    for i, line in enumerate(lines):
        write_text(picture, (210 + 13 * i, 14), line, _GREY)
    write_text(picture, (20, 14), "S5-1  TIS0.7  MI 1.2", _GREY)
    write_text(picture, (8, 418), "V", (90, 170, 240), 2)
    write_text(picture, (578, 700), f"{HEART_RATE} bpm", _GREEN)
    write_text(picture, (20, 690), "Adult Echo", _GREY)


def _trace(picture: NDArray[np.uint8], layout: _Layout, now: float) -> None:
    s = layout.scale
    columns = np.arange(round(20 * s), round(layout.columns - 110 * s))
    place = (columns - columns[0]) / len(columns) * 2.6
    draw_curve(picture, columns, layout.rows * (0.965 - 0.055 * ecg(place - 0.35)), _GREEN)
    mark = columns[0] + round((now + 0.35) / 2.6 * len(columns))
    picture[round(layout.rows * 0.9) : layout.rows - 2, mark] = _AMBER


def _loop_answers(series_uid: str, loop: str, layout: _Layout, probe: Probe) -> tuple[Answer, ...]:
    end = round(SYSTOLE_ENDS * (layout.frames - 1))
    answers = []
    for name, k in (("end-diastolic", 0), ("end-systolic", end)):
        phase = k / (layout.frames - 1)
        x, z = from_axes(np.array([0.0, length_cm(phase)]), np.zeros(2))
        columns, rows = x / probe.cm_per_px + probe.tip_px[0], z / probe.cm_per_px + probe.tip_px[1]
        ends = tuple((float(u), float(v), float(k)) for u, v in zip(columns, rows, strict=True))
        note = f"Frame {k} (from 0) of instance {loop}: apex to the middle of the mitral ring."
        volume_note = f"Frame {k}: body of revolution of the drawn cavity; a single-plane Simpson gives it."
        answers.append(
            _answer(series_uid, ends, note, name=f"LV length {name}", value=length_cm(phase), unit="cm", tolerance=0.35)
        )
        volume = cavity_volume_ml(phase)
        answers.append(
            _answer(
                series_uid,
                ends,
                volume_note,
                name=f"LV volume {name}",
                value=volume,
                unit="mL",
                tolerance=0.15 * volume,
            )
        )
    fraction = 100 * (1 - answers[3].value / answers[1].value)
    answers.append(
        _answer(
            series_uid, (), "From the two volumes.", name="ejection fraction", value=fraction, unit="%", tolerance=6.0
        )
    )
    return tuple(answers)


def _doppler(
    order: Order, layout: _Layout, shelf: Shelf, *, series: Series, number: int, label: str, peak: float, filled: bool
) -> tuple[Answer, ...]:
    s = layout.scale
    top, left, width, height = round(150 * s), round(20 * s), round(730 * s), round(380 * s)
    strip = Strip(
        rows=height,
        columns=width,
        baseline=round(70 * s),
        cm_s_per_px=peak / (230 * s),
        s_per_px=0.0041 / s,
        beat_s=_BEAT_S,
        first_r_s=0.31,
        peak_cm_s=peak,
        filled=filled,
    )
    picture = np.zeros((layout.rows, layout.columns, 3), np.uint8)
    picture[top : top + height, left : left + width] = spectrum(randomness(order, label), strip)[:, :, None]
    picture[top + strip.baseline, left : left + width] = (110, 110, 150)
    guide = _guide(order, layout, picture, top)
    _label(picture, layout, strip, label, (top, left))
    columns = np.arange(left, left + width)
    phase = ((columns - left) * strip.s_per_px - strip.first_r_s) / strip.beat_s
    draw_curve(picture, columns, layout.rows * (0.965 - 0.055 * ecg(np.asarray(phase, np.float64))), _GREEN)
    area = Region(
        spatial=SPECTRAL,
        data=_CW_DATA if filled else _PW_DATA,
        box=(left, top, left + width - 1, top + height - 1),
        units=(SECONDS, CENTIMETRES_PER_SECOND),
        delta=(strip.s_per_px, -strip.cm_s_per_px),
        reference=(0, strip.baseline),
    )
    written = write_still(shelf, series, number, picture, (area, guide), heart_rate=HEART_RATE)
    row = (top + strip.baseline + peak / strip.cm_s_per_px, left + float(np.argmax(envelope(strip))))
    at = ((float(row[1]), float(row[0]), 0.0),)
    integral = velocity_time_integral(strip)
    note = f"Instance {written}, envelope of the spectrum."
    return (
        _answer(series.uid, at, note, name=f"{label} Vmax", value=peak, unit="cm/s", tolerance=0.03 * peak),
        _answer(series.uid, at, note, name=f"{label} VTI", value=integral, unit="cm", tolerance=0.05 * integral),
    )


def _guide(order: Order, layout: _Layout, picture: NDArray[np.uint8], rows: int) -> Region:
    """The small 2D picture above the strip, with the cursor through the outflow tract."""
    s = layout.scale
    probe = replace(
        _probe(layout), tip_px=(layout.columns / 2, 4 * s), cm_per_px=0.118 / s, size_px=(rows, layout.columns)
    )
    small = frame(randomness(order, "guide"), probe, lookup(probe), tissue(randomness(order, "heart")), 0.15)
    picture[:rows] = np.maximum(picture[:rows], small[:, :, None])
    reach = np.arange(1.5, 15.5, 0.25) / probe.cm_per_px
    row, column = (probe.tip_px[1] + reach).astype(int), (probe.tip_px[0] + 0.13 * reach).astype(int)
    dots = (np.arange(len(row)) % 3 > 0) & (row < rows)
    picture[row[dots], column[dots]] = _AMBER
    left, right = round(layout.columns / 2 - 100 * s), round(layout.columns / 2 + 100 * s)
    return Region(
        spatial=1,
        data=TISSUE,
        box=(left, 0, right, rows - 1),
        units=(CENTIMETRES, CENTIMETRES),
        delta=(probe.cm_per_px, probe.cm_per_px),
    )


def _label(picture: NDArray[np.uint8], layout: _Layout, strip: Strip, label: str, corner: tuple[int, int]) -> None:
    if layout.scale < 1:
        return
    top, left = corner
    write_text(picture, (60, 20), label, _AMBER, 2)
    write_text(picture, (92, 20), f"{HEART_RATE} bpm   75mm/s", _GREY)
    step = 100 if strip.peak_cm_s > 200 else 20
    for value in range(-6 * step, 3 * step, step):
        row = top + strip.baseline - round(value / strip.cm_s_per_px)
        if top < row < top + strip.rows:
            picture[row, left + strip.columns : left + strip.columns + 6] = _GREY
            write_text(picture, (row - 3, left + strip.columns + 9), str(value), _GREY)


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
        name=name,
        value=round(value, 3),
        unit=unit,
        tolerance=round(tolerance, 3),
        series_uid=series_uid,
        points_mm=at,
        note=note,
    )
