"""Calibration: where millimetres come from on each image, and how sure they are (viewer design §4)."""

from viewers.series.display_set import Calibration, CalibrationSource, UltrasoundRegion
from viewers.series.header import Attributes, Header

_PROJECTION = frozenset(("CR", "DX", "DR", "MG", "XA", "RF", "PX", "IO", "RG", "XC", "RTIMAGE"))
_SOP = "1.2.840.10008.5.1.4.1.1."
# Sections, whatever their modality (a C-arm or a dental scanner makes them too): their spacing is that of the anatomy.
_SECTIONS = frozenset(
    f"{_SOP}{number}" for number in (
        "2", "2.1", "2.2", "4", "4.1", "4.3", "4.4", "13.1.1", "13.1.2", "13.1.3", "128", "128.1", "130",
    )
)  # fmt: skip
_SAME = 1e-4
_SMALLEST, _LARGEST = 1e-6, 1e6  # mm of a pixel, or parts of an aspect ratio: beyond them a number is damage
# Depth of anatomy around the isocentre or the detector that nobody tells (mm): what an estimate may be off by.
_UNKNOWN_DEPTH_MM = 50.0
_NONE = Calibration(source=CalibrationSource.NONE, spacing_mm=None, note="not calibrated: lengths are in pixels")
# Physical Units (PS3.3 C.8.5.5.1.15).
_UNITS = {0: "", 1: "%", 2: "dB", 3: "cm", 4: "s", 5: "Hz", 6: "dB/s", 7: "cm/s", 8: "cm2", 9: "cm2/s", 10: "cm3",
          11: "cm3/s", 12: "deg"}  # fmt: skip


def calibration_of(header: Header, spacing_mm: tuple[float, float] | None) -> Calibration:
    """The calibration of an image.

    Args:
        header: of its file.
        spacing_mm: Pixel Spacing of the frame (between rows, between columns), from the file or a functional group.
    """
    if header.attributes.items("SequenceOfUltrasoundRegions"):
        return ultrasound(header)
    projected = header.text("Modality") in _PROJECTION or _detector(header) is not None
    if projected and not is_section(header):
        return projection(header, spacing_mm)
    if spacing_mm is not None:
        return Calibration(source=CalibrationSource.PIXEL_SPACING, spacing_mm=spacing_mm)
    nominal = pair(header.attributes, "NominalScannedPixelSpacing")
    if nominal is not None:
        return Calibration(
            source=CalibrationSource.DETECTOR_PLANE, spacing_mm=nominal, note="as scanned; film is magnified"
        )
    return _NONE


def is_section(header: Header) -> bool:
    """Whether the image is a section through the patient, whose Pixel Spacing is that of the anatomy."""
    return header.text("SOPClassUID") in _SECTIONS


def projection(header: Header, spacing_mm: tuple[float, float] | None) -> Calibration:
    """X-ray projections (PS3.3 10.7.1.3): Pixel Spacing is believed only as far as its calibration is told."""
    detector = _detector(header)
    kind = header.text("PixelSpacingCalibrationType").upper()
    differs = spacing_mm is not None and detector is not None and not _alike(spacing_mm, detector)
    said = header.text("PixelSpacingCalibrationDescription")
    if spacing_mm is not None and kind == "FIDUCIAL":
        note = "calibrated on an object of known size" + (f": {said}" if said else "")
        return Calibration(source=CalibrationSource.FIDUCIAL, spacing_mm=spacing_mm, note=note)
    if spacing_mm is not None and (differs or (kind == "GEOMETRY" and detector is None)):
        note = "estimated from the geometry" if kind == "GEOMETRY" else "corrected by an unstated method"
        return Calibration(
            source=CalibrationSource.ESTIMATED, spacing_mm=spacing_mm, uncertainty=_depth_doubt(header), note=note
        )
    in_beam = pair(_group(header, "ProjectionPixelCalibrationSequence"), "ObjectPixelSpacingInCenterOfBeam")
    if in_beam is not None:
        note = "estimated by the device for what lies in the centre of the beam"
        doubt = _depth_doubt(header)
        return Calibration(source=CalibrationSource.ESTIMATED, spacing_mm=in_beam, uncertainty=doubt, note=note)
    flat = detector or spacing_mm
    if flat is None:
        return _NONE
    return _magnified(header, flat)


def _detector(header: Header) -> tuple[float, float] | None:
    """Imager Pixel Spacing; of an enhanced image from its frames' properties (C.8.19.6.3), of radiotherapy C.8.8.2."""
    return (
        pair(header.attributes, "ImagerPixelSpacing")
        or pair(_group(header, "FramePixelDataPropertiesSequence"), "ImagerPixelSpacing")
        or pair(header.attributes, "ImagePlanePixelSpacing")
    )


def _group(header: Header, sequence: str) -> Attributes:
    """A functional group of the first frame, or the shared one."""
    frame = header.attributes.item("PerFrameFunctionalGroupsSequence")
    where = frame if sequence in frame else header.attributes.item("SharedFunctionalGroupsSequence")
    return where.item(sequence)


def _magnified(header: Header, detector: tuple[float, float]) -> Calibration:
    """Spacing at the detector, brought to the patient by a stated magnification, once (never onto corrected values)."""
    factor, how = _magnification(header)
    if factor is None:
        note = "at the detector plane; anatomy is magnified by an unknown factor"
        return Calibration(source=CalibrationSource.DETECTOR_PLANE, spacing_mm=detector, note=note)
    return Calibration(
        source=CalibrationSource.ESTIMATED,
        spacing_mm=(detector[0] / factor, detector[1] / factor),
        uncertainty=_depth_doubt(header),
        note=f"detector spacing divided by the magnification {factor:.3f} ({how})",
    )


def _magnification(header: Header) -> tuple[float | None, str]:
    stated = header.number("EstimatedRadiographicMagnificationFactor")
    if stated is not None and stated >= 1:
        return stated, "stated by the device"
    to_detector, to_patient = header.number("DistanceSourceToDetector"), header.number("DistanceSourceToPatient")
    if to_detector and to_patient and 0 < to_patient <= to_detector:
        return to_detector / to_patient, "distances of source, patient and detector"
    return None, ""


def _depth_doubt(header: Header) -> float | None:
    """Relative uncertainty: anatomy may lie 5 cm nearer or farther than the distance that was used."""
    distance = header.number("DistanceSourceToPatient")
    if distance is None or distance <= _UNKNOWN_DEPTH_MM:
        distance = header.number("DistanceSourceToDetector")
    return _UNKNOWN_DEPTH_MM / distance if distance is not None and distance > _UNKNOWN_DEPTH_MM else None


def ultrasound(header: Header) -> Calibration:
    """Regions of an ultrasound image; one spacing for the whole image only where one tissue region covers it."""
    items = header.attributes.items("SequenceOfUltrasoundRegions")
    regions = tuple(region for number, item in enumerate(items, 1) if (region := _region(number, item)) is not None)
    if not regions:
        return _NONE
    tissue = [region for region in regions if region.unit_x == region.unit_y == "cm"]
    spacing = (abs(tissue[0].delta_y) * 10, abs(tissue[0].delta_x) * 10) if len(regions) == len(tissue) == 1 else None
    return Calibration(
        source=CalibrationSource.US_REGION,
        spacing_mm=spacing,
        note="ultrasound region; points outside every region have no unit",
        regions=regions,
    )


def region_at(calibration: Calibration, column: float, row: float) -> UltrasoundRegion | None:
    """The region that a pixel lies in; the smallest where regions overlap."""
    inside = [
        region
        for region in calibration.regions
        if region.left <= column <= region.right and region.top <= row <= region.bottom
    ]
    return min(inside, key=lambda region: (region.right - region.left) * (region.bottom - region.top), default=None)


def region_value(region: UltrasoundRegion, column: float, row: float) -> tuple[float, float]:
    """Physical (x, y) of a pixel in the region's units (PS3.3 C.8.5.5.1.16: about the reference pixel).

    The reference pixel is relative to the region's top left corner; where it is absent distances from the corner
    are all that can be told, and only differences mean something.
    """
    x0 = region.left + (region.reference_column or 0.0)
    y0 = region.top + (region.reference_row or 0.0)
    return (
        region.reference_value_x + (column - x0) * region.delta_x,
        region.reference_value_y + (row - y0) * region.delta_y,
    )


def pair(attributes: Attributes, keyword: str) -> tuple[float, float] | None:
    """Two positive numbers (between rows, between columns) that a pixel can have, or None."""
    values = attributes.numbers(keyword)
    if len(values) == 2 and min(values) >= _SMALLEST and max(values) <= _LARGEST:  # noqa: PLR2004 - the format's number
        return values[0], values[1]
    return None


def _region(number: int, item: Attributes) -> UltrasoundRegion | None:
    bounds = [
        item.integer(name)
        for name in ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")
    ]
    delta_x, delta_y = item.number("PhysicalDeltaX"), item.number("PhysicalDeltaY")
    left, top, right, bottom = bounds
    if left is None or top is None or right is None or bottom is None or not delta_x or not delta_y:
        return None
    return UltrasoundRegion(
        number=number,
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        unit_x=_UNITS.get(item.integer("PhysicalUnitsXDirection") or 0, ""),
        unit_y=_UNITS.get(item.integer("PhysicalUnitsYDirection") or 0, ""),
        delta_x=delta_x,
        delta_y=delta_y,
        reference_column=item.number("ReferencePixelX0"),
        reference_row=item.number("ReferencePixelY0"),
        reference_value_x=item.number("ReferencePixelPhysicalValueX") or 0.0,
        reference_value_y=item.number("ReferencePixelPhysicalValueY") or 0.0,
        spatial_format=item.integer("RegionSpatialFormat") or 0,
        data_type=item.integer("RegionDataType") or 0,
    )


def _alike(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return all(abs(a - b) <= _SAME * max(a, b) for a, b in zip(first, second, strict=True))
