"""What is missing is listed, leads to its place, and is gone when it is written; nothing else is asked for."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workstation.opinions.complete_opinion import FIELDS, ROWS, begun, complete
from workstation.opinions import edits
from workstation.opinions.completeness import NEEDED, Missing, is_needed, missing, next_missing, obliged_rows
from workstation.opinions.opinion import Asked, Material, Opinion
from workstation.opinions.template import Template, load

TEMPLATE = load()


def lacking(opinion: Opinion) -> list[tuple[str, str]]:
    return [(item.where, item.field) for item in missing(opinion, TEMPLATE)]


def test_the_complete_opinion_lacks_nothing() -> None:
    assert missing(complete(), TEMPLATE) == ()
    assert next_missing(complete(), TEMPLATE) is None


def test_every_question_of_the_patient_is_an_obligation_of_its_own() -> None:
    opinion = begun()
    asked = replace(opinion.case, questions=(*opinion.case.questions, Asked(id="q3", text="May I fly?")))
    wheres = {where for where, _ in lacking(replace(opinion, case=asked))}
    assert {"answers/q1", "answers/q2", "answers/q3"} <= wheres
    (message,) = {item.message for item in missing(replace(opinion, case=asked), TEMPLATE) if item.row == "q3"}
    assert "May I fly?" in message


def test_every_item_of_the_material_must_be_accounted_for() -> None:
    opinion = complete()
    late = Material(key="doc-2", kind="letter", title="Letter of the surgeon")
    assert ("materials/doc-2", "status") in lacking(replace(opinion, materials=(*opinion.materials, late)))


def test_a_question_cannot_be_passed_over_without_saying_why() -> None:
    opinion = edits.put(complete(), "answers", "why_not", "", row="q2")
    assert lacking(opinion) == [("answers/q2", "why_not")]


def test_concordance_is_asked_for_only_with_an_original_report_and_necessity_only_with_a_treatment() -> None:
    opinion = begun()
    bare = replace(
        opinion,
        materials=tuple(item for item in opinion.materials if item.kind != "original-report"),
        case=replace(opinion.case, proposed_treatment="  "),
    )
    with_both, without = ({where.split("/")[0] for where, _ in lacking(one)} for one in (opinion, bare))
    assert {"concordance", "necessity"} <= with_both
    assert not {"concordance", "necessity"} & without


def test_a_non_diagnostic_study_asks_for_further_information() -> None:
    opinion = edits.remove_row(complete(), "further", "1")
    assert "further" not in {where for where, _ in lacking(opinion)}
    (study,) = [item.key for item in opinion.materials if item.kind == "study"]
    poor = edits.put(opinion, "adequacy", "quality", "non-diagnostic", row=study)
    assert any(where.startswith("further") for where, _ in lacking(poor))


def test_a_finding_is_asked_for_unless_there_is_no_abnormality() -> None:
    opinion = edits.remove_row(complete(), "findings", "1")
    assert ("findings", "") in lacking(opinion)
    assert ("findings", "") not in lacking(edits.put(opinion, "findings", "abnormal", "none"))


def test_a_choice_that_the_template_does_not_offer_and_too_many_words_are_said() -> None:
    wrong = edits.put(complete(), "critical", "category", "no such category")
    assert "does not offer" in missing(wrong, TEMPLATE)[0].message
    long = edits.put(complete(), "summary", "plain", "word " * 201)
    assert "201 words; at most 200" in missing(long, TEMPLATE)[0].message


def test_the_way_through_what_is_missing_meets_everything_once_and_begins_again() -> None:
    opinion, met, here = begun(), list[Missing](), None
    found = missing(opinion, TEMPLATE)
    for _ in found:
        here = next_missing(opinion, TEMPLATE, here)
        assert here is not None
        met.append(here)
    assert tuple(met) == found
    assert next_missing(opinion, TEMPLATE, here) == found[0]


WRITTEN = [(section, name, "") for section, fields in FIELDS.items() for name in fields] + [
    (section, name, row) for section, rows in ROWS.items() for row, values in rows.items() for name in values
]


@settings(max_examples=40, deadline=None)
@given(place=st.sampled_from(WRITTEN), blank=st.sampled_from(["", " ", "\n\t "]))
def test_a_field_taken_out_is_missing_exactly_where_it_was_or_was_not_mandatory(
    place: tuple[str, str, str], blank: str
) -> None:
    section_id, name, row = place
    section = TEMPLATE.section(section_id)
    opinion = edits.put(complete(), section_id, name, blank, row=row)
    field = section.field(name, row=bool(row))
    found = lacking(opinion)
    where = f"{section_id}/{row}" if row else section_id
    assert ((where, name) in found) == field.required
    assert all(item.split("/")[0] == section_id for item, _ in found)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_writing_something_that_was_missing_never_leaves_it_missing(data: st.DataObject) -> None:
    opinion = begun()
    item = data.draw(st.sampled_from([one for one in missing(opinion, TEMPLATE) if one.field]))
    field = TEMPLATE.section(item.section).field(item.field, row=bool(item.row))
    text = field.choices[0].value if field.choices else "Written."
    assert (item.where, item.field) not in lacking(edits.put(opinion, item.section, item.field, text, row=item.row))


def test_the_rows_that_the_case_demands_are_those_of_the_case() -> None:
    opinion = complete()
    assert [row for row, _ in obliged_rows(TEMPLATE.section("answers"), opinion)] == ["q1", "q2"]
    assert [row for row, _ in obliged_rows(TEMPLATE.section("materials"), opinion)] == ["2.25.1001", "doc-1"]
    assert [row for row, _ in obliged_rows(TEMPLATE.section("adequacy"), opinion)] == ["2.25.1001"]


@pytest.mark.parametrize("section", TEMPLATE.sections, ids=lambda section: section.id)
def test_what_the_template_refers_to_exists(section: object) -> None:
    template: Template = TEMPLATE
    found = template.section(section.id)  # type: ignore[attr-defined]
    assert found.needed in NEEDED
    assert is_needed(found, complete()) in (True, False)
    rows = found.rows.fields if found.rows else ()
    for pool in (found.fields, rows):
        names = {field.id for field in pool}
        assert len(names) == len(pool)
        for field in pool:
            assert field.when is None or field.when.field in names
            assert field.kind != "choice" or field.choices
    if found.rows and found.rows.unless:
        assert found.rows.unless.field in {field.id for field in found.fields}
