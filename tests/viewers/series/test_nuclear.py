"""Nuclear medicine: reconstructions are volumes where the detector says, projections are none."""

from viewers.series.display_set import Kind
from viewers.series.split import display_sets

NUCLEAR = {
    "Modality": "NM", "ImagePositionPatient": None, "ImageOrientationPatient": None, "PixelSpacing": "4\\4",
    "DetectorInformationSequence": [
        {"ImagePositionPatient": "-10\\-20\\30", "ImageOrientationPatient": "1\\0\\0\\0\\1\\0"}
    ],
}  # fmt: skip


def test_a_nuclear_reconstruction_lies_where_its_detector_says_and_descends_with_a_negative_spacing(image):
    kind = {"ImageType": "ORIGINAL\\PRIMARY\\RECON TOMO\\EMISSION", "SpacingBetweenSlices": "-4.8"}
    (only,) = display_sets([image("n", frames=3, **NUCLEAR, **kind, SliceVector=[1, 2, 3])])
    assert only.kind is Kind.VOLUME
    assert [frame.number for frame in only.frames] == [3, 2, 1]
    assert only.geometry.origins_mm.round(6).tolist() == [[-10, -20, 20.4], [-10, -20, 25.2], [-10, -20, 30]]


def test_a_gated_reconstruction_is_a_volume_for_each_part_of_the_beat(image):
    kind = {"ImageType": "ORIGINAL\\PRIMARY\\RECON GATED TOMO\\EMISSION", "SpacingBetweenSlices": "4"}
    vectors = {"SliceVector": [1, 2, 1, 2], "TimeSlotVector": [1, 1, 2, 2]}
    found = display_sets([image("n", frames=4, **NUCLEAR, **kind, **vectors)])
    assert [[frame.number for frame in each.frames] for each in found] == [[1, 2], [3, 4]]
    assert [each.description for each in found] == ["(time slot 1)", "(time slot 2)"]


def test_projections_from_around_the_patient_are_no_slices(image):
    kind = {"ImageType": "ORIGINAL\\PRIMARY\\TOMO\\EMISSION", "SpacingBetweenSlices": "4"}
    (only,) = display_sets([image("n", frames=4, **NUCLEAR, **kind)])
    assert (only.kind, only.geometry) == (Kind.STACK, None)
