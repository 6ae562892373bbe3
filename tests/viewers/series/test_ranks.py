"""Ranks: one image that did not come moves none of the others into a phase that is not theirs."""

import random

import pytest

from viewers.series.split import display_sets

PLACES, PHASES = 8, 5


def dynamic(image, keyword, value, lost):
    """Every phase at every place but one, in a shuffled order; keys name phase and place."""
    headers = [
        image(f"p{phase}z{place}", ImagePositionPatient=f"0\\0\\{3 * place}",
              InstanceNumber=str(phase * PLACES + place), **{keyword: value(phase, place)})
        for place in range(PLACES) for phase in range(PHASES) if (phase, place) != lost
    ]  # fmt: skip
    random.Random(1).shuffle(headers)
    return display_sets(headers)


def of_day(seconds):
    return f"{seconds // 3600:02}{seconds // 60 % 60:02}{seconds % 60:02}"


WAYS = {
    # sequential and interleaved slices of 40 s phases, over the turn of an hour
    "sequential": ("AcquisitionTime", lambda phase, place: of_day(35_900 + 40 * phase + 2 * place)),
    "interleaved": ("AcquisitionTime", lambda phase, place: of_day(35_900 + 40 * phase + 3 * (place % 2 * 4 + place // 2))),  # noqa: E501
    "trigger": ("TriggerTime", lambda phase, place: f"{100 * phase + 1.5 * place:.1f}"),
    "instance": ("PatientComments", lambda phase, place: ""),
    "position": ("TemporalPositionIdentifier", lambda phase, place: str(phase + 1)),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lost", [(0, 0), (2, 3), (4, 7), (1, 0), (4, 4)])
def test_a_lost_image_leaves_a_gap_in_its_own_phase_alone(image, way, lost):
    keyword, value = WAYS[way]
    found = dynamic(image, keyword, value, lost)
    assert [{one.key[:2] for one in each.frames} for each in found] == [{f"p{phase}"} for phase in range(PHASES)]
    assert [len(each.frames) for each in found] == [PLACES - (phase == lost[0]) for phase in range(PHASES)]


def test_what_comes_again_at_most_places_is_no_time_even_where_every_place_lacks_an_image(image):
    """No place has all five time points: ranked, those after a gap would move up."""
    headers = [
        image(f"p{phase}z{place}", ImagePositionPatient=f"0\\0\\{3 * place}", TemporalPositionIdentifier=str(phase))
        for place in range(PLACES) for phase in range(PHASES) if phase != place % PHASES
    ]  # fmt: skip
    found = display_sets(headers)
    assert [{one.key[:2] for one in each.frames} for each in found] == [{f"p{phase}"} for phase in range(PHASES)]


def test_values_that_come_again_are_believed_before_times_are_ranked(image):
    """Two echoes, each with trigger times that drift from slice to slice: the echo tells, the rank would mix them."""
    headers = [
        image(f"e{echo}z{place}t{beat}", ImagePositionPatient=f"0\\0\\{3 * place}", FilterType=f"F{echo}",
              TriggerTime=f"{100 * beat + place * 0.7:.1f}", InstanceNumber=str(echo if place % 2 else 9 - echo))
        for place in range(PLACES) for echo in range(2) for beat in range(2)
    ]  # fmt: skip
    found = display_sets(headers)
    told = [{(one.key[:2], one.key[-2:]) for one in each.frames} for each in found]
    assert sorted(map(len, told)) == [1, 1, 1, 1]
