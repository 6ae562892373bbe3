"""What a reader does with mouse and keys, and what comes of it."""

import io
import math

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from tests.pictures.synthetic import GRADIENT, volume
from viewers.display.layout import Layout, layout_as_plain, layout_from_plain
from viewers.display.view_state import PlaneName
from viewers.display.window import grey_levels
from viewers.geometry.points import PatientPoint, PixelPoint
from viewers.measure.measurement import MarkKind, value_named
from viewers.widgets.tools import Tool

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


PLAIN = Qt.KeyboardModifier.NoModifier


def drag(qtbot, view, start, end, *, button=LEFT, modifiers=PLAIN):
    qtbot.mousePress(view, button, modifiers, start)
    for step in range(1, 5):
        qtbot.mouseMove(view, start + (end - start) * step / 4)
    qtbot.mouseRelease(view, button, modifiers, end)


def turn(view, notches, modifiers=PLAIN):
    middle = QPointF(view.rect().center())
    event = QWheelEvent(
        middle, view.mapToGlobal(middle), QPoint(), QPoint(0, -120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003  Qt's own signature
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def grey(view, at):
    return view.grab_image().pixelColor(at).red()


def test_three_planes_show_the_values_that_lie_there(reading):
    middle = reading.stage().crosshair
    for view in reading.stage().views:
        picture, shown = view.picture(), view.shown()
        for pixel in (PixelPoint(20, 21), PixelPoint(40, 25)):
            place = (
                np.array(picture.basis.plane.origin_mm)
                + pixel.column * picture.pixel_size[0] * np.array(picture.basis.plane.right)
                + pixel.row * picture.pixel_size[1] * np.array(picture.basis.plane.down)
            )
            expected = int(grey_levels(place @ GRADIENT, shown.window))
            assert abs(grey(view, view.place_of_pixel(pixel)) - expected) <= 4
    assert middle is not None


def test_a_length_is_drawn_with_a_key_and_a_drag(reading, qtbot):
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_D)
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor
    start, end = view.place_of_pixel(PixelPoint(10, 20)), view.place_of_pixel(PixelPoint(40, 30))
    with qtbot.waitSignal(reading.measurement_made) as told:
        drag(qtbot, view, start, end)
    mark = told.args[0]
    assert value_named(mark, "length").value == pytest.approx(math.hypot(30, 10), abs=0.15)
    assert reading.board().measurements == (mark,)
    assert reading.selected() == mark


def test_a_length_is_drawn_with_two_clicks(reading, qtbot):
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_D)
    qtbot.mouseClick(view, LEFT, pos=view.place_of_pixel(PixelPoint(10, 20)))
    qtbot.mouseMove(view, view.place_of_pixel(PixelPoint(30, 20)))
    assert reading.board().measurements == ()
    qtbot.mouseClick(view, LEFT, pos=view.place_of_pixel(PixelPoint(40, 20)))
    assert value_named(reading.board().measurements[0], "length").value == pytest.approx(30, abs=0.15)


def test_snapped_marks_stand_on_voxel_centres_and_whole_radii(reading, qtbot):
    reading.set_snapping(True)
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_D)
    nudge = QPoint(2, -2)
    drag(qtbot, view, view.place_of_pixel(PixelPoint(16, 16)) + nudge, view.place_of_pixel(PixelPoint(48, 48)) + nudge)
    qtbot.keyClick(view, Qt.Key.Key_O)
    centre = view.place_of_pixel(PixelPoint(32, 32))
    drag(qtbot, view, centre + nudge, view.place_of_pixel(PixelPoint(42, 32)))
    length, circle = reading.board().measurements
    assert length.voxels == ((30, 16, 16), (30, 48, 48))
    assert value_named(length, "length").value == pytest.approx(32 * math.sqrt(2))
    assert circle.voxels == ((30, 32, 32),)
    assert value_named(circle, "radius").value == pytest.approx(10)
    rows, columns = np.indices((64, 64))
    inside = np.hypot(rows - 32, columns - 32) <= 10
    values = np.asarray(view.picture().values, float)[inside]
    assert value_named(circle, "mean").value == pytest.approx(values.mean(), abs=1e-9)


def test_the_number_moves_while_a_mark_is_dragged_and_the_board_hears_once(reading, qtbot):
    view, told = reading.active_view(), []
    reading.board().changed(lambda: told.append(1))
    qtbot.keyClick(view, Qt.Key.Key_E)
    qtbot.mousePress(view, LEFT, pos=view.place_of_pixel(PixelPoint(10, 10)))
    seen = []
    for far in (20, 30, 40):
        qtbot.mouseMove(view, view.place_of_pixel(PixelPoint(far, far)))
        seen.append(value_named(view.marks()[0][0], "area").value)
    assert seen == sorted(seen)
    assert told == []
    qtbot.mouseRelease(view, LEFT, pos=view.place_of_pixel(PixelPoint(40, 40)))
    assert told == [1]


def make_length(area, qtbot, start=(10, 20), end=(40, 20)):
    view = area.active_view()
    qtbot.keyClick(view, Qt.Key.Key_D)
    drag(qtbot, view, view.place_of_pixel(PixelPoint(*start)), view.place_of_pixel(PixelPoint(*end)))
    qtbot.keyClick(view, Qt.Key.Key_W)
    return area.board().measurements[-1]


def test_a_handle_changes_a_mark_and_undo_brings_it_back(reading, qtbot):
    before = make_length(reading, qtbot)
    view = reading.active_view()
    with qtbot.waitSignal(reading.measurement_changed):
        drag(qtbot, view, view.place_of_pixel(PixelPoint(40, 20)), view.place_of_pixel(PixelPoint(50, 20)))
    after = reading.board().find(before.id)
    assert value_named(after, "length").value == pytest.approx(40, abs=0.2)
    qtbot.keyClick(view, Qt.Key.Key_Z, CTRL)
    assert reading.board().find(before.id) == before
    qtbot.keyClick(view, Qt.Key.Key_Y, CTRL)
    assert reading.board().find(before.id) == after


def test_a_mark_is_moved_by_its_line_and_keeps_its_length(reading, qtbot):
    before = make_length(reading, qtbot)
    view = reading.active_view()
    drag(qtbot, view, view.place_of_pixel(PixelPoint(25, 20)), view.place_of_pixel(PixelPoint(30, 33)))
    after = reading.board().find(before.id)
    assert value_named(after, "length").value == pytest.approx(value_named(before, "length").value)
    assert after.points_px[0].row == pytest.approx(33, abs=0.3)


def test_a_label_is_dragged_and_stays_where_it_was_put(reading, qtbot):
    mark = make_length(reading, qtbot)
    view = reading.active_view()
    label = view._placed(view.screen_size())[0].label
    drag(qtbot, view, label.center().toPoint(), label.center().toPoint() + QPoint(30, 80))
    moved = view._placed(view.screen_size())[0].label
    assert (moved.topLeft() - label.topLeft()).toPoint() == QPoint(30, 80)
    assert reading.board().find(mark.id).values == mark.values


def test_delete_takes_the_selected_mark_and_undo_gives_it_back(reading, qtbot):
    mark = make_length(reading, qtbot)
    with qtbot.waitSignal(reading.measurement_removed):
        qtbot.keyClick(reading.active_view(), Qt.Key.Key_Delete)
    assert reading.board().measurements == ()
    qtbot.keyClick(reading.active_view(), Qt.Key.Key_Z, CTRL)
    assert reading.board().measurements == (mark,)


def test_enter_cites_the_selected_mark_and_k_the_image(reading, qtbot):
    mark = make_length(reading, qtbot)
    with qtbot.waitSignal(reading.citation_requested) as told:
        qtbot.keyClick(reading.active_view(), Qt.Key.Key_Return)
    assert told.args[0] == mark
    with qtbot.waitSignal(reading.key_image_requested):
        qtbot.keyClick(reading.active_view(), Qt.Key.Key_K)


def test_escape_goes_back_one_step_at_a_time(reading, qtbot):
    make_length(reading, qtbot)
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_D)
    qtbot.mousePress(view, LEFT, pos=QPoint(60, 60))
    qtbot.mouseMove(view, QPoint(90, 90))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert len(view.marks()) == 1
    qtbot.mouseRelease(view, LEFT, pos=QPoint(90, 90))
    assert len(reading.board().measurements) == 1
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.tool is Tool.WINDOW
    with qtbot.waitSignal(reading.leaving_requested):
        qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_the_left_button_windows_every_plane_alike(reading, qtbot):
    views = reading.stage().views
    before = views[0].shown().window
    with qtbot.waitSignal(reading.window_changed):
        drag(qtbot, views[0], QPoint(100, 100), QPoint(164, 60))
    after = views[0].shown().window
    assert after.width > before.width
    assert after.centre < before.centre
    assert {view.shown().window for view in views} == {after}


def test_the_wheel_scrolls_one_image_a_notch_and_the_others_follow(reading):
    axial, coronal, _ = reading.stage().views
    start = axial.shown().index
    turn(axial, 1)
    assert axial.shown().index == start + 1
    turn(axial, -2)
    assert axial.shown().index == start - 1
    turn(axial, 1, CTRL)
    assert axial.shown().index == start + 4
    assert reading.stage().crosshair.z == pytest.approx(axial.shown().position_mm)
    line = coronal._lines[0]
    assert coronal.picture().basis.plane.origin_mm[2] - line.first.row * 2.0 == pytest.approx(axial.shown().position_mm)


def test_half_notches_of_a_fine_wheel_add_up(reading):
    axial = reading.stage().views[0]
    start = axial.shown().index
    for _ in range(4):
        turn(axial, 0.5)
    assert axial.shown().index == start + 2


def test_the_ends_are_ends(reading, qtbot):
    axial = reading.active_view()
    qtbot.keyClick(axial, Qt.Key.Key_End)
    assert axial.shown().index == 59
    qtbot.keyClick(axial, Qt.Key.Key_Down)
    assert axial.shown().index == 59
    qtbot.keyClick(axial, Qt.Key.Key_Home)
    assert axial.shown().index == 0
    qtbot.keyClick(axial, Qt.Key.Key_Down, SHIFT)
    assert axial.shown().index == 10


@pytest.mark.parametrize("how", ["tool", "shift"])
def test_the_crosshair_brings_every_plane_to_one_point(reading, qtbot, how):
    axial, coronal, sagittal = reading.stage().views
    place = axial.place_of_pixel(PixelPoint(20, 45))
    if how == "tool":
        qtbot.keyClick(axial, Qt.Key.Key_H)
        qtbot.mouseClick(axial, LEFT, pos=place)
    else:
        drag(qtbot, axial, QPoint(200, 200), place, modifiers=SHIFT)
    point = reading.stage().crosshair
    assert sagittal.shown().position_mm == pytest.approx(point.x, abs=0.51)
    assert coronal.shown().position_mm == pytest.approx(point.y, abs=0.51)
    assert (point.x, point.y) == pytest.approx((-10 + 20, -20 + 45), abs=0.2)


def test_the_right_button_zooms_around_the_pointer_and_the_middle_one_pans(reading, qtbot):
    view = reading.active_view()
    anchor = view.place_of_pixel(PixelPoint(20, 20))
    drag(qtbot, view, anchor, anchor + QPoint(0, -60), button=RIGHT)
    assert view.shown().zoom > 1.4
    assert (view.place_of_pixel(PixelPoint(20, 20)) - anchor).manhattanLength() <= 2
    drag(qtbot, view, anchor, anchor + QPoint(30, 17), button=MIDDLE)
    assert (view.place_of_pixel(PixelPoint(20, 20)) - anchor - QPoint(30, 17)).manhattanLength() <= 2
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert (view.shown().zoom, view.shown().pan) == (1.0, (0.0, 0.0))


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_right_click_opens_what_fits(reading, qtbot):
    mark = make_length(reading, qtbot)
    view = reading.active_view()
    qtbot.mouseClick(view, RIGHT, pos=view.place_of_pixel(PixelPoint(25, 20)))
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in reading.findChildren(QMenu)))
    menu = next(menu for menu in reading.findChildren(QMenu) if menu.isVisible())
    entry = next(action for action in menu.actions() if action.text().startswith("Cite"))
    with qtbot.waitSignal(reading.citation_requested) as told:
        entry.trigger()
    assert told.args[0] == mark
    menu.close()


def test_digits_choose_presets_by_id(reading, qtbot):
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_2)
    assert (view.shown().window.width, view.shown().window.centre) == (1500, -600)
    assert view.state().preset == "ct-lung"
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.shown().window.width == 400
    reading.choose_preset("automatic")
    assert view.state().preset == "automatic"


def test_turning_flipping_and_inverting_by_keys_and_back_by_reset(reading, qtbot):
    view = reading.active_view()
    plain = view.grab_image()
    for key, modifiers in (
        (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F, SHIFT),
        (Qt.Key.Key_I, SHIFT),
    ):
        qtbot.keyClick(view, key, modifiers)
    shown = view.shown()
    assert (shown.rotation_deg % 180, shown.flipped, shown.inverted) == (90, True, True)
    assert view.grab_image() != plain
    qtbot.keyClick(view, Qt.Key.Key_Escape, SHIFT)
    assert view.grab_image() == plain


def test_a_double_click_shows_one_view_alone_and_another_all_again(reading, qtbot):
    axial, coronal, sagittal = reading.stage().views
    coronal.setFocus()
    qtbot.mouseDClick(coronal, LEFT, pos=QPoint(80, 80))
    assert (axial.isVisible(), coronal.isVisible(), sagittal.isVisible()) == (False, True, False)
    turn(coronal, 3)
    qtbot.mouseDClick(coronal, LEFT, pos=QPoint(80, 80))
    assert all(view.isVisible() for view in (axial, coronal, sagittal))
    assert all(view.picture() is not None for view in (axial, coronal, sagittal))


def test_layouts_follow_each_other_by_key(reading, qtbot):
    qtbot.keyClick(reading.active_view(), Qt.Key.Key_L)
    views = reading.stage().views
    qtbot.waitUntil(lambda: max(v.width() for v in views) - min(v.width() for v in views) <= 2)
    assert reading.view_state().layout is Layout.MPR_ROW


def test_everything_shown_is_restored_to_the_pixel(reading, qtbot):
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_3)
    turn(view, 7)
    drag(qtbot, view, QPoint(200, 200), QPoint(200, 150), button=RIGHT)
    qtbot.keyClick(view, Qt.Key.Key_R)
    kept, picture = layout_as_plain(reading.view_state()), reading.snapshot()
    reading.reset_view()
    turn(view, -20)
    qtbot.keyClick(view, Qt.Key.Key_1)
    assert reading.snapshot() != picture
    reading.restore(layout_from_plain(kept))
    assert reading.snapshot() == picture


def test_a_state_of_another_display_set_is_not_forced_on_this_one(reading):
    kept = reading.view_state()
    reading.show_volume(volume((6, 64, 64), id="set-2"))
    before = reading.view_state()
    reading.restore(kept)
    assert reading.view_state() == before


def test_showing_a_measurement_goes_where_it_was_made(reading, qtbot):
    mark = make_length(reading, qtbot)
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.marks() == ()
    reading.show_measurement(mark.id)
    assert view.shown().index == 30
    assert reading.selected() == mark


def test_a_snapshot_is_a_picture_with_the_mark_and_the_patient(reading, qtbot):
    bare = np.asarray(Image.open(io.BytesIO(reading.snapshot())).convert("RGB")).astype(int)
    mark = make_length(reading, qtbot)
    picture = np.asarray(Image.open(io.BytesIO(reading.snapshot(mark.id))).convert("RGB")).astype(int)
    assert picture.shape == bare.shape
    assert min(picture.shape[:2]) >= 640
    yellow = (picture[..., 0] > 180) & (picture[..., 1] > 150) & (picture[..., 2] < 110)
    assert yellow.sum() > 300
    assert (picture[:60, :200].max(axis=-1) > 150).any()


def test_overlays_fold_away_but_never_the_name(reading, qtbot):
    view = reading.active_view()
    qtbot.keyClick(view, Qt.Key.Key_I)
    assert not view._all_words
    image = view.grab()
    top = np.array([[image.toImage().pixelColor(x, y).lightness() for x in range(6, 90)] for y in range(6, 24)])
    assert (top > 150).any()


def test_the_value_under_the_pointer_is_told(reading, qtbot):
    view = reading.active_view()
    qtbot.mouseMove(view, view.place_of_pixel(PixelPoint(20, 45)))
    expected = view.picture().values[45, 20]
    assert view._probe == f"{expected} HU"


def test_an_ellipse_stays_with_its_plane_and_slice(reading, qtbot):
    axial, coronal, _ = reading.stage().views
    qtbot.keyClick(axial, Qt.Key.Key_E)
    drag(qtbot, axial, axial.place_of_pixel(PixelPoint(20, 20)), axial.place_of_pixel(PixelPoint(40, 44)))
    mark = reading.board().measurements[0]
    assert mark.kind is MarkKind.ELLIPSE
    assert mark.plane is PlaneName.AXIAL
    assert value_named(mark, "area").value == pytest.approx(math.pi * 10 * 12, rel=0.02)
    assert coronal.marks() == ()
    turn(axial, 1)
    assert axial.marks() == ()


def test_moving_the_crosshair_from_outside_moves_every_view(reading):
    reading.stage().move_crosshair(PatientPoint(0.0, 10.0, 50.0))
    axial, coronal, sagittal = reading.stage().views
    assert axial.shown().position_mm == pytest.approx(50)
    assert coronal.shown().position_mm == pytest.approx(10)
    assert sagittal.shown().position_mm == pytest.approx(0)


def test_every_control_has_a_name_for_those_who_do_not_see_it(reading):
    names = [view.accessibleName() for view in reading.stage().views]
    assert names == ["Axial view", "Coronal view", "Sagittal view"]
    assert reading.accessibleName()
