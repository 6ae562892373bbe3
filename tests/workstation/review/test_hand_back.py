"""Handing back: the service is told first, only what it confirms is forgotten, and a lost answer is made good."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.cases import NOW, FakeCaseSource, a_case
from tests.fakes.parcels import a_parcel
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf, FakeParcelShelf
from workstation.cases.case import CaseState
from workstation.cases.lifecycle import CLOSED
from workstation.cases.refusals import Refused, Unreachable
from workstation.outbox.parcel import ParcelState
from workstation.review.hand_back import forget_handed_back, hand_back


class World:
    """A case of one state with one image here."""

    def __init__(self, state: CaseState, *parcels: object) -> None:
        self.case = replace(a_case(), state=state)
        self.service = FakeCaseSource(self.case)
        self.shelf, self.audit = FakeCaseShelf(), FakeAuditTrail()
        self.parcels = FakeParcelShelf(*parcels)
        self.shelf.put(self.case)
        self.shelf.receive("case-1", "1.2.3.1.1.1", "1.2.3.1.1").commit(None)

    def hand_back(self, reason: str = "Not my field") -> object:
        return hand_back(
            self.case, reason=reason, service=self.service, shelf=self.shelf, parcels=self.parcels, audit=self.audit,
            now=NOW,
        )  # fmt: skip

    def sweep(self) -> object:
        return forget_handed_back(shelf=self.shelf, parcels=self.parcels, audit=self.audit, now=NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CaseState.REQUESTED, CaseState.REJECTED),
        (CaseState.ACCEPTED, CaseState.FAILED),
        (CaseState.IN_PROGRESS, CaseState.FAILED),
        (CaseState.AWAITING_INFORMATION, CaseState.FAILED),
    ],
)
def test_an_open_case_is_handed_back_and_then_forgotten(before, after):
    world = World(before)
    assert world.hand_back().state is after
    assert world.shelf.get("case-1").state is after
    assert world.shelf.forgotten == ["case-1"]
    assert world.audit.events == ["case handed back", "images-forgotten"]


@given(st.sampled_from(sorted(CLOSED)))
def test_a_closed_case_is_not(state):
    world = World(state)
    with pytest.raises(Refused, match="cannot be handed back"):
        world.hand_back()
    assert world.shelf.forgotten == []


@pytest.mark.parametrize("state", list(ParcelState))
def test_what_is_signed_is_not_taken_back(state):
    world = World(CaseState.IN_PROGRESS, a_parcel(state))
    with pytest.raises(Refused, match="is signed"):
        world.hand_back()
    assert world.service.held["case-1"].state is CaseState.IN_PROGRESS
    assert world.shelf.forgotten == []


def test_without_a_reason_nothing_happens():
    world = World(CaseState.ACCEPTED)
    with pytest.raises(Refused, match="no reason"):
        world.hand_back("  ")
    assert world.service.held["case-1"].state is CaseState.ACCEPTED


def test_nothing_is_forgotten_before_the_service_confirms_and_a_lost_answer_is_made_good():
    world = World(CaseState.ACCEPTED)
    real = world.service.give_up

    def lost(case, *, reason):
        real(case, reason=reason)
        raise Unreachable("The answer was lost.")

    world.service.give_up = lost
    with pytest.raises(Unreachable):
        world.hand_back()
    assert world.shelf.forgotten == []
    assert world.sweep() == ()
    world.shelf.put(world.service.held["case-1"])
    assert world.sweep() == ("case-1",)
    assert world.shelf.forgotten == ["case-1"]
    assert world.sweep() == ()


def test_a_case_that_the_service_ended_by_itself_keeps_its_images():
    world = World(CaseState.FAILED)
    assert world.sweep() == ()
    assert world.shelf.forgotten == []
