"""Overlay planes on the picture: at their origin, cut off at its edges, never lost when it is made smaller."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.synthetic import display_set
from viewers.render.overlay import overlaid
from viewers.render.picture import picture_of_frame
from viewers.series.frame_parts import Overlay
from viewers.volumes.frame_values import FrameValues

PLANE = np.array([[True, False], [True, True]])


def overlay(row: int, column: int) -> Overlay:
    return Overlay(
        group=0x6000, rows=2, columns=2, row=row, column=column, first_frame=1, frames=1, bits=b"", in_pixel_data=None,
        roi=False, label="",
    )  # fmt: skip


def picture(row: int, column: int):
    values = FrameValues(values=np.zeros((6, 8), np.int16), padding=None, overlays=((overlay(row, column), PLANE),))
    return picture_of_frame(display_set(1), 0, values)


def test_row_one_column_one_is_the_first_pixel():
    drawn = overlaid(picture(1, 1), 1.0)
    assert np.argwhere(drawn).tolist() == [[0, 0], [1, 0], [1, 1]]


def test_an_origin_moves_it_down_and_to_the_right():
    assert np.argwhere(overlaid(picture(3, 5), 1.0)).tolist() == [[2, 4], [3, 4], [3, 5]]


@given(row=st.integers(-40_000, 40_000) | st.integers(-3, 9), column=st.integers(-40_000, 40_000) | st.integers(-3, 9))
def test_any_origin_is_cut_off_at_the_edges_and_moves_nothing(row, column):
    expected = np.zeros((6, 8), bool)
    for down, across in np.argwhere(PLANE).tolist():
        y, x = row - 1 + down, column - 1 + across
        if 0 <= y < 6 and 0 <= x < 8:
            expected[y, x] = True
    assert (overlaid(picture(row, column), 1.0) == expected).all()


@pytest.mark.parametrize("scale", [0.5, 0.25])
def test_a_stroke_of_one_pixel_stays_when_the_picture_is_made_smaller(scale):
    drawn = overlaid(picture(3, 5), scale)
    step = round(1 / scale)
    assert drawn[::step, ::step].any()
    assert drawn[1::step, 1::step].any() or drawn[step - 1 :: step, step - 1 :: step].any()


def test_two_planes_are_drawn_together():
    both = picture(1, 1)
    both = replace(both, overlays=(*both.overlays, ((4, 2), PLANE)))
    assert overlaid(both, 1.0).sum() == 6
