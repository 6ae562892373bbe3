"""Splitting: by geometry first, then by what varies at one place; every file counted once."""

import math
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewers.series.display_set import Kind
from viewers.series.split import MOST_DIRECTIONS, display_sets

SAGITTAL = "0\\1\\0\\0\\0\\-1"


def kinds(sets):
    return sorted(each.kind.value for each in sets)


def test_slices_make_a_volume_ascending_along_the_normal(slices):
    headers = slices([10, 0, 30, 20])
    (only,) = display_sets(headers)
    assert only.kind is Kind.VOLUME
    assert [frame.origin_mm[2] for frame in only.frames] == [0, 10, 20, 30]
    assert only.geometry.spacing_mm == (2, 1, 10)
    assert only.files == 4


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_and_instance_numbers_does_not_matter(slices, rng: random.Random):
    headers = slices([z * 2.5 for z in range(12)])
    expected = display_sets(headers)[0]
    shuffled = list(headers)
    rng.shuffle(shuffled)
    (found,) = display_sets(shuffled)
    assert [frame.key for frame in found.frames] == [frame.key for frame in expected.frames]
    assert found.id == expected.id


def test_orientations_are_parted(slices, image):
    headers = [
        *slices([0, 5, 10]),
        image("x", ImageOrientationPatient=SAGITTAL),
        image("y", ImageOrientationPatient=SAGITTAL, ImagePositionPatient="5\\0\\0"),
    ]
    found = display_sets(headers)
    assert kinds(found) == ["volume", "volume"]
    assert sorted(len(each.frames) for each in found) == [2, 3]


@pytest.mark.parametrize(
    "other",
    [
        {"Rows": 3, "Columns": 4}, {"PixelSpacing": "1\\1"}, {"FrameOfReferenceUID": "1.2.8"},
        {"ConvolutionKernel": "B60"}, {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"},
    ],
)  # fmt: skip
def test_what_never_goes_together_is_parted(slices, other):
    found = display_sets([*slices([0, 5, 10]), *slices([15, 20, 25], "t", **other)])
    assert [len(each.frames) for each in found] == [3, 3]


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("EchoTime", ["10", "80"]),
        ("DiffusionBValue", [0, 800, 1000]),
        ("TemporalPositionIdentifier", ["1", "2"]),
        ("ImageType", ["ORIGINAL\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\P"]),
        ("AcquisitionNumber", ["1", "2", "3"]),
        ("InversionTime", ["100", "900"]),
        ("NominalPercentageOfCardiacPhase", [35, 75]),
        ("AcquisitionTime", ["101500", "101700"]),
    ],
)
def test_what_varies_at_one_place_splits(slices, keyword, values):
    headers = [
        header
        for number, value in enumerate(values)
        for header in slices([0, 3, 6, 9], f"g{number}-", Modality="MR", **{keyword: value})
    ]
    found = display_sets(headers)
    assert [each.kind for each in found] == [Kind.VOLUME] * len(values)
    assert [len(each.frames) for each in found] == [4] * len(values)
    assert len({each.id for each in found}) == len(values)
    assert len({each.description for each in found}) == len(values)


def test_times_that_differ_from_slice_to_slice_split_by_their_rank(slices, image):
    """Two passes over four places, every image with its own time, as scanners write them."""
    headers = [
        image(f"{run}{z}", ImagePositionPatient=f"0\\0\\{z}", AcquisitionTime=f"10{run:02}{z:02}")
        for run in range(2)
        for z in range(4)
    ]
    found = display_sets(headers)
    assert [[frame.key for frame in each.frames] for each in found] == [
        ["00", "01", "02", "03"],
        ["10", "11", "12", "13"],
    ]


def test_acquisition_numbers_do_not_split_what_lies_apart(slices):
    found = display_sets(
        [*slices([0, 5, 10], AcquisitionNumber="1"), *slices([15, 20, 25], "t", AcquisitionNumber="2")]
    )
    assert [len(each.frames) for each in found] == [6]


def test_diffusion_splits_by_b_value_then_by_direction(slices):
    headers = slices([0, 2, 4], "a", Modality="MR", DiffusionBValue=0)
    for number, direction in enumerate(([1, 0, 0], [0, 1, 0], [0, 0, 1])):
        headers += slices(
            [0, 2, 4], f"d{number}", Modality="MR", DiffusionBValue=1000, DiffusionGradientOrientation=direction
        )
    found = display_sets(headers)
    assert [len(each.frames) for each in found] == [3, 3, 3, 3]
    assert found[0].description == "(b 0)"
    assert {each.description for each in found[1:]} == {f"(b 1000, direction {number})" for number in (1, 2, 3)}


def test_many_cardiac_phases_of_mr_are_a_cine_at_each_place(image):
    headers = [
        image(f"{z}-{phase:02}", Modality="MR", ImagePositionPatient=f"0\\0\\{z}", TriggerTime=str(phase * 40.0))
        for z in (0, 8, 16)
        for phase in range(20)
    ]
    found = display_sets(headers)
    assert kinds(found) == ["cine"] * 3
    assert all(len(each.frames) == 20 for each in found)
    assert found[0].frame_time_ms == 40.0
    assert [frame.time_ms for frame in found[0].frames][:3] == [0, 40, 80]


def test_images_at_one_place_without_a_difference_are_a_stack_not_a_volume(image):
    (only,) = display_sets([image("a"), image("b")])
    assert only.kind is Kind.STACK
    assert len(only.frames) == 2


def test_a_second_image_at_a_place_is_shown_apart_and_said(slices, image):
    headers = [*slices([0, 5, 10]), image("again", ImagePositionPatient="0\\0\\5", InstanceNumber="9")]
    volume, again = display_sets(headers)
    assert [frame.key for frame in volume.frames] == ["s001", "s002", "s003"]
    assert [frame.key for frame in again.frames] == ["again"]
    assert "shown apart" in again.warnings[0]


def test_localizers_are_apart(slices, image):
    scout = image("scout", ImageType="ORIGINAL\\PRIMARY\\LOCALIZER", ImageOrientationPatient=SAGITTAL)
    found = display_sets([*slices([0, 5, 10]), scout])
    assert kinds(found) == ["localizer", "volume"]


def test_images_without_a_place_are_a_stack_by_instance_number(image):
    gone = {"ImagePositionPatient": None, "ImageOrientationPatient": None, "Modality": "OT"}
    headers = [image(f"{n}", InstanceNumber=str(10 - n), **gone) for n in range(4)]
    (only,) = display_sets(headers)
    assert only.kind is Kind.STACK
    assert [frame.key for frame in only.frames] == ["3", "2", "1", "0"]
    assert only.geometry is None


@pytest.mark.parametrize(
    ("modality", "extra", "kind"),
    [
        ("US", {}, Kind.CINE), ("XA", {"FrameTime": "66.7"}, Kind.CINE), ("OT", {"CineRate": "15"}, Kind.CINE),
        ("OT", {}, Kind.STACK),
    ],
)  # fmt: skip
def test_frames_of_one_file_are_a_cine_where_they_follow_each_other_in_time(image, modality, extra, kind):
    header = image("a", frames=5, Modality=modality, ImagePositionPatient=None, ImageOrientationPatient=None, **extra)
    (only,) = display_sets([header])
    assert only.kind is kind
    assert [frame.number for frame in only.frames] == [1, 2, 3, 4, 5]
    assert [frame.bytes.pieces[0][0] for frame in only.frames] == [1000, 1024, 1048, 1072, 1096]


def test_each_clip_is_its_own_set_and_counts_its_own_file(image):
    clips = [image(f"c{n}", frames=3, Modality="US", ImagePositionPatient=None) for n in range(3)]
    found = display_sets(clips)
    assert [each.files for each in found] == [1, 1, 1]


def test_a_clip_that_was_cut_into_instances_plays_in_one(image):
    cut = {"ConcatenationUID": "1.2.7", "InConcatenationTotalNumber": 2, "InstanceNumber": 5}
    parts = [
        image(f"c{3 - n}", frames=3, Modality="XA", FrameTime="66", ImagePositionPatient=None,
              InConcatenationNumber=n, **cut)
        for n in (1, 2)
    ]  # fmt: skip
    (only,) = display_sets(parts)
    assert only.kind is Kind.CINE
    assert [(frame.key, frame.number) for frame in only.frames] == [("c2", n) for n in (1, 2, 3)] + [
        ("c1", n) for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("keyword", "one", "other"),
    [
        ("RepetitionTime", "500", "3000"), ("FilterType", "A", "B"), ("SliceThickness", "1", "5"),
        ("ScanOptions", "FS", "MT"), ("ImageComments", "b=0", "b=1000"), ("SeriesDescription", "PD", "T2"),
    ],
)  # fmt: skip
def test_slices_of_one_place_are_told_apart_by_what_their_headers_say(image, keyword, one, other):
    said = [(0, one), (0, other), (1, other), (1, one), (2, one), (2, other)]
    found = display_sets([
        image(f"s{n}", InstanceNumber=str(n), ImagePositionPatient=f"0\\0\\{z}", **{keyword: what})
        for n, (z, what) in enumerate(said)
    ])  # fmt: skip
    assert [[frame.key for frame in each.frames] for each in found] == [["s0", "s3", "s4"], ["s1", "s2", "s5"]]


def test_comments_that_differ_from_slice_to_slice_tell_nothing(image):
    """Ranked as words, ``slice 10`` would come before ``slice 9``; the order of instances is all there is."""
    found = display_sets([
        image(f"s{n:02}", InstanceNumber=str(n), ImagePositionPatient=f"0\\0\\{n // 2}", ImageComments=f"slice {n}")
        for n in range(12)
    ])  # fmt: skip
    assert [[frame.key for frame in each.frames] for each in found] == [
        [f"s{n:02}" for n in range(k, 12, 2)] for k in (0, 1)
    ]


def test_two_kernels_are_two_volumes_each_with_its_name(slices):
    found = display_sets([*slices([0, 5], ConvolutionKernel="B30f"), *slices([0, 5], "t", ConvolutionKernel="B70f")])
    assert [each.description for each in found] == ["(kernel B30f)", "(kernel B70f)"]


def test_the_b_value_of_ge_is_read_without_its_mark_and_its_direction_whole(slices):
    """GE writes b = 800 as 1000000800 and the direction in three elements (the scanner's conformance statement)."""
    ways = [("0", "1", "0"), ("0", "0", "1")]
    found = display_sets([
        header for n, (x, y, z) in enumerate(ways)
        for header in slices([0, 5], f"t{n}", Modality="MR", GemsBValue="1000000800\\8\\0\\0", GemsGradientX=x,
                             GemsGradientY=y, GemsGradientZ=z)
    ])  # fmt: skip
    assert [[frame.key[:2] for frame in each.frames] for each in found] == [["t1", "t1"], ["t0", "t0"]]
    two = [*slices([0, 5], GemsBValue="0\\8"), *slices([0, 5], "t", GemsBValue="1000000800\\8")]
    assert [each.description for each in display_sets(two)] == ["(b 0)", "(b 800)"]


@pytest.mark.parametrize("count", [-1, 0, 1, 26, 65_535, 300_000, 10**400])
def test_a_mosaic_that_cannot_be_cut_so_often_is_shown_as_it_is(image, count):
    header = image("m", ImageType="ORIGINAL\\PRIMARY\\M\\MOSAIC", SiemensCsa={"NumberOfImagesInMosaic": count})
    (only,) = display_sets([header])
    assert [frame.crop for frame in only.frames] == [None]


def test_a_frame_in_each_of_a_thousand_directions_is_shown_and_beyond_reason_without_a_place(image):
    def placed(number):
        turn = number / 200
        way = [math.cos(turn), math.sin(turn), 0.0, 0.0, 0.0, 1.0]
        return {
            "PlanePositionSequence": [{"ImagePositionPatient": f"0\\0\\{number}"}],
            "PlaneOrientationSequence": [{"ImageOrientationPatient": way}],
        }

    groups = [placed(number) for number in range(1000)]
    found = display_sets([image("e", frames=1000, PerFrameFunctionalGroupsSequence=groups)])
    assert sum(len(each.frames) for each in found) == 1000
    assert len(found) == MOST_DIRECTIONS + 1
    (rest,) = [each for each in found if len(each.frames) > 1]
    assert rest.geometry is None
    assert "beyond 500 directions" in rest.description


def test_a_mosaic_is_cut_into_its_tiles(image):
    header = image(
        "m", Modality="MR", ImageType="ORIGINAL\\PRIMARY\\M\\MOSAIC", Rows=4, Columns=4, PixelSpacing="2\\2",
        ImagePositionPatient="-4\\-4\\0", SpacingBetweenSlices="3",
        SiemensCsa={"NumberOfImagesInMosaic": 3, "SliceNormalVector": [0.0, 0.0, 1.0]},
    )  # fmt: skip
    (only,) = display_sets([header])
    assert only.kind is Kind.VOLUME
    assert (only.rows, only.columns) == (2, 2)
    assert [frame.crop for frame in only.frames] == [(0, 0, 2, 2), (0, 2, 2, 2), (2, 0, 2, 2)]
    assert [frame.origin_mm for frame in only.frames] == [(-2, -2, 0), (-2, -2, 3), (-2, -2, 6)]


def test_a_mosaic_that_descends_is_shown_ascending(image):
    header = image(
        "m", Modality="MR", ImageType="ORIGINAL\\PRIMARY\\M\\MOSAIC", Rows=4, Columns=4, PixelSpacing="2\\2",
        ImagePositionPatient="-4\\-4\\0", SpacingBetweenSlices="3",
        SiemensCsa={"NumberOfImagesInMosaic": 3, "SliceNormalVector": [0.0, 0.0, -1.0]},
    )  # fmt: skip
    (only,) = display_sets([header])
    assert [frame.crop[:2] for frame in only.frames] == [(2, 0), (0, 2), (0, 0)]
    assert only.geometry.origins_mm[:, 2].tolist() == [-6, -3, 0]


def test_a_dose_has_the_places_of_its_grid(image):
    header = image(
        "d", frames=3, SOPClassUID="1.2.840.10008.5.1.4.1.1.481.2", Modality="RTDOSE", GridFrameOffsetVector="0\\4\\8",
        DoseGridScaling="0.5", DoseUnits="GY", RescaleSlope=None, RescaleIntercept=None, ImagePositionPatient="1\\2\\3",
    )  # fmt: skip
    (only,) = display_sets([header])
    assert only.kind is Kind.RTDOSE
    assert only.geometry.origins_mm.tolist() == [[1, 2, 3], [1, 2, 7], [1, 2, 11]]
    assert (only.frames[0].slope, only.unit) == (0.5, "Gy")


@pytest.mark.parametrize(
    ("sop_class", "kind"),
    [
        ("88.11", Kind.SR), ("88.33", Kind.SR), ("88.34", Kind.SR), ("88.67", Kind.SR), ("88.59", Kind.KOS),
        ("11.1", Kind.PR), ("11.2", Kind.PR), ("481.3", Kind.RTSTRUCT), ("9.1.1", Kind.WAVEFORM),
        ("9.2.1", Kind.WAVEFORM), ("4.2", Kind.SPECTROSCOPY), ("104.1", Kind.PDF), ("104.2", Kind.CDA),
        ("104.3", Kind.STL), ("66", Kind.RAW), ("481.5", Kind.OTHER), ("67", Kind.OTHER),
    ],
)  # fmt: skip
def test_objects_that_are_no_images_are_recognised(image, sop_class, kind):
    (only,) = display_sets([image("o", SOPClassUID=f"1.2.840.10008.5.1.4.1.1.{sop_class}")])
    assert only.kind is kind
    assert only.frames == ()
    assert (only.rows, only.columns, only.files) == (None, None, 1)


def test_different_patients_in_one_series_are_said(slices):
    found = display_sets([*slices([0, 5]), *slices([10, 15], "t", PatientID="other")])
    assert any("different patient IDs" in warning for warning in found[0].warnings)


def test_names_lose_what_could_change_the_text_around_them(image):
    (only,) = display_sets([image("a", PatientName="Doe^\u202eenaJ\x07==", SeriesDescription="<b>CT</b>\u200f")])
    assert only.identity.name == "Doe^enaJ"
    assert only.description == "<b>CT</b>"


@pytest.mark.parametrize(
    ("data", "inverted"),
    [
        ({}, False), ({"PhotometricInterpretation": "MONOCHROME1"}, True), ({"PresentationLUTShape": "INVERSE"}, True),
        ({"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}, True),
        ({"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "IDENTITY"}, True),
    ],
)  # fmt: skip
def test_inversion_counts_once(image, data, inverted):
    (only,) = display_sets([image("a", **data)])
    assert only.inverted is inverted


@pytest.mark.parametrize(
    ("data", "padding"),
    [
        ({"PixelPaddingValue": 63536, "PixelRepresentation": 1, "BitsAllocated": 16}, (-2000, -2000)),
        ({}, None), ({"PixelPaddingValue": -2000}, (-2000, -2000)),
        ({"PixelPaddingValue": 65535, "PixelPaddingRangeLimit": 65500}, (65500, 65535)),
        ({"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 10}, (0, 10)),
    ],
)  # fmt: skip
def test_padding_is_a_range_whichever_end_comes_first(image, data, padding):
    (only,) = display_sets([image("a", **data)])
    assert only.frames[0].padding == padding


@pytest.mark.parametrize(
    ("data", "syntax", "mark"),
    [
        ({}, "1.2.840.10008.1.2.1", ""),
        ({"LossyImageCompression": "00"}, "1.2.840.10008.1.2.1", ""),
        ({"LossyImageCompression": "01"}, "1.2.840.10008.1.2.1", "Lossy compression"),
        ({"LossyImageCompression": "01", "LossyImageCompressionRatio": "9.5", "LossyImageCompressionMethod": "ISO_10918_1"},  # noqa: E501 - a table reads best in lines
         "1.2.840.10008.1.2.1", "Lossy compression (JPEG, 9.5:1)"),
        ({}, "1.2.840.10008.1.2.4.50", "Lossy compression (JPEG)"),
        ({}, "1.2.840.10008.1.2.4.70", ""),
        ({"LossyImageCompression": "00"}, "1.2.840.10008.1.2.4.91", ""),
        ({}, "1.2.840.10008.1.2.4.91", "Lossy compression (JPEG 2000)"),
        ({}, "1.2.840.10008.1.2.4.81", "Lossy compression (JPEG-LS near-lossless)"),
    ],
)  # fmt: skip
def test_loss_is_marked_from_the_attribute_or_the_syntax(image, data, syntax, mark):
    (only,) = display_sets([image("a", syntax=syntax, **data)])
    assert only.lossy == mark


@pytest.mark.parametrize(
    ("data", "unit"),
    [
        ({}, "HU"), ({"RescaleType": "HU"}, "HU"), ({"RescaleType": "US"}, "raw"), ({"Modality": "MR"}, "raw"),
        ({"ImageType": "ORIGINAL\\PRIMARY\\LOCALIZER"}, "raw"), ({"RescaleType": "normalized"}, "normalized"),
        ({"Modality": "PT", "Units": "BQML"}, "Bq/ml"), ({"Modality": "PT", "Units": "CNTS"}, "counts"),
        ({"Modality": "PT", "Units": "PROPCNTS"}, "counts"), ({"Modality": "PT", "Units": "GML"}, "g/ml"),
        ({"Modality": "PT", "Units": "1CM"}, "1/cm"), ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "RGB"),  # noqa: E501 - a table reads best in lines
    ],
)  # fmt: skip
def test_the_unit_is_what_the_file_says(image, data, unit):
    (only,) = display_sets([image("a", **data)])
    assert only.unit == unit


def test_two_thousand_million_claimed_frames_cost_a_moment_and_a_sentence(image):
    header = image("a", frames=1, NumberOfFrames="2000000000", Modality="US", ImagePositionPatient=None)
    (only,) = display_sets([header])
    assert len(only.frames) == 1
    assert any("more frames than any examination" in warning for warning in only.warnings)


@pytest.mark.parametrize(
    ("data", "aspect"),
    [
        ({"PixelSpacing": None}, 1), ({}, 2), ({"PixelSpacing": None, "PixelAspectRatio": "5\\4"}, 1.25),
        ({"PixelSpacing": None, "ImagerPixelSpacing": "0.3\\0.2"}, 1.5), ({"PixelSpacing": None, "PixelAspectRatio": "0\\4"}, 1),  # noqa: E501 - a table reads best in lines
    ],
)  # fmt: skip
def test_pixels_keep_their_shape_even_without_millimetres(image, data, aspect):
    (only,) = display_sets([image("a", Modality="OT", **data)])
    assert only.pixel_aspect == pytest.approx(aspect)


@pytest.mark.parametrize("scale", [{"RescaleSlope": "0,5"}, {"RescaleIntercept": "-1024,0"}, {"RescaleSlope": "one"}])
def test_a_scale_that_is_no_number_makes_no_hounsfield_units(image, scale):
    """Half of a scale is none: with a slope that is left out, every value would be wrong and look right."""
    (only,) = display_sets([image("a", **scale)])
    assert only.unit == "raw"
    assert (only.frames[0].slope, only.frames[0].intercept) == (1, 0)
    assert any("scale of the values cannot be read" in warning for warning in only.warnings)
