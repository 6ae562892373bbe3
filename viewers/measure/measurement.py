"""A measurement: a mark with its place in the patient and in the pixels, its numbers, and where they come from."""

from dataclasses import dataclass
from enum import StrEnum

from viewers.display.view_state import PlaneName
from viewers.geometry.points import PatientPoint, PixelPoint


class MarkKind(StrEnum):
    """What is drawn."""

    LENGTH = "length"
    ELLIPSE = "ellipse"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One number of a measurement: ``name`` is length, area, mean, standard deviation, minimum, maximum, count, ..."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTouched:
    """One frame the mark touches: SOP Instance UID and frame number from 1."""

    sop_uid: str
    frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A finished mark, frozen; a changed mark is a new measurement with the same ``id``.

    Points of a length are its two ends; of an ellipse the two ends of the major axis, then of the minor axis (as in
    PS3.3 C.18.6 and C.18.9); of a circle its centre, the rim to the right and the rim below on the screen.

    Attributes:
        id: unique in the board; tracking identifier of the mark.
        kind: what was drawn.
        display_set_id, study_uid, series_uid: where.
        frame_of_reference_uid: of ``points_mm``; "" where the image has no place in the patient.
        points_mm: LPS mm, or empty where the image has no place in the patient.
        points_px: in the one frame touched; empty where the mark lies on a plane that is no stored frame.
        images: every frame that the mark touches, in the order of the display set.
        values: the numbers, the leading one first.
        method: how they were found, a sentence for the reader ("voxel values, centre inside", "interpolated ...").
        calibration: where millimetres come from, in words ("pixel spacing", "not calibrated", ...).
        uncertainty: relative standard uncertainty of millimetres, or None when unknown.
        label: the reader's own words, or "".
        label_offset: where the label stands relative to the mark's anchor, in logical screen pixels; None: automatic.
        voxels: (slice, row, column) of the points where the mark snapped to voxel centres: both ends of a length,
            the centre of a circle; else empty.
        plane: the plane it was drawn on.
        plane_normal: unit normal (LPS) of that plane, or None.
        interpolated: whether values were resampled.
    """

    id: str
    kind: MarkKind
    display_set_id: str
    study_uid: str
    series_uid: str
    frame_of_reference_uid: str
    points_mm: tuple[PatientPoint, ...]
    points_px: tuple[PixelPoint, ...]
    images: tuple[ImageTouched, ...]
    values: tuple[Value, ...]
    method: str
    calibration: str
    uncertainty: float | None = None
    label: str = ""
    label_offset: tuple[float, float] | None = None
    voxels: tuple[tuple[int, int, int], ...] = ()
    plane: PlaneName = PlaneName.ACQUIRED
    plane_normal: tuple[float, float, float] | None = None
    interpolated: bool = False


def value_named(measurement: Measurement, name: str) -> Value | None:
    """The value called ``name``, or None."""
    return next((value for value in measurement.values if value.name == name), None)
