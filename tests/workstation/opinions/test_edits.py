"""An edit gives a new opinion and leaves the old one; evidence is bound by its id, never lost by an edit of text."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workstation.opinions.complete_opinion import begun, complete, density, length
from workstation.opinions import edits
from workstation.opinions.concordance import GRADES, grade
from workstation.opinions.errors import Defect
from workstation.opinions.json_form import write
from workstation.opinions.opinion import Opinion
from workstation.opinions.rules import Facts, Severity, concerns

NAMES = st.sampled_from(["findings", "answers", "impression", "necessity"])
ROWS = st.sampled_from(["", "1", "2", "q1"])
EVIDENCE = st.sampled_from([length(), density(), length("e-third")])
EDITS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.sampled_from(["a", "b"]), st.text(max_size=4), ROWS),
    st.tuples(st.just("cite"), EVIDENCE, NAMES, ROWS),
    st.tuples(st.just("uncite"), st.sampled_from(["e-length", "e-density"]), NAMES, ROWS),
    st.tuples(st.just("remove_row"), NAMES, ROWS),
    st.tuples(st.just("drop_evidence"), st.sampled_from(["e-length", "e-density"])),
    st.tuples(st.just("explain"), st.sampled_from(["rule", "other"]), st.sampled_from(["", "Because.", " "])),
)


def applied(opinion: Opinion, edit: tuple[object, ...]) -> Opinion:
    name, *parts = edit
    if name in ("put", "cite", "uncite"):
        *front, row = parts
        return getattr(edits, str(name))(opinion, *front, row=row)  # type: ignore[no-any-return]
    return getattr(edits, str(name))(opinion, *parts)  # type: ignore[no-any-return]


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(EDITS, max_size=12))
def test_no_edit_changes_the_opinion_before_it_and_undoing_is_going_back(steps: list[tuple[object, ...]]) -> None:
    history = [complete()]
    written = [write(history[0])]
    for step in steps:
        history.append(applied(history[-1], step))
        written.append(write(history[-1]))
    assert [write(one) for one in history] == written


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(EDITS, max_size=12))
def test_a_row_has_one_id_and_an_id_one_piece_of_evidence(steps: list[tuple[object, ...]]) -> None:
    opinion = complete()
    for step in steps:
        opinion = applied(opinion, step)
    ids = [item.id for item in opinion.evidence]
    assert len(ids) == len(set(ids))
    for entry in opinion.entries.values():
        rows = [row.id for row in entry.rows]
        assert len(rows) == len(set(rows))
        for cited in (entry.evidence, *(row.evidence for row in entry.rows)):
            assert len(cited) == len(set(cited))


def test_citing_binds_the_row_to_the_evidence_and_citing_twice_changes_nothing() -> None:
    once = edits.cite(begun(), length(), "findings", row="1")
    row = once.entry("findings").row("1")
    assert row is not None
    assert row.evidence == ("e-length",)
    assert once.cited("e-length") == length()
    assert edits.cite(once, length(), "findings", row="1") == once


def test_what_is_measured_again_takes_the_place_of_what_it_was_everywhere() -> None:
    opinion = complete()
    longer = replace(length(), values=(replace(length().values[0], value=9.2),))
    changed = edits.keep(opinion, longer)
    assert [item.id for item in changed.evidence] == [item.id for item in opinion.evidence]
    assert changed.cited("e-length") == longer
    assert changed.entries == opinion.entries


def test_evidence_that_is_dropped_is_cited_nowhere_and_uncited_evidence_stays() -> None:
    opinion = complete()
    dropped = edits.drop_evidence(opinion, "e-length")
    assert dropped.cited("e-length") is None
    assert b"e-length" not in write(dropped)
    loose = edits.uncite(opinion, "e-length", "findings", row="1")
    assert loose.cited("e-length") == length()
    assert edits.uncite(opinion, "e-length", "findings", row="no such row") == opinion


def test_a_citation_without_its_evidence_blocks_signing() -> None:
    opinion = replace(complete(), evidence=(density(),))
    blocks = [item for item in concerns(opinion) if item.severity is Severity.BLOCK]
    assert {item.where for item in blocks} == {"findings/1", "answers/q1", "concordance/2"}
    assert all("no longer in the opinion" in item.message for item in blocks)


def test_a_row_cannot_be_added_twice_and_a_new_one_gets_a_free_number() -> None:
    opinion = complete()
    with pytest.raises(Defect):
        edits.add_row(opinion, "findings", "1")
    assert edits.next_row_id(opinion, "concordance") == "3"
    assert edits.next_row_id(edits.remove_row(opinion, "concordance", "1"), "concordance") == "1"


def test_an_explanation_lets_an_explained_rule_pass_and_an_empty_one_takes_it_back() -> None:
    facts = Facts(not_displayed=(("1.2.3", "Localizer"),))
    (concern,) = [item for item in concerns(complete(), facts) if item.stops]
    explained = edits.explain(complete(), concern.rule, "A localizer.")
    assert not [item for item in concerns(explained, facts) if item.stops]
    assert edits.explain(explained, concern.rule, "  ").explanations == complete().explanations


def test_what_was_on_the_screen_is_noted_for_that_item_alone() -> None:
    shown = {item.key for item in edits.displayed(complete(), "doc-1").materials if item.displayed}
    assert shown == {"doc-1"}


@pytest.mark.parametrize(
    ("verdicts", "effect", "expected"),
    [
        ((), "none", None),
        (("cannot",), "none", None),
        (("agree", "agree"), "treatment", 1),
        (("agree", "addition"), "none", 2),
        (("minor", "addition", "agree"), "treatment", 3),
        (("agree", "major"), "none", 4),
        (("agree", "major"), "reassurance", 4),
        (("major", "minor"), "treatment", 5),
        (("major",), "diagnosis", 5),
    ],
)
def test_the_worst_verdict_decides_the_grade_of_agreement(
    verdicts: tuple[str, ...], effect: str, expected: int | None
) -> None:
    opinion = edits.put(begun(), "effect", "effect", effect)
    for verdict in verdicts:
        opinion = edits.add_statement(opinion, {"verdict": verdict})
    found = grade(opinion)
    assert (found[0] if found else None) == expected
    assert found is None or found in GRADES
