"""The draft: edits are undone one by one, typing together, and the disk has it within a second."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.drafts import DraftsInMemory
from tests.workstation.desktop.conftest import AtOnce, make_case
from workstation.desktop.errands import Errands
from workstation.desktop.opinion_draft import OpinionDraft
from workstation.opinions.beginning import begin
from workstation.opinions.opinion import Author
from workstation.opinions.template import load


@pytest.fixture
def shelf():
    return DraftsInMemory()


@pytest.fixture
def draft(opinion, shelf, errands):
    return OpinionDraft(opinion, load(), shelf, errands)


def test_what_was_written_is_on_the_shelf_within_a_second(qtbot, draft, shelf):
    began = time.monotonic()
    draft.write("impression", "impression", "Adenocarcinoma likely.")
    with qtbot.waitSignal(draft.saved, timeout=1000):
        pass
    assert time.monotonic() - began < 1.0
    assert "Adenocarcinoma likely." in shelf.kept["4711"][1]
    assert not draft.unsaved


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [("a\x0bb", "a\nb"), ("a\r\nb\rc", "a\nb\nc"), ("a\x00\x07b", "ab"), ("a\tb – ≤ 😀", "a\tb – ≤ 😀")],
)
def test_what_no_page_can_show_is_not_taken_from_the_clipboard(draft, pasted, kept):
    draft.write("impression", "impression", pasted)
    assert draft.opinion.value("impression", "impression") == kept


def test_typing_all_the_time_is_saved_all_the_time(qtbot, draft, shelf):
    for number in range(30):
        draft.write("impression", "impression", f"{'word ' * number}end")
        qtbot.wait(30)
    assert shelf.kept, "saving must not wait for a pause in typing"


def test_save_now_returns_with_everything_on_the_shelf(draft, shelf):
    draft.write("impression", "impression", "Before the lock.")
    draft.save_now()
    assert "Before the lock." in shelf.kept["4711"][1]


def test_a_full_disk_is_told_and_the_words_stay_to_be_saved_again(qtbot, draft, shelf):
    shelf.broken = True
    draft.write("impression", "impression", "Kept in the window.")
    with qtbot.waitSignal(draft.save_failed, timeout=2000):
        draft.save()
    assert draft.unsaved
    shelf.broken = False
    with qtbot.waitSignal(draft.saved, timeout=2000):
        draft.save()
    assert "Kept in the window." in shelf.kept["4711"][1]


def test_typing_in_one_field_is_undone_in_one_step(draft):
    before = draft.opinion
    for text in ("A", "Ad", "Ade"):
        draft.write("impression", "impression", text)
    draft.write("impression", "diagnosis", "C34.1")
    assert draft.undo()
    assert draft.opinion.value("impression", "impression") == "Ade"
    assert draft.undo()
    assert draft.opinion == before
    assert not draft.undo()
    assert draft.redo()
    assert draft.opinion.value("impression", "impression") == "Ade"


def test_what_was_seen_is_kept_but_never_undone(draft):
    draft.write("impression", "impression", "A")
    draft.note(lambda opinion: opinion)
    assert draft.undo()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["impression", "diagnosis", "staging"]), st.text(max_size=5)), max_size=20))
def test_undoing_everything_and_redoing_everything_comes_back_to_the_same(qapp, edits_made):
    author = Author(reference="Practitioner/1", name="Dr", licence="1", specialty="radiology")
    first = begin(make_case(), load(), author)
    draft = OpinionDraft(first, load(), DraftsInMemory(), Errands(AtOnce()))
    for field, text in edits_made:
        draft.write("impression", field, text)
    last = draft.opinion
    while draft.undo():
        pass
    assert draft.opinion == first
    while draft.redo():
        pass
    assert draft.opinion == last
