"""Windows against the formulas of PS3.3 C.11.2.1.2, written out again here."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.synthetic import display_set, window
from viewers.display.automatic import automatic_window, first_window
from viewers.display.window import brightness, dragged, grey_levels, ramp, table_of_int16
from viewers.series.frame_parts import Lut


def linear(x, c, w):
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 1.0
    return (x - (c - 0.5)) / (w - 1) + 0.5


@given(x=st.integers(-3000, 3000), c=st.integers(-1000, 1000), w=st.integers(2, 4000))
def test_linear_is_the_formula_of_the_standard(x, c, w):
    assert brightness(x, window(c, w)) == pytest.approx(linear(x, c, w), abs=1e-12)


def test_the_examples_of_the_standard_hold():
    # C.11.2.1.2.1: c=2048, w=4096 maps 0 to 0 and 4095 to full; c=0, w=100 maps -50 to 0 and 49 to full
    assert grey_levels([0, 4095], window(2048, 4096)).tolist() == [0, 255]
    assert grey_levels([-51, -50, 49, 50], window(0, 100)).tolist() == [0, 0, 255, 255]


def test_width_one_is_a_threshold_and_divides_by_nothing():
    assert grey_levels([9, 10, 11], window(10.5, 1)).tolist() == [0, 0, 255]


@given(x=st.floats(-100, 100), c=st.floats(-50, 50), w=st.floats(0.01, 100))
def test_linear_exact_runs_over_the_whole_width(x, c, w):
    expected = min(max((x - c) / w + 0.5, 0.0), 1.0)
    assert brightness(x, window(c, w, "LINEAR_EXACT")) == pytest.approx(expected, abs=1e-9)


def test_sigmoid_is_the_formula_of_the_standard():
    assert brightness([40.0, 140.0], window(40, 400, "SIGMOID")) == pytest.approx([0.5, 1 / (1 + np.exp(-1.0))])


def test_small_numbers_with_a_linear_width_below_one_are_not_black():
    levels = grey_levels([0.0, 0.5, 1.0], window(0.5, 0.8))
    assert levels[0] == 0
    assert levels[2] == 255
    assert 120 <= levels[1] <= 135


def test_inversion_exchanges_black_and_white():
    plain, inverted = (grey_levels([-200, 40, 300], window(40, 400), inverted=flag) for flag in (False, True))
    assert (plain.astype(int) + inverted).tolist() == [255, 255, 255]


@given(
    c=st.floats(-40000, 40000) | st.integers(-2000, 2000),
    w=st.floats(0.1, 70000) | st.integers(1, 4000),
    function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
    inverted=st.booleans(),
)
def test_the_table_of_int16_equals_the_reference_everywhere(c, w, function, inverted):
    chosen = window(c, w, function)
    values = np.arange(-32768, 32768).astype(np.int16)
    found = table_of_int16(chosen, inverted=inverted)[values.view(np.uint16)]
    assert (found == grey_levels(values, chosen, inverted=inverted)).all()


def test_dragging_to_the_right_widens_and_upwards_brightens():
    start = window(40, 400)
    moved = dragged(start, 64, -32)
    assert moved.width > start.width
    assert moved.centre < start.centre
    assert brightness(100, moved) > brightness(100, window(40, moved.width))


def test_dragging_never_makes_a_window_without_width():
    assert ramp(dragged(window(40, 400), -1e6, 0)).high >= ramp(dragged(window(40, 400), -1e6, 0)).low


def test_the_automatic_window_spans_nearly_all_values():
    found = automatic_window(np.arange(1000).astype(np.int16))
    assert ramp(found).low > -1
    assert ramp(found).high < 1000


def test_no_values_at_all_still_have_a_window():
    assert automatic_window(np.full(4, np.nan, np.float32)).width > 0


def test_an_angiogram_whose_table_leads_to_beam_intensity_is_windowed_by_its_values():
    table = Lut(first=0, entries=np.array([80, 4022], np.uint16), bits=12)
    made = display_set(1, modality="XA", unit="raw", windows=(window(127, 255),))
    tabled = replace(made, frames=tuple(replace(one, modality_lut=table) for one in made.frames))
    values = np.linspace(80, 4022, 500)
    assert first_window(made, 0, values).width == 255
    assert first_window(tabled, 0, values).width > 3500


def test_the_first_window_is_the_files_own_then_that_of_the_unit():
    own = display_set(windows=(window(-600, 1500),))
    assert first_window(own, 0, np.zeros(1)).centre == -600
    assert first_window(display_set(), 0, np.zeros(1)).width == 400
    pet = display_set(unit="Bq/ml", suv_factor=0.0004, windows=(window(5000, 10000),))
    assert ramp(first_window(pet, 0, np.zeros(1))).high == pytest.approx(5.0)
