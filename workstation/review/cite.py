"""Citing: a live measurement, or a view without one, becomes frozen evidence; and evidence a mark again."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import cast
from uuid import UUID

from viewers.display.view_state import PlaneName
from viewers.geometry.points import PatientPoint, PixelPoint
from viewers.measure.measurement import ImageTouched, MarkKind, Measurement, Value
from viewers.series.display_set import DisplaySet
from workstation.opinions.evidence import Evidence, EvidenceValue, ImageReference

KEY_IMAGE = "key-image"
LAYOUT, MARK, DISPLAY_SET = "layout", "mark", "display_set"
# Decimals that are printed everywhere; a length is given to 0.1 mm because no calibration is better than that.
_DIGITS = {"mm": 1, "mm²": 1, "cm²": 2, "HU": 1, "px": 1, "px²": 0, "s": 3, "": 0}
_OTHER_DIGITS = 2


def cite(
    measurement: Measurement, display_set: DisplaySet, *, layout: Mapping[str, object], picture: bytes, now: datetime
) -> Evidence:
    """Freeze a measurement.

    Args:
        measurement: the mark with its numbers.
        display_set: what it lies on.
        layout: how the view stood, as plain values (``viewers.display.layout.layout_as_plain``).
        picture: PNG bytes of the view, marks included.
        now: aware time of citing.
    """
    return Evidence(
        id=measurement.id,
        tracking_uid=tracking_uid(measurement.id),
        kind=measurement.kind.value,
        label=measurement.label,
        values=tuple(
            _printed(value, measurement.uncertainty) for value in measurement.values if math.isfinite(value.value)
        ),
        method=measurement.method,
        calibration=measurement.calibration,
        frame_of_reference_uid=measurement.frame_of_reference_uid,
        points_mm=tuple((point.x, point.y, point.z) for point in measurement.points_mm),
        images=_touched(measurement, display_set),
        voxels=measurement.voxels,
        view={LAYOUT: dict(layout), MARK: mark_as_plain(measurement), DISPLAY_SET: display_set.id},
        picture=picture,
        picture_sha256=hashlib.sha256(picture).hexdigest(),
        made_at=now,
        series_description=display_set.description,
        modality=display_set.modality,
        study_date=_iso(display_set.study_date),
    )


def cite_view(
    display_set: DisplaySet,
    frame: int,
    *,
    layout: Mapping[str, object],
    picture: bytes,
    now: datetime,
    new_id: Callable[[], UUID],
) -> Evidence:
    """Freeze a key image: the frame with index ``frame`` (from 0) as it is shown, without a number."""
    evidence_id = str(new_id())
    shown = display_set.frames[frame]
    reference = ImageReference(
        study_uid=display_set.study_uid,
        series_uid=display_set.series_uid,
        sop_class_uid=display_set.sop_class_uid,
        sop_uid=shown.sop_uid,
        frame=shown.number,
    )
    return Evidence(
        id=evidence_id,
        tracking_uid=tracking_uid(evidence_id),
        kind=KEY_IMAGE,
        label="key image",
        values=(),
        method="",
        calibration="",
        frame_of_reference_uid=display_set.frame_of_reference_uid,
        points_mm=(),
        images=(reference,),
        view={LAYOUT: dict(layout), DISPLAY_SET: display_set.id},
        picture=picture,
        picture_sha256=hashlib.sha256(picture).hexdigest(),
        made_at=now,
        series_description=display_set.description,
        modality=display_set.modality,
        study_date=_iso(display_set.study_date),
    )


def _iso(day: str) -> str:
    """A DICOM date (PS3.5 6.2, DA) as ISO 8601, empty where it is none."""
    try:
        return datetime.strptime(day, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return ""


def mark_as_plain(measurement: Measurement) -> dict[str, object]:
    """The measurement as plain values, for JSON; ``mark_of`` reads it back."""
    plain = asdict(measurement)
    plain["points_mm"] = [list(point) for point in measurement.points_mm]
    plain["points_px"] = [list(point) for point in measurement.points_px]
    plain["voxels"] = [list(voxel) for voxel in measurement.voxels]
    plain["images"] = [[image.sop_uid, image.frame] for image in measurement.images]
    plain["values"] = [[value.name, _finite(value.value), value.unit] for value in measurement.values]
    plain["label_offset"] = None if measurement.label_offset is None else list(measurement.label_offset)
    plain["plane_normal"] = None if measurement.plane_normal is None else list(measurement.plane_normal)
    return {**plain, "kind": measurement.kind.value, "plane": measurement.plane.value}


def mark_of(evidence: Evidence) -> Measurement | None:
    """The mark that was cited, to be put on the board again; None for a key image without a mark."""
    plain = cast("Mapping[str, object] | None", evidence.view.get(MARK))
    return None if plain is None else mark_from_plain(plain)


def mark_from_plain(plain: Mapping[str, object]) -> Measurement:
    """The measurement that ``mark_as_plain`` wrote.

    Raises:
        KeyError, ValueError, TypeError: the mapping is none that ``mark_as_plain`` writes.
    """
    rows = cast("Mapping[str, list[list[float]]]", plain)
    images = cast("list[tuple[str, int]]", plain["images"])
    values = cast("list[tuple[str, float | None, str]]", plain["values"])
    return Measurement(
        **{  # type: ignore[arg-type]  # every other field is plain already
            **plain,
            "kind": MarkKind(cast("str", plain["kind"])),
            "plane": PlaneName(cast("str", plain["plane"])),
            "points_mm": tuple(PatientPoint(*point) for point in rows["points_mm"]),
            "points_px": tuple(PixelPoint(*point) for point in rows["points_px"]),
            "voxels": tuple((int(s), int(r), int(c)) for s, r, c in rows["voxels"]),
            "images": tuple(ImageTouched(sop_uid=sop, frame=int(frame)) for sop, frame in images),
            "values": tuple(
                Value(name=name, value=math.nan if value is None else value, unit=unit) for name, value, unit in values
            ),
            "label_offset": _pair(plain["label_offset"]),
            "plane_normal": _triple(plain["plane_normal"]),
        }
    )


def tracking_uid(evidence_id: str) -> str:
    """A DICOM UID derived from the mark's id (PS3.5 B.2: 2.25 and a UUID as a number), the same every time."""
    try:
        number = UUID(evidence_id).int
    except ValueError:
        number = int.from_bytes(hashlib.sha256(evidence_id.encode()).digest()[:16], "big")
    return f"2.25.{number}"


def _printed(value: Value, uncertainty: float | None) -> EvidenceValue:
    digits = _DIGITS.get(value.unit, _OTHER_DIGITS)
    known = uncertainty is not None and math.isfinite(uncertainty)
    share = uncertainty if known and value.unit.startswith("mm") else None
    return EvidenceValue(name=value.name, value=value.value, unit=value.unit, digits=digits, uncertainty=share)


def _touched(measurement: Measurement, display_set: DisplaySet) -> tuple[ImageReference, ...]:
    points = tuple((point.column, point.row) for point in measurement.points_px)
    return tuple(
        ImageReference(
            study_uid=measurement.study_uid,
            series_uid=measurement.series_uid,
            sop_class_uid=display_set.sop_class_uid,
            sop_uid=image.sop_uid,
            frame=image.frame,
            points_px=points if len(measurement.images) == 1 else (),
        )
        for image in measurement.images
    )


def _finite(number: float) -> float | None:
    """JSON knows no NaN."""
    return number if math.isfinite(number) else None


def _pair(plain: object) -> tuple[float, float] | None:
    if plain is None:
        return None
    first, second = cast("list[float]", plain)
    return float(first), float(second)


def _triple(plain: object) -> tuple[float, float, float] | None:
    if plain is None:
        return None
    first, second, third = cast("list[float]", plain)
    return float(first), float(second), float(third)
