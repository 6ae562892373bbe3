"""SUV: from Bq/ml to standardised uptake values, every branch with its arithmetic, or the named reason why not.

SUVbw = activity concentration [Bq/ml] x weight [g] / dose [Bq] at the time that the image is corrected to.
(QIBA SUV vendor-neutral pseudo-code; PS3.3 C.8.9.1; formulas of viewer design §4.)
"""

from dataclasses import dataclass

from viewers.series.display_set import SuvScale
from viewers.series.header import Header
from viewers.series.suv_dose import NoSuv, dose_at_reference, require_attenuation
from viewers.series.units import activity_unit, has_unreadable_scale

_KINDS: tuple[tuple[str, str], ...] = (
    ("SUVbw", "g/ml"),
    ("SUVlbm", "g/ml"),
    ("SUVlbm-janmahasatian", "g/ml"),
    ("SUVbsa", "cm2/ml"),
    ("SUVibw", "g/ml"),
)
_HEAVIEST_KG = 500.0
_SHORTEST_CM, _TALLEST_CM = 20.0, 300.0
# What every file must say alike, or one factor cannot be right for all of them.
_ALIKE = (
    ("Units", "unit"), ("DecayCorrection", "decay correction"), ("CorrectedImage", "corrections"),
    ("PatientWeight", "patient's weight"), ("PhilipsSuvFactor", "factor to SUV"),
    ("PhilipsActivityFactor", "factor to Bq/ml"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patient:
    weight_kg: float | None
    height_cm: float | None
    sex: str


def suv_scales(headers: tuple[Header, ...], series: tuple[Header, ...] = ()) -> tuple[SuvScale, ...]:
    """The factors from the display set's unit to each kind of SUV.

    Args:
        headers: of the files that the factors are for.
        series: of every file of the PET series, where those are more; the earliest acquisition of all counts.

    Returns:
        One scale per kind, factor or reason; empty where the images are no PET.
    """
    first = headers[0]
    if first.text("Modality") != "PT":
        return ()
    patient = _patient(first)
    lines: list[str] = []
    try:
        _require_agreement(headers)
        per_bq, lines = _per_dose(headers, series or headers, patient)
    except NoSuv as refusal:
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
        raise ValueError("the patient's weight is missing, or cannot be true")
    if kind == "SUVbw":
        return weight_kg * 1000, f"weight {weight_kg:g} kg = {weight_kg * 1000:g} g"
    if height_cm is None or not _SHORTEST_CM <= height_cm <= _TALLEST_CM:
        raise ValueError("the patient's height is missing, or cannot be true")
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


def _require_agreement(headers: tuple[Header, ...]) -> None:
    if any(has_unreadable_scale(header.attributes) for header in headers):
        raise NoSuv("No SUV: the scale of the values cannot be read.")
    for keyword, what in _ALIKE:
        if len({header.text(keyword) for header in headers}) > 1:
            raise NoSuv(f"No SUV: the images of this series do not agree on the {what}.")


def _per_dose(
    headers: tuple[Header, ...], series: tuple[Header, ...], patient: _Patient
) -> tuple[float | None, list[str]]:
    """1 / decayed dose [1/Bq] per unit of the stored values; None where the values are SUVbw already."""
    first = headers[0]
    units = first.text("Units").upper() or activity_unit(first)
    if units == "GML":
        kind = first.text("SUVType").upper() or "BW"
        if kind != "BW":
            raise NoSuv(f"The file stores SUV of type {kind}: shown as stored.")
        return None, ["the file stores SUVbw (Units GML)"]
    if units == "CNTS":
        return _philips(first, series, patient)
    if units != "BQML":
        raise NoSuv(f"No SUV: the values are {units or 'in no stated unit'}, not Bq/ml.")
    dose, lines = dose_at_reference(first, series)
    return 1.0 / dose, lines


def _philips(first: Header, series: tuple[Header, ...], patient: _Patient) -> tuple[float | None, list[str]]:
    """Philips counts: (7053,1000) makes SUVbw, (7053,1009) makes Bq/ml."""
    require_attenuation(first)
    to_suv, to_activity = first.number("PhilipsSuvFactor"), first.number("PhilipsActivityFactor")
    if to_suv:
        if not patient.weight_kg:
            raise NoSuv("No SUV: the patient's weight is missing, or cannot be true.")
        return to_suv / (patient.weight_kg * 1000), [f"Philips SUV factor (7053,1000) {to_suv:g} per count"]
    if to_activity:
        dose, lines = dose_at_reference(first, series)
        return to_activity / dose, [f"Philips activity factor (7053,1009) {to_activity:g} Bq/ml per count", *lines]
    raise NoSuv("No SUV: the values are counts, and no factor to Bq/ml is given.")


def _patient(header: Header) -> _Patient:
    height = header.number("PatientSize")
    centimetres = None if not height or height <= 0 else height * 100 if height < 3 else height  # noqa: PLR2004 - the format's number
    weight = header.number("PatientWeight")
    return _Patient(
        weight_kg=weight if weight and 0 < weight <= _HEAVIEST_KG else None,
        height_cm=centimetres,
        sex=header.text("PatientSex").upper()[:1],
    )
