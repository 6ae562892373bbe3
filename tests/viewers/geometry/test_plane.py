"""Planes: distances, projections, where they meet and where the line leaves the picture."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from viewers.geometry.plane import (
    Plane,
    clip_to_rectangle,
    distance_mm,
    from_plane,
    intersect,
    to_plane,
    unit,
    vector,
)

number = st.floats(-200, 200)
point = st.tuples(number, number, number)
direction = st.tuples(*[st.floats(-1, 1)] * 3)

AXIAL = Plane(origin_mm=(0, 0, 10), right=(1, 0, 0), down=(0, 1, 0))
CORONAL = Plane(origin_mm=(0, 25, 0), right=(1, 0, 0), down=(0, 0, -1))


def plane_of(origin, first, second):
    assume(np.linalg.norm(first) > 0.1)
    across = np.asarray(second) - np.dot(first, second) / np.dot(first, first) * np.asarray(first)
    assume(np.linalg.norm(across) > 0.1)
    return Plane(origin_mm=vector(origin), right=unit(first), down=unit(across))


@given(point, direction, direction, point)
def test_a_point_is_its_projection_plus_its_distance(origin, first, second, where):
    plane = plane_of(origin, first, second)
    foot = from_plane(plane, to_plane(plane, where))
    rebuilt = foot + distance_mm(plane, where) * np.asarray(plane.normal)
    assert np.allclose(rebuilt, where, atol=1e-6)


@given(point, direction, direction, point, direction, direction)
def test_the_line_of_two_planes_lies_in_both(origin, a, b, other_origin, c, d):  # noqa: PLR0917 - hypothesis draws them
    one, other = plane_of(origin, a, b), plane_of(other_origin, c, d)
    assume(np.linalg.norm(np.cross(one.normal, other.normal)) > 0.05)
    line = intersect(one, other)
    assert line is not None
    for along in (-50.0, 0.0, 50.0):
        where = np.asarray(line.point_mm) + along * np.asarray(line.direction)
        assert abs(distance_mm(one, where)) < 1e-5
        assert abs(distance_mm(other, where)) < 1e-5


def test_parallel_planes_do_not_meet():
    assert intersect(AXIAL, Plane(origin_mm=(0, 0, 99), right=(0, 1, 0), down=(1, 0, 0))) is None


def test_the_reference_line_of_a_coronal_on_an_axial_is_horizontal_at_its_row():
    line = intersect(AXIAL, CORONAL)
    assert line is not None
    ends = clip_to_rectangle(line, AXIAL, (0, 0), (100, 50))
    assert ends is not None
    assert sorted(tuple(np.round(end, 6)) for end in ends) == [(0.0, 25.0, 10.0), (100.0, 25.0, 10.0)]


def test_a_line_beside_the_rectangle_is_clipped_away():
    line = intersect(AXIAL, CORONAL)
    assert line is not None
    assert clip_to_rectangle(line, AXIAL, (0, 30), (100, 50)) is None


@given(st.floats(1, 99), st.floats(1, 49), st.floats(0.01, np.pi - 0.01))  # a corner may be passed by a hair
def test_clipped_ends_lie_on_the_border(u, v, angle):
    line = intersect(AXIAL, Plane(origin_mm=(u, v, 0), right=(np.cos(angle), np.sin(angle), 0), down=(0, 0, 1)))
    assert line is not None
    ends = clip_to_rectangle(line, AXIAL, (0, 0), (100, 50))
    assert ends is not None
    for end in to_plane(AXIAL, ends):
        on_border = min(abs(end[0]), abs(end[0] - 100), abs(end[1]), abs(end[1] - 50))
        assert on_border < 1e-6


def test_a_vector_without_length_has_no_direction():
    with pytest.raises(ValueError, match="no direction"):
        unit((0, 0, 0))
    with pytest.raises(ValueError, match="no direction"):
        unit((np.nan, 0, 0))
