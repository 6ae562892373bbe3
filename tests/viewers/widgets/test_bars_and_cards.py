"""The bar under a clip and the cards of series: what the wheel, the keys and the words there do."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from tests.viewers.widgets.test_showing import clip, frame_of
from viewers.widgets.lettering import lettering_font
from viewers.widgets.palette import Palette
from viewers.widgets.series_thumbnails import MIME_TYPE, NO_PICTURE, SeriesCard, SeriesThumbnails, card_lines


def turned(widget):
    """One notch towards the reader, as the window hears it: what a widget ignores goes on to what holds it."""
    window = widget.window()
    QTest.wheelEvent(window.windowHandle(), QPointF(widget.mapTo(window, widget.rect().center())), QPoint(0, -120))


def test_the_wheel_over_the_bar_of_a_clip_scrolls_as_over_the_picture(area, qtbot):
    area.show_frames(clip(12), lambda _: frame_of(10), play=False)
    stack = area.stage()
    for number, part in enumerate((stack._slider, stack._fps, stack._place), start=1):
        turned(part)
        assert stack.view.shown().index == number
    assert stack._fps.value() == 25.0
    qtbot.mouseClick(stack._slider, Qt.MouseButton.LeftButton, pos=QPoint(stack._slider.width() - 1, 14))
    assert stack.view.shown().index == 11
    assert not stack._slider.hasFocus()


def test_enter_and_escape_in_the_rate_go_back_to_the_picture(area, qtbot):
    area.show_frames(clip(12), lambda _: frame_of(10), play=False)
    stack, left = area.stage(), []
    area.leaving_requested.connect(lambda: left.append(1))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        stack._fps.setFocus()
        qtbot.waitUntil(stack._fps.hasFocus)
        qtbot.keyClick(stack._fps, key)
        assert stack.view.hasFocus()
    assert left == []


def test_the_place_in_a_clip_has_room_for_its_longest_number_from_the_first(area):
    area.show_frames(clip(1000), lambda _: frame_of(10), play=False)
    place = area.stage()._place
    assert place.minimumWidth() >= QFontMetrics(place.font()).horizontalAdvance("1000 / 1000")


def test_a_card_says_its_series_and_that_it_has_no_picture(qtbot):
    listed = SeriesThumbnails(Palette())
    qtbot.addWidget(listed)
    listed.resize(160, 500)
    listed.show_series(
        [SeriesCard(id="a", modality="KO", description="Manifest", count="key images", number="7", pictured=False)]
    )
    listed.show()
    assert "KO · series 7" in listed._item("a").data(Qt.ItemDataRole.AccessibleTextRole)
    shown, place = listed.grab().toImage(), listed.visualItemRect(listed._item("a"))
    middle = [shown.pixelColor(x, place.top() + 54).lightness() for x in range(40, 120)]
    assert max(middle) > 100


@pytest.mark.usefixtures("qapp")
def test_a_doubt_takes_the_lines_that_are_left_on_its_card():
    font, doubt = lettering_font(Palette()), "3 files claim the same place in the patient"
    short = SeriesCard(id="a", modality="CT", description="Thorax", count="80 slices", number="4", doubt=doubt)
    lines = card_lines(short, font, 130)
    assert [role for role, _ in lines] == ["title", "facts", "doubt", "doubt"]
    assert lines[1] == ("facts", "CT · series 4 · 80 slices")
    long = replace(short, description="ep2d_diff_tra_DYNDIST with a long name")
    assert [role for role, _ in card_lines(long, font, 130)] == ["title", "title", "facts", "doubt"]
    plain = [words for _, words in card_lines(replace(short, doubt=""), font, 130)]
    assert plain == ["Thorax", "CT · series 4", "80 slices"]


def test_a_thumbnail_that_cannot_be_made_says_so_and_is_not_black(qtbot):
    listed = SeriesThumbnails(Palette())
    qtbot.addWidget(listed)
    listed.resize(160, 500)
    listed.show_series(cards())
    listed.show()

    def colours():
        place, shown = listed.visualItemRect(listed._item("a")), listed.grab().toImage()
        middle = place.center().x()
        return {
            shown.pixel(x, y) for x in range(middle - 40, middle + 40) for y in range(place.top() + 8, place.top() + 90)
        }

    assert len(colours()) == 1
    listed.show_words("a", NO_PICTURE)
    assert len(colours()) > 10


def cards():
    return [
        SeriesCard(id="a", modality="CT", description="Thorax <b>1 mm</b>", count="312 slices", study="2026-01-02 CT"),
        SeriesCard(id="b", modality="CT", description="Thorax", count="80 slices", study="2025-01-02 CT", doubt="gap"),
    ]


def test_thumbnails_open_by_click_and_by_enter(qtbot):
    listed = SeriesThumbnails(Palette())
    qtbot.addWidget(listed)
    listed.resize(160, 500)
    listed.show_series(cards())
    listed.show_picture("a", np.full((96, 96), 120, np.uint8))
    listed.show()
    item = listed._item("b")
    with qtbot.waitSignal(listed.series_chosen) as told:
        qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.visualItemRect(item).center())
    assert told.args == ["b"]
    listed.setCurrentItem(listed._item("a"))
    with qtbot.waitSignal(listed.series_chosen) as told:
        qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert told.args == ["a"]
    listed.mark_open("b")
    assert listed.open_id == "b"
    assert bytes(listed.mimeData([item]).data(MIME_TYPE).data()) == b"b"
    shown = listed.grab().toImage()
    place = listed.visualItemRect(listed._item("a"))
    assert shown.pixelColor(place.center().x(), place.top() + 50).lightness() == pytest.approx(120, abs=3)


def test_words_of_headers_are_never_rich_text(qtbot):
    listed = SeriesThumbnails(Palette())
    qtbot.addWidget(listed)
    listed.show_series(cards())
    assert "<" not in listed._item("a").toolTip()
    assert "Thorax" in listed._item("a").toolTip()
