"""Captions: the words in the four corners of a view, made from the very objects that make its picture."""

from dataclasses import dataclass

from viewers.display.orientation import directions
from viewers.display.resolve import Shown
from viewers.display.slices import Slice
from viewers.series.display_set import CalibrationSource, DisplaySet, Kind
from viewers.series.units import HOUNSFIELD, RAW, RGB

_DATE_DIGITS = 8
_UNITLESS = ("", HOUNSFIELD, RAW, RGB)  # every reader knows what a window of CT counts; the others count nothing
SCALES = {
    CalibrationSource.PIXEL_SPACING: "scale by pixel spacing",
    CalibrationSource.DETECTOR_PLANE: "scale at the detector",
    CalibrationSource.ESTIMATED: "scale estimated",
    CalibrationSource.FIDUCIAL: "scale by a reference object",
    CalibrationSource.US_REGION: "scale by ultrasound regions",
    CalibrationSource.MANUAL: "scale set by hand",
    CalibrationSource.NONE: "not calibrated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """Lines of plain text for each corner; never rich text, since headers are written by strangers."""

    top_left: tuple[str, ...]
    top_right: tuple[str, ...]
    bottom_left: tuple[str, ...]
    bottom_right: tuple[str, ...]


def captions(picture: Slice, shown: Shown, probe: str = "") -> Captions:
    """The captions of one view.

    Args:
        picture: what is shown.
        shown: how.
        probe: the value under the pointer, already in words, or "".
    """
    return Captions(
        top_left=identity_lines(picture.display_set),
        top_right=_study_lines(picture.display_set),
        bottom_left=_kept(probe, *_view_lines(picture, shown)),
        bottom_right=_series_lines(picture, shown),
    )


def identity_lines(display_set: DisplaySet) -> tuple[str, ...]:
    """Name, birth date with sex, and id, as the image's own header gives them; what it does not give is said.

    The sex never stands alone: an F by itself reads as the letter of the feet.
    """
    who = display_set.identity
    born = " · ".join(_kept(iso_date(who.birth_date) or "birth date unknown", who.sex))
    return _kept(person_name(who.name) or "name unknown", born, who.patient_id)


def person_name(name: str) -> str:
    """A person name (PS3.5 6.2.1) as read: family name, then the rest; further scripts follow."""
    groups = [group for group in name.split("=") if group.strip("^ ")]
    return " = ".join(_group(group) for group in groups)


def iso_date(date: str) -> str:
    """A DICOM date as YYYY-MM-DD; anything else as it stands."""
    plain = date.strip()
    if len(plain) == _DATE_DIGITS and plain.isdigit():
        return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    return plain


def window_words(shown: Shown, unit: str = "") -> str:
    """The window in use: ``W 400 L 40``, with the name of the curve where it is not the usual one, or the LUT.

    Args:
        shown: how the picture is shown.
        unit: of its values; it is told where it is not the one that goes without saying.
    """
    if shown.window.lut is not None:
        return f"VOI LUT {shown.window.explanation}".strip()
    curve = " sigmoid" if shown.window.function == "SIGMOID" else ""
    counted = "" if unit in _UNITLESS else f" {unit}"
    return f"W {number(shown.window.width)}  L {number(shown.window.centre)}{counted}{curve}"


def number(value: float) -> str:
    """A number with as many digits as its size deserves, a point for decimals."""
    size = abs(value)
    if size >= 100 or value == round(value):  # noqa: PLR2004  three digits are enough to set a window
        return f"{value:.0f}"
    return f"{value:.3g}"


def _study_lines(display_set: DisplaySet) -> tuple[str, ...]:
    header = display_set.instances[0] if display_set.instances else None
    institution = "" if header is None else header.text("InstitutionName")
    return _kept(institution, display_set.study_description, iso_date(display_set.study_date))


def _series_lines(picture: Slice, shown: Shown) -> tuple[str, ...]:
    display_set = picture.display_set
    title = "" if display_set.series_number is None else f"Series {display_set.series_number}"
    return _kept(
        " ".join(part for part in (title, display_set.modality) if part),
        display_set.description,
        f"side {display_set.laterality}" if display_set.laterality else "",
        _thickness(picture),
        _place(shown),
        "" if directions(picture) else "orientation unknown",
        _calibration(display_set),
    )


def _view_lines(picture: Slice, shown: Shown) -> tuple[str, ...]:
    turn = f"rotated {shown.rotation_deg}°" if shown.rotation_deg else ""
    marks = " · ".join(part for part in (turn, "flipped" if shown.flipped else "") if part)
    itself = picture.display_set.inverted  # MONOCHROME1 shown as it is meant is not "inverted" to any reader
    tone = "inverted" if shown.inverted != itself and not picture.display_set.colour else ""
    lossy = picture.display_set.lossy
    how = _how(picture, shown)
    return _kept(
        lossy,
        picture.note,
        marks,
        tone,
        how,
        f"{_place_name(picture)} {shown.index + 1} / {shown.count}",
        "" if picture.display_set.colour else window_words(shown, picture.unit),
        f"zoom {shown.zoom:.2f}x",
    )


def _how(picture: Slice, shown: Shown) -> str:
    if shown.slab is not None:
        return f"{shown.slab.mode.value.upper()} {number(shown.slab.thickness_mm)} mm"
    return "resampled" if picture.interpolated else ""


def _place_name(picture: Slice) -> str:
    clip = picture.display_set.kind in (Kind.CINE, Kind.VIDEO)
    return "frame" if clip else "image" if picture.plane.value == "acquired" else picture.plane.value


def _thickness(picture: Slice) -> str:
    geometry = picture.display_set.geometry
    if geometry is None or len(picture.display_set.frames) < 2:  # noqa: PLR2004  one slice has no distance
        return ""
    spacing = f"every {geometry.spacing_mm[2]:.2f} mm"
    return spacing if geometry.regular else f"{spacing}, irregular"


def _place(shown: Shown) -> str:
    if shown.position_mm is None:
        return ""
    return f"at {round(shown.position_mm, 1) + 0.0:.1f} mm"  # the sum turns a negative zero into a plain one


def _calibration(display_set: DisplaySet) -> str:
    source = display_set.calibration.source
    return "" if source is CalibrationSource.PIXEL_SPACING else SCALES[source]


def _group(group: str) -> str:
    family, _, rest = group.partition("^")
    given = " ".join(part for part in rest.split("^") if part.strip())
    return ", ".join(part for part in (family.strip(), given.strip()) if part)


def _kept(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
