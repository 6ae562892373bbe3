"""Keys: every one that is told works, none means two things on a screen, and F1 shows those of this screen."""

import re
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QLineEdit, QSpinBox, QWidget

from tests.workstation.desktop.conftest import make_case
from tests.workstation.desktop.place import a_place
from workstation.cases.case import CaseState
from workstation.demo import hands

SCREENS = ("worklist", "outbox", "settings", "identity", "reading", "sign", "sign-in")
BUILT = {"outbox": "delivery", "sign": "signing", "sign-in": "sign_in"}
INPUTS = (QAbstractButton, QLineEdit, QComboBox, QSpinBox, QAbstractScrollArea)
SMALLEST = 16


@pytest.fixture
def window(window_on):
    place = a_place(signed_in=False)
    place.shelves.cases.put(make_case("mine"))
    place.shelves.cases.put(make_case("new", state=CaseState.REQUESTED))
    made = window_on(place)
    for name in SCREENS:
        assert name == "worklist" or getattr(made.session, BUILT.get(name, name)) is not None
    return made


def shown(window, name):
    window.session.go(name)
    return window.stack.currentWidget()


@pytest.mark.parametrize("name", SCREENS)
def test_every_control_says_what_it_is(window, name):
    screen = shown(window, name)
    nameless = [
        f"{type(control).__name__} {control.objectName()}"
        for control in screen.findChildren(QWidget)
        if isinstance(control, INPUTS)
        and control.window() is window  # not the list of a combo box
        and control.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not control.objectName().startswith("qt_")
        and not (control.accessibleName() or getattr(control, "text", str)())
    ]
    assert nameless == []


@pytest.mark.parametrize("name", SCREENS)
def test_no_key_means_two_things_on_a_screen(window, name):
    screen = shown(window, name)
    own = screen.commands.all() if hasattr(screen, "commands") else []
    told = Counter(QKeySequence(each.keys).toString() for each in (*own, *window.commands.all()) if each.keys)
    assert [keys for keys, times in told.items() if times > 1] == []


@pytest.mark.parametrize("name", SCREENS)
def test_every_control_can_be_hit_and_reached_by_tab(window, name):
    screen = shown(window, name)
    for control in screen.findChildren(QAbstractButton):
        if control.isVisible() and control.objectName() and not control.objectName().startswith("qt_"):
            assert min(control.width(), control.height()) >= SMALLEST, control.objectName()
            assert control.focusPolicy() != Qt.FocusPolicy.NoFocus or control.toolTip(), control.objectName()


@pytest.mark.parametrize("name", ["worklist", "outbox", "identity"])
def test_a_key_in_a_tool_tip_is_bound(window, name):
    screen = shown(window, name)
    bound = {QKeySequence(each.keys).toString() for each in (*screen.commands.all(), *window.commands.all())}
    known = bound | {"Esc", "Return"}
    for control in screen.findChildren(QAbstractButton):
        found = re.search(r"\(([^()]+)\)$", control.accessibleDescription())
        keys = found[1].replace("⏎", "Return") if found else "Esc"
        assert keys in known, (control.objectName(), keys)


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_the_map_of_the_keyboard_shows_this_screen_and_escape_puts_it_away(qtbot, window, key):
    listed = window.session.worklist.list
    listed.setFocus()
    qtbot.keyClick(listed, key)
    card = window.keys_card
    assert card.isVisible()
    words = {label.text() for label in card.findChildren(QLabel)}
    assert {"Accept the chosen case", "Search the cases", "/", "Lock", "Ctrl+L"} <= words
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_tools_windows_and_layouts_are_found_by_their_words(window):
    room = shown(window, "reading")
    titles = {each.title for each in room.commands.all()}
    assert {"Tool: Length: drag, or click both ends", "View: next image", "Layout: One plane"} <= titles
    assert any(title.startswith("Window: ") for title in titles)
    assert room.commands.run("tool-length")
    assert room.bar.findChild(QAbstractButton, "tool-length").isChecked()
    assert room.images.forget_tool()


def test_every_key_works_where_there_is_no_case_to_have_the_keyboard(window_on):
    window = window_on(a_place())
    assert window.session.name == "worklist"
    hands.press(Qt.Key.Key_Slash)
    assert window.session.worklist.findChild(QLineEdit, "worklist-search").hasFocus()
    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.session.name == "outbox"
    hands.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    window.focusWidget().clearFocus()
    hands.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.session.name == "outbox"


def test_the_map_of_the_keyboard_is_as_high_as_it_needs_and_outlives_what_had_the_keyboard(window, qtbot):
    shown(window, "outbox")
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    window.show_keys()
    few = window.keys_card.height()
    field.deleteLater()
    qtbot.wait(1)
    window.keys_card.put_away()
    shown(window, "reading")
    window.show_keys()
    assert few < 300 < window.keys_card.height()


def test_f11_leaves_only_the_images_and_brings_back_what_was_there(window):
    room = shown(window, "reading")
    for opinion in (True, False):
        room.show_opinion(shown=opinion)
        room.commands.run("chrome")
        assert [part.isVisible() for part in (room.images, room.bar, room.studies, room.opinion)] == [True] + 3 * [
            False
        ]
        room.commands.run("chrome")
        assert [part.isVisible() for part in (room.bar, room.studies, room.opinion)] == [True, True, opinion]
