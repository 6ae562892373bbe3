"""Haste in the real window: what is done as soon as an image is seen is not lost."""

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt

from tests.journeys.seat import Room, opened, shown, unlocked
from workstation.demo import hands, story
from workstation.demo.player import Until
from workstation.desktop import reading_desk
from workstation.desktop.session import Session

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_a_mark_that_is_cited_before_the_opinion_is_there_waits_for_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_desk, "STEP_MS", 1500)
    with room.window() as seat:
        seat.play(unlocked())
        hands.click("filter-mine")
        seat.play(story.choose_case(seat.stage), [shown("case-open")])
        hands.click("case-open")
        session = seat.stage.window.session
        seat.play([Until(what="images", seen=lambda: story._picture_is_there(seat.stage))])
        assert session.reading.draft is None
        view = session.images.active_view()
        middle = QPointF(view.rect().center())
        hands.press(Qt.Key.Key_D)
        hands.drag(view, middle, middle + QPointF(60, 0))
        hands.press(Qt.Key.Key_Return)
        assert session.reading.draft is None, "the opinion came too early for this test"
        seat.wait(lambda: cited(session) == 3, "the citation")
        seat.rest(0.5)
        assert cited(session) == 3


def test_the_lock_drops_the_images_of_a_case_that_was_opened_in_a_hurry(room: Room) -> None:
    with room.window() as seat:
        seat.play(unlocked())
        kept_for_ever = gc.get_freeze_count()
        seat.play(opened(seat))
        window = seat.stage.window
        values = window.session.images._feed.volume.values
        pixels, words = weakref.ref(values), weakref.ref(window.session.place.shelves.cases)
        del values
        window.lock()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as the loop of the running program does
        seat.wait(lambda: pixels() is None, "the memory of the images given back")
        seat.wait(lambda: words() is None, "the keys of the store let go")
        assert gc.get_freeze_count() <= kept_for_ever, "what came with a case would never be searched for garbage"


def cited(session: Session) -> int:
    """How much the opinion rests on, once it is there."""
    draft = session.reading.draft
    return 0 if draft is None else len(draft.opinion.evidence)
