"""Delivering drives a signed parcel to a receipt, and forgetting waits for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.courier import FakeCourier, failing_once
from tests.fakes.parcels import IDENTIFIER, Clock, a_bundle, a_parcel, signed_parcel
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf, FakeParcelShelf
from workstation.cases.refusals import Declined, Defect, Refused, Unreachable
from workstation.outbox.parcel import ParcelState
from workstation.review.deliver import DeliveryTools, deliver, due, try_again
from workstation.review.forget_case import forget_case, may_be_forgotten
from workstation.signing.errors import SigningRefused, TrustUnavailable


class World:
    """A courier, a shelf with one parcel, a clock, and what was reported."""

    def __init__(self, parcel=None):
        self.courier, self.clock = FakeCourier(), Clock()
        self.parcels, self.audit = FakeParcelShelf(parcel or signed_parcel()), FakeAuditTrail()
        self.reports = []
        self.complete = lambda parcel: replace(parcel, bundle=a_bundle())
        self.stopped = False

    def tools(self):
        return DeliveryTools(
            courier=self.courier,
            parcels=self.parcels,
            audit=self.audit,
            complete=self.complete,
            clock=self.clock,
            report=self.reports.append,
            draw=lambda: 0.5,
            cancelled=lambda: self.stopped,
        )

    def deliver(self):
        return deliver(IDENTIFIER, self.tools())


def test_a_signed_opinion_is_time_stamped_delivered_and_every_state_is_audited():
    world = World()
    assert world.deliver().state is ParcelState.VERIFIED
    states = ["time-stamped", "queued", "uploading", "stored-unverified", "verified"]
    assert world.audit.events == [f"parcel-{state}" for state in states]
    assert world.reports[-1].sentence.startswith("Delivered")
    assert world.courier.completions == 1


def test_what_was_verified_is_not_touched_again():
    world = World()
    first = world.deliver()
    calls = list(world.courier.calls)
    assert world.deliver() == first
    assert world.courier.calls == calls


def test_without_a_time_stamp_it_waits_signed_and_goes_on_when_the_authority_is_back():
    world = World()

    def unavailable(_parcel):
        raise TrustUnavailable("The time-stamp authority does not answer.")

    good, world.complete = world.complete, unavailable
    waiting = world.deliver()
    assert waiting.state is ParcelState.SIGNED
    assert waiting.not_before > world.clock.now
    assert "time-stamp authority" in waiting.problem
    assert due(world.parcels, world.clock.now) == ()
    world.complete = good
    world.clock.now = waiting.not_before
    assert due(world.parcels, world.clock.now) == (waiting,)
    assert world.deliver().state is ParcelState.VERIFIED


def test_a_document_that_cannot_be_stamped_rests_with_its_problem_until_a_person_tries_again():
    world = World()

    def refused(_parcel):
        raise SigningRefused("The prepared document is not what was shown.")

    good, world.complete = world.complete, refused
    resting = world.deliver()
    assert (resting.state, resting.not_before) == (ParcelState.SIGNED, None)
    assert "not what was shown" in resting.problem
    assert due(world.parcels, world.clock.now) == ()  # it would otherwise be tried again every two seconds
    world.complete = good
    assert try_again(IDENTIFIER, world.tools()).state is ParcelState.VERIFIED


def test_a_service_that_is_down_is_waited_for_and_said_so():
    world = World()
    world.courier.before = failing_once("task", Unreachable("The central service does not answer."))
    waiting = world.deliver()
    assert waiting.state is ParcelState.QUEUED
    assert world.reports[-1].next_try == waiting.not_before
    assert "Tried again at" in world.reports[-1].sentence
    assert world.deliver() == waiting
    world.clock.pass_s(1)
    assert world.deliver().state is ParcelState.VERIFIED


def test_a_refusal_for_a_person_stays_until_the_person_decides():
    world = World()
    world.courier.before = failing_once("store", Declined("No."))
    asked = world.deliver()
    assert asked.state is ParcelState.NEEDS_A_PERSON
    assert world.deliver() == asked
    assert due(world.parcels, world.clock.now + timedelta(days=9)) == ()
    assert try_again(IDENTIFIER, world.tools()).state is ParcelState.VERIFIED


def test_a_cancelled_delivery_stops_between_steps_and_goes_on_later():
    world = World()
    world.stopped = True
    assert world.deliver().state is ParcelState.SIGNED
    world.stopped = False
    assert world.deliver().state is ParcelState.VERIFIED


def test_a_parcel_that_is_not_there_is_a_defect():
    with pytest.raises(Defect):
        deliver("urn:uuid:none", World().tools())


def test_images_are_forgotten_only_after_verification_and_the_receipt_stays():
    world = World()
    shelf = FakeCaseShelf()
    with pytest.raises(Refused, match="on its way"):
        forget_case("case-1", shelf=shelf, parcels=world.parcels, audit=world.audit, now=world.clock())
    assert shelf.forgotten == []
    world.deliver()
    forget_case("case-1", shelf=shelf, parcels=world.parcels, audit=world.audit, now=world.clock())
    forgotten = world.parcels.get(IDENTIFIER)
    assert (shelf.forgotten, forgotten.state) == (["case-1"], ParcelState.FORGOTTEN)
    assert forgotten.receipt
    assert forgotten.artefacts == a_parcel().artefacts
    assert "images-forgotten" in world.audit.events


def test_fourteen_days_after_delivery_a_case_may_be_forgotten():
    world = World()
    world.deliver()
    assert may_be_forgotten(world.parcels, world.clock() + timedelta(days=13)) == ()
    assert may_be_forgotten(world.parcels, world.clock() + timedelta(days=15)) == ("case-1",)
    world.parcels.put(replace(signed_parcel(), id="urn:uuid:amendment"))
    assert may_be_forgotten(world.parcels, world.clock() + timedelta(days=15)) == ()
