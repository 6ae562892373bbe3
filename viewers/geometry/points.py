"""Points of three spaces that never mix: the patient, one image's pixels, one widget's screen."""

from typing import NamedTuple


class PatientPoint(NamedTuple):
    """A point in patient coordinates, mm, LPS (DICOM PS3.3 C.7.6.2.1.1: +x left, +y posterior, +z head)."""

    x: float
    y: float
    z: float


class PixelPoint(NamedTuple):
    """A point in one frame; (0.0, 0.0) is the *centre* of the first (top left) pixel; columns grow to the right."""

    column: float
    row: float


class ScreenPoint(NamedTuple):
    """A point in a widget, in logical pixels; (0.0, 0.0) is the top left *corner* of the widget."""

    x: float
    y: float
