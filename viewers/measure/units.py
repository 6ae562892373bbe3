"""Units of a picture: millimetres only through a calibration, ultrasound regions apart, else pixels."""

from dataclasses import dataclass

from viewers.display.slices import Slice
from viewers.geometry.points import PixelPoint
from viewers.series.display_set import Calibration, CalibrationSource, UltrasoundRegion

PIXELS = "px"
MILLIMETRES = "mm"
_IN_MM = {"cm": 10.0, "mm": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneUnit:
    """What one picture pixel measures at a mark.

    Attributes:
        across, down: of one pixel, in ``unit_across`` and ``unit_down``.
        calibration: where that comes from, in words.
        uncertainty: relative standard uncertainty, or None.
    """

    across: float
    down: float
    unit_across: str
    unit_down: str
    calibration: str
    uncertainty: float | None = None

    @property
    def distances(self) -> bool:
        """Whether both directions have the same unit of length, so that oblique distances and areas mean something."""
        return self.unit_across == self.unit_down and self.unit_across in (MILLIMETRES, PIXELS)


def unit_at(picture: Slice, points: tuple[PixelPoint, ...]) -> PlaneUnit:
    """The unit for a mark through ``points``: one region must hold them all, else they have only pixels."""
    calibration = picture.display_set.calibration
    if picture.plane.value != "acquired":
        return _millimetres(picture.pixel_size, calibration)
    if calibration.regions:
        region = region_of(calibration, points)
        return _pixels(_no_region(points, calibration)) if region is None else _of_region(region, calibration)
    if calibration.spacing_mm is None or calibration.source is CalibrationSource.NONE:
        return _pixels("not calibrated")
    return _millimetres(picture.pixel_size, calibration)


def region_of(calibration: Calibration, points: tuple[PixelPoint, ...]) -> UltrasoundRegion | None:
    """The ultrasound region that holds all points; where several do, the smallest (PS3.3 C.8.5.5.1.14)."""
    holding = [region for region in calibration.regions if all(_holds(region, point) for point in points)]
    return min(holding, key=lambda region: (region.right - region.left) * (region.bottom - region.top), default=None)


def _holds(region: UltrasoundRegion, point: PixelPoint) -> bool:
    # bounds are whole pixels, so a region reaches half a pixel beyond their centres
    across = region.left - 0.5 <= point.column <= region.right + 0.5
    return across and region.top - 0.5 <= point.row <= region.bottom + 0.5


def _of_region(region: UltrasoundRegion, calibration: Calibration) -> PlaneUnit:
    across, unit_across = _in_mm(abs(region.delta_x), region.unit_x)
    down, unit_down = _in_mm(abs(region.delta_y), region.unit_y)
    if not (unit_across and unit_down and across and down):
        return _pixels(f"ultrasound region {region.number} has no unit")
    return PlaneUnit(
        across=across,
        down=down,
        unit_across=unit_across,
        unit_down=unit_down,
        calibration=f"ultrasound region {region.number} of {len(calibration.regions)}",
        uncertainty=calibration.uncertainty,
    )


def _in_mm(delta: float, unit: str) -> tuple[float, str]:
    factor = _IN_MM.get(unit)
    return (delta, unit) if factor is None else (delta * factor, MILLIMETRES)


def _millimetres(pixel_size: tuple[float, float], calibration: Calibration) -> PlaneUnit:
    words = f"{calibration.source.value}: {calibration.note}" if calibration.note else calibration.source.value
    return PlaneUnit(
        across=pixel_size[0],
        down=pixel_size[1],
        unit_across=MILLIMETRES,
        unit_down=MILLIMETRES,
        calibration=words,
        uncertainty=calibration.uncertainty,
    )


def _pixels(why: str) -> PlaneUnit:
    return PlaneUnit(across=1.0, down=1.0, unit_across=PIXELS, unit_down=PIXELS, calibration=why)


def _no_region(points: tuple[PixelPoint, ...], calibration: Calibration) -> str:
    touched = any(_holds(region, point) for region in calibration.regions for point in points)
    return "not calibrated: crosses an ultrasound region" if touched else "not calibrated: outside ultrasound regions"
