"""Notices: a near deadline, a passed one, a delivery that stopped; one quiet line, the gravest first, never twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.conftest import NOW, make_case
from tests.workstation.desktop.place import a_place
from workstation.cases.case import CaseState
from workstation.desktop.app_bar import AppBar
from workstation.desktop.notice_bar import NoticeBar
from workstation.desktop.notices import notices
from workstation.desktop.parcel_card import ParcelCard
from workstation.desktop.worklist_entries import Entry, Holding
from workstation.outbox.parcel import ParcelState

NOTHING = Holding(promised=None, present=0)
LEFT = Qt.MouseButton.LeftButton


def line(case_id, *, hours=40.0, state=CaseState.IN_PROGRESS, parcel=None):
    return Entry(case=make_case(case_id, hours=hours, state=state), holding=NOTHING, parcel=parcel)


STUCK = line("sent", parcel=a_parcel(ParcelState.NEEDS_A_PERSON))
LINES = [line("far"), line("near", hours=5), line("late", hours=-2), STUCK]


def test_the_gravest_comes_first_and_what_is_far_away_is_not_told():
    found = notices(LINES, NOW)
    assert [(each.tone, each.case_id) for each in found] == [("danger", ""), ("danger", "late"), ("watch", "near")]
    assert "is 2 h late" in found[1].words
    assert "5 h left" in found[2].words


def test_a_document_that_rests_before_the_queue_is_told_and_offered_again(qtbot, look):
    resting = replace(a_parcel(ParcelState.SIGNED), problem="The certificate was revoked.")
    assert [each.tone for each in notices([line("x", parcel=resting)], NOW)] == ["danger"]
    card = ParcelCard(resting, "x", look, 1)
    qtbot.addWidget(card)
    card.show()
    assert card.findChild(QPushButton, "parcel-1-again").isVisible()
    waiting = replace(resting, not_before=NOW)
    assert notices([line("x", parcel=waiting)], NOW) == ()


def test_no_notice_names_a_patient():
    told = " ".join(each.words for each in notices(LINES, NOW))
    assert not any(word in told for word in ("Lindqvist", "Maja", "1966", "Nodule"))


@pytest.mark.parametrize("state", [CaseState.COMPLETED, CaseState.CANCELLED, CaseState.AWAITING_INFORMATION])
def test_what_is_not_the_readers_turn_is_not_told(state):
    assert notices([line("x", hours=1, state=state)], NOW) == ()
    delivered = line("x", hours=-1, parcel=a_parcel(ParcelState.VERIFIED))
    assert notices([delivered], NOW) == ()


@pytest.fixture
def bar(qtbot, look):
    made = NoticeBar(look)
    qtbot.addWidget(made)
    made.begin(lambda: NOW)
    return made


def words(bar):
    return bar.findChild(QLabel, "notice-words").text()


def test_one_line_at_a_time_and_what_was_put_away_stays_away(qtbot, bar):
    bar.consider(LINES)
    assert bar.isVisible()
    assert "outbox" in words(bar)
    assert "And 2 more" in words(bar)
    away = bar.findChild(QToolButton, "notice-away")
    qtbot.mouseClick(away, LEFT)
    assert "late" in words(bar)
    qtbot.mouseClick(away, LEFT)
    qtbot.mouseClick(away, LEFT)
    assert not bar.isVisible()
    bar.consider(LINES)
    assert not bar.isVisible()
    bar.consider([line("near", hours=-1)])
    assert "passed" in words(bar)


def test_a_deadline_comes_near_while_nothing_else_happens(bar):
    now = [NOW]
    bar.begin(lambda: now[0])
    bar.consider([line("x", hours=20)])
    assert not bar.isVisible()
    now[0] = NOW + timedelta(hours=10)
    bar.look_again()
    assert "near" in words(bar)


def test_the_button_leads_to_the_case_and_locking_says_nothing_more(qtbot, window_on):
    place = a_place(signed_in=False)
    for each in LINES[:3]:
        place.shelves.cases.put(each.case)
    window = window_on(place)
    bar = window.notice_bar
    qtbot.waitUntil(bar.isVisible)
    window.session.go("settings")
    assert bar.isVisible()
    qtbot.waitUntil(lambda: bar.height() < 48)
    assert window.stack.height() > window.height() - 110
    qtbot.mouseClick(bar.findChild(QPushButton, "notice-act"), LEFT)
    assert window.session.name == "worklist"
    assert window.session.worklist.list.chosen().case.id == "late"
    window.lock()
    assert not bar.isVisible()
    assert words(bar) == ""


def test_the_top_of_the_window_knows_what_is_unsent_before_the_outbox_was_ever_opened(qtbot, look):
    top = AppBar(look)
    qtbot.addWidget(top)
    top.show_entries([line("x", parcel=a_parcel(ParcelState.QUEUED))])
    assert "keep the network" in top.findChild(QLabel, "bar-unplug").text()
    assert top.findChild(QPushButton, "go-outbox").text() == "Outbox  1"
