"""Placing: where a measurement stands on a picture, if it stands there at all."""

import numpy as np

from viewers.display.linking import linked
from viewers.display.slices import Slice, picture_point
from viewers.geometry.plane import distance_mm
from viewers.geometry.points import PixelPoint
from viewers.measure.measurement import MarkKind, Measurement
from viewers.series.display_set import DisplaySet

_ALONG = 0.999  # cosine of 2.6 degrees: beyond it a shape drawn on one plane is not the same on another


def points_on(measurement: Measurement, picture: Slice) -> tuple[PixelPoint, ...] | None:
    """The points of a measurement in the pixels of a picture, or None where it is not to be shown there.

    A mark is shown on its own frame, and on every picture of the same frame of reference whose plane is the mark's
    own within half a slice (a length: whose plane holds both ends).
    """
    if measurement.points_mm and picture.basis is not None:
        return _in_space(measurement, picture)
    if measurement.display_set_id != picture.display_set.id or picture.frame is None:
        return None
    frame = picture.display_set.frames[picture.frame]
    own = any(image.sop_uid == frame.sop_uid and image.frame == frame.number for image in measurement.images)
    return measurement.points_px if own and measurement.points_px else None


def _in_space(measurement: Measurement, picture: Slice) -> tuple[PixelPoint, ...] | None:
    assert picture.basis is not None
    if not _same_space(measurement, picture.display_set):
        return None
    plane = picture.basis.plane
    reach = max(half_thickness_mm(picture), 1e-3)
    if any(abs(distance_mm(plane, point)) > reach for point in measurement.points_mm):
        return None
    normal = measurement.plane_normal
    parallel = normal is None or abs(float(np.dot(normal, plane.normal))) > _ALONG
    if measurement.kind is not MarkKind.LENGTH and not parallel:
        return None
    points = tuple(picture_point(picture, point) for point in measurement.points_mm)
    return tuple(point for point in points if point is not None)


def half_thickness_mm(picture: Slice) -> float:
    """How far from its plane a picture still speaks for the patient: half a slab, or half the step to the next."""
    if picture.thickness_mm:
        return picture.thickness_mm / 2
    geometry = picture.display_set.geometry
    if geometry is None or picture.basis is None:
        return 0.0
    # the step through the picture: the slice step seen along its normal, or that of the pixels where it runs across
    slice_share = abs(float(np.dot(geometry.normal, picture.basis.plane.normal)))
    in_plane = min(geometry.spacing_mm[0], geometry.spacing_mm[1])
    return (slice_share * geometry.spacing_mm[2] + (1 - slice_share) * in_plane) / 2


def _same_space(measurement: Measurement, display_set: DisplaySet) -> bool:
    if measurement.display_set_id == display_set.id:
        return True
    return linked(measurement.frame_of_reference_uid, display_set.frame_of_reference_uid)
