"""The worklist: most urgent first, every state a word, empty groups say what will appear, worked by keys alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QRadioButton, QWidget

from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.conftest import NOW, make_case
from tests.workstation.desktop.place import FakeService, a_place
from workstation.cases.case import CaseState, HistoryItem
from workstation.cases.ports import Received, ReceivedState
from workstation.desktop.app_bar import safe_to_unplug
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.worklist_entries import (
    Entry,
    Group,
    Holding,
    Order,
    arranged,
    fits,
    holding,
    newest_parcels,
    ordered,
    sex_and_age,
    state_words,
    time_left,
)
from workstation.desktop.worklist_list import ENTRY
from workstation.desktop.worklist_screen import EMPTY, NOT_FOUND, WorklistScreen
from workstation.outbox.parcel import ParcelState

NOTHING = Holding(promised=None, present=0)


@pytest.mark.parametrize(
    ("skew", "words"),
    [
        (None, ""),
        (timedelta(seconds=90), ""),
        (timedelta(minutes=-2), ""),
        (timedelta(minutes=7), "this computer's clock is 7 min behind"),
        (timedelta(hours=-26), "this computer's clock is 1 d 2 h ahead"),
    ],
)
def test_a_clock_that_is_wrong_is_told_beside_the_connection(window_on, qtbot, skew, words):
    service = FakeService()
    service.clock_skew = skew
    desk = window_on(a_place(service)).session.worklist_desk
    with qtbot.waitSignal(desk.connection, check_params_cb=lambda said, _tone: said.startswith("● online")) as told:
        desk.refresh()
    said, tone = told.args
    assert said.endswith(words)
    assert tone == ("watch" if words else "quiet")


def entry(case_id="1", *, hours=19.0, state=CaseState.IN_PROGRESS, **more):
    return Entry(case=make_case(case_id, hours=hours, state=state), holding=more.pop("here", NOTHING), **more)


@pytest.fixture
def screen(qtbot, look):
    made = WorklistScreen(look, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    return made


def test_building_the_screen_shows_no_window_of_its_own(qapp, look):
    shown = []

    class Watch(QObject):
        def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched.objectName())
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    made = WorklistScreen(look, lambda: NOW)
    qapp.removeEventFilter(watch)
    made.deleteLater()
    assert shown == []


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [
        (19, "19 h left", ""),
        (5, "near: 5 h left", "watch"),
        (0.5, "near: 30 min left", "watch"),
        (51, "2 d 3 h left", ""),
        (-3, "3 h late", "danger"),
    ],
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


def lines():
    return [
        replace(entry("late", hours=-3), case=replace(make_case("late", hours=-3, name="Zoe Abel"), updated=NOW)),
        entry("near", hours=5),
        entry("new", hours=30, state=CaseState.REQUESTED),
    ]


def shown(screen):
    model = screen.list.entries
    return [model.data(model.index(row), ENTRY).case.id for row in range(model.rowCount())]


def test_the_search_looks_through_every_group_and_escape_ends_it(qtbot, screen):
    screen.show_entries(lines())
    screen.list.setFocus()
    qtbot.keyClick(screen.list, Qt.Key.Key_Slash)
    line = screen.findChild(QLineEdit, "worklist-search")
    assert line.hasFocus()
    qtbot.keyClicks(line, "new radiology")
    assert shown(screen) == ["new"]
    qtbot.keyClicks(line, " zebra")
    assert screen.findChild(object, "worklist-empty").text() == NOT_FOUND
    assert screen.leave()
    assert shown(screen) == ["late", "near"]
    assert screen.list.hasFocus()
    assert not screen.leave()


def test_arrows_in_the_search_line_choose_and_enter_goes_there(qtbot, screen):
    screen.show_entries(lines())
    screen.search()
    line = screen.findChild(QLineEdit, "worklist-search")
    qtbot.keyClick(line, Qt.Key.Key_Down)
    assert screen.list.chosen().case.id == "near"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert screen.list.hasFocus()


def test_a_case_is_found_by_birth_date_identifier_and_state():
    line = entry("x", state=CaseState.AWAITING_INFORMATION)
    assert all(fits(line, sought) for sought in ("1966-03-02", "so-4711", "ASKED nodule", ""))
    assert not fits(line, "1966-03-03")


def test_the_order_is_chosen_and_what_was_chosen_is_told(qtbot, screen):
    screen.show_entries([entry("b", hours=1), *lines()])
    orders = screen.findChild(QComboBox, "worklist-order")
    orders.setCurrentIndex(list(Order).index(Order.PATIENT))
    with qtbot.waitSignal(screen.arranged) as told:
        orders.activated.emit(orders.currentIndex())
    assert told.args == ["Mine", Order.PATIENT.value]
    assert arranged(lines(), Order.NEWEST)[0].case.id == "late"


def test_what_was_chosen_last_time_holds_and_nonsense_changes_nothing(screen):
    screen.show_entries(lines())
    screen.arrange("New", Order.NEWEST.value)
    assert shown(screen) == ["new"]
    screen.arrange("no such group", "no such order")
    assert shown(screen) == ["new"]


def test_a_filter_says_how_many_cases_it_has_and_how_many_are_late(screen):
    screen.show_entries(lines())
    control = screen.findChild(QPushButton, "filter-mine")
    assert control.text() == "Mine   2   ⚠ 1 late"
    assert control.accessibleName() == "Mine: 2 cases, 1 late"


def test_a_withdrawn_case_is_no_longer_mine():
    line = entry()
    gone = replace(line, case=replace(line.case, business_status="withdrawn"))
    assert (gone.group, state_words(gone)) == (Group.DONE, "withdrawn")


def test_an_accepted_case_stays_chosen_where_it_now_stands(qtbot, window_on):
    service = FakeService(make_case("other", hours=1), make_case("fresh", state=CaseState.REQUESTED))
    place = a_place(service)
    for case in service.held.values():
        place.shelves.cases.put(case)
    window = window_on(place)
    screen = window.session.worklist
    qtbot.waitUntil(lambda: screen.entry("fresh") is not None)
    screen.choose("fresh")
    screen.panel.begin_accept()
    window.findChild(QRadioButton, "acceptance-none").setChecked(True)
    qtbot.mouseClick(window.findChild(QPushButton, "acceptance-go"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: screen.entry("fresh").case.state is CaseState.ACCEPTED)
    assert screen.list.chosen().case.id == "fresh"
    assert window.findChild(QPushButton, "filter-mine").isChecked()
    assert shown(screen) == ["other", "fresh"]


def test_the_keyboard_goes_to_the_list_when_its_first_case_comes(qtbot, screen):
    screen.show_entries([])
    qtbot.waitUntil(screen.isActiveWindow)
    screen.take_keyboard()
    assert screen.hasFocus()
    screen.show_entries([entry()])
    assert screen.list.hasFocus()
    screen.show_entries([])
    assert screen.hasFocus()


def test_after_a_form_the_keyboard_is_back_in_the_list(qtbot, screen):
    screen.show_entries([entry("new", state=CaseState.REQUESTED)])
    qtbot.waitUntil(screen.isActiveWindow)
    none, cancel, go = (screen.findChild(object, f"acceptance-{name}") for name in ("none", "cancel", "go"))
    for leave in (
        screen.leave,
        lambda: qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton),
        lambda: (none.setChecked(True), qtbot.mouseClick(go, Qt.MouseButton.LeftButton)),
    ):
        screen.take_keyboard()
        qtbot.keyClick(screen.list, Qt.Key.Key_A)
        assert none.hasFocus()
        leave()
        assert screen.list.hasFocus()


def test_who_declares_something_can_write_it_at_once(qtbot, screen):
    screen.show_entries([entry("new", state=CaseState.REQUESTED)])
    qtbot.waitUntil(screen.isActiveWindow)
    screen.panel.begin_accept()
    some = screen.findChild(object, "acceptance-some")
    qtbot.mouseClick(some, Qt.MouseButton.LeftButton, pos=QPoint(10, some.height() // 2))
    assert screen.findChild(object, "acceptance-statement").hasFocus()


def test_what_is_here_and_the_way_to_stop_are_seen_however_long_the_case_is(qtbot, screen):
    screen.resize(1366, 728)
    many = tuple(HistoryItem(kind="condition", text=f"Condition {n}", reference="") for n in range(60))
    line = entry(here=Holding(promised=9, present=4), fetching=True)
    screen.show_entries([replace(line, case=replace(line.case, history=many))])
    qtbot.wait(30)
    for name in ("fetch-state", "fetch-act"):
        part = screen.findChild(QWidget, name)
        assert part.isVisible()
        assert part.visibleRegion().boundingRect() == part.rect(), f"{name} is scrolled out of sight"


def test_a_finding_is_told_apart_from_its_value_and_the_value_keeps_its_unit(screen):
    item = HistoryItem(kind="observation", text="Protein", reference="", detail="14 /µL, high")
    screen.show_entries([replace(entry(), case=replace(make_case("1"), history=(item,)))])
    assert "Protein: 14\u00a0/µL, high" in [label.text() for label in screen.findChildren(PlainLabel)]


def test_scrolling_past_the_order_does_not_change_it(screen):
    screen.show_entries(lines())
    order = screen.findChild(QComboBox, "worklist-order")
    place = QPointF(order.mapTo(screen, order.rect().center()))
    QTest.wheelEvent(screen.windowHandle(), place, QPoint(0, -120))
    assert order.currentIndex() == 0


def test_a_search_is_no_filter_and_a_finished_case_has_no_time_left(qtbot, screen):
    screen.show_entries([entry("mine"), entry("done", parcel=a_parcel(ParcelState.VERIFIED))])
    mine = screen.findChild(QPushButton, "filter-mine")
    assert mine.isChecked()
    assert "left" in screen.findChild(object, "case-stand").text()
    screen.search()
    qtbot.keyClicks(screen.findChild(QLineEdit, "worklist-search"), "nodule")
    assert not mine.isChecked()
    screen.leave()
    assert mine.isChecked()
    screen.show_group(Group.DONE)
    assert screen.findChild(object, "case-stand").text() == "verified"
