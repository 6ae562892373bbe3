"""Assembling: the frames of one part become a display set, with everything that the reader must be told."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from viewers.geometry.plane import Vector, vector
from viewers.series.apart import is_colour, is_inverted, is_localizer, side
from viewers.series.calibration import calibration_of, pair
from viewers.series.cine import pace
from viewers.series.display_set import (
    Calibration,
    CalibrationSource,
    DisplaySet,
    Frame,
    Kind,
    PatientIdentity,
    StackGeometry,
)
from viewers.series.doubts import doubts
from viewers.series.frame_facts import FrameFacts
from viewers.series.header import Header
from viewers.series.kinds import OTHER_NAMES
from viewers.series.lossy import lossy_mark
from viewers.series.padding import padding_of_file
from viewers.series.stack_geometry import stack_geometry
from viewers.series.suv import suv_scales
from viewers.series.tables import overlays
from viewers.series.units import RAW, unit_of

_UNCALIBRATED = Calibration(source=CalibrationSource.NONE, spacing_mm=None, note="no picture")
_MOVING = (Kind.CINE, Kind.VIDEO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Frames that are shown as one thing, in their order.

    Attributes:
        axes: directions of columns, rows and the normal, or None where the frames have no place.
        label: what distinguishes this part from its siblings in the series.
    """

    frames: tuple[FrameFacts, ...]
    kind: Kind
    axes: tuple[Vector, Vector, Vector] | None
    label: str


def image_set(part: Part, series: Sequence[Header]) -> DisplaySet:
    """The display set of frames with pixels.

    Args:
        part: the frames.
        series: every header of the series: SUV needs the earliest acquisition of all.
    """
    first = part.frames[0]
    header, form = first.header, first.form
    instances = _instances(part.frames)
    geometry = _geometry(part)
    colour = is_colour(first)
    rhythm = pace(header, part.frames) if part.kind in _MOVING else None
    suv = suv_scales(instances, tuple(series)) if not colour and part.kind in (Kind.VOLUME, Kind.STACK) else ()
    weight = suv[0] if suv else None
    return replace(
        object_set(header, part.kind),
        id=_identifier(part),
        description=_description(header, part.label),
        frames=_frames(part.frames, instances, rhythm.times_ms if rhythm else ()),
        files=len(instances),
        rows=first.rows,
        columns=first.columns,
        colour=colour,
        unit=unit_of(header, first.pixel_values, localizer=is_localizer(header), colour=colour),
        geometry=geometry,
        calibration=calibration_of(header, first.spacing_mm),
        frame_time_ms=rhythm.frame_time_ms if rhythm else None,
        suv_factor=weight.factor if weight else None,
        suv_reason=weight.reason if weight else "",
        lossy="; ".join(dict.fromkeys(mark for each in instances if (mark := lossy_mark(each)))),
        warnings=doubts(part.frames, instances, geometry, series=series, label=part.label),
        instances=instances,
        form=form,
        inverted=is_inverted(header),
        overlays=overlays(header),
        suv=suv,
        rate_source=rhythm.source if rhythm else "",
        pixel_aspect=_aspect(header, first.spacing_mm),
    )


def object_set(header: Header, kind: Kind, warning: str = "") -> DisplaySet:
    """The display set of an object without a picture of its own: a report, a presentation, a document."""
    name = OTHER_NAMES.get(header.text("SOPClassUID"), "")
    title = (
        header.text("DocumentTitle")
        or header.attributes.item("ConceptNameCodeSequence").text("CodeMeaning")
        or header.text("ContentLabel")
        or header.text("ContentDescription")
        or name
    )
    described = header.text("SeriesDescription") or title
    if not header.is_dicom:
        described = header.key.replace("!/", "/").rpartition("/")[2]
    warnings = (*header.notes, warning) if warning else header.notes
    return DisplaySet(
        id=_short_hash(kind, header.text("SOPInstanceUID"), header.key),
        kind=kind,
        study_uid=header.text("StudyInstanceUID"),
        series_uid=header.text("SeriesInstanceUID"),
        frame_of_reference_uid=header.text("FrameOfReferenceUID"),
        modality=header.text("Modality"),
        description=clean(described),
        series_number=header.integer("SeriesNumber"),
        study_date=header.text("StudyDate"),
        study_description=clean(header.text("StudyDescription")),
        identity=_identity(header),
        laterality=side(header),
        frames=(),
        files=1,
        rows=None,
        columns=None,
        colour=False,
        unit=RAW,
        geometry=None,
        calibration=_UNCALIBRATED,
        frame_time_ms=None,
        suv_factor=None,
        suv_reason="",
        lossy="",
        warnings=tuple(warnings),
        sop_class_uid=header.text("SOPClassUID"),
        instances=(header,),
    )


def clean(value: str) -> str:
    """Text without control characters, marks of direction and lone surrogates: it must not change what is around it."""
    return "".join(letter for letter in value if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co"))


def _identity(header: Header) -> PatientIdentity:
    return PatientIdentity(
        name=clean(header.text("PatientName")).rstrip("=^ "),
        patient_id=clean(header.text("PatientID")),
        birth_date=clean(header.text("PatientBirthDate")),
        sex=clean(header.text("PatientSex")),
    )


def _description(header: Header, label: str) -> str:
    said = clean(header.text("SeriesDescription") or header.text("ProtocolName"))
    return f"{said} ({clean(label)})".strip() if label else said


def _identifier(part: Part) -> str:
    first = part.frames[0]
    numbers = f"{first.number}.{first.crop[0]}.{first.crop[1]}" if first.crop else str(first.number)
    uid = first.header.text("SeriesInstanceUID")
    return _short_hash(uid, first.header.text("SOPInstanceUID"), first.header.key, numbers, str(len(part.frames)))


def _short_hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _instances(frames: Sequence[FrameFacts]) -> tuple[Header, ...]:
    return tuple({id(frame.header): frame.header for frame in frames}.values())


def _geometry(part: Part) -> StackGeometry | None:
    first = part.frames[0]
    if part.axes is None or first.spacing_mm is None:
        return None
    origins = np.asarray([frame.position for frame in part.frames], np.float64)
    return replace(stack_geometry(part.axes, origins, first.spacing_mm), in_patient=first.in_patient)


def _frames(frames: Sequence[FrameFacts], instances: Sequence[Header], times_ms: Sequence[float]) -> tuple[Frame, ...]:
    index = {id(header): number for number, header in enumerate(instances)}
    paddings = [padding_of_file(header) for header in instances]
    return tuple(
        Frame(
            key=facts.header.key,
            sop_uid=facts.header.text("SOPInstanceUID"),
            number=facts.number,
            origin_mm=vector(facts.position) if len(facts.position) == 3 else None,  # noqa: PLR2004 - the format's number
            slope=facts.slope,
            intercept=facts.intercept,
            windows=facts.windows,
            bytes=facts.bytes,
            modality_lut=facts.lut,
            voi_luts=facts.voi_luts,
            time_ms=times_ms[number] if number < len(times_ms) else None,
            sop_index=index[id(facts.header)],
            trigger_ms=facts.trigger_ms,
            form=facts.form,
            crop=facts.crop,
            padding=paddings[index[id(facts.header)]],
        )
        for number, facts in enumerate(frames)
    )


def _aspect(header: Header, spacing_mm: tuple[float, float] | None) -> float:
    """Height by width of a pixel (PS3.3 C.7.6.3.1.7), from whatever spacing or ratio the file gives."""
    known = spacing_mm or pair(header.attributes, "ImagerPixelSpacing") or pair(header.attributes, "PixelAspectRatio")
    return known[0] / known[1] if known is not None else 1.0
