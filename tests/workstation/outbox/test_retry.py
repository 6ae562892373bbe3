"""Waiting grows to five minutes, Retry-After is honoured, and what waiting cannot heal asks a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.parcels import Clock
from workstation.cases import refusals
from workstation.cases.refusals import Conflict, CutShort, ServerFailed, Throttled, Unreachable
from workstation.outbox.retry import LONGEST_S, MOST_REREADS, Consequence, decide, wait_s

NOW = Clock()()
WAITING = (Unreachable, ServerFailed, CutShort)
DRAWS = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10**9), DRAWS)
def test_no_wait_is_longer_than_five_minutes_or_than_its_doubling(attempts, draw):
    assert 0 <= wait_s(attempts, draw) <= min(LONGEST_S, 2.0 ** min(attempts, 20))


@given(st.sampled_from(WAITING), st.integers(0, 1000), DRAWS)
def test_what_may_heal_itself_waits(kind, attempts, draw):
    decision = decide(kind("x"), attempts=attempts, draw=draw, now=NOW)
    assert decision.consequence is Consequence.WAIT
    assert decision.not_before is not None
    assert decision.not_before >= NOW


@given(st.floats(0, 3600), st.integers(0, 20), DRAWS)
def test_retry_after_is_the_least_that_is_waited(seconds, attempts, draw):
    decision = decide(Throttled("x", retry_after_s=seconds), attempts=attempts, draw=draw, now=NOW)
    assert decision.not_before is not None
    assert (decision.not_before - NOW).total_seconds() >= seconds - 1e-6


@pytest.mark.parametrize(
    "kind",
    ["TlsRefused", "SignInRefused", "Withheld", "ForeignOrigin", "NotFound", "Declined", "Unintelligible", "Changed"],
)
def test_what_does_not_heal_asks_a_person(kind):
    decision = decide(getattr(refusals, kind)("x"), attempts=0, draw=0.5, now=NOW)
    assert decision.consequence is Consequence.PERSON
    assert decision.not_before is None


def test_a_conflict_is_read_again_but_not_for_ever():
    assert decide(Conflict("x"), attempts=0, draw=0.5, now=NOW).consequence is Consequence.REREAD
    assert decide(Conflict("x"), attempts=MOST_REREADS, draw=0.5, now=NOW).consequence is Consequence.PERSON
