"""SUV: from Bq/ml to standardised uptake values, every branch with its arithmetic, or the named reason why not.

SUVbw = activity concentration [Bq/ml] x weight [g] / dose [Bq] at the time that the image is corrected to.
(QIBA SUV vendor-neutral pseudo-code; PS3.3 C.8.9.1; formulas of viewer design §4.)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from viewers.series.display_set import SuvScale
from viewers.series.header import Attributes, Header
from viewers.series.moments import moment
from viewers.series.units import BECQUEREL

_KINDS: tuple[tuple[str, str], ...] = (
    ("SUVbw", "g/ml"),
    ("SUVlbm", "g/ml"),
    ("SUVlbm-janmahasatian", "g/ml"),
    ("SUVbsa", "cm2/ml"),
    ("SUVibw", "g/ml"),
)
_MILLICURIE_LIMIT_BQ = 1e4  # a dose below 10 kBq was written in MBq by mistake
_LONGEST_UPTAKE = timedelta(days=2)


class _Refusal(Exception):
    """Why SUV cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patient:
    weight_kg: float | None
    height_cm: float | None
    sex: str


def suv_scales(headers: tuple[Header, ...]) -> tuple[SuvScale, ...]:
    """The factors from the display set's unit to each kind of SUV.

    Args:
        headers: of every file of the PET series; the earliest acquisition counts.

    Returns:
        One scale per kind, factor or reason; empty where the images are no PET.
    """
    first = headers[0]
    if first.text("Modality") != "PT":
        return ()
    patient = _patient(first)
    lines: list[str] = []
    try:
        per_bq, lines = _per_dose(headers, patient)
    except _Refusal as refusal:
        return tuple(
            SuvScale(kind=kind, unit=unit, factor=None, reason=str(refusal), arithmetic=()) for kind, unit in _KINDS
        )
    return tuple(_scale(kind, unit, per_bq, lines, patient) for kind, unit in _KINDS)


def body_measure(kind: str, weight_kg: float | None, height_cm: float | None, sex: str) -> tuple[float, str]:
    """The body measure that a kind of SUV multiplies by (g, or cm2 for ``SUVbsa``) and its formula as text.

    Raises:
        ValueError: weight, height or sex is missing or outside what the formula is for; the text says which.
    """
    if weight_kg is None or weight_kg <= 0:
        raise ValueError("the patient's weight is missing")
    if kind == "SUVbw":
        return weight_kg * 1000, f"weight {weight_kg:g} kg = {weight_kg * 1000:g} g"
    if height_cm is None or height_cm <= 0:
        raise ValueError("the patient's height is missing")
    if kind == "SUVbsa":
        area = 0.007184 * weight_kg**0.425 * height_cm**0.725 * 10_000
        return area, f"body surface (DuBois) 0.007184 x {weight_kg:g}^0.425 x {height_cm:g}^0.725 m2 = {area:.1f} cm2"
    if sex not in ("M", "F"):
        raise ValueError("the patient's sex is missing, which the formula needs")
    mass, formula = _SEXED[kind](weight_kg, height_cm, male=sex == "M")
    if mass <= 0:
        raise ValueError("weight and height are outside what the formula is for")
    return mass * 1000, f"{formula} = {mass:.3f} kg"


def _james(weight: float, height: float, *, male: bool) -> tuple[float, str]:
    a, b = (1.10, 128) if male else (1.07, 148)
    return a * weight - b * (
        weight / height
    ) ** 2, f"lean mass (James) {a:g} x {weight:g} - {b} x ({weight:g}/{height:g})^2"


def _janmahasatian(weight: float, height: float, *, male: bool) -> tuple[float, str]:
    index = weight / (height / 100) ** 2
    a, b = (6680, 216) if male else (8780, 244)
    return 9270 * weight / (a + b * index), f"lean mass (Janmahasatian) 9270 x {weight:g} / ({a} + {b} x {index:.3f})"


def _ideal(weight: float, height: float, *, male: bool) -> tuple[float, str]:
    del weight
    a, b = (48.0, 1.06) if male else (45.5, 0.91)
    return a + b * (height - 152), f"ideal weight {a:g} + {b:g} x ({height:g} - 152)"


_SEXED = {"SUVlbm": _james, "SUVlbm-janmahasatian": _janmahasatian, "SUVibw": _ideal}


def _scale(kind: str, unit: str, per_bq: float | None, lines: list[str], patient: _Patient) -> SuvScale:
    """One kind: the body measure over the dose; relative to SUVbw where the file stores SUVbw already."""
    try:
        measure, formula = body_measure(kind, patient.weight_kg, patient.height_cm, patient.sex)
        if per_bq is None:
            base = 1.0 if kind == "SUVbw" else body_measure("SUVbw", patient.weight_kg, None, "")[0]
            factor = 1.0 if kind == "SUVbw" else measure / base
        else:
            factor = per_bq * measure
    except ValueError as error:
        if per_bq is None and kind == "SUVbw":
            return SuvScale(kind=kind, unit=unit, factor=1.0, reason="", arithmetic=tuple(lines))
        return SuvScale(kind=kind, unit=unit, factor=None, reason=f"No {kind}: {error}.", arithmetic=())
    return SuvScale(
        kind=kind, unit=unit, factor=factor, reason="", arithmetic=(*lines, formula, f"factor {factor:.10g} {unit}")
    )


def _per_dose(headers: tuple[Header, ...], patient: _Patient) -> tuple[float | None, list[str]]:
    """1 / decayed dose [1/Bq] per unit of the stored values; None where the values are SUVbw already."""
    first = headers[0]
    units = first.text("Units").upper()
    if units == "GML":
        kind = first.text("SUVType").upper() or "BW"
        if kind != "BW":
            raise _Refusal(f"The file stores SUV of type {kind}: shown as stored.")
        return None, ["the file stores SUVbw (Units GML)"]
    if units == "CNTS":
        return _philips(first, headers, patient)
    if units != "BQML":
        raise _Refusal(f"No SUV: the values are {units or 'in no stated unit'}, not Bq/ml.")
    dose, lines = _dose_at_reference(headers)
    return 1.0 / dose, lines


def _philips(first: Header, headers: tuple[Header, ...], patient: _Patient) -> tuple[float | None, list[str]]:
    """Philips counts: (7053,1000) makes SUVbw, (7053,1009) makes Bq/ml."""
    to_suv, to_activity = first.number("PhilipsSuvFactor"), first.number("PhilipsActivityFactor")
    if to_suv:
        if not patient.weight_kg:
            raise _Refusal("No SUV: the patient's weight is missing.")
        return to_suv / (patient.weight_kg * 1000), [f"Philips SUV factor (7053,1000) {to_suv:g} per count"]
    if to_activity:
        dose, lines = _dose_at_reference(headers)
        return to_activity / dose, [f"Philips activity factor (7053,1009) {to_activity:g} Bq/ml per count", *lines]
    raise _Refusal("No SUV: the values are counts, and no factor to Bq/ml is given.")


def _dose_at_reference(headers: tuple[Header, ...]) -> tuple[float, list[str]]:
    """The dose in Bq at the time that the image is decay corrected to."""
    first = headers[0]
    corrected = set(first.texts("CorrectedImage"))
    missing = [name for name in ("ATTN", "DECY") if name not in corrected]
    correction = first.text("DecayCorrection").upper()
    if "ATTN" in missing:
        raise _Refusal("No SUV: the image is not corrected for attenuation (ATTN).")
    if "DECY" in missing and correction not in ("NONE", ""):
        raise _Refusal("No SUV: the image is not corrected for decay (DECY).")
    item = first.attributes.item("RadiopharmaceuticalInformationSequence")
    dose, half_life = item.number("RadionuclideTotalDose"), item.number("RadionuclideHalfLife")
    if not dose or dose <= 0:
        raise _Refusal("No SUV: the injected dose is missing.")
    if dose < _MILLICURIE_LIMIT_BQ:
        raise _Refusal(f"No SUV: the injected dose, {dose:g} Bq, cannot be true; it may be in MBq.")
    if correction == "ADMIN":
        return dose, [f"dose {dose:g} Bq, corrected to administration (ADMIN)"]
    if not half_life or half_life <= 0:
        raise _Refusal("No SUV: the half-life of the radionuclide is missing.")
    if correction not in ("START", "NONE"):
        raise _Refusal("No SUV: the file does not say what its decay correction refers to.")
    return _decayed(headers, item, dose, half_life, correction)


def _decayed(
    headers: tuple[Header, ...], item: Attributes, dose: float, half_life: float, correction: str
) -> tuple[float, list[str]]:
    reference, which = _reference(headers, correction)
    injected, how = _injected(headers[0], item, reference)
    waited = (reference - injected).total_seconds()
    if waited < 0:
        raise _Refusal("No SUV: the injection is later than the scan; one of the clocks is wrong.")
    if waited > _LONGEST_UPTAKE.total_seconds():
        raise _Refusal("No SUV: the injection is more than two days before the scan; one of the dates is wrong.")
    decayed = dose * 2 ** (-waited / half_life)
    return decayed, [
        f"injected {injected:%Y-%m-%d %H:%M:%S} ({how})",
        f"reference {reference:%Y-%m-%d %H:%M:%S} ({which})",
        f"dose {dose:g} Bq x 2^(-{waited:g} s / {half_life:g} s) = {decayed:.8g} Bq",
    ]


def _reference(headers: tuple[Header, ...], correction: str) -> tuple[datetime, str]:
    """The time that the image is corrected to.

    START means the start of the series, which is its earliest acquisition; Series Time is later than that in
    reprocessed series. GE tells the scan's start in (0009,100D). NONE means no correction: every acquisition has
    its own time, and only a series of one time can be scaled by one factor.
    """
    first = headers[0]
    acquired = sorted(when for header in headers if (when := _acquired(header)) is not None)
    stated = _moment(first, "GemsScanDateTime")
    if stated is not None and correction == "START":
        # De-identification shifts public dates and forgets this one: its time of day is what counts.
        day = acquired[0].date() if acquired else stated.date()
        return datetime.combine(day, stated.time()), "GE scan start (0009,100D)"
    if not acquired:
        raise _Refusal("No SUV: the time of the scan is missing.")
    if correction == "NONE":
        if acquired[-1] != acquired[0]:
            raise _Refusal("No SUV: the image is not decay corrected and its slices were scanned at several times.")
        return acquired[0], "acquisition, not decay corrected (NONE)"
    series = moment(first.text("SeriesDate"), first.text("SeriesTime"))
    if series is not None and series <= acquired[0]:
        return series, "series start"
    return acquired[0], "earliest acquisition; the series time is later"


def _acquired(header: Header) -> datetime | None:
    if header.text("AcquisitionDateTime"):
        return _moment(header, "AcquisitionDateTime")
    return moment(header.text("AcquisitionDate") or header.text("SeriesDate"), header.text("AcquisitionTime"))


def _moment(header: Header, keyword: str) -> datetime | None:
    return moment(header.text(keyword), "", header.text("TimezoneOffsetFromUTC"))


def _injected(first: Header, item: Attributes, reference: datetime) -> tuple[datetime, str]:
    """The time of injection: with its date where given, else the last such time of day before the reference."""
    dated = moment(item.text("RadiopharmaceuticalStartDateTime"), "", first.text("TimezoneOffsetFromUTC"))
    if dated is not None:
        return dated, "start date and time"
    time = item.text("RadiopharmaceuticalStartTime")
    day = first.text("SeriesDate") or first.text("AcquisitionDate") or first.text("StudyDate")
    undated = moment(f"{reference:%Y%m%d}" if day else "", time)
    if undated is None:
        raise _Refusal("No SUV: the time of injection is missing.")
    if undated > reference:
        return undated - timedelta(days=1), "start time, on the day before the scan"
    return undated, "start time, on the day of the scan"


def _patient(header: Header) -> _Patient:
    height = header.number("PatientSize")
    centimetres = None if not height or height <= 0 else height * 100 if height < 3 else height  # noqa: PLR2004 - the format's number
    weight = header.number("PatientWeight")
    return _Patient(
        weight_kg=weight if weight and weight > 0 else None,
        height_cm=centimetres,
        sex=header.text("PatientSex").upper()[:1],
    )


def stored_unit_is_activity(headers: tuple[Header, ...], unit: str) -> bool:
    """Whether a factor of ``suv_scales`` applies to values in ``unit``."""
    return bool(headers) and unit in (BECQUEREL, "counts", "g/ml")
