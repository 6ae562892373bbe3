"""A draft comes back as it was put, or is refused and left alone; a frozen opinion has one digest and fixed names."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workstation.opinions.complete_opinion import NOW, begun, complete, frozen, length
from workstation.opinions import drafts, edits
from workstation.opinions.errors import Defect, DraftRefused, NotReady
from workstation.opinions.evidence import EvidenceValue
from workstation.opinions.freezing import freeze, thaw, unready
from workstation.opinions.json_form import pictures, read, write
from workstation.opinions.opinion import Opinion
from workstation.opinions.rules import Facts, concerns
from workstation.opinions.template import load, parse

TEMPLATE = load()
# Everything that can be written in UTF-8: lone surrogates cannot.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


class Shelf:
    """A draft shelf in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, str]] = {}
        self.pictures: dict[str, bytes] = {}

    def put(self, case_id: str, revision: int, text: str) -> None:
        assert set(pictures_named(text)) <= set(self.pictures), "a text never names a picture that is not there"
        self.kept[case_id] = (revision, text)

    def get(self, case_id: str) -> tuple[int, str] | None:
        return self.kept.get(case_id)

    def put_picture(self, case_id: str, sha256: str, png: bytes) -> None:
        assert case_id
        self.pictures[sha256] = png

    def picture(self, case_id: str, sha256: str) -> bytes | None:
        assert case_id
        return self.pictures.get(sha256)


def pictures_named(text: str) -> list[str]:
    return [item["picture_sha256"] for item in json.loads(text)["evidence"] if item["picture_sha256"]]


def again(opinion: Opinion) -> Opinion:
    return read(write(opinion), pictures(opinion).__getitem__)


def test_the_whole_opinion_comes_back_from_its_json() -> None:
    assert again(complete()) == complete()
    assert again(begun()) == begun()


@settings(max_examples=40, deadline=None)
@given(text=TEXT, row=st.sampled_from(["", "1", "new"]), reason=TEXT)
def test_any_text_comes_back_from_its_json(text: str, row: str, reason: str) -> None:
    opinion = edits.explain(edits.put(complete(), "findings", "finding", text, row=row), "rule", reason)
    assert again(opinion) == opinion
    assert write(again(opinion)) == write(opinion)


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=3),
    points=st.lists(st.tuples(*[st.floats(-1e4, 1e4)] * 3), max_size=3),
)
def test_any_finite_number_of_a_measurement_comes_back_exactly(
    numbers: list[float], points: list[tuple[float, float, float]]
) -> None:
    values = tuple(EvidenceValue(name=f"n{index}", value=value, unit="mm") for index, value in enumerate(numbers))
    opinion = edits.keep(begun(), length(values=values, points_mm=tuple(points)))
    assert again(opinion).evidence == opinion.evidence


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_never_written(value: float) -> None:
    with pytest.raises(Defect):
        write(edits.keep(begun(), length(values=(EvidenceValue(name="length", value=value, unit="mm"),))))


def test_half_a_character_is_never_written() -> None:
    with pytest.raises(Defect):
        write(edits.put(begun(), "impression", "impression", "\ud800"))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"format": "second-opinion/9"}', "no json", "\x00"])
def test_what_is_no_opinion_is_refused(text: str) -> None:
    with pytest.raises(DraftRefused):
        read(text, lambda _digest: b"")


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_draft_from_which_anything_was_cut_is_refused(data: st.DataObject) -> None:
    whole = write(complete()).decode()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DraftRefused):
        read(whole[:cut], pictures(complete()).__getitem__)


def test_a_draft_comes_back_from_the_shelf_with_its_pictures_and_its_revision() -> None:
    shelf = Shelf()
    assert drafts.restore(shelf, "case-17") is None
    drafts.save(shelf, complete(), 3)
    assert drafts.restore(shelf, "case-17") == (3, complete())


def test_a_key_picture_that_is_gone_or_changed_refuses_the_draft_and_leaves_it() -> None:
    shelf = Shelf()
    drafts.save(shelf, complete(), 1)
    before = dict(shelf.kept)
    digest = length().picture_sha256
    content = shelf.pictures.pop(digest)
    with pytest.raises(DraftRefused, match="missing"):
        drafts.restore(shelf, "case-17")
    shelf.pictures[digest] = content[:-1] + bytes([content[-1] ^ 1])
    with pytest.raises(DraftRefused, match="changed"):
        drafts.restore(shelf, "case-17")
    assert shelf.kept == before


def test_an_opinion_that_lacks_something_is_not_frozen_and_says_what() -> None:
    with pytest.raises(NotReady) as caught:
        freeze(begun(), TEMPLATE, now=NOW, new_uuid=lambda: UUID(int=1))
    assert len(caught.value.reasons) > 20
    assert any("Is the nodule in my right lung really cancer?" in reason for reason in caught.value.reasons)


@pytest.mark.parametrize(
    "facts",
    [
        Facts(task_version="5"),
        Facts(undecided=("2 images of the study “CT”",)),
        Facts(not_displayed=(("1.2", "CT"),)),
        Facts(not_received=("2 images",)),
    ],
)
def test_what_blocks_or_wants_a_reason_is_not_frozen(facts: Facts) -> None:
    assert unready(complete(), TEMPLATE) == ()
    assert len(unready(complete(), TEMPLATE, facts)) == 1


def test_no_reason_lifts_an_identity_that_is_not_decided() -> None:
    facts = Facts(undecided=("2 images of the study “CT”",))
    (concern,) = concerns(complete(), facts)
    explained = edits.explain(complete(), concern.rule, "It will be hers.")
    assert [one.rule for one in concerns(explained, facts) if one.stops] == [concern.rule]
    assert len(unready(explained, TEMPLATE, facts)) == 1


def test_an_opinion_on_another_version_of_the_template_is_not_frozen() -> None:
    (reason,) = unready(replace(complete(), template_digest="0" * 64), TEMPLATE)
    assert "another version of the template" in reason


def test_freezing_the_same_twice_gives_the_same_bytes_digest_and_names() -> None:
    assert frozen() == frozen()
    one, other = frozen(seed=1), frozen(seed=2)
    assert one.digest == other.digest
    assert not {getattr(one.uids, name) for name in one.uids.__slots__} & {
        getattr(other.uids, name) for name in other.uids.__slots__
    }
    assert len({getattr(one.uids, name) for name in one.uids.__slots__}) == len(one.uids.__slots__)


@settings(max_examples=40, deadline=None)
@given(change=st.sampled_from(["text", "evidence", "explanation", "displayed"]))
def test_any_change_changes_the_digest(change: str) -> None:
    opinion = complete()
    changed = {
        "text": edits.put(opinion, "impression", "impression", "Nothing."),
        "evidence": edits.keep(opinion, length(laterality="left")),
        "explanation": edits.explain(opinion, "rule", "Because."),
        "displayed": edits.displayed(opinion, "doc-1"),
    }[change]
    assert write(changed) != frozen().canonical


def test_a_frozen_opinion_thaws_into_itself() -> None:
    made = frozen()
    thawed = thaw(
        made.canonical,
        made.template,
        identifier=made.identifier,
        frozen_at=made.frozen_at,
        picture=pictures(made.opinion).__getitem__,
    )
    assert thawed == made


def test_the_time_of_freezing_has_no_parts_of_a_second() -> None:
    now = datetime(2026, 11, 24, 9, 0, 0, 999_999, tzinfo=UTC)
    assert freeze(complete(), TEMPLATE, now=now, new_uuid=lambda: UUID(int=1)).frozen_at.microsecond == 0


SECTION = '{"id": "s", "number": 1, "title": "S", "code": ["LN", "1", "m"], "needed": "always"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"id": "t", "version": "1", "title": "T"}',
        '{"id": "t", "version": "1", "title": "T", "sections": [{}]}',
        '{"id": "t", "version": "1", "title": "T", "sections": [' + SECTION + ', "fields": [{"id": "f"}]}]}',
        '{"id": "t", "version": "1", "title": "T", "sections": ['
        + SECTION
        + ', "fields": [{"id": "f", "label": "F", "kind": "colour"}]}]}',
        '{"id": "t", "version": "1", "title": "T", "sections": ['
        + SECTION
        + ', "rows": {"source": "moon", "singular": "row"}}]}',
        '{"id": "t", "version": "1", "title": "T", "sections": [' + SECTION.replace("1,", '"one",') + "}]}",
    ],
)
def test_a_template_that_does_not_fit_is_a_defect(text: str) -> None:
    with pytest.raises(Defect):
        parse(text)


def test_a_template_that_is_not_shipped_is_a_defect_wherever_its_name_points() -> None:
    for name in ("none", "../templates/second-opinion", "/etc/passwd"):
        with pytest.raises(Defect):
            load(name)
    with pytest.raises(Defect):
        TEMPLATE.section("none")
    with pytest.raises(Defect):
        TEMPLATE.section("impression").field("none")
