"""Calibration: every source of millimetres, each named, none assumed."""

import pytest

from viewers.series.calibration import calibration_of, pair, region_at, region_value
from viewers.series.display_set import CalibrationSource as Source

SOP = "1.2.840.10008.5.1.4.1.1."
CLASSES = {"CT": "2", "MR": "4", "US": "6.1", "XA": "12.1", "DX": "1.1", "MG": "1.2"}


def found(image, modality="XA", **data):
    sop_class = f"{SOP}{CLASSES[modality]}"
    header = image("a", **{"Modality": modality, "SOPClassUID": sop_class, "PixelSpacing": None, **data})
    return calibration_of(header, pair(header.attributes, "PixelSpacing"))


def test_cross_sections_are_calibrated_by_pixel_spacing(image):
    calibration = found(image, "CT", PixelSpacing="0.7\\0.6")
    assert (calibration.source, calibration.spacing_mm) == (Source.PIXEL_SPACING, (0.7, 0.6))
    assert not calibration.note  # nothing to be said beside a measurement


@pytest.mark.parametrize("modality", ["CT", "MR", "US", "XA", "DX"])
def test_without_any_spacing_there_are_no_millimetres(image, modality):
    calibration = found(image, modality)
    assert (calibration.source, calibration.spacing_mm) == (Source.NONE, None)


PROJECTIONS = [
    # what the file says, source, spacing, relative uncertainty
    ({"ImagerPixelSpacing": "0.2\\0.2"}, Source.DETECTOR_PLANE, 0.2, None),
    ({"ImagerPixelSpacing": "0.2\\0.2", "PixelSpacing": "0.2\\0.2"}, Source.DETECTOR_PLANE, 0.2, None),
    ({"PixelSpacing": "0.2\\0.2"}, Source.DETECTOR_PLANE, 0.2, None),
    ({"ImagePlanePixelSpacing": "0.2\\0.2"}, Source.DETECTOR_PLANE, 0.2, None),
    (
        {"PixelSpacing": "0.15\\0.15", "ImagerPixelSpacing": "0.2\\0.2", "PixelSpacingCalibrationType": "FIDUCIAL"},
        Source.FIDUCIAL,
        0.15,
        None,
    ),
    (
        {"PixelSpacing": "0.2\\0.2", "ImagerPixelSpacing": "0.2\\0.2", "PixelSpacingCalibrationType": "FIDUCIAL"},
        Source.FIDUCIAL,
        0.2,
        None,
    ),
    (
        {"PixelSpacing": "0.15\\0.15", "ImagerPixelSpacing": "0.2\\0.2", "PixelSpacingCalibrationType": "GEOMETRY"},
        Source.ESTIMATED,
        0.15,
        None,
    ),
    ({"PixelSpacing": "0.15\\0.15", "ImagerPixelSpacing": "0.2\\0.2"}, Source.ESTIMATED, 0.15, None),
    (
        {"PixelSpacing": "0.2\\0.2", "ImagerPixelSpacing": "0.2\\0.2", "PixelSpacingCalibrationType": "GEOMETRY"},
        Source.DETECTOR_PLANE,
        0.2,
        None,
    ),
    (
        {"ImagerPixelSpacing": "0.2\\0.2", "EstimatedRadiographicMagnificationFactor": "1.25"},
        Source.ESTIMATED,
        0.16,
        None,
    ),
    (
        {"ImagerPixelSpacing": "0.2\\0.2", "DistanceSourceToDetector": "1000", "DistanceSourceToPatient": "800"},
        Source.ESTIMATED,
        0.16,
        0.0625,
    ),
    ({"ImagerPixelSpacing": "0.2\\0.2", "DistanceSourceToDetector": "1000"}, Source.DETECTOR_PLANE, 0.2, None),
    (
        {"ImagerPixelSpacing": "0.2\\0.2", "DistanceSourceToDetector": "800", "DistanceSourceToPatient": "1000"},
        Source.DETECTOR_PLANE,
        0.2,
        None,
    ),
    # already corrected: the magnification must not be applied a second time
    (
        {
            "PixelSpacing": "0.16\\0.16",
            "ImagerPixelSpacing": "0.2\\0.2",
            "EstimatedRadiographicMagnificationFactor": "1.25",
        },
        Source.ESTIMATED,
        0.16,
        None,
    ),
]


@pytest.mark.parametrize(("data", "source", "spacing", "uncertainty"), PROJECTIONS)
@pytest.mark.parametrize("modality", ["XA", "DX", "MG"])
def test_projections_say_where_their_millimetres_come_from(image, modality, data, source, spacing, uncertainty):  # noqa: PLR0917 - a table
    calibration = found(image, modality, **data)
    assert calibration.source is source
    assert calibration.spacing_mm == pytest.approx((spacing, spacing))
    assert calibration.uncertainty == uncertainty
    assert calibration.note


@pytest.mark.parametrize(("modality", "sop_class"), [("XA", "13.1.1"), ("XA", "2"), ("MG", "13.1.3"), ("DX", "13.1.2")])
def test_sections_of_a_c_arm_are_not_magnified(image, modality, sop_class):
    """A 3D angiography or tomosynthesis tells the spacing of the anatomy, whatever it says of its projections."""
    data = {"DistanceSourceToDetector": "1200", "DistanceSourceToPatient": "800", "ImagerPixelSpacing": "0.3\\0.3"}
    calibration = found(image, modality, SOPClassUID=f"{SOP}{sop_class}", PixelSpacing="0.4\\0.4", **data)
    assert (calibration.source, calibration.spacing_mm) == (Source.PIXEL_SPACING, (0.4, 0.4))


@pytest.mark.parametrize("groups", ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"])
def test_an_enhanced_projection_tells_its_spacing_in_functional_groups(image, groups):
    detector = {"FramePixelDataPropertiesSequence": [{"ImagerPixelSpacing": "0.2\\0.2"}]}
    beam = {"ProjectionPixelCalibrationSequence": [{"ObjectPixelSpacingInCenterOfBeam": "0.15\\0.15"}]}
    calibration = found(image, SOPClassUID=f"{SOP}12.1.1", **{groups: [detector]})
    assert (calibration.source, calibration.spacing_mm) == (Source.DETECTOR_PLANE, (0.2, 0.2))
    calibration = found(image, SOPClassUID=f"{SOP}12.1.1", **{groups: [{**detector, **beam}]})
    assert (calibration.source, calibration.spacing_mm) == (Source.ESTIMATED, (0.15, 0.15))
    assert "centre of the beam" in calibration.note


def region(**changes):
    item = {
        "RegionLocationMinX0": 10, "RegionLocationMinY0": 20, "RegionLocationMaxX1": 110, "RegionLocationMaxY1": 220,
        "PhysicalUnitsXDirection": 3, "PhysicalUnitsYDirection": 3, "PhysicalDeltaX": 0.02, "PhysicalDeltaY": 0.03,
        "RegionSpatialFormat": 1, "RegionDataType": 1,
    }  # fmt: skip
    return {**item, **changes}


DOPPLER = region(
    RegionLocationMinY0=300, RegionLocationMaxY1=500, PhysicalUnitsXDirection=4, PhysicalUnitsYDirection=7,
    PhysicalDeltaX=0.005, PhysicalDeltaY=-0.5, ReferencePixelX0=0, ReferencePixelY0=80, RegionSpatialFormat=3,
    ReferencePixelPhysicalValueY=0.0,
)  # fmt: skip


def test_one_tissue_region_calibrates_in_centimetres(image):
    calibration = found(image, "US", SequenceOfUltrasoundRegions=[region()])
    assert calibration.source is Source.US_REGION
    assert calibration.spacing_mm == pytest.approx((0.3, 0.2))


def test_doppler_time_and_velocity_are_told_about_the_baseline(image):
    calibration = found(image, "US", SequenceOfUltrasoundRegions=[region(), DOPPLER])
    assert calibration.spacing_mm is None
    doppler = region_at(calibration, 60, 330)
    assert (doppler.unit_x, doppler.unit_y, doppler.number) == ("s", "cm/s", 2)
    assert region_value(doppler, 10, 380) == pytest.approx((0, 0))
    assert region_value(doppler, 110, 280) == pytest.approx((0.5, 50))


def test_outside_every_region_there_is_no_unit(image):
    calibration = found(image, "US", SequenceOfUltrasoundRegions=[region(), DOPPLER])
    assert region_at(calibration, 5, 5) is None
    assert region_at(calibration, 60, 260) is None
    assert region_at(calibration, 110, 220).number == 1


def test_the_smaller_of_overlapping_regions_counts(image):
    small = region(RegionLocationMinX0=50, RegionLocationMaxX1=60)
    calibration = found(image, "US", SequenceOfUltrasoundRegions=[region(), small])
    assert region_at(calibration, 55, 100).number == 2


def test_the_reference_pixels_physical_value_is_added(image):
    shifted = region(**{**DOPPLER, "ReferencePixelPhysicalValueY": 20.0})
    calibration = found(image, "US", SequenceOfUltrasoundRegions=[shifted])
    assert region_value(calibration.regions[0], 10, 380) == pytest.approx((0, 20))


def test_a_region_without_bounds_or_deltas_is_no_region(image):
    broken = [region(PhysicalDeltaX=0), region(RegionLocationMaxX1=None)]
    calibration = found(image, "US", SequenceOfUltrasoundRegions=broken)
    assert calibration.source is Source.NONE
