"""Whose images these are: both sides in words, a reason, an audited decision; a mismatch is only reported."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from tests.fakes.cases import PATIENT, a_case, instance_bytes
from tests.fakes.jobs import DirectExecutor, DirectParser
from tests.workstation.desktop.place import FakeService, a_place
from workstation.cases.identity import ImageIdentity
from workstation.desktop.identity_lines import NOT_SAID, lines_of
from workstation.desktop.open_case import facts_of, read_case
from workstation.review.fetch_case import FetchTools, fetch_case

LEFT = Qt.MouseButton.LeftButton
IMAGE = ImageIdentity(
    name="Markovic^Ana", birth_date="19610504", sex="F", patient_id="4711", issuer="", study_uid="", series_uid="",
    sop_uid="",
)  # fmt: skip


def said(**image):
    return {line.attribute: line for line in lines_of(PATIENT, replace(IMAGE, **image))}


def test_every_attribute_is_compared_in_words_that_begin_with_a_sign():
    lines = said()
    assert (lines["Name"].case, lines["Name"].images) == ("Marković, Ana", "Markovic, Ana")
    assert lines["Name"].verdict == "≈ The name is written differently."
    assert lines["Birth date"].images == "1961-05-04"
    assert lines["Birth date"].verdict == "= The same."
    assert (lines["Sex"].case, lines["Sex"].images, lines["Sex"].tone) == ("female", "female", "good")


def test_an_identifier_of_somebody_else_is_no_agreement():
    assert said(patient_id="99", issuer="elsewhere")["Patient ID"].verdict.startswith("○ Of another issuer")
    assert said(patient_id="")["Patient ID"].images == NOT_SAID


def test_what_is_missing_is_said_and_another_birth_date_is_a_mismatch():
    assert said(birth_date="")["Birth date"].verdict.startswith("≈ The birth date is missing")
    assert said(birth_date="19700101")["Birth date"].verdict == "≠ The birth date is another."
    assert said(birth_date="1961")["Birth date"].images == "1961"


def fetched(place, **image):
    """The case as it rests after its images arrived, some of which are written with ``image``."""
    case = a_case(case_id="case-1")
    service = FakeService(case)
    for one in case.studies[0].series[0].instances:
        service.contents[one.sop_uid] = instance_bytes(one, **image)
    shelves = place.shelves
    shelves.cases.put(case)
    fetch_case(
        case,
        FetchTools(
            source=service, shelf=shelves.cases, parser=DirectParser(), audit=shelves.audit, executor=DirectExecutor(),
            check_job="", free_bytes=lambda: 10**12, report=lambda _progress: None, cancelled=lambda: False,
        ),
    )  # fmt: skip


@pytest.fixture
def opened(window_on, qtbot):
    """The window on a case with doubtful images, on the screen that settles them, reached by the badge."""

    def open_it(**image):
        place = a_place(signed_in=False)
        fetched(place, **image)
        window = window_on(place)
        badge = window.findChild(QPushButton, "fetch-identity")
        qtbot.waitUntil(badge.isVisible)
        qtbot.mouseClick(badge, LEFT)
        assert window.session.name == "identity"
        qtbot.waitUntil(lambda: window.findChild(QWidget, "identity-report").isVisible())
        return window, place

    return open_it


def test_a_doubt_is_settled_with_a_reason_and_audited(qtbot, opened):
    window, place = opened(name="Ana^Markovic")
    assert len(place.shelves.cases.instances("case-1").keys()) == 3
    assert window.findChild(QLabel, "identity-1-1-3").text().startswith("≈")
    go = window.findChild(QPushButton, "identity-1-settle")
    qtbot.mouseClick(go, LEFT)
    assert window.findChild(QLabel, "identity-1-told").isVisible()
    assert "identity-settled" not in place.shelves.audit.events
    qtbot.keyClicks(window.findChild(QPlainTextEdit, "identity-1-reason"), "Maiden spelling, same birth date")
    qtbot.mouseClick(go, LEFT)
    qtbot.waitUntil(lambda: window.findChild(QLabel, "identity-none").isVisible())
    assert "identity-settled" in place.shelves.audit.events
    assert len(place.shelves.cases.instances("case-1").keys()) == 6
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.session.name == "worklist"
    qtbot.waitUntil(lambda: not window.findChild(QPushButton, "fetch-identity").isVisible())


def test_an_opinion_waits_until_images_in_doubt_are_decided_or_left_out(qtbot, opened):
    window, place = opened(name="Ana^Markovic")
    (undecided,) = facts(place).undecided
    assert undecided.startswith("3 images of the study")
    leave = window.findChild(QPushButton, "identity-1-leave-out")
    qtbot.mouseClick(leave, LEFT)
    assert window.findChild(QLabel, "identity-1-told").isVisible()
    qtbot.keyClicks(window.findChild(QPlainTextEdit, "identity-1-reason"), "Perhaps her sister's")
    qtbot.mouseClick(leave, LEFT)
    qtbot.waitUntil(lambda: window.findChild(QLabel, "identity-1-left-out") is not None)
    assert "Perhaps her sister's" in window.findChild(QLabel, "identity-1-left-out").text()
    assert facts(place).undecided == ()
    assert facts(place).not_received == ("3 images that the service promised",)
    assert len(place.shelves.cases.instances("case-1").keys()) == 3


def facts(place):
    """What the rules before signing would know if the case were opened now."""
    opened = read_case("case-1", place)
    return facts_of(opened, opened.case)


def test_another_patient_is_never_shown_nor_settled_only_reported(qtbot, opened):
    window, place = opened(name="Okafor^Chidi", birth_date="19700101", patient_id="9")
    assert window.findChild(QPushButton, "identity-1-settle") is None
    assert window.findChild(QWidget, "wrong-images-1").isVisible()
    words = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "Okafor" not in words
    assert "1970" not in words
    qtbot.mouseClick(window.findChild(QPushButton, "identity-report"), LEFT)
    report = QGuiApplication.clipboard().text()
    assert "3 images" in report
    assert "birth date is another" in report
    assert not any(name in report for name in ("Okafor", "Marković", "1970"))
    assert "identity-settled" not in place.shelves.audit.events
