"""The table of a parcel's states, walked over the whole product."""

from dataclasses import replace

import pytest

from tests.fakes.parcels import Clock, a_parcel
from workstation.cases.refusals import Defect
from workstation.outbox.parcel import ParcelState
from workstation.outbox.states import BEGIN, DONE, ON_ITS_WAY, TRANSITIONS, ParcelEvent, Step, moved, next_step, noted


@pytest.mark.parametrize("state", list(ParcelState))
@pytest.mark.parametrize("event", list(ParcelEvent))
def test_every_pair_either_leads_somewhere_or_is_a_defect(state, event):
    parcel = a_parcel(state)
    if (state, event) in TRANSITIONS:
        assert moved(parcel, event).state is TRANSITIONS[state, event]
    else:
        with pytest.raises(Defect):
            moved(parcel, event)


def test_a_parcel_goes_forward_except_into_the_queue_again():
    order = list(ParcelState)
    for (state, event), to in TRANSITIONS.items():
        if event in {ParcelEvent.START_OVER, ParcelEvent.GO_ON}:
            assert to is ParcelState.QUEUED
        else:
            assert order.index(to) > order.index(state)


def test_only_a_verified_parcel_can_be_forgotten_and_only_a_stored_one_verified():
    assert [state for state, event in TRANSITIONS if event is ParcelEvent.FORGET] == [ParcelState.VERIFIED]
    assert [state for state, event in TRANSITIONS if event is ParcelEvent.VERIFY] == [ParcelState.STORED_UNVERIFIED]


def test_every_state_on_its_way_has_a_next_step_or_waits_for_its_time_stamp():
    for state in ON_ITS_WAY - {ParcelState.SIGNED}:
        assert next_step(a_parcel(state)) is not None
    for state in set(ParcelState) - ON_ITS_WAY:
        assert next_step(a_parcel(state)) is None


def test_the_steps_of_an_upload_follow_the_journal_of_the_newest_round():
    now = Clock()()
    parcel = a_parcel(ParcelState.UPLOADING)
    for step in (Step.CHECK, Step.STORE, Step.READ_BACK):
        parcel = noted(noted(parcel, step, BEGIN, now), step, DONE, now)
    assert next_step(parcel) is Step.COMMIT
    again = noted(replace(parcel, state=ParcelState.UPLOADING), Step.CHECK, DONE, now)
    assert next_step(again) is Step.STORE
