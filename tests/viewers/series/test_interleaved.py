"""Interleaved: phases a little apart are two volumes; slices taken in turns, and scans that follow, are one."""

import pytest

from viewers.series.split import display_sets


def lying(slices, **by_acquisition):
    return display_sets([
        header
        for number, (places, more) in by_acquisition.items()
        for header in slices(places, number, **more)
    ])  # fmt: skip


@pytest.mark.parametrize("keyword", ["AcquisitionNumber", "TemporalPositionIdentifier", "ContrastBolusAgent"])
def test_a_phase_that_lies_a_little_higher_is_a_volume_of_its_own(slices, keyword):
    found = lying(slices, a=([0, 5, 10, 15], {keyword: "1"}), b=([0.3, 5.3, 10.3, 15.3], {keyword: "2"}))
    assert [[frame.key[0] for frame in each.frames] for each in found] == [["a"] * 4, ["b"] * 4]
    assert all(each.geometry.regular for each in found)


def test_two_scans_that_overlap_are_two_volumes(slices):
    found = lying(slices, a=([0, 5, 10, 15], {"AcquisitionNumber": "1"}), b=([12, 17, 22], {"AcquisitionNumber": "2"}))
    assert [len(each.frames) for each in found] == [4, 3]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([0, 2, 4, 6], [1, 3, 5, 7]),  # taken in turns: even together
        ([0, 5, 10, 15], [20, 25, 30]),  # one after the other
        ([0, 2, 4, 6], [9, 16, 23]),  # thin at the skull base, thick above
        ([0, 5, 11, 15], [0.3, 5.3, 10.3]),  # uneven by themselves: nothing is won by parting them
    ],
)
def test_what_is_one_stack_stays_one(slices, first, second):
    found = lying(slices, a=(first, {"AcquisitionNumber": "1"}), b=(second, {"AcquisitionNumber": "2"}))
    assert [len(each.frames) for each in found] == [len(first) + len(second)]
