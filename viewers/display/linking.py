"""Linking: one point in the patient shared by views, and the lines in which other planes cut a picture.

Everything is keyed by Frame of Reference UID: without the same one nothing is linked (PS3.3 C.7.4.1).
"""

import numpy as np

from viewers.display.cuts import Cut, index_near
from viewers.display.slices import Slice
from viewers.geometry.plane import clip_to_rectangle, intersect
from viewers.geometry.points import PatientPoint, PixelPoint
from viewers.geometry.slice_basis import SliceBasis, patient_to_picture
from viewers.series.display_set import DisplaySet

PictureLine = tuple[PixelPoint, PixelPoint]


def linked(first: str, second: str) -> bool:
    """Whether two frames of reference are the same one; an empty UID is never the same as anything."""
    return bool(first) and first == second


def index_through(cut: Cut, point: PatientPoint) -> int:
    """The place of a cut nearest to a patient point."""
    return index_near(cut, float(np.dot(cut.normal, point)))


def reference_line(picture: Slice, other: Slice) -> PictureLine | None:
    """The line in which another picture's plane cuts this one, clipped to this one; None where they do not meet."""
    if picture.basis is None or other.basis is None:
        return None
    if not _same_space(picture.display_set, other.display_set):
        return None
    line = intersect(picture.basis.plane, other.basis.plane)
    if line is None:
        return None
    low, high = _extent_mm(picture.basis)
    ends = clip_to_rectangle(line, picture.basis.plane, low, high)
    if ends is None:
        return None
    first, second = (PixelPoint(*patient_to_picture(picture.basis, end)) for end in ends)
    return first, second


def _same_space(first: DisplaySet, second: DisplaySet) -> bool:
    return first is second or linked(first.frame_of_reference_uid, second.frame_of_reference_uid)


def _extent_mm(basis: SliceBasis) -> tuple[tuple[float, float], tuple[float, float]]:
    (across, down), (width, height) = basis.pixel_mm, basis.size
    return (-across / 2, -down / 2), ((width - 0.5) * across, (height - 0.5) * down)
