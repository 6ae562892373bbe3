"""The worklist: most urgent first, every state a word, empty groups say what will appear, worked by keys alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.conftest import NOW, make_case
from workstation.cases.case import CaseState
from workstation.cases.ports import Received, ReceivedState
from workstation.desktop.app_bar import safe_to_unplug
from workstation.desktop.worklist_entries import (
    Entry,
    Group,
    Holding,
    holding,
    newest_parcels,
    ordered,
    sex_and_age,
    state_words,
    time_left,
)
from workstation.desktop.worklist_screen import EMPTY, WorklistScreen
from workstation.outbox.parcel import ParcelState

NOTHING = Holding(promised=None, present=0)


def entry(case_id="1", *, hours=19.0, state=CaseState.IN_PROGRESS, **more):
    return Entry(case=make_case(case_id, hours=hours, state=state), holding=more.pop("here", NOTHING), **more)


@pytest.fixture
def screen(qtbot, look):
    made = WorklistScreen(look, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    return made


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [(19, "19 h", ""), (5, "5 h", "watch"), (0.5, "30 min", "watch"), (51, "2 d 3 h", ""), (-3, "3 h late", "danger")],
)
def test_the_time_left_is_said_in_words_with_its_tone(hours, words, tone):
    assert time_left(NOW + timedelta(hours=hours), NOW) == (words, tone)


def test_without_a_deadline_that_is_said():
    assert time_left(None, NOW) == ("no deadline", "quiet")


@given(st.lists(st.floats(min_value=-100, max_value=100), max_size=8))
def test_the_most_urgent_case_comes_first(hours):
    lines = ordered([entry(str(number), hours=each) for number, each in enumerate(hours)])
    deadlines = [line.case.deadline for line in lines]
    assert deadlines == sorted(deadlines)


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("parcel", [None, *ParcelState])
def test_every_case_stands_in_exactly_one_group_and_says_its_state(state, parcel):
    line = entry(state=state, parcel=a_parcel(parcel) if parcel else None)
    assert line.group in Group
    assert state_words(line)


def test_a_signed_opinion_is_sending_until_the_service_provably_has_it():
    assert entry(parcel=a_parcel(ParcelState.STORED_UNVERIFIED)).group is Group.SENDING
    assert entry(parcel=a_parcel(ParcelState.NEEDS_A_PERSON)).group is Group.SENDING
    assert entry(parcel=a_parcel(ParcelState.VERIFIED)).group is Group.DONE


def test_offline_ready_means_everything_promised_is_here_and_nothing_is_in_doubt():
    case = make_case()
    keys = [item.sop_uid for study in case.studies for one in study.series for item in one.instances] + ["d1"]
    received = [Received(key=key, series_uid="", size=1, sha256="", state=ReceivedState.PRESENT) for key in keys]
    assert holding(case, received).complete
    assert not holding(case, received[:-1]).complete
    spoiled = Received(key=keys[0], series_uid="", size=1, sha256="", state=ReceivedState.QUARANTINED)
    assert not holding(case, [spoiled, *received[1:]]).complete
    assert holding(case, [spoiled, *received[1:]]).troubled == 1


def test_the_newest_revision_of_a_parcel_counts():
    old, new = a_parcel(ParcelState.VERIFIED), a_parcel(ParcelState.SIGNED)
    assert newest_parcels([old, new])[old.case_id] is new


def test_age_is_counted_by_birthdays():
    patient = make_case().patient
    assert sex_and_age(patient, NOW.date()) == "F, 60"
    assert sex_and_age(patient, NOW.date().replace(month=3, day=1)) == "F, 59"


def test_unplugging_is_safe_only_when_nothing_moves():
    assert safe_to_unplug(fetching=0, sending=0) == ("✓ safe to unplug", "good")
    assert safe_to_unplug(fetching=1, sending=0)[1] == "watch"
    assert safe_to_unplug(fetching=0, sending=1)[1] == "watch"


def test_an_empty_group_says_what_will_appear_there(screen):
    screen.show_entries([])
    for group in Group:
        screen.show_group(group)
        shown = screen.findChild(object, "worklist-empty")
        assert shown.isVisible()
        assert shown.text() == EMPTY[group]


def test_enter_on_the_most_urgent_case_opens_it(qtbot, screen):
    here = Holding(promised=5, present=5)
    screen.show_entries([entry("late", hours=40, here=here), entry("soon", hours=2, here=here)])
    with qtbot.waitSignal(screen.panel.open_requested) as opened:
        screen.list.setFocus()
        qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert opened.args == ["soon"]


def test_a_new_case_is_not_opened_before_the_conflict_question_is_answered(qtbot, screen):
    screen.show_entries([entry("new", state=CaseState.REQUESTED)])
    opened, accepted = [], []
    screen.panel.open_requested.connect(opened.append)
    screen.panel.accept_requested.connect(lambda case, words: accepted.append((case, words)))
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    go = screen.findChild(object, "acceptance-go")
    assert go.isVisible()
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert accepted == []
    screen.findChild(object, "acceptance-none").setChecked(True)
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert opened == []
    assert accepted[0][0] == "new"
    assert "no conflict" in accepted[0][1]


def test_declaring_something_needs_its_words(qtbot, screen):
    screen.show_entries([entry("new", state=CaseState.REQUESTED)])
    screen.panel.begin_accept()
    screen.findChild(object, "acceptance-some").setChecked(True)
    accepted = []
    screen.panel.accept_requested.connect(lambda case, words: accepted.append((case, words)))
    go = screen.findChild(object, "acceptance-go")
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert accepted == []
    screen.findChild(object, "acceptance-statement").setPlainText("I treated the patient in 2019.")
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert accepted == [("new", "I treated the patient in 2019.")]


def test_the_chosen_case_stays_chosen_when_the_list_is_shown_again(screen):
    lines = [entry("a", hours=1), entry("b", hours=2), entry("c", hours=3)]
    screen.show_entries(lines)
    screen.choose("b")
    screen.show_entries([entry("z", hours=0.5), *lines])
    assert screen.list.chosen().case.id == "b"


def test_an_image_tag_in_a_name_is_shown_as_text(qtbot, screen):
    line = Entry(case=make_case("x", name="<img src='file:///etc/hostname'>"), holding=NOTHING)
    screen.show_entries([line])
    assert "<img" in screen.findChild(object, "case-who").text()


def test_every_control_has_a_name_for_keys_and_readers(screen):
    from PySide6.QtWidgets import QAbstractButton

    screen.show_entries([entry("a"), entry("b", state=CaseState.REQUESTED)])
    for control in screen.findChildren(QAbstractButton):
        assert control.objectName()
        assert control.accessibleName() or control.text()
