"""Splitting of enhanced images: order by geometry, and every attribute that tells frames of one place apart."""

import pytest

from viewers.series.display_set import Kind
from viewers.series.split import display_sets
from viewers.volumes.inspection import as_plain
from viewers.volumes.statistics import Survey

SAGITTAL = "0\\1\\0\\0\\0\\-1"


def groups(z, **more):
    frame = {
        "PlanePositionSequence": [{"ImagePositionPatient": f"0\\0\\{z}"}],
        "PlaneOrientationSequence": [{"ImageOrientationPatient": "1\\0\\0\\0\\1\\0"}],
        "PixelMeasuresSequence": [{"PixelSpacing": "0.5\\0.5"}],
        "PixelValueTransformationSequence": [
            {"RescaleSlope": str(1 + z), "RescaleIntercept": "-5", "RescaleType": "HU"}
        ],
        "FrameVOILUTSequence": [{"WindowCenter": "40", "WindowWidth": str(100 + z)}],
    }
    return {**frame, **more}


def enhanced(image, frames, **data):
    gone = {"ImagePositionPatient": None, "ImageOrientationPatient": None, "PixelSpacing": None, "RescaleSlope": None}
    return image("e", frames=len(frames), PerFrameFunctionalGroupsSequence=frames, **gone, **data)


def test_an_enhanced_image_is_ordered_by_geometry_with_values_per_frame(image):
    (only,) = display_sets([enhanced(image, [groups(4), groups(0), groups(2)])])
    assert only.kind is Kind.VOLUME
    assert [frame.number for frame in only.frames] == [2, 3, 1]
    assert [frame.slope for frame in only.frames] == [1, 3, 5]
    assert [frame.windows[0].width for frame in only.frames] == [100, 102, 104]
    assert only.geometry.spacing_mm == (0.5, 0.5, 2)
    assert only.unit == "HU"


def test_shared_groups_count_where_a_frame_has_none_of_its_own(image):
    shared = [
        {
            "PlaneOrientationSequence": groups(0)["PlaneOrientationSequence"],
            "PixelMeasuresSequence": [{"PixelSpacing": "3\\3"}],
        }
    ]
    frames = [{"PlanePositionSequence": groups(z)["PlanePositionSequence"]} for z in (0, 1)]
    frames[1]["PixelMeasuresSequence"] = [{"PixelSpacing": "7\\7"}]
    found = display_sets([enhanced(image, frames, SharedFunctionalGroupsSequence=shared)])
    assert sorted(each.geometry.spacing_mm[0] for each in found) == [3, 7]


def test_several_stacks_of_one_enhanced_file_are_parted_and_the_file_counts_once(image):
    way = {"PlaneOrientationSequence": [{"ImageOrientationPatient": SAGITTAL}]}
    places = [{"PlanePositionSequence": [{"ImagePositionPatient": f"{x}\\0\\0"}]} for x in (3, 6)]
    frames = [groups(0), groups(5), *(groups(0, **way, **place) for place in places)]
    found = display_sets([enhanced(image, frames)])
    assert [len(each.frames) for each in found] == [2, 2]
    assert [each.files for each in found] == [1, 0]


def part(image, number, places, total=2):
    frames = [groups(z) for z in places]
    gone = {"ImagePositionPatient": None, "ImageOrientationPatient": None, "PixelSpacing": None, "RescaleSlope": None}
    cut = {"ConcatenationUID": "1.2.7", "InConcatenationNumber": number, "InConcatenationTotalNumber": total}
    return image(f"e{number}", frames=len(frames), PerFrameFunctionalGroupsSequence=frames, **gone, **cut)


def test_an_object_that_was_cut_into_instances_is_one_again(image):
    (only,) = display_sets([part(image, 2, [6]), part(image, 1, [4, 0, 2])])
    assert only.kind is Kind.VOLUME
    assert [(frame.key, frame.number) for frame in only.frames] == [("e1", 2), ("e1", 3), ("e1", 1), ("e2", 1)]
    assert only.files == 2
    assert only.warnings == ()


def test_a_part_that_did_not_come_is_said(image):
    (only,) = display_sets([part(image, 1, [0, 2], total=3), part(image, 3, [8, 10], total=3)])
    assert "The image was sent in 3 parts, and only 2 are here." in only.warnings


def test_enhanced_diffusion_splits_by_b(image):
    frames = [groups(z, MRDiffusionSequence=[{"DiffusionBValue": b}]) for z in (0, 1, 2) for b in (0.0, 500.0)]
    found = display_sets([enhanced(image, frames, Modality="MR")])
    assert [[frame.number for frame in each.frames] for each in found] == [[1, 3, 5], [2, 4, 6]]


@pytest.mark.parametrize(
    ("sequence", "keyword", "one", "other"),
    [
        ("MRTimingAndRelatedParametersSequence", "FlipAngle", 5.0, 20.0),
        ("MRModifierSequence", "InversionTimes", 100.0, 900.0),
        ("TemporalPositionSequence", "TemporalPositionTimeOffset", 0.0, 30.0),
        ("CTImageFrameTypeSequence", "FrameType", "DERIVED\\PRIMARY\\AXIAL\\VMI", "ORIGINAL\\PRIMARY\\AXIAL\\NONE"),
        ("PETFrameTypeSequence", "FrameType", "DERIVED\\PRIMARY\\AXIAL\\NONE", "ORIGINAL\\PRIMARY\\AXIAL\\NONE"),
        ("CTXRayDetailsSequence", "KVP", 80.0, 140.0),
        ("FrameContentSequence", "DimensionIndexValues", [1, 1], [1, 2]),
    ],
)
def test_frames_of_one_place_are_told_apart_by_what_the_file_says_whatever_their_order(
    image, sequence, keyword, one, other
):
    """The order changes from place to place: frames ranked by their number would mix the two."""
    said = [(0, one), (0, other), (1, other), (1, one), (2, one), (2, other)]
    found = display_sets([enhanced(image, [groups(z, **{sequence: [{keyword: what}]}) for z, what in said])])
    assert [[frame.number for frame in each.frames] for each in found] == [[1, 4, 5], [2, 3, 6]]
    assert not any("nothing tells why" in warning for each in found for warning in each.warnings)


def test_parallel_stacks_are_parted_although_they_share_no_place(image):
    frames = [
        groups(2 * z + stack, FrameContentSequence=[{"StackID": stack + 1}]) for stack in (0, 1) for z in range(3)
    ]
    found = display_sets([enhanced(image, frames)])
    assert [[frame.number for frame in each.frames] for each in found] == [[1, 2, 3], [4, 5, 6]]
    assert [each.description for each in found] == ["(stack 1)", "(stack 2)"]


def test_frames_that_each_call_themselves_a_stack_are_one(image):
    frames = [groups(z, FrameContentSequence=[{"StackID": str(z + 1)}]) for z in range(3)]
    assert [len(each.frames) for each in display_sets([enhanced(image, frames)])] == [3]


def test_an_ultrasound_volume_has_places_of_its_own_and_none_in_the_patient(image):
    frames = [
        {
            "PlanePositionVolumeSequence": [{"ImagePositionVolume": [0.0, 0.0, z]}],
            "PlaneOrientationVolumeSequence": [{"ImageOrientationVolume": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]}],
            "PixelMeasuresSequence": [{"PixelSpacing": "0.5\\0.5"}],
        }
        for z in (0.0, 0.7, 1.4)
    ]
    (only,) = display_sets([enhanced(image, frames, Modality="US")])
    assert only.kind is Kind.VOLUME
    assert only.geometry.spacing_mm == pytest.approx((0.5, 0.5, 0.7))
    assert not only.geometry.in_patient
    assert any("orientation unknown" in warning for warning in only.warnings)
    told = as_plain(only, Survey(statistics=None, warnings=()))
    assert (told["origin_mm"], told["direction"]) == (None, None)
