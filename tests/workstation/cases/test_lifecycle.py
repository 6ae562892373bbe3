"""The life of a case, walked over the whole product of states and events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.cases.case import CaseState
from workstation.cases.lifecycle import CLOSED, OPEN, TRANSITIONS, CaseEvent, after, may
from workstation.cases.refusals import Refused


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("event", list(CaseEvent))
def test_every_pair_either_leads_somewhere_or_is_refused_in_words(state, event):
    if (state, event) in TRANSITIONS:
        assert after(state, event) is TRANSITIONS[state, event]
        assert may(state, event)
    else:
        with pytest.raises(Refused) as refused:
            after(state, event)
        assert refused.value.kept
        assert refused.value.advice
        assert not may(state, event)


def test_nothing_happens_to_a_closed_case():
    assert not {state for state, _ in TRANSITIONS} & CLOSED
    assert set(CaseState) == OPEN | CLOSED


@given(st.lists(st.sampled_from(list(CaseEvent)), max_size=30))
def test_no_story_leads_back_to_requested(events):
    state = CaseState.REQUESTED
    for event in events:
        if may(state, event):
            state = after(state, event)
            assert state is not CaseState.REQUESTED


def test_every_state_can_be_reached():
    reached = {CaseState.REQUESTED}
    for _ in CaseState:
        reached |= {to for (state, _), to in TRANSITIONS.items() if state in reached}
    assert reached == set(CaseState)
