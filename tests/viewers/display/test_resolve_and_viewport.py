"""Intentions fitted to data, and the map to the screen and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.synthetic import volume, window
from viewers.display.cuts import cut_of
from viewers.display.layout import Layout, LayoutState, layout_as_plain, layout_from_plain
from viewers.display.resolve import MOST_ZOOM, Reality, resolve
from viewers.display.view_state import Interpolation, PlaneName, Slab, SlabMode, ViewState
from viewers.display.viewport import to_picture, to_screen, viewport, zoomed_at
from viewers.geometry.points import PatientPoint, PixelPoint, ScreenPoint
from viewers.widgets.view_looks import flipped, turned

STATE = ViewState(display_set_id="set-1", series_uid="1.2.3.4")


def reality(*, cuts=True, frames=12):
    made = volume()
    return Reality(
        cuts={plane: cut_of(made, plane) for plane in PlaneName} if cuts else {},
        frames=frames,
        first_frame=frames // 2,
        window=window(40, 400),
        inverted=False,
        colour=False,
    )


def state(**changes):
    return ViewState(**{"display_set_id": "set-1", "series_uid": "1.2.3.4", **changes})


def test_without_wishes_the_middle_is_shown_with_the_first_window():
    shown = resolve(state(plane=PlaneName.CORONAL), reality())
    assert (shown.index, shown.count, shown.window.width, shown.zoom) == (10, 20, 400, 1.0)


def test_a_plane_that_cannot_be_becomes_the_acquired_one():
    shown = resolve(state(plane=PlaneName.SAGITTAL, frame=99), reality(cuts=False))
    assert (shown.plane, shown.index, shown.position_mm) == (PlaneName.ACQUIRED, 11, None)


def test_places_beyond_the_ends_are_the_ends():
    assert resolve(state(plane=PlaneName.AXIAL, position_mm=1e6), reality()).index == 11
    assert resolve(state(frame=-5), reality()).index == 0


def test_zoom_is_bounded_and_turns_are_quarters():
    shown = resolve(state(zoom=1e9, rotation_deg=450), reality())
    assert (shown.zoom, shown.rotation_deg) == (MOST_ZOOM, 90)


def test_the_readers_inversion_turns_the_files_own_back():
    inverted = Reality(**{**_fields(reality()), "inverted": True})
    assert resolve(state(), inverted).inverted
    assert not resolve(state(inverted=True), inverted).inverted


def _fields(of):
    return {name: getattr(of, name) for name in of.__slots__}


def shown_with(**changes):
    return resolve(state(**changes), reality())


looks = st.fixed_dictionaries(
    {
        "zoom": st.floats(0.2, 30),
        "pan": st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
        "rotation_deg": st.sampled_from([0, 90, 180, 270]),
        "flipped": st.booleans(),
    }
)


@given(look=looks, column=st.floats(-20, 40), row=st.floats(-20, 40))
def test_screen_and_picture_are_each_others_inverse(look, column, row):
    view = viewport(shown_with(**look), (24, 20), (0.8, 0.9), (640.0, 480.0))
    back = to_picture(view, to_screen(view, PixelPoint(column, row)))
    assert back == pytest.approx((column, row), abs=1e-6)


@given(look=looks)
def test_one_plane_unit_is_equally_long_in_both_directions_on_the_screen(look):
    view = viewport(shown_with(**look), (24, 20), (0.8, 0.9), (640.0, 480.0))
    across = np.subtract(to_screen(view, PixelPoint(1, 0)), to_screen(view, PixelPoint(0, 0)))
    down = np.subtract(to_screen(view, PixelPoint(0, 1)), to_screen(view, PixelPoint(0, 0)))
    assert np.linalg.norm(across) == pytest.approx(0.8 * view.scale)
    assert np.linalg.norm(down) == pytest.approx(0.9 * view.scale)


@pytest.mark.parametrize("rotation", [0, 90])
def test_zoom_one_shows_the_whole_picture_and_touches_two_edges(rotation):
    view = viewport(shown_with(rotation_deg=rotation), (24, 20), (0.8, 0.9), (640.0, 480.0))
    corners = [to_screen(view, PixelPoint(c, r)) for c in (-0.5, 23.5) for r in (-0.5, 19.5)]
    xs, ys = [c.x for c in corners], [c.y for c in corners]
    assert min(xs) >= -1e-6
    assert max(xs) <= 640 + 1e-6
    assert min(ys) == pytest.approx(0.0, abs=1e-6)
    assert max(ys) == pytest.approx(480.0)


@given(look=looks, x=st.floats(0, 640), y=st.floats(0, 480), factor=st.floats(0.5, 2))
def test_zooming_leaves_what_is_under_the_pointer_where_it_is(look, x, y, factor):
    shown = shown_with(**{**look, "zoom": min(max(look["zoom"], 0.5), 10.0)})
    size = (640.0, 480.0)
    view = viewport(shown, (24, 20), (0.8, 0.9), size)
    at = ScreenPoint(x, y)
    zoom, pan = zoomed_at(shown, view, factor, at, size)
    after = viewport(shown_with(**{**look, "zoom": zoom, "pan": pan}), (24, 20), (0.8, 0.9), size)
    assert to_screen(after, to_picture(view, at)) == pytest.approx((x, y), abs=1e-3)


def test_a_quarter_turn_is_clockwise_and_a_flip_is_left_to_right_as_seen():
    def corner(of):
        view = viewport(resolve(of, reality()), (24, 24), (1.0, 1.0), (480.0, 480.0))
        return tuple(round(v) for v in to_screen(view, PixelPoint(0, 0)))

    assert corner(STATE) == (10, 10)
    assert corner(turned(STATE)) == (470, 10)
    for start in (STATE, turned(STATE), turned(turned(STATE))):
        x, y = corner(start)
        assert corner(flipped(start)) == (480 - x, y)


@given(
    window_known=st.booleans(),
    slab=st.one_of(st.none(), st.builds(Slab, thickness_mm=st.floats(1, 20), mode=st.sampled_from(SlabMode))),
    look=looks,
    interpolation=st.sampled_from(Interpolation),
)
def test_a_layout_survives_being_written_down(window_known, slab, look, interpolation):
    view = state(
        **look, slab=slab, interpolation=interpolation, window=window(1, 2, "SIGMOID") if window_known else None
    )
    kept = LayoutState(layout=Layout.MPR_ROW, views=(view, view), maximised=1, crosshair_mm=PatientPoint(1.0, 2.0, 3.5))
    assert layout_from_plain(layout_as_plain(kept)) == kept
    nothing = LayoutState(layout=Layout.SINGLE, views=(STATE,))
    assert layout_from_plain(layout_as_plain(nothing)) == nothing
