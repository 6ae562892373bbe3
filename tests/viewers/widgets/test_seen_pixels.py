"""Pixels on the screen where something special must be seen: outside, gaps, colour maps, drops, scrolling by hand."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent

from tests.pictures.synthetic import oblique, volume, window
from viewers.geometry.points import PixelPoint
from viewers.widgets.palette import Palette
from viewers.widgets.series_thumbnails import MIME_TYPE
from viewers.widgets.tools import Tool


def colours(view, column, row, reach=4):
    image, place = view.grab_image(), view.place_of_pixel(PixelPoint(column, row))
    around = range(-reach, reach + 1)
    return [image.pixelColor(place.x() + x, place.y() + y).getRgb()[:3] for x in around for y in around]


def test_gaps_are_hatched_and_never_filled_with_what_might_have_been(area, qtbot):
    values = np.full((8, 40, 40), 300, np.int16)
    area.show_volume(volume((8, 40, 40), positions=(0, 1, 2, 3, 12, 13, 14, 15), values=values))
    coronal = area.stage().views[1]
    qtbot.waitUntil(lambda: coronal.picture() is not None)
    picture = coronal.picture()
    row = int(np.flatnonzero(picture.gaps.all(axis=1))[len(np.flatnonzero(picture.gaps.all(axis=1))) // 2])
    column = 16  # no words stand there
    seen = {level for level, _, _ in colours(coronal, column, row, 8)}
    assert seen == {0, 96}
    bright = int(np.flatnonzero(~picture.gaps.any(axis=1))[2])
    assert {level for level, _, _ in colours(coronal, column, bright, 1)} == {255}


def test_beyond_an_oblique_volume_is_black_even_when_inverted(area, qtbot):
    area.show_volume(oblique(shape=(30, 40, 40), angle_deg=30.0))
    sagittal = area.stage().views[2]
    qtbot.waitUntil(lambda: sagittal.picture() is not None)
    outside = sagittal.picture().outside
    area.apply(sagittal, replace(sagittal.state(), inverted=True, zoom=1.0))
    image = sagittal.grab_image()
    chosen = [PixelPoint(int(column), int(row)) for row, column in np.argwhere(outside)[::17]]
    places = [sagittal.place_of_pixel(point) for point in chosen]
    black = [image.pixelColor(place).lightness() == 0 for place in places if image.rect().contains(place)]
    # words and letters may stand there too, nothing else
    assert len(black) > 20
    assert np.mean(black) > 0.85


def test_a_colour_map_colours_the_picture(reading):
    view = reading.active_view()
    reading.apply(view, replace(view.state(), colormap="hot-iron", window=window(400, 1600)))
    seen = {colour for place in ((10, 40), (30, 50), (50, 20)) for colour in colours(view, *place, 2)}
    assert any(red != blue for red, _, blue in seen)


def test_scrolling_by_dragging_goes_one_image_each_few_pixels(reading, qtbot):
    reading.choose_tool(Tool.SCROLL)
    view = reading.active_view()
    start = view.shown().index
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(100, 125))
    assert view.shown().index == start + 3
    qtbot.mouseMove(view, QPoint(100, 92))
    assert view.shown().index == start - 1
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 92))


def test_another_theme_paints_the_same_picture_with_other_marks(reading):
    before = reading.stage().views[1].grab().toImage()
    reading.wear(Palette(axial="#00FFFF"))
    after = reading.stage().views[1].grab().toImage()
    assert after != before
    cyan = [after.pixelColor(x, y).getRgb()[:3] for x in range(30, after.width(), 40) for y in range(after.height())]
    assert (0, 255, 255) in cyan


def test_a_dropped_thumbnail_asks_for_its_series(area, qtbot):
    data = QMimeData()
    data.setData(MIME_TYPE, b"set-9")
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(area.display_set_dropped) as told:
        area.dropEvent(event)
    assert told.args == ["set-9"]


@pytest.mark.parametrize("size", [(420, 300), (1366, 700), (2400, 1300)])
def test_captions_keep_away_from_the_middle_at_any_size(area, qtbot, size):
    area.show_volume(volume(description="A very long description that goes on and on " * 3, name="N" * 60))
    area.resize(*size)
    qtbot.wait(1)
    for view in area.stage().views:
        band = (0, view.height() // 2 - 12, view.width(), 24)
        with_words = view.grab().toImage().copy(*band)
        view.set_all_captions(False)
        assert view.grab().toImage().copy(*band) == with_words
        view.set_all_captions(True)
