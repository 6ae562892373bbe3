"""The geometry of a stack: tilt with its sign, gaps, irregular steps; from positions alone."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from viewers.series.stack_geometry import directions, stack_geometry

AXES = directions((1, 0, 0, 0, 1, 0))


def stack(origins, axes=AXES):
    return stack_geometry(axes, np.asarray(origins, float), (0.5, 0.7))


def leaning(angle_deg, along=(0, 1), steps=(0, 3, 6, 9)):
    lean = np.tan(np.radians(angle_deg))
    return [(z * lean * along[0], z * lean * along[1], z) for z in steps]


@given(st.floats(-40, 40).filter(lambda angle: abs(angle) > 0.1))
def test_tilt_is_positive_when_the_line_leans_to_increasing_row_index(angle):
    found = stack(leaning(angle))
    assert found.tilt_deg == pytest.approx(angle, abs=1e-6)
    assert found.regular
    assert found.spacing_mm == pytest.approx((0.5, 0.7, 3.0))


def test_tilt_does_not_depend_on_where_the_patient_lies():
    axes = directions((0, 1, 0, 0, 0, -1))
    row_index_up = np.asarray(axes[1])
    normal = np.asarray(axes[2])
    origins = [n * 2 * normal + n * 2 * np.tan(np.radians(10)) * row_index_up for n in range(5)]
    assert stack(origins, axes).tilt_deg == pytest.approx(10)


@given(st.lists(st.floats(0.2, 8), min_size=2, max_size=30), st.floats(-30, 30))
def test_gaps_are_measured_along_the_normal_and_named(steps, angle):
    places = np.concatenate([[0.0], np.cumsum(steps)])
    found = stack(leaning(angle, steps=places))
    median = float(np.median(steps))
    tolerance = max(0.01 * median, 0.01)
    assume(all(abs(abs(step - median) - tolerance) > 1e-6 for step in steps))
    expected = [(i, step) for i, step in enumerate(steps) if abs(step - median) > tolerance]
    assert [after for after, _ in found.gaps] == [after for after, _ in expected]
    assert [gap for _, gap in found.gaps] == pytest.approx([gap for _, gap in expected])
    assert found.regular == (not expected)
    assert found.spacing_mm[2] == pytest.approx(median)


def test_one_missing_slice_is_one_gap():
    found = stack([(0, 0, z) for z in (0, 2, 4, 8, 10)])
    assert found.gaps == ((2, 4.0),)
    assert found.spacing_mm[2] == 2
    assert not found.regular


def test_a_hundredth_of_a_millimetre_is_regular():
    assert stack([(0, 0, z) for z in (0, 0.5, 1.009, 1.5)]).regular


def test_one_frame_has_no_third_spacing():
    found = stack([(0, 0, 5)])
    assert found.spacing_mm[2] == 0
    assert found.regular
    assert found.tilt_deg == 0


@pytest.mark.parametrize(
    "orientation", [(), (1, 0, 0), (0, 0, 0, 0, 0, 0), (1, 0, 0, 1, 0, 0), (1, 0, 0, 0.2, 1, 0), (5, 0, 0, 0, 5, 0)]
)
def test_what_is_no_frame_of_axes_is_no_orientation(orientation):
    assert directions(orientation) is None


def test_nearly_unit_vectors_are_made_exact():
    row, column, normal = directions(
        (0.99999847690895, 0.00016127547177, -0.0017378636327, -5.8e-08, 0.9957246, 0.0923706)
    )
    for axis in (row, column, normal):
        assert np.linalg.norm(axis) == pytest.approx(1, abs=1e-12)
    assert np.cross(row, column) == pytest.approx(normal, abs=1e-4)


def test_cosines_of_three_decimals_are_a_frame_of_axes():
    """Old scanners write 0.707 and 0.705; the axes come out perpendicular, the row as it was written."""
    row, column, normal = directions((0.707, 0.707, 0.0, -0.705, 0.709, 0.002))
    assert row == pytest.approx((0.5**0.5, 0.5**0.5, 0))
    assert np.dot(row, column) == pytest.approx(0, abs=1e-12)
    assert column == pytest.approx((-0.707, 0.707, 0.002), abs=1e-3)
    assert normal == pytest.approx(np.cross(row, column))


def test_the_geometry_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        stack([(0, 0, 0), (0, 0, 1)]).origins_mm[0, 0] = 9
