"""What never goes together: each image is measured, shown and named by its own file, never by its neighbour's."""

import base64

import pytest

from viewers.series.calibration import pair
from viewers.series.display_set import CalibrationSource, Kind
from viewers.series.split import display_sets

NOWHERE = {"ImagePositionPatient": None, "ImageOrientationPatient": None, "FrameOfReferenceUID": None}
ULTRASOUND = {"Modality": "US", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "PixelSpacing": None, **NOWHERE}


def region(delta: float) -> dict[str, object]:
    bounds = dict.fromkeys(("RegionLocationMinX0", "RegionLocationMinY0"), 0)
    ends = dict.fromkeys(("RegionLocationMaxX1", "RegionLocationMaxY1"), 3)
    units = dict.fromkeys(("PhysicalUnitsXDirection", "PhysicalUnitsYDirection"), 3)
    return {**bounds, **ends, **units, "PhysicalDeltaX": delta, "PhysicalDeltaY": delta}


def palette(red: int) -> dict[str, object]:
    tables = {}
    for colour, value in (("Red", red), ("Green", 2), ("Blue", 3)):
        tables[f"{colour}PaletteColorLookupTableDescriptor"] = [2, 0, 8]
        tables[f"{colour}PaletteColorLookupTableData"] = base64.b64encode(bytes([0, value])).decode()
    return {"PhotometricInterpretation": "PALETTE COLOR", "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, **tables}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"SequenceOfUltrasoundRegions": [region(0.01)]}, {"SequenceOfUltrasoundRegions": [region(0.02)]}),
        ({"SequenceOfUltrasoundRegions": [region(0.01)]}, {}),
        ({"Modality": "DX", "ImagerPixelSpacing": "0.1\\0.1"}, {"Modality": "DX", "ImagerPixelSpacing": "0.2\\0.2"}),
        ({"PhotometricInterpretation": "MONOCHROME1"}, {"PhotometricInterpretation": "MONOCHROME2"}),
        ({"PixelAspectRatio": "1\\1"}, {"PixelAspectRatio": "5\\4"}),
        ({"ImageLaterality": "L"}, {"ImageLaterality": "R"}),
        ({"PatientID": "7"}, {"PatientID": "8"}),
        (palette(1), palette(9)),
    ],
)
def test_images_that_mean_different_things_are_never_one_set(image, one, other):
    found = display_sets([image("a", **{**ULTRASOUND, **one}), image("b", **{**ULTRASOUND, **other})])
    assert len(found) == 2
    alike = display_sets([image("a", **{**ULTRASOUND, **one}), image("b", **{**ULTRASOUND, **one})])
    assert len(alike) == 1


def test_each_still_is_measured_with_the_region_of_its_own_file(image):
    deltas = (0.01, 0.02, 0.01)
    stills = [
        image(f"{i}", **{**ULTRASOUND, "SequenceOfUltrasoundRegions": [region(delta)]})
        for i, delta in enumerate(deltas)
    ]
    for each in display_sets(stills):
        for one in each.frames:
            assert each.calibration.regions[0].delta_x == deltas[int(one.key)]


def test_another_patients_slice_is_shown_apart_under_his_own_name(slices):
    found = display_sets([*slices([0, 5, 10]), *slices([15], "t", PatientID="other", PatientName="Roe^R")])
    assert [(each.identity.name, len(each.frames)) for each in found] == [("", 3), ("Roe^R", 1)]
    assert all(any("different patient IDs" in warning for warning in each.warnings) for each in found)


def test_a_series_that_two_studies_claim_is_two_volumes(slices):
    """A careless anonymiser gives the series of the prior and of today one identity."""
    found = display_sets([*slices([0, 5]), *slices([10, 15], "t", StudyInstanceUID="1.2.8")])
    assert [each.study_uid for each in found] == ["1.2.3", "1.2.8"]
    assert all(any("different studies" in warning for warning in each.warnings) for each in found)


def test_slices_of_one_volume_stay_together_whatever_their_spacing_was_rounded_to(slices):
    found = display_sets([*slices([0, 5]), *slices([10, 15], "t", PixelSpacing="2.00001\\1")])
    assert [each.kind for each in found] == [Kind.VOLUME]
    assert found[0].calibration.source is CalibrationSource.PIXEL_SPACING
    assert pair(found[0].instances[0].attributes, "PixelSpacing") == found[0].calibration.spacing_mm


def test_one_lossy_image_marks_its_set(slices):
    (only,) = display_sets([*slices([0, 5]), *slices([10], "t", LossyImageCompression="01")])
    assert only.lossy == "Lossy compression"


def test_each_slice_has_the_padding_of_its_own_file(slices):
    (only,) = display_sets([*slices([0, 5]), *slices([10], "t", PixelPaddingValue=3)])
    assert [one.padding for one in only.frames] == [None, None, (3, 3)]


def test_a_class_of_two_values_stops_nothing(image):
    """Found by the campaign: a file that names two SOP classes."""
    (found,) = display_sets([image(SOPClassUID=["1.2.840.10008.5.1.4.1.1.2", "1.2"])])
    assert found.frames
