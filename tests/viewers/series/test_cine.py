"""The pace of a cine: whose word counts first, and that nobody's word is no rate."""

import pytest

from viewers.series.split import display_sets

FRAMES = 4
VECTOR = "0\\10\\30\\20"
SAID = {
    "RecommendedDisplayFrameRate": ("25", 40.0), "CineRate": ("50", 20.0), "FrameTimeVector": (VECTOR, 20.0),
    "FrameTime": ("100", 100.0),
}  # fmt: skip


def clip(image, **attributes):
    nowhere = {"ImagePositionPatient": None, "ImageOrientationPatient": None}
    (only,) = display_sets([image("a", frames=FRAMES, Modality="XA", **nowhere, **attributes)])
    return only


@pytest.mark.parametrize("first", range(len(SAID)))
def test_the_most_trusted_attribute_sets_the_pace(image, first):
    names = list(SAID)[first:]
    found = clip(image, **{name: SAID[name][0] for name in names})
    assert (found.rate_source, found.frame_time_ms) == (names[0], pytest.approx(SAID[names[0]][1]))


def test_a_vector_of_times_counts_whole_whatever_the_rate(image):
    found = clip(image, FrameTimeVector=VECTOR, CineRate="10")
    assert [frame.time_ms for frame in found.frames] == [0.0, 10.0, 40.0, 60.0]


@pytest.mark.parametrize(
    "lie",
    [
        {"CineRate": "0"}, {"CineRate": "-15"}, {"FrameTime": "0"}, {"FrameTime": "1e9"}, {"CineRate": "100000"},
        {"FrameTimeVector": "0\\10"}, {"FrameTimeVector": "0\\-10\\10\\10"}, {},
    ],
)  # fmt: skip
def test_what_cannot_be_a_rate_is_none(image, lie):
    found = clip(image, **lie)
    assert (found.rate_source, found.frame_time_ms) == ("", None)
