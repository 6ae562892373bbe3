"""Delivered once, and provably, whatever breaks off wherever."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.courier import FakeCourier, Killed, failing_once
from tests.fakes.parcels import IDENTIFIER, Clock, a_parcel
from tests.fakes.shelves import FakeParcelShelf
from workstation.cases.refusals import Conflict, CutShort, Declined, ServerFailed, Throttled, Unreachable
from workstation.outbox.delivery import go_on, run_step
from workstation.outbox.parcel import ParcelState
from workstation.outbox.states import next_step

METHODS = ("task", "store", "read_back", "commit", "find")


def run(courier, shelf, clock, *, most=200, draw=0.5):
    """Step until nothing is left to do, letting time pass where waiting is asked for."""
    for _ in range(most):
        parcel = shelf.get(IDENTIFIER)
        if next_step(parcel) is None:
            return parcel
        if parcel.not_before and parcel.not_before > clock.now:
            clock.now = parcel.not_before
        run_step(parcel, courier, shelf, clock, draw=lambda: draw)
    pytest.fail("the parcel never came to rest")


def assert_delivered_once(parcel, courier):
    assert parcel.state is ParcelState.VERIFIED
    assert courier.completions == 1
    assert courier.stored == {"1.2.3.9.1": 1, "1.2.3.9.2": 1}
    assert sorted(name.partition("/")[0] for name in courier.resources) == ["DiagnosticReport", "Provenance"]


def test_a_parcel_is_stored_read_back_handed_over_and_verified():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    parcel = run(courier, shelf, Clock())
    assert_delivered_once(parcel, courier)
    receipt = json.loads(parcel.receipt)
    assert receipt["task"] == {"id": "case-1", "version": "8", "version_now": "8"}
    assert [one["sha256"] for one in receipt["artefacts"]] == [one.sha256 for one in parcel.artefacts]
    assert receipt["resources"] == ["DiagnosticReport/1", "Provenance/2"]
    assert receipt["stored_at"]
    assert receipt["verified_at"]


def test_every_step_is_journaled_before_and_after():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    parcel = run(courier, shelf, Clock())
    steps = [line[1:] for line in parcel.journal]
    names = ["queue", "check", "store", "read-back", "commit", "verify"]
    assert steps == [(name, outcome) for name in names for outcome in ("begin", "done")]
    seen = [len(one.journal) for one in shelf.history]
    assert seen == list(range(1, len(steps) + 1))


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_lost_answer_or_a_kill_anywhere_neither_loses_nor_doubles(method, moment, skip):
    for failure in (Killed(), Unreachable("x"), ServerFailed("x"), CutShort("x"), Throttled("x", retry_after_s=9)):
        courier, shelf, clock = FakeCourier(), FakeParcelShelf(a_parcel()), Clock()
        setattr(courier, moment, failing_once(method, failure, skip=skip))
        try:
            parcel = run(courier, shelf, clock)
        except Killed:
            parcel = run(courier, shelf, clock)  # the program was started again
        assert_delivered_once(parcel, courier)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(METHODS), st.booleans(), st.integers(0, 3), st.booleans()), max_size=6))
def test_any_story_of_failures_ends_in_one_delivery(story):
    plans = {True: [], False: []}
    for method, before, skip, kill in story:
        plans[before].append(failing_once(method, Killed() if kill else Unreachable("x"), skip=skip))
    courier, shelf, clock = FakeCourier(), FakeParcelShelf(a_parcel()), Clock()
    courier.before = lambda name: [plan(name) for plan in plans[True]]
    courier.after = lambda name: [plan(name) for plan in plans[False]]
    for _ in range(len(story) + 1):
        try:
            parcel = run(courier, shelf, clock)
            break
        except Killed:
            continue
    assert_delivered_once(parcel, courier)


@pytest.mark.parametrize(
    "change",
    [
        {"owner_is_me": False},
        {"status": "cancelled"},
        {"status": ""},
        {"status": "completed"},
        {"material_digest": "n"},
    ],
)
def test_a_case_that_changed_is_not_overwritten_but_shown_to_a_person(change):
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    courier.view = replace(courier.view, **change)
    parcel = run(courier, shelf, Clock())
    assert parcel.state is ParcelState.NEEDS_A_PERSON
    assert "kept on this computer" in parcel.problem
    assert courier.completions == 0
    assert not courier.objects
    assert not courier.resources


def test_a_task_version_that_moved_for_another_reason_is_read_again_and_delivered_on():
    courier, shelf, clock = FakeCourier(), FakeParcelShelf(a_parcel()), Clock()

    def touched(name):
        if name == "commit" and courier.view.version == "7":
            courier.view = replace(courier.view, version="8")

    courier.before = touched
    parcel = run(courier, shelf, clock)
    assert_delivered_once(parcel, courier)
    assert "Conflict" in [outcome for _, _, outcome in parcel.journal]


def test_a_case_taken_away_between_reading_and_handing_over_is_not_overwritten():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())

    def taken(name):
        if name == "commit":
            courier.view = replace(courier.view, version="9", owner_is_me=False)

    courier.before = taken
    parcel = run(courier, shelf, Clock())
    assert parcel.state is ParcelState.NEEDS_A_PERSON
    assert courier.completions == 0


def test_other_bytes_under_our_name_stop_the_delivery():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    courier.change = lambda content: content + b"!"
    parcel = run(courier, shelf, Clock())
    assert parcel.state is ParcelState.NEEDS_A_PERSON
    assert "other bytes" in parcel.problem
    assert courier.completions == 0


def test_what_the_service_calls_a_duplicate_counts_as_stored_only_when_it_has_our_bytes():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    courier.objects["1.2.3.9.1"] = b"structured report"
    courier.rejects = {"1.2.3.9.1": "the service has an instance of this name already"}
    assert run(courier, shelf, Clock()).state is ParcelState.VERIFIED

    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    courier.rejects = {"1.2.3.9.1": "the service does not store this kind of object"}
    parcel = run(courier, shelf, Clock())
    assert parcel.state is ParcelState.NEEDS_A_PERSON
    assert "opinion-sr.dcm" in parcel.problem


def test_an_instance_that_vanished_is_sent_again():
    courier, shelf, clock = FakeCourier(), FakeParcelShelf(a_parcel()), Clock()
    vanished = [False]

    def vanish(name):
        if name == "store" and not vanished[0]:
            vanished[0] = True
            courier.objects.pop("1.2.3.9.1")

    courier.after = vanish
    parcel = run(courier, shelf, clock)
    assert parcel.state is ParcelState.VERIFIED
    assert courier.stored == {"1.2.3.9.1": 2, "1.2.3.9.2": 1}


def test_a_report_without_a_completed_task_is_finished_not_duplicated():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())
    courier.commit("case-1", "7", a_parcel().bundle)
    courier.view, courier.completions = replace(courier.view, status="in-progress"), 0
    parcel = run(courier, shelf, Clock())
    assert_delivered_once(parcel, courier)


def test_a_report_that_was_changed_at_the_service_is_never_called_delivered():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())

    def changed(name):
        if name == "commit":
            courier.resources["DiagnosticReport/1"]["conclusion"] = "malignant"

    courier.after = changed
    parcel = run(courier, shelf, Clock())
    assert parcel.state is ParcelState.NEEDS_A_PERSON
    assert "DiagnosticReport" in parcel.problem
    assert not parcel.receipt


def test_a_person_can_send_a_parcel_on_its_way_again():
    courier, shelf, clock = FakeCourier(), FakeParcelShelf(a_parcel()), Clock()
    courier.before = failing_once("store", Declined("no"))
    assert run(courier, shelf, clock).state is ParcelState.NEEDS_A_PERSON
    again = go_on(shelf.get(IDENTIFIER), shelf, clock())
    assert (again.state, again.problem, again.not_before) == (ParcelState.QUEUED, "", None)
    assert_delivered_once(run(courier, shelf, clock), courier)


def test_endless_conflicts_end_with_a_person():
    courier, shelf = FakeCourier(), FakeParcelShelf(a_parcel())

    def conflict(name):
        if name == "commit":
            raise Conflict("x")

    courier.before = conflict
    assert run(courier, shelf, Clock()).state is ParcelState.NEEDS_A_PERSON
