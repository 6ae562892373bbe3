"""New, changed and withdrawn cases are told; nothing is lost."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.cases import NOW, FakeCaseSource, a_case, a_document, a_study
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf, FakeTokenShelf
from workstation.cases.case import CaseState
from workstation.cases.refusals import ForeignOrigin
from workstation.review.worklist import synchronise


class World:
    """A service, this computer, and how to synchronise them."""

    def __init__(self, *cases):
        self.source = FakeCaseSource(*cases)
        self.shelf, self.cursors, self.audit = FakeCaseShelf(), FakeTokenShelf(), FakeAuditTrail()

    def synchronise(self):
        return synchronise(self.source, self.shelf, self.cursors, self.audit)

    def change(self, **what):
        case = self.source.held["case-1"]
        newer = (case.updated or NOW) + timedelta(hours=1)
        self.source.held["case-1"] = replace(case, version=str(int(case.version) + 1), updated=newer, **what)


def test_the_first_time_every_case_is_new_and_the_second_time_nothing_is():
    world = World(a_case(), a_case(case_id="case-2"))
    assert {case.id for case in world.synchronise().new} == {"case-1", "case-2"}
    again = world.synchronise()
    assert (again.new, again.changed, again.withdrawn) == ((), (), ())


def test_a_changed_case_says_what_changed_and_keeps_the_manifest_of_studies_that_did_not():
    world = World(a_case(a_study(1)))
    world.synchronise()
    world.shelf.put(world.source.held["case-1"])
    world.change(documents=(a_document(b"new"),), deadline=NOW)
    (change,) = world.synchronise().changed
    assert set(change.differences) == {"The deadline changed.", "1 document was added."}
    assert world.shelf.get("case-1").studies == (a_study(1),)


def test_a_study_with_a_new_version_loses_its_old_manifest():
    world = World(a_case(a_study(1)))
    world.synchronise()
    world.shelf.put(world.source.held["case-1"])
    world.change(studies=(replace(a_study(1), version="2"),))
    (change,) = world.synchronise().changed
    assert change.differences == ("1 study changed.",)
    assert world.shelf.get("case-1").studies[0].series == ()


def test_a_case_accepted_while_the_service_is_asked_is_not_put_back():
    world = World(replace(a_case(), state=CaseState.REQUESTED))
    world.synchronise()
    world.change(deadline=NOW)
    before = world.source.case

    def case(case_id):
        read = before(case_id)
        world.source.case = before
        world.shelf.put(world.source.accept(world.source.held[case_id], conflict_statement="none"))
        return read

    world.source.case = case
    assert world.synchronise().changed == ()
    assert world.shelf.get("case-1").state is CaseState.ACCEPTED
    world.synchronise()
    assert (world.shelf.get("case-1").state, world.shelf.get("case-1").deadline) == (CaseState.ACCEPTED, NOW)


def test_a_case_given_to_somebody_else_vanishes_from_the_search_and_is_found_by_its_id():
    world = World(a_case(), a_case(case_id="case-2"))
    world.synchronise()
    world.change(owner="Practitioner/other")
    (change,) = world.synchronise().withdrawn
    assert change.differences == ("The case was given to somebody else.",)
    assert world.shelf.get("case-1").owner == "Practitioner/other"
    assert world.shelf.get("case-1").business_status == "withdrawn"
    assert world.synchronise().withdrawn == ()
    assert "case-withdrawn" in world.audit.events


def test_a_case_that_was_given_back_is_ours_again():
    world = World(a_case())
    world.synchronise()
    world.change(owner="Practitioner/other")
    world.synchronise()
    world.change(owner=world.source.specialist().reference)
    assert len(world.synchronise().changed) == 1
    assert world.shelf.get("case-1").business_status == ""


def test_a_case_that_waits_for_the_placers_answer_is_not_withdrawn_though_the_placer_owns_it_meanwhile():
    world = World(a_case())
    world.synchronise()
    world.change(owner="Organization/placer", state=CaseState.AWAITING_INFORMATION)
    found = world.synchronise()
    assert (len(found.changed), found.withdrawn) == (1, ())


def test_a_case_the_service_does_not_show_any_more_is_kept_and_marked():
    world = World(a_case())
    world.synchronise()
    del world.source.held["case-1"]
    (change,) = world.synchronise().withdrawn
    assert "The case was withdrawn." in change.differences
    assert world.shelf.get("case-1").business_status == "withdrawn"
    assert world.synchronise().withdrawn == ()


def test_a_cancelled_case_is_withdrawn():
    world = World(a_case())
    world.synchronise()
    world.change(state=CaseState.CANCELLED)
    (change,) = world.synchronise().withdrawn
    assert change.differences == ("The case went from in-progress to cancelled.",)


def test_the_cursor_follows_the_clock_of_the_service_and_overlaps_by_five_minutes():
    asked = []
    world = World(a_case())
    real = world.source.case_ids_since
    world.source.case_ids_since = lambda moment: asked.append(moment) or real(moment)
    world.synchronise()
    world.synchronise()
    world.change()
    world.synchronise()
    world.synchronise()
    early = NOW - timedelta(minutes=5)
    assert asked == [None, early, early, early + timedelta(hours=1)]


def test_a_case_that_cannot_be_read_does_not_hide_the_others_and_is_read_again_later():
    world = World(a_case(), a_case(case_id="case-2"))
    real = world.source.case

    def case(case_id):
        if case_id == "case-1":
            raise ForeignOrigin("The central service named an address outside itself.")
        return real(case_id)

    world.source.case = case
    found = world.synchronise()
    assert [one.id for one in found.new] == ["case-2"]
    assert found.problems == ("The central service named an address outside itself.",)
    world.source.case = real
    assert [one.id for one in world.synchronise().new] == ["case-1"]
