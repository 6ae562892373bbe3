"""Corner captions, linking, the scale bar and the cine clock."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.synthetic import display_set, oblique, volume, window
from viewers.display.captions import captions, iso_date, number, person_name, window_words
from viewers.display.cine import Clock, at_speed, frame_at, pace_of, seconds_to_next
from viewers.display.cuts import cut_of
from viewers.display.linking import index_through, linked, reference_line
from viewers.display.resolve import Reality, resolve
from viewers.display.scale_bar import scale_bar
from viewers.display.view_state import PlaneName, Slab, SlabMode, ViewState
from viewers.geometry.points import PatientPoint
from viewers.render.picture import picture_of_frame, picture_of_volume
from viewers.series.display_set import Calibration, CalibrationSource, Kind
from viewers.volumes.loader import FrameValues


def test_a_scale_bar_that_rests_on_a_doubtful_scale_says_so():
    assert scale_bar(2.0, 120.0, "at the detector").words == "5 cm at the detector"


def captioned(made, plane=PlaneName.AXIAL, **changes):
    cut = cut_of(made, plane)
    reality = Reality(
        cuts={plane: cut},
        frames=12,
        first_frame=6,
        window=window(40, 400),
        inverted=False,
        colour=False,
    )
    state = ViewState(display_set_id="s", series_uid="s", plane=plane, **changes)
    shown = resolve(state, reality)
    return captions(picture_of_volume(made, cut, shown.index, shown.slab), shown, "12 HU")


def test_identity_stands_top_left_and_comes_from_the_image_itself():
    words = captioned(volume(name="Müller^Anna^Maria"))
    assert words.top_left == ("Müller, Anna Maria", "1966-03-02 · F", "4711")


def test_a_birth_date_that_the_image_does_not_give_is_said_and_a_sex_never_stands_alone():
    made = volume()
    who = replace(made.display_set.identity, birth_date="")
    words = captioned(replace(made, display_set=replace(made.display_set, identity=who)))
    assert words.top_left[1] == "birth date unknown · F"


def test_a_window_says_its_unit_unless_it_goes_without_saying():
    shown = resolve(ViewState(display_set_id="s", series_uid="s"), Reality(
        cuts={}, frames=1, first_frame=0, window=window(2.5, 5), inverted=False, colour=False,
    ))  # fmt: skip
    assert window_words(shown, "SUVbw") == "W 5  L 2.5 SUVbw"
    assert window_words(shown, "HU") == window_words(shown, "raw") == "W 5  L 2.5"


def test_a_picture_whose_file_is_meant_inverted_is_called_inverted_only_when_it_is_shown_otherwise():
    made = volume()
    film = replace(made, display_set=replace(made.display_set, inverted=True))
    assert "inverted" not in captioned(film, inverted=True).bottom_left
    assert "inverted" in captioned(film).bottom_left


def test_window_slice_zoom_and_value_stand_bottom_left():
    words = captioned(volume(), zoom=2.0)
    assert words.bottom_left[0] == "12 HU"
    assert "axial 7 / 12" in words.bottom_left
    assert "W 400  L 40" in words.bottom_left
    assert "zoom 2.00x" in words.bottom_left


def test_what_is_not_plain_is_said():
    turned = captioned(volume(), rotation_deg=90, flipped=True, inverted=True)
    assert "rotated 90° · flipped" in turned.bottom_left
    assert "inverted" in turned.bottom_left
    assert "resampled" in captioned(oblique()).bottom_left
    slab = captioned(volume(), slab=Slab(thickness_mm=10, mode=SlabMode.MIP))
    assert "MIP 10 mm" in slab.bottom_left
    assert captioned(volume(lossy="lossy 10:1")).bottom_left[1] == "lossy 10:1"


def test_an_image_without_a_place_or_millimetres_says_so():
    bare = display_set(1, kind=Kind.STACK, calibration=Calibration(source=CalibrationSource.NONE, spacing_mm=None))
    picture = picture_of_frame(bare, 0, FrameValues(values=np.zeros((4, 4), np.int16), padding=None))
    reality = Reality(cuts={}, frames=1, first_frame=0, window=window(0, 1), inverted=False, colour=False)
    shown = resolve(ViewState(display_set_id="s", series_uid="s"), reality)
    words = captions(picture, shown)
    assert "orientation unknown" in words.bottom_right
    assert "not calibrated" in words.bottom_right


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Doe^Jane", "Doe, Jane"),
        ("Wang^XiaoDong=王^小东", "Wang, XiaoDong = 王, 小东"),
        ("^^", ""),
        ("Madonna", "Madonna"),
    ],
)
def test_person_names_are_read_as_people_write_them(written, read):
    assert person_name(written) == read


def test_dates_are_iso_and_strange_ones_stay_as_they_are():
    assert iso_date("19660302") == "1966-03-02"
    assert iso_date("1966") == "1966"


def test_numbers_keep_the_digits_they_deserve():
    assert [number(v) for v in (40.0, 1234.5, 0.00123, -3.14159)] == ["40", "1234", "0.00123", "-3.14"]


def test_frames_of_reference_link_only_when_they_are_the_same_and_known():
    assert linked("1.2", "1.2")
    assert not linked("", "")
    assert not linked("1.2", "1.3")


def test_the_reference_line_of_an_orthogonal_plane_is_where_it_stands():
    made = volume()
    axial, coronal = (cut_of(made, plane) for plane in (PlaneName.AXIAL, PlaneName.CORONAL))
    picture, other = picture_of_volume(made, axial, 3), picture_of_volume(made, coronal, 5)
    first, second = reference_line(picture, other)
    assert first.row == pytest.approx(5)
    assert second.row == pytest.approx(5)
    assert sorted((first.column, second.column)) == pytest.approx([-0.5, 23.5])


def test_another_frame_of_reference_draws_no_line():
    made, foreign = volume(), volume(frame_of_reference_uid="9.9.9")
    picture = picture_of_volume(made, cut_of(made, PlaneName.AXIAL), 3)
    other = picture_of_volume(foreign, cut_of(foreign, PlaneName.CORONAL), 3)
    assert reference_line(picture, other) is None
    assert reference_line(picture, picture) is None


def test_the_place_through_a_point_is_the_nearest_one():
    cut = cut_of(volume(), PlaneName.AXIAL)
    assert index_through(cut, PatientPoint(0.0, 0.0, 36.9)) == 3


@given(scale=st.floats(0.05, 60), room=st.floats(30, 400))
def test_the_scale_bar_is_round_true_and_fits(scale, room):
    bar = scale_bar(scale, room)
    if bar is None:
        assert 0.1 * scale > room
        return
    value, unit = bar.words.split()
    assert bar.length_px == pytest.approx(float(value) * (10 if unit == "cm" else 1) * scale)
    assert bar.length_px <= room


def clip(frames=4, **changes):
    return display_set(frames, kind=Kind.CINE, **changes)


def test_a_rate_that_nobody_gave_is_fifteen_and_says_so():
    pace = pace_of(clip())
    assert pace.fps == pytest.approx(15.0)
    assert not pace.source


def test_a_frame_time_is_taken():
    pace = pace_of(clip(frame_time_ms=40.0, rate_source="FrameTime"))
    assert pace.fps == pytest.approx(25.0)
    assert pace.source == "FrameTime"


def test_a_frame_time_vector_counts_whole():
    made = clip(frame_time_ms=20.0, rate_source="FrameTimeVector")
    times = (0.0, 10.0, 30.0, 60.0)
    frames = tuple(replace(f, time_ms=t) for f, t in zip(made.frames, times, strict=True))
    pace = pace_of(replace(made, frames=frames))
    assert pace.durations_s == pytest.approx((0.01, 0.02, 0.03, 0.02))


@given(start=st.floats(0, 1000), passed=st.floats(0, 500), frame=st.integers(0, 9))
def test_the_clock_never_drifts_whenever_it_is_asked(start, passed, frame):
    pace = pace_of(clip(10, frame_time_ms=40.0, rate_source="FrameTime"))
    clock = Clock(pace=pace, frame=frame, since_s=start)
    now = start + passed
    exact = (frame + (now - start) / 0.04) % 10
    assert frame_at(clock, now) == int(exact) or abs(exact - round(exact)) < 1e-4
    left = seconds_to_next(clock, now)
    assert 0 <= left <= 0.04 + 1e-6
    assert frame_at(clock, now + left + 1e-3) != frame_at(clock, now - 1e-9) or abs(exact - round(exact)) < 1e-2


def test_a_change_of_speed_goes_on_from_the_frame_that_is_due():
    pace = pace_of(clip(10, frame_time_ms=100.0, rate_source="FrameTime"))
    clock = Clock(pace=pace, frame=0, since_s=0.0)
    faster = at_speed(clock, 2.0, 0.35)
    assert frame_at(faster, 0.35) == 3
    assert frame_at(faster, 0.35 + 0.06) == 4
