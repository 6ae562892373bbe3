"""Handing back through the window: also an accepted case while nothing of it is signed, asked twice, then gone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from tests.fakes.parcels import a_parcel
from tests.workstation.desktop.conftest import make_case
from tests.workstation.desktop.place import FakeService, a_place
from workstation.cases.case import CaseState
from workstation.desktop.worklist_entries import Entry, Group, Holding, may_be_handed_back
from workstation.outbox.parcel import ParcelState

LEFT = Qt.MouseButton.LeftButton
NOTHING = Holding(promised=None, present=0)


@pytest.mark.parametrize("state", list(CaseState))
def test_only_an_open_case_without_a_signed_opinion_may_be_handed_back(state):
    line = Entry(case=make_case(state=state), holding=NOTHING)
    open_states = (
        CaseState.REQUESTED,
        CaseState.ACCEPTED,
        CaseState.IN_PROGRESS,
        CaseState.AWAITING_INFORMATION,
    )
    assert may_be_handed_back(line) == (state in open_states)
    assert not may_be_handed_back(replace(line, parcel=a_parcel(ParcelState.SIGNED)))


def test_an_accepted_case_is_handed_back_after_being_asked_twice(qtbot, window_on):
    service = FakeService(make_case("mine", state=CaseState.IN_PROGRESS))
    place = a_place(service, signed_in=False)  # so that nothing is fetched meanwhile
    place.shelves.cases.put(service.held["mine"])
    window = window_on(place)
    screen = window.session.worklist
    qtbot.waitUntil(lambda: screen.entry("mine") is not None)
    qtbot.keyClick(screen.list, Qt.Key.Key_H)
    words = window.findChild(QPlainTextEdit, "hand-back-reason")
    go = window.findChild(QPushButton, "hand-back-go")
    assert words.isVisible()
    qtbot.mouseClick(go, LEFT)
    assert window.findChild(QLabel, "hand-back-told").isVisible()
    qtbot.keyClicks(words, "I know the patient")
    qtbot.mouseClick(go, LEFT)
    assert window.findChild(QLabel, "hand-back-sure").isVisible()
    assert service.held["mine"].state is CaseState.IN_PROGRESS
    qtbot.keyClick(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: screen.entry("mine").group is Group.DONE)
    assert service.held["mine"].state is CaseState.FAILED
    assert place.shelves.cases.forgotten == ["mine"]
    assert "case handed back" in place.shelves.audit.events
