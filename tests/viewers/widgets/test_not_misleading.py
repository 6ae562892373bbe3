"""Nothing in a view misleads: the frame, lines of views that are not seen, tips over the image, foreign numbers."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from tests.pictures.synthetic import volume
from tests.viewers.widgets.test_reading import drag
from viewers.display.layout import Layout
from viewers.widgets.mark_painting import ELSEWHERE
from viewers.widgets.tools import Tool


def test_keys_act_in_the_view_that_has_the_frame_around_it(reading, qtbot):
    sagittal = volume((5, 30, 30), step=(14.0, 0, 0), rows=(0, 0, -1.0), columns=(0, 1.0, 0), id="set-2")
    reading.show_volume(sagittal)
    view = reading.active_view()
    assert view is reading.stage().views[2]
    qtbot.waitUntil(view.hasFocus)
    before = view.shown().index
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert view.shown().index == before + 1


def test_a_view_alone_has_no_lines_of_views_that_are_not_seen(reading, qtbot):
    axial = reading.stage().views[0]
    assert axial._lines
    qtbot.keyClick(axial, Qt.Key.Key_X)
    assert axial._lines == ()
    qtbot.keyClick(axial, Qt.Key.Key_X)
    assert axial._lines
    reading.choose_layout(Layout.SINGLE)
    assert axial._lines == ()


def test_no_tool_tip_lies_over_the_picture_and_the_tool_is_told_to_readers_of_the_screen(reading):
    reading.choose_tool(Tool.LENGTH)
    axial = reading.stage().views[0]
    assert axial.toolTip() == ""
    assert "Length" in axial.accessibleDescription()


def test_numbers_of_another_series_over_the_same_place_are_called_so(reading, qtbot):
    axial = reading.stage().views[0]
    reading.choose_tool(Tool.ELLIPSE)
    drag(qtbot, axial, QPoint(200, 200), QPoint(260, 260))
    (mark,) = axial._placed(axial.screen_size())
    assert ELSEWHERE not in mark.lines
    other = volume((60, 64, 64), rows=(0, 1.0, 0), columns=(1.0, 0, 0), dtype="int16", id="set-2", unit="SUVbw")
    reading.show_volume(other)
    (again,) = reading.stage().views[0]._placed(axial.screen_size())
    assert again.lines == (*mark.lines, ELSEWHERE)
