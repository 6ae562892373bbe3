"""A draft on a case that changed meanwhile: no word is lost, what changed is asked again, then it can be signed."""

from dataclasses import replace

import pytest

from tests.workstation.desktop.conftest import make_case
from workstation.cases.case import HistoryItem, Question
from workstation.opinions import edits
from workstation.opinions.beginning import begin
from workstation.opinions.completeness import missing
from workstation.opinions.opinion import Author, Opinion
from workstation.opinions.renewing import renew
from workstation.opinions.rules import Facts, concerns
from workstation.opinions.template import load

AUTHOR = Author(reference="Practitioner/1", name="Dr. Ingrid Solberg", licence="NO-1", specialty="radiology")


def first(case, seen="m1") -> Opinion:
    return begin(case, load(), AUTHOR, seen_material=seen)


@pytest.fixture
def case():
    one = make_case()
    return replace(
        one,
        documents=tuple(replace(document, version="1") for document in one.documents),
        studies=tuple(replace(study, version="1") for study in one.studies),
    )


@pytest.fixture
def written(case) -> Opinion:
    opinion = first(case)
    for key in ("d1", case.studies[0].study_uid):
        opinion = edits.put(opinion, "materials", "status", "reviewed", row=key)
        opinion = edits.displayed(opinion, key)
    opinion = edits.answer(opinion, "q1", can_answer="yes", answer="No, it is not.", confidence="high")
    opinion = edits.put(opinion, "history", "status", "confirmed", row="Condition/1")
    return edits.put(opinion, "impression", "impression", "A scar.")


def lacks(opinion, section):
    return {(item.row, item.field) for item in missing(opinion, load()) if item.section == section}


def test_a_draft_on_an_unchanged_case_stays_as_it_is(case, written):
    found = renew(written, first(case))
    assert (found.opinion, found.differences, found.changed) == (written, (), ())


def test_a_new_deadline_alone_makes_the_draft_signable_on_the_new_version_again(case, written):
    later = replace(case, version="4", deadline=case.deadline.replace(month=12))
    stale = Facts(task_version="4")
    assert [one.rule for one in concerns(written, stale)] == ["stale-case"]
    found = renew(written, first(later))
    assert concerns(found.opinion, stale) == ()
    assert found.differences == ()
    assert found.opinion.value("request", "needed_by") == "2026-12-24"
    assert missing(found.opinion, load()) == missing(written, load())


def test_a_new_document_must_be_accounted_for_and_the_new_material_is_what_was_seen(case, written):
    letter = replace(case.documents[0], id="d2", title="Letter", version="1")
    found = renew(written, first(replace(case, version="4", documents=(*case.documents, letter)), seen="m2"))
    assert found.changed == ("d2",)
    assert found.differences == ("1 study or document came since you read the case.",)
    assert lacks(found.opinion, "materials") == {("d2", "status")}
    assert found.opinion.case.seen_material == "m2"


def test_a_document_that_is_another_now_is_asked_for_again_and_counts_as_unseen(case, written):
    other = replace(case, version="4", documents=(replace(case.documents[0], version="2", sha1="ab"),))
    found = renew(written, first(other))
    assert found.changed == ("d1",)
    assert found.differences == ("1 study or document changed since you read the case.",)
    assert ("d1", "status") in lacks(found.opinion, "materials")
    assert {item.key: item.displayed for item in found.opinion.materials} == {
        "d1": False,
        case.studies[0].study_uid: True,
    }


def test_withdrawn_material_leaves_the_opinion(case, written):
    found = renew(written, first(replace(case, version="4", documents=())))
    assert found.differences == ("1 study or document was withdrawn since you read the case.",)
    assert found.opinion.entry("materials").row("d1") is None


def test_an_answer_to_a_question_that_was_asked_otherwise_is_decided_again_without_losing_its_words(case, written):
    questions = (Question(id="q1", text="Is it benign?"), case.questions[1])
    found = renew(written, first(replace(case, version="4", questions=questions)))
    assert found.differences == ("The questions changed.",)
    assert ("q1", "can_answer") in lacks(found.opinion, "answers")
    assert found.opinion.value("answers", "answer", "q1") == "No, it is not."


def test_a_question_that_is_asked_no_more_is_answered_nowhere(case, written):
    found = renew(written, first(replace(case, version="4", questions=case.questions[1:])))
    assert found.opinion.entry("answers").row("q1") is None


def test_history_that_changed_is_judged_again_and_new_lines_are_added(case, written):
    history = (
        HistoryItem(kind="Condition", text="COPD, severe", reference="Condition/1"),
        HistoryItem(kind="Condition", text="Diabetes", reference="Condition/2"),
    )
    found = renew(written, first(replace(case, version="4", history=history)))
    assert found.differences == ("The history changed.",)
    assert {row.id: dict(row.values) for row in found.opinion.entry("history").rows} == {
        "Condition/1": {"item": "Condition: COPD, severe"},
        "Condition/2": {"item": "Condition: Diabetes"},
    }


def test_the_patient_of_the_service_is_the_patient_of_the_opinion(case, written):
    corrected = replace(case, version="4", patient=replace(case.patient, name="Maja Lindquist"))
    found = renew(written, first(corrected))
    assert found.differences == ("What the service says of the patient changed.",)
    assert found.opinion.case.subject.name == "Maja Lindquist"


def test_words_of_the_reader_are_never_touched(case, written):
    found = renew(written, first(replace(case, version="9", documents=(), questions=(), history=(), studies=())))
    assert found.opinion.value("impression", "impression") == "A scar."
    assert found.opinion.entry("history").row("Condition/1") == written.entry("history").row("Condition/1")


def test_a_case_that_is_not_ours_any_more_cannot_be_signed(written):
    (concern,) = concerns(written, Facts(not_ours="The case was withdrawn."))
    assert (concern.rule, concern.stops) == ("not-ours", True)
    assert concern.message.startswith("The case was withdrawn. The draft is kept")
