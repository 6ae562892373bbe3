"""Making a measurement: a mark on a picture becomes a frozen noun with its numbers."""

import math

import numpy as np

from viewers.display.slices import Slice, Voxel, patient_point, voxel_at
from viewers.geometry.points import PixelPoint
from viewers.measure.measurement import ImageTouched, MarkKind, Measurement, Value
from viewers.measure.shapes import (
    Ellipse,
    axis_ends,
    circle_around,
    distance,
    ellipse_through,
    outline,
    pixels_inside,
)
from viewers.measure.snapping import whole
from viewers.measure.statistics import RegionStatistics, region_statistics
from viewers.measure.units import MILLIMETRES, PIXELS, PlaneUnit, unit_at

LENGTH, AREA, RADIUS = "length", "area", "radius"
MEAN, DEVIATION, MINIMUM, MAXIMUM, COUNT = "mean", "standard deviation", "minimum", "maximum", "pixels"
_COLOUR_AXES = 3


def measured(kind: MarkKind, points: tuple[PixelPoint, ...], picture: Slice, *, mark_id: str) -> Measurement:
    """The measurement of a mark.

    Args:
        kind: what it is.
        points: in picture pixels, as ``Measurement`` orders them (a circle: centre, right rim, lower rim).
        picture: what it is drawn on; its values are measured.
        mark_id: id of the mark, kept when a mark is changed.
    """
    shape = None if kind is MarkKind.LENGTH else shape_of(kind, points, picture.pixel_size)
    unit = unit_at(picture, points if shape is None else tuple(outline(shape, picture.pixel_size, 8)))
    places = tuple(patient_point(picture, point) for point in points)
    known = tuple(place for place in places if place is not None)
    display_set = picture.display_set
    return Measurement(
        id=mark_id,
        kind=kind,
        display_set_id=display_set.id,
        study_uid=display_set.study_uid,
        series_uid=display_set.series_uid,
        frame_of_reference_uid=display_set.frame_of_reference_uid if known else "",
        points_mm=known,
        points_px=_in_frame(picture, points),
        images=_images(picture, points if shape is None else tuple(outline(shape, picture.pixel_size, 8))),
        values=_lengths(points, unit) if shape is None else _region(kind, shape, picture, unit),
        method=_method(kind, picture),
        calibration=unit.calibration,
        uncertainty=unit.uncertainty,
        voxels=_voxels(kind, points, picture),
        plane=picture.plane,
        plane_normal=None if picture.basis is None else picture.basis.plane.normal,
        interpolated=picture.interpolated,
    )


def shape_of(kind: MarkKind, points: tuple[PixelPoint, ...], pixel_size: tuple[float, float]) -> Ellipse:
    """The shape that the points of an ellipse or circle stand for."""
    if kind is MarkKind.CIRCLE:
        return circle_around(points[0], distance(points[0], points[1], pixel_size))
    return ellipse_through(points, pixel_size)


def points_of(kind: MarkKind, shape: Ellipse, pixel_size: tuple[float, float]) -> tuple[PixelPoint, ...]:
    """The points that stand for a shape, the opposite of ``shape_of``."""
    if kind is MarkKind.CIRCLE:
        radius = shape.semi_axes[0]
        centre = shape.centre
        right = PixelPoint(centre.column + radius / pixel_size[0], centre.row)
        return centre, right, PixelPoint(centre.column, centre.row + radius / pixel_size[1])
    return axis_ends(shape, pixel_size)


def _lengths(points: tuple[PixelPoint, ...], unit: PlaneUnit) -> tuple[Value, ...]:
    across = abs(points[1].column - points[0].column) * unit.across
    down = abs(points[1].row - points[0].row) * unit.down
    if unit.distances:
        return (Value(name=LENGTH, value=math.hypot(across, down), unit=unit.unit_across),)
    return (
        Value(name="across", value=across, unit=unit.unit_across),
        Value(name="down", value=down, unit=unit.unit_down),
    )


def _region(kind: MarkKind, shape: Ellipse, picture: Slice, unit: PlaneUnit) -> tuple[Value, ...]:
    values = list(_extent(kind, shape, picture, unit))
    if picture.values.ndim < _COLOUR_AXES:
        inside = pixels_inside(shape, picture.size, picture.pixel_size)
        values = [*_statistics(region_statistics(picture, inside), picture.unit), *values]
    return tuple(values)


def _statistics(numbers: RegionStatistics, unit: str) -> tuple[Value, ...]:
    counted = Value(name=COUNT, value=float(numbers.count), unit="")
    if numbers.count == 0:
        return (counted,)
    return (
        Value(name=MEAN, value=numbers.mean, unit=unit),
        Value(name=DEVIATION, value=numbers.deviation, unit=unit),
        Value(name=MINIMUM, value=numbers.minimum, unit=unit),
        Value(name=MAXIMUM, value=numbers.maximum, unit=unit),
        counted,
    )


def _extent(kind: MarkKind, shape: Ellipse, picture: Slice, unit: PlaneUnit) -> tuple[Value, ...]:
    if not unit.distances:
        return ()
    scaled_first, scaled_second = (_scaled(axis, picture, unit) for axis in (shape.first, shape.second))
    # the cross product: right also where a region's pixels are not square and the axes lose their right angle
    area = math.pi * abs(scaled_first[0] * scaled_second[1] - scaled_first[1] * scaled_second[0])
    square = "mm²" if unit.unit_across == MILLIMETRES else f"{PIXELS}²"
    found: tuple[Value, ...] = (Value(name=AREA, value=area, unit=square),)
    if kind is MarkKind.CIRCLE and math.isclose(unit.across * picture.pixel_size[1], unit.down * picture.pixel_size[0]):
        found += (Value(name=RADIUS, value=math.hypot(*scaled_first), unit=unit.unit_across),)
    return found


def _scaled(axis: tuple[float, float], picture: Slice, unit: PlaneUnit) -> tuple[float, float]:
    return axis[0] / picture.pixel_size[0] * unit.across, axis[1] / picture.pixel_size[1] * unit.down


def _in_frame(picture: Slice, points: tuple[PixelPoint, ...]) -> tuple[PixelPoint, ...]:
    """The points in the stored frame; an axial picture of a grid may be a frame seen mirrored."""
    if picture.frame is None or picture.grid is None:
        return ()
    start, across, down = picture.grid.start, picture.grid.across, picture.grid.down
    return tuple(
        PixelPoint(
            start[2] + point.column * across[2] + point.row * down[2],
            start[1] + point.column * across[1] + point.row * down[1],
        )
        for point in points
    )


def _images(picture: Slice, rim: tuple[PixelPoint, ...]) -> tuple[ImageTouched, ...]:
    frames = picture.display_set.frames
    if picture.frame is not None:
        return (_touched(picture, picture.frame),)
    if picture.basis is None or picture.display_set.geometry is None:
        return ()
    geometry = picture.display_set.geometry
    depths = [float(np.dot(geometry.normal, place)) for place in (patient_point(picture, p) for p in rim) if place]
    positions = np.asarray(geometry.origins_mm) @ np.asarray(geometry.normal)
    reach = max(picture.thickness_mm, geometry.spacing_mm[2]) / 2
    touched = np.flatnonzero((positions >= min(depths) - reach) & (positions <= max(depths) + reach))
    return tuple(_touched(picture, int(index)) for index in touched if index < len(frames))


def _touched(picture: Slice, index: int) -> ImageTouched:
    frame = picture.display_set.frames[index]
    return ImageTouched(sop_uid=frame.sop_uid, frame=frame.number)


def _voxels(kind: MarkKind, points: tuple[PixelPoint, ...], picture: Slice) -> tuple[Voxel, ...]:
    decisive = {MarkKind.LENGTH: points, MarkKind.CIRCLE: points[:1]}.get(kind, ())
    if picture.grid is None or not decisive or not all(whole(point) for point in decisive):
        return ()
    found = (voxel_at(picture, round(point.column), round(point.row)) for point in decisive)
    return tuple(voxel for voxel in found if voxel is not None)


def _method(kind: MarkKind, picture: Slice) -> str:
    words = "distance in the plane shown" if kind is MarkKind.LENGTH else "pixels whose centre is inside"
    if picture.thickness_mm:
        return f"{words}; values projected through a slab of {picture.thickness_mm:g} mm"
    return f"{words}; interpolated values of a resampled plane" if picture.interpolated else f"{words}; stored values"
