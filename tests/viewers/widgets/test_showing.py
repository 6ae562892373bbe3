"""Opening, loading, failing, changing patients, playing clips: what is on the screen at every moment."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPolygonF

from tests.pictures.synthetic import display_set, oblique, volume, window
from tests.viewers.widgets.conftest import Held
from viewers.display.view_state import PlaneName, Slab, SlabMode
from viewers.geometry.points import PixelPoint
from viewers.measure.measurement import value_named
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import Calibration, CalibrationSource, Kind
from viewers.volumes.loader import FrameValues
from viewers.widgets import feeds
from viewers.widgets.background import Background
from viewers.widgets.feeds import Loaded
from viewers.widgets.image_area import ImageArea
from viewers.widgets.mark_painting import _beside, _covered
from viewers.widgets.palette import Palette, palette_from
from viewers.widgets.tools import ACTION_KEYS, TOOL_HINTS, TOOL_KEYS, Tool, meaning_of

NONE = Calibration(source=CalibrationSource.NONE, spacing_mm=None)


@pytest.fixture
def slow(qtbot, held, clock):
    made = ImageArea(Palette(), held, now_s=clock)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def brightest(view):
    picture = view.grab_image()
    return max(picture.pixelColor(x, y).lightness() for x in range(100, 300, 7) for y in range(150, 300, 7))


def clip(frames=6, **changes):
    known = {"frame_time_ms": 40.0, "rate_source": "FrameTime", "calibration": NONE, "unit": "raw"}
    return display_set(frames, kind=Kind.CINE, windows=(window(128, 256),), **{**known, **changes})


def frame_of(level):
    return FrameValues(values=np.full((40, 40), level, np.int16), padding=None)


def test_a_changed_patient_blanks_first(area):
    told = []
    area.identity_changed.connect(lambda shown: told.append(None if shown is None else shown.identity.name))
    area.show_volume(volume(name="First^A"))
    area.show_volume(volume(name="Second^B", id="set-2"))
    area.blank()
    assert told == ["First^A", None, "Second^B", None]
    assert area.display_set() is None
    assert area.snapshot() == b""


def test_the_name_on_the_view_is_that_of_the_pixels_shown(area):
    area.show_volume(volume(name="First^A"))
    for view in area.stage().views:
        assert view.picture().display_set is area.display_set()
    area.show_frames(clip(name="Second^B"), lambda _: frame_of(10), play=False)
    assert area.display_set().identity.name == "Second^B"
    assert all(view.picture() is None for view in area._mpr.views)


def test_hundreds_of_switches_with_late_answers_never_mix_patients(slow, held, qtbot):
    # every patient's pixels hold that patient's own number; answers come late and in any order
    order = random.Random(7)
    for round_number in range(400):
        mine = round_number % 200
        shown = clip(3, id=f"set-{round_number}", name=f"P{mine}")
        slow.show_frames(shown, lambda _, level=mine: frame_of(level), play=False)
        for _ in range(order.randrange(3)):
            if held.waiting:
                held.run(order.randrange(len(held.waiting)))
        if round_number % 25 == 0:
            qtbot.wait(1)
            picture = slow.active_view().picture()
            if picture is not None:
                assert picture.display_set is slow.display_set()
                assert (picture.values == int(picture.display_set.identity.name[1:])).all()
    held.run_all()
    qtbot.waitUntil(lambda: slow.active_view().picture() is not None)
    assert (slow.active_view().picture().values == 199).all()


def test_a_volume_on_its_way_says_so_and_fills_as_slices_come(area, qtbot):
    made = volume((10, 32, 32))
    load = Loaded(volume=made, ready=np.zeros(10, bool), failed={})
    wanted = []
    area.slice_wanted.connect(wanted.append)
    area.show_volume(load)
    axial = area.stage().views[0]
    assert axial.picture() is None
    assert axial._words == "loading, 0 of 10 slices"
    load.ready[:] = True
    area.refresh_slices()
    qtbot.waitUntil(lambda: axial.picture() is not None)
    assert axial.picture().frame == 5


def test_a_slice_that_is_scrolled_to_before_it_is_there_is_asked_for(area, qtbot):
    ready = np.ones(10, bool)
    ready[6] = False
    area.show_volume(Loaded(volume=volume((10, 32, 32)), ready=ready))
    with qtbot.waitSignal(area.slice_wanted) as told:
        qtbot.keyClick(area.active_view(), Qt.Key.Key_Down)
    assert told.args == [6]


def test_a_slice_that_cannot_be_shown_says_why_and_its_neighbours_are_there(area, qtbot):
    load = Loaded(volume=volume((10, 32, 32)), ready=np.ones(10, bool), failed={5: "the codestream ends early"})
    area.show_volume(load)
    axial = area.active_view()
    assert axial.picture() is None
    assert "the codestream ends early" in axial._words
    assert axial._failed
    qtbot.keyClick(axial, Qt.Key.Key_Down)
    assert axial.picture().frame == 6


def test_a_slice_that_came_with_a_doubt_says_so_in_every_plane_that_it_is_part_of(area, qtbot):
    load = Loaded(volume=volume((10, 32, 32)), ready=np.ones(10, bool), marked={5: "Its decoder failed once."})
    area.show_volume(load)
    axial, coronal = area.stage().views[:2]
    assert axial.picture().note == "Its decoder failed once."
    assert coronal.picture().note == "Slice 6 is doubtful: Its decoder failed once."
    axial.setFocus()
    qtbot.keyClick(axial, Qt.Key.Key_Down)
    assert axial.picture().frame == 6
    assert not axial.picture().note


@pytest.mark.parametrize(("error", "words"), [(MemoryError(), "not enough memory"), (ValueError(), "made a mistake")])
def test_a_plane_that_cannot_be_made_is_a_tile_and_never_the_plane_before(  # noqa: PLR0917 - a table
    slow, held, qtbot, monkeypatch, error, words
):
    slow.show_volume(oblique(shape=(20, 30, 30), values=None))
    coronal = slow.stage().views[1]
    assert coronal.picture() is not None

    def break_down(*_):
        raise error

    monkeypatch.setattr(feeds, "picture_of_volume", break_down)
    with qtbot.captureExceptions() as raised:
        slow.apply(coronal, replace(coronal.state(), slab=Slab(thickness_mm=10, mode=SlabMode.MIP)))
        held.run_all()
        qtbot.waitUntil(lambda: coronal._failed)
    assert coronal.picture() is None
    assert words in coronal._words
    assert [kind for kind, _, _ in raised] == ([] if isinstance(error, MemoryError) else [ValueError])


def test_messages_stand_where_images_would(area):
    area.show_message("This object is listed, not shown.", failed=True)
    assert area.stage() is None
    assert area._empty._words.startswith("This object")


def test_heavy_planes_keep_the_last_picture_until_the_new_one_is_there(slow, held, qtbot):
    slow.show_volume(oblique(shape=(20, 30, 30), values=None))
    coronal = slow.stage().views[1]
    assert coronal.plane() is PlaneName.CORONAL
    before = coronal.picture()
    assert before is not None
    slow.apply(coronal, replace(coronal.state(), slab=Slab(thickness_mm=10, mode=SlabMode.MIP)))
    assert coronal.picture() is before
    held.run_all()
    qtbot.waitUntil(lambda: coronal.picture() is not before)
    assert coronal.picture().thickness_mm == 10


def test_an_oblique_volume_shows_its_own_frames_in_the_plane_nearest_to_them(area):
    area.show_volume(oblique())
    assert [view.plane() for view in area.stage().views] == [
        PlaneName.ACQUIRED,
        PlaneName.CORONAL,
        PlaneName.SAGITTAL,
    ]
    axial = area.stage().views[0]
    assert not axial.picture().interpolated
    line = area.stage().views[2]._lines[0]
    assert abs(line.first.row - line.second.row) > 1


def test_the_plane_that_was_acquired_stands_in_the_large_view_and_has_the_keyboard(area, qtbot):
    area.show_volume(volume((5, 30, 30), step=(14.0, 0, 0), rows=(0, 0, -1.0), columns=(0, 1.0, 0)))
    axial, coronal, sagittal = area.stage().views
    qtbot.waitUntil(lambda: sagittal.height() > 1.5 * max(axial.height(), coronal.height()))
    assert area.active_view() is sagittal
    assert sagittal.picture().frame == 2


def test_even_the_most_oblique_volume_has_its_views(area):
    columns, rows, step = np.array([1, -1, 0]) / 2**0.5, np.array([1, 1, -2]) / 6**0.5, np.array([1, 1, 1]) / 3**0.5
    area.show_volume(volume((8, 20, 20), step=tuple(2 * step), rows=tuple(rows), columns=tuple(columns)))
    assert sum(view.plane() is PlaneName.ACQUIRED for view in area.stage().views) == 1


def test_a_clip_is_paced_by_the_clock(area, clock, qtbot):
    area.show_frames(clip(), lambda index: frame_of(index * 40), play=True)
    stage = area.stage()
    qtbot.waitUntil(lambda: stage._feed.has(5))
    for passed, due in ((0.0, 0), (0.041, 1), (0.125, 3), (0.241, 0), (4.0 + 0.165, 2)):
        clock.now = 100.0 + passed
        stage._tick()
        assert stage.view.shown().index == due, passed
    assert stage.playing
    stage.pause()


def test_c_plays_and_pauses_and_scrolling_pauses(area, qtbot):
    area.show_frames(clip(), lambda index: frame_of(index * 40), play=False)
    view = area.active_view()
    view.setFocus()
    qtbot.waitUntil(lambda: view.picture() is not None)
    qtbot.keyClick(view, Qt.Key.Key_C)
    assert area.stage().playing
    qtbot.keyClick(view, Qt.Key.Key_C)
    assert not area.stage().playing
    qtbot.keyClick(view, Qt.Key.Key_C)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert not area.stage().playing
    assert view.shown().index == 1


def test_a_frame_that_is_not_decoded_in_time_is_waited_for_and_counted(slow, held, clock, qtbot):
    slow.show_frames(clip(), lambda index: frame_of(index * 40), play=True)
    stage = slow.stage()
    held.run()
    qtbot.waitUntil(lambda: stage.view.picture() is not None)
    clock.now += 0.09
    stage._tick()
    assert stage.view.shown().index == 0
    assert stage.late_frames >= 1
    held.run_all()
    qtbot.waitUntil(lambda: stage._feed.has(1))
    clock.now += 0.001
    stage._tick()
    assert stage.view.shown().index == 1
    stage.pause()


def test_a_rate_nobody_gave_is_shown_as_a_guess(area):
    area.show_frames(clip(frame_time_ms=None, rate_source=""), lambda _: frame_of(1), play=False)
    assert "15 per second" in area.stage()._rate_note.text()


def test_a_frame_that_is_refused_is_a_tile_with_words_and_the_others_play_on(area, qtbot):
    def frame(index):
        if index == 1:
            raise FrameRefused("The frame is shorter than its header says.")
        return frame_of(90)

    area.show_frames(clip(), frame, play=False)
    view = area.active_view()
    qtbot.waitUntil(lambda: area.stage()._feed.has(2))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert "shorter than its header" in view._words
    assert view.picture() is None
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.picture() is not None


def test_a_mistake_of_ours_is_a_tile_and_is_not_hidden(area, qtbot):
    with qtbot.captureExceptions() as raised:
        area.show_frames(clip(1), lambda _: 1 / 0, play=False)
        qtbot.waitUntil(lambda: area.active_view()._failed)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
    assert "division" not in area.active_view()._words


def test_a_clip_is_measured_in_pixels_on_its_own_frame(area, qtbot):
    area.show_frames(clip(), lambda index: frame_of(index * 40), play=False)
    view = area.active_view()
    qtbot.waitUntil(lambda: area.stage()._feed.has(1))
    area.choose_tool(Tool.LENGTH)
    start, end = view.place_of_pixel(PixelPoint(10, 10)), view.place_of_pixel(PixelPoint(30, 10))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    mark = area.board().measurements[0]
    assert value_named(mark, "length").unit == "px"
    assert (mark.images[0].sop_uid, mark.points_mm) == ("1.2.3.4.1", ())
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.marks() == ()
    area.show_measurement(mark.id)
    assert view.shown().index == 0


def test_each_stored_frame_that_comes_into_view_is_told(area, qtbot):
    told = []
    area.slice_shown.connect(lambda uid, number: told.append((uid, number)))
    area.show_volume(volume((6, 20, 20)))
    qtbot.keyClick(area.active_view(), Qt.Key.Key_Down)
    assert told[-1] == ("1.2.3.4.5", 1)
    assert ("1.2.3.4.4", 1) in told


def test_pet_opens_in_suv_dark_on_white(area):
    values = np.zeros((5, 20, 24), np.float32)
    values[:, 8:12, 8:12] = 10000
    area.show_volume(volume((5, 20, 24), values=values, unit="Bq/ml", suv_factor=0.0005))
    view = area.active_view()
    assert view.picture().unit == "SUVbw"
    assert view.shown().inverted
    hot, cold = (view.grab_image().pixelColor(view.place_of_pixel(PixelPoint(*p))).red() for p in ((10, 10), (3, 3)))
    assert hot < 10
    assert cold > 245


@given(
    mark=st.tuples(st.floats(60, 700), st.floats(60, 500), st.floats(1, 60), st.floats(1, 60)),
    words=st.tuples(st.floats(40, 180), st.floats(20, 80)),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_label_never_covers_what_it_measures(mark, words):
    from PySide6.QtCore import QRectF, QSizeF

    box = QRectF(*mark)
    place = _beside(box, QSizeF(*words), (900.0, 700.0))
    assert QRectF(0, 0, 900, 700).contains(place)
    assert _covered(place, box) == 0


def test_a_polygon_of_a_mark_knows_its_middle():
    assert QPolygonF([QPointF(0, 0), QPointF(4, 2)]).boundingRect().center() == QPointF(2, 1)


def test_only_the_newest_answer_of_a_key_is_heard(qtbot, held):
    background, heard = Background(held), []
    for number in range(3):
        background.request("k", lambda n=number: n, heard.append, heard.append)
    held.run_all()
    qtbot.waitUntil(lambda: not background.pending("k"))
    assert heard == [2]


def test_errors_come_home_and_cancelled_requests_do_not(qtbot, held):
    background, heard = Background(held), []

    def fail():
        raise FrameRefused("no")

    background.request("a", fail, heard.append, heard.append)
    background.request("b", lambda: 1, heard.append, heard.append)
    background.cancel("b")
    held.run_all()
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(5)
    assert [type(e) for e in heard] == [FrameRefused]


def test_whoever_asked_may_be_gone_when_the_answer_comes(held):
    background = Background(held)
    background.request("a", lambda: 1, print, print)
    background.cancel_all()
    held.run_all()


def test_every_tool_has_a_key_and_a_hint_that_names_it():
    assert set(TOOL_KEYS.values()) == set(Tool)
    assert set(TOOL_HINTS) == set(Tool)
    for key, tool in TOOL_KEYS.items():
        assert f"({chr(key)}" in TOOL_HINTS[tool]
        assert meaning_of(key, Qt.KeyboardModifier.NoModifier) is tool


def test_no_key_means_two_things():
    plain = {key.key for key in ACTION_KEYS if key.modifiers == Qt.KeyboardModifier.NoModifier}
    assert not plain & set(TOOL_KEYS)


def test_a_palette_takes_the_tokens_of_a_theme_and_ignores_strange_ones():
    made = palette_from({"accent": "#123456", "paper": "#FFFFFF"}, family="Noto Sans")
    assert (made.accent, made.family, made.text) == ("#123456", "Noto Sans", Palette().text)


def test_an_empty_area_says_what_will_appear_here(area):
    assert "Choose a series" in area._empty._words
    assert area.view_state() is None
    area.undo()
    area.choose_preset("ct-lung")
    area.reset_view()
    assert area.active_view() is None
    assert QPoint(0, 0).isNull()


def test_the_executor_of_the_tests_holds_what_it_is_given():
    held = Held()
    future = held.submit(lambda: 3)
    assert not future.done()
    held.run()
    assert future.result() == 3
