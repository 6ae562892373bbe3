"""A case that changed at the service while it was read: signing waits, opening it again says what changed."""

from dataclasses import replace

import pytest

from tests.fakes.cases import a_case, a_document, a_study
from tests.fakes.drafts import DraftsInMemory
from tests.fakes.jobs import DirectExecutor, DirectPool
from tests.workstation.desktop.place import ME, FakeService, a_place
from workstation.cases.case import CaseState
from workstation.desktop.open_case import facts_of
from workstation.opinions import edits
from workstation.opinions.rules import concerns
from workstation.review.fetch_case import FetchTools, fetch_case

REPORT, LETTER = b"%PDF report", b"%PDF letter"


def fetched(place, service, case):
    shelves = place.shelves
    tools = FetchTools(
        source=service, shelf=shelves.cases, parser=place.workers, audit=shelves.audit, executor=DirectExecutor()
    )
    fetch_case(case, tools)


@pytest.fixture
def place():
    case = replace(a_case(a_study(1), documents=[replace(a_document(REPORT), version="1")]), owner=ME.reference)
    service = FakeService(case)
    service.contents = {"report": REPORT}
    made = replace(a_place(service, signed_in=False), workers=DirectPool())
    made.shelves.drafts = DraftsInMemory()
    fetched(made, service, case)
    return made


def block(reading, place):
    now = place.shelves.cases.get("case-1")
    found = concerns(reading.draft.opinion, facts_of(reading.case, now))
    return {one.rule for one in found if one.stops and not one.rule.startswith("not-displayed")}


def open_case(session, qtbot):
    session.open_case("case-1")
    reading = session.reading
    qtbot.waitUntil(lambda: reading.draft is not None)
    return reading


def change(place, **what):
    case = place.shelves.cases.get("case-1")
    changed = replace(case, version=str(int(case.version) + 1), **what)
    place.shelves.cases.put(changed)
    return changed


def bring(place, changed, **contents):
    """The new documents arrive."""
    service = place.service()
    service.held[changed.id] = changed
    service.contents |= contents
    fetched(place, service, changed)


def test_what_changed_while_it_was_read_holds_the_signature_up_until_it_is_opened_again(window_on, qtbot, place):
    session = window_on(place).session
    reading = open_case(session, qtbot)
    reading.draft.write("impression", "impression", "A scar.")
    assert block(reading, place) == set()
    letter = replace(a_document(LETTER, document_id="letter"), title="A new letter", version="1")
    changed = change(place, documents=(*reading.case.case.documents, letter))
    assert block(reading, place) == {"stale-case"}
    session.go("worklist")
    bring(place, changed, letter=LETTER)
    told = []
    reading.failed.connect(told.append)
    open_case(session, qtbot)
    assert [one.happened for one in told] == ["1 study or document came since you read the case."]
    assert block(reading, place) == {"changed-material:A new letter"}
    assert reading.draft.opinion.value("impression", "impression") == "A scar."
    reading._document_shown("letter")
    assert block(reading, place) == set()


def test_a_reason_declines_what_changed_and_is_kept(window_on, qtbot, place):
    session = window_on(place).session
    reading = open_case(session, qtbot)
    reading.draft.write("impression", "impression", "A scar.")
    reading.keep()
    newer = replace(reading.case.case.documents[0], version="2", size=None, sha1="")
    bring(place, change(place, documents=(newer,)), report=b"%PDF stamped")
    open_case(session, qtbot)
    (rule,) = block(reading, place)
    reading.draft.edit(lambda opinion: edits.explain(opinion, rule, "The same with a new stamp."))
    assert block(reading, place) == set()


def test_a_study_of_which_nothing_came_and_images_that_are_only_counted_want_a_reason(window_on, qtbot, place):
    case = place.shelves.cases.get("case-1")
    absent = replace(a_study(2), series=(), description="CT of last year")
    counted = replace(case.studies[0], promised=9)
    letter = replace(a_document(LETTER, document_id="letter"), version="1")
    place.shelves.cases.put(replace(case, studies=(counted, absent), documents=(*case.documents, letter)))
    reading = open_case(window_on(place).session, qtbot)
    assert block(reading, place) == {
        "not-received:1 document that the service promised",
        "not-received:3 images that the service counts but does not list",
        "not-received:every image of the study “CT of last year”",
    }


def test_a_case_given_to_somebody_else_cannot_be_signed(window_on, qtbot, place):
    reading = open_case(window_on(place).session, qtbot)
    change(place, owner="Practitioner/other")
    assert block(reading, place) == {"stale-case", "not-ours"}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"state": CaseState.AWAITING_INFORMATION, "owner": "Organization/placer"}, "waits for information"),
        ({"state": CaseState.COMPLETED}, "is completed at the central service"),
        ({"state": CaseState.CANCELLED}, "is cancelled at the central service"),
        ({"business_status": "withdrawn", "owner": ""}, "was withdrawn"),
    ],
)
def test_why_it_cannot_be_signed_is_said(window_on, qtbot, place, what, words):
    reading = open_case(window_on(place).session, qtbot)
    change(place, **what)
    assert words in facts_of(reading.case, place.shelves.cases.get("case-1")).not_ours
