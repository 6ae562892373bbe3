"""Drawing, changing, undoing, placing and touching marks."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.synthetic import display_set, volume, window
from viewers.display.cuts import cut_of
from viewers.display.resolve import Reality, resolve
from viewers.display.view_state import PlaneName, ViewState
from viewers.display.viewport import to_screen, viewport
from viewers.geometry.points import PixelPoint, ScreenPoint
from viewers.measure.board import Board
from viewers.measure.making import measured, points_of
from viewers.measure.measurement import MarkKind
from viewers.measure.placing import points_on
from viewers.measure.shapes import circle_around
from viewers.measure.snapping import snapped, snapped_radius, whole
from viewers.measure.strokes import NEXT, Phase, Pointer, Stroke, body_moved, handle_moved, mark_points, stepped
from viewers.measure.touching import touched
from viewers.render.picture import picture_of_volume

A, B = PixelPoint(2, 3), PixelPoint(12, 15)


def picture_of(made=None, plane=PlaneName.AXIAL, index=5):
    made = made or volume()
    return picture_of_volume(made, cut_of(made, plane), index)


def drawn(*events, kind=MarkKind.LENGTH):
    stroke = Stroke(kind=kind)
    for event, at in events:
        stroke = stepped(stroke, event, at)
    return stroke


def test_a_mark_is_drawn_by_press_drag_release():
    stroke = drawn((Pointer.PRESS, A), (Pointer.MOVE, PixelPoint(5, 5)), (Pointer.RELEASE, B))
    assert (stroke.phase, stroke.start, stroke.end) == (Phase.DONE, A, B)


def test_a_mark_is_drawn_by_two_clicks():
    stroke = drawn((Pointer.PRESS, A), (Pointer.CLICK, A), (Pointer.MOVE, B), (Pointer.PRESS, B), (Pointer.CLICK, B))
    assert (stroke.phase, stroke.start, stroke.end) == (Phase.DONE, A, B)


@pytest.mark.parametrize(("phase", "event"), list(itertools.product(Phase, Pointer)))
def test_every_event_in_every_phase_leads_where_the_table_says_or_changes_nothing(phase, event):
    stroke = Stroke(kind=MarkKind.LENGTH, phase=phase, start=A, end=B)
    after = stepped(stroke, event, PixelPoint(9, 9))
    expected = NEXT.get((phase, event))
    assert after == stroke if expected is None else after.phase is expected
    if expected is Phase.IDLE:
        assert after.start is None


@given(events=st.lists(st.tuples(st.sampled_from(Pointer), st.tuples(st.floats(0, 9), st.floats(0, 9)))))
def test_no_sequence_of_events_finishes_a_mark_without_a_start(events):
    stroke = drawn(*((event, PixelPoint(*at)) for event, at in events))
    if stroke.phase is Phase.DONE:
        assert stroke.start is not None
        assert stroke.end is not None


def test_a_mark_without_extent_is_none():
    assert mark_points(Stroke(kind=MarkKind.ELLIPSE, start=A, end=A), (1, 1)) is None
    assert mark_points(Stroke(kind=MarkKind.ELLIPSE, start=A, end=PixelPoint(9, 3)), (1, 1)) is None


def test_a_circle_is_drawn_from_its_centre_and_snaps_to_whole_millimetres():
    stroke = Stroke(kind=MarkKind.CIRCLE, start=PixelPoint(10, 10), end=PixelPoint(29.7, 10))
    centre, right, below = mark_points(stroke, (0.5, 0.8), snap=True)
    assert centre == PixelPoint(10, 10)
    assert (right.column - 10) * 0.5 == pytest.approx(10.0)
    assert (below.row - 10) * 0.8 == pytest.approx(10.0)


def test_points_snap_to_voxel_centres_inside_the_picture():
    picture = picture_of()
    assert snapped(PixelPoint(3.4, 7.6), picture) == PixelPoint(3, 8)
    assert snapped(PixelPoint(-9, 99), picture) == PixelPoint(0, 19)
    assert whole(snapped(PixelPoint(3.4, 7.6), picture))
    assert snapped_radius(0.2) == 1.0


def test_a_handle_of_a_length_moves_one_end():
    assert handle_moved(MarkKind.LENGTH, (A, B), 1, PixelPoint(7, 7), (1, 1)) == (A, PixelPoint(7, 7))


def test_the_rim_of_a_circle_changes_its_radius_and_its_centre_moves_it():
    points = points_of(MarkKind.CIRCLE, circle_around(PixelPoint(10, 10), 4.0), (0.5, 0.5))
    wider = handle_moved(MarkKind.CIRCLE, points, 1, PixelPoint(10, 30), (0.5, 0.5))
    assert (wider[1].column - 10) * 0.5 == pytest.approx(10.0)
    moved = handle_moved(MarkKind.CIRCLE, points, 0, PixelPoint(12, 9), (0.5, 0.5))
    assert moved == body_moved(points, PixelPoint(10, 10), PixelPoint(12, 9))


@pytest.mark.parametrize("handle", range(4))
def test_an_ellipse_keeps_its_centre_and_its_other_axis_when_one_end_is_dragged(handle):
    points = (PixelPoint(0, 10), PixelPoint(20, 10), PixelPoint(10, 5), PixelPoint(10, 15))
    to = {0: PixelPoint(-5, 10), 1: PixelPoint(25, 10), 2: PixelPoint(10, -5), 3: PixelPoint(10, 25)}[handle]
    after = handle_moved(MarkKind.ELLIPSE, points, handle, to, (1, 1))
    assert after[handle] == pytest.approx(to)
    kept = (2, 3) if handle < 2 else (0, 1)
    assert [after[i] for i in kept] == [points[i] for i in kept]


def mark(mark_id, picture=None, points=(A, B), kind=MarkKind.LENGTH):
    return measured(kind, points, picture or picture_of(), mark_id=mark_id)


def test_the_board_undoes_and_redoes_everything_in_order():
    board, told = Board(), []
    board.changed(lambda: told.append(len(board.measurements)))
    board.put(mark("a"))
    board.put(mark("b"))
    board.rename("a", "nodule")
    board.remove("b")
    assert [m.id for m in board.measurements] == ["a"]
    assert board.undo()
    assert board.undo()
    assert board.find("a").label == ""
    assert board.undo()
    assert board.undo()
    assert not board.undo()
    assert board.measurements == ()
    assert all(board.redo() for _ in range(4))
    assert not board.redo()
    assert [m.label for m in board.measurements] == ["nodule"]
    assert told == [1, 2, 2, 1, 2, 2, 1, 0, 1, 2, 2, 1]


def test_a_new_change_forgets_what_was_undone():
    board = Board()
    board.put(mark("a"))
    board.undo()
    board.put(mark("b"))
    assert not board.can_redo
    assert [m.id for m in board.measurements] == ["b"]


@given(
    steps=st.lists(st.tuples(st.sampled_from(["put", "remove", "undo", "redo"]), st.sampled_from("abc")), max_size=20)
)
def test_undoing_everything_leads_back_to_the_beginning(steps):
    board = Board((MARKS["c"],))
    for what, key in steps:
        {"put": lambda k: board.put(MARKS[k]), "remove": board.remove}.get(
            what, lambda _k, w=what: getattr(board, w)()
        )(key)
    while board.undo():
        pass
    assert board.measurements == (MARKS["c"],)


MARKS = {key: mark(key) for key in "abc"}


def test_a_listener_that_has_left_hears_nothing():
    board, told = Board(), []
    leave = board.changed(lambda: told.append(1))
    leave()
    leave()
    board.put(mark("a"))
    assert told == []


def test_a_mark_shows_on_its_own_slice_and_not_on_the_next():
    made = volume()
    own = picture_of(made, index=5)
    found = points_on(mark("m", own), own)
    assert found[0] == pytest.approx(A)
    assert found[1] == pytest.approx(B)
    assert points_on(mark("m", own), picture_of(made, index=6)) is None


def test_a_region_does_not_show_on_another_plane_but_a_length_in_both_planes_does():
    made = volume()
    axial = picture_of(made, index=5)
    circle = mark(
        "c", axial, points_of(MarkKind.CIRCLE, circle_around(PixelPoint(10, 8), 0.3), axial.pixel_size), MarkKind.CIRCLE
    )
    coronal = picture_of(made, PlaneName.CORONAL, 8)
    assert points_on(circle, coronal) is None
    along = mark("l", axial, (PixelPoint(3, 8), PixelPoint(9, 8)))
    first, second = points_on(along, coronal)
    assert (first.column, second.column) == pytest.approx((3, 9))
    assert first.row == pytest.approx(11 - 5)


def test_another_series_of_the_same_frame_of_reference_shows_the_mark_and_a_stranger_does_not():
    own = picture_of()
    made = mark("m", own)
    sister = picture_of(volume(id="set-2", series_uid="1.2.3.5"))
    stranger = picture_of(volume(id="set-3", frame_of_reference_uid="9"))
    nameless = picture_of(volume(id="set-4", frame_of_reference_uid=""))
    assert points_on(made, sister) is not None
    assert points_on(made, stranger) is None
    assert points_on(made, nameless) is None


def screen(picture):
    reality = Reality(cuts={}, frames=1, first_frame=0, window=window(0, 1), inverted=False, colour=False)
    shown = resolve(ViewState(display_set_id="s", series_uid="s"), reality)
    return viewport(shown, picture.size, picture.pixel_size, (480.0, 480.0))


def test_the_pointer_finds_handles_first_then_lines_then_nothing():
    picture = picture_of()
    view = screen(picture)
    made = mark("m", picture)
    marks = [(made, points_on(made, picture))]
    end = to_screen(view, B)
    middle = to_screen(view, PixelPoint(7, 9))
    assert touched(ScreenPoint(end.x + 5, end.y), marks, picture, view).handle == 1
    assert touched(middle, marks, picture, view).handle is None
    assert touched(ScreenPoint(middle.x + 40, middle.y - 40), marks, picture, view) is None


def test_the_rim_of_a_circle_can_be_touched_and_its_inside_cannot():
    picture = picture_of()
    view = screen(picture)
    points = points_of(MarkKind.CIRCLE, circle_around(PixelPoint(12, 10), 6.0), picture.pixel_size)
    made = mark("m", picture, points, MarkKind.CIRCLE)
    rim = PixelPoint(12 + 6 / 0.8 * math.cos(2.0), 10 + 6 / 0.9 * math.sin(2.0))
    assert touched(to_screen(view, rim), [(made, points)], picture, view).mark_id == "m"
    assert touched(to_screen(view, PixelPoint(14, 12)), [(made, points)], picture, view) is None


def test_a_frame_without_a_place_in_the_patient_keeps_its_marks_to_itself():
    import numpy as np

    from viewers.render.picture import picture_of_frame
    from viewers.series.display_set import Calibration, CalibrationSource, Kind
    from viewers.volumes.loader import FrameValues

    none = Calibration(source=CalibrationSource.NONE, spacing_mm=None)
    clip = display_set(3, kind=Kind.CINE, calibration=none)
    frames = [
        picture_of_frame(clip, i, FrameValues(values=np.zeros((30, 30), np.int16), padding=None)) for i in range(3)
    ]
    made = mark("m", frames[1])
    assert points_on(made, frames[1]) == (A, B)
    assert points_on(made, frames[0]) is None
