"""Text from outside stays text: no markup, no hidden characters, no reordering."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from workstation.desktop.plain_text import PlainLabel, plain, tooltip, unbroken

HOSTILE = ["<img src='/etc/passwd'>", "<h1>NO ALLERGIES</h1>", "a\u202egnp.exe", "x" * 10_000, "\ud800lone", "nul\0"]


@given(st.text())
def test_nothing_hidden_or_reordering_passes(text):
    kept = plain(text)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Co") and letter not in "\n\t" for letter in kept)
    assert "\u202e" not in kept
    assert "\u2066" not in kept


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=200))
def test_what_people_write_passes_unchanged(text):
    assert plain(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_shows_hostile_text_as_text(qtbot, text):
    label = PlainLabel(text)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == plain(text)
    assert len(label.text()) <= 4001


def test_a_label_made_empty_and_filled_later_is_cleaned_too(qtbot):
    label = PlainLabel()
    qtbot.addWidget(label)
    label.setText("a\u202eb")
    assert label.text() == "ab"


def test_a_tool_tip_never_becomes_markup():
    assert "<img" not in tooltip("<img src=x> & more")
    assert "&lt;img src=x&gt; &amp; more" in tooltip("<img src=x> & more")


def test_a_number_stays_with_what_is_counted_and_with_what_it_is_compared_to():
    assert unbroken("61 %, low (reference > 75 %)") == "61\u00a0%, low (reference >\u00a075\u00a0%)"
    assert unbroken("2 of 3, CT 2015") == "2\u00a0of 3, CT 2015"
