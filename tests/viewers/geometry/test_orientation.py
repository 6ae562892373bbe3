"""Orientation letters follow the patient and the view, for every orientation, flip and turn."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from viewers.geometry.orientation import NO_LETTERS, edge_letters, letters, plane_name

AXES = {"L": (1, 0, 0), "R": (-1, 0, 0), "P": (0, 1, 0), "A": (0, -1, 0), "H": (0, 0, 1), "F": (0, 0, -1)}
OPPOSITE = {"L": "R", "R": "L", "P": "A", "A": "P", "H": "F", "F": "H"}
# The eight views of a picture: turns by 90 degrees, with and without a flip (screen x right, y down).
TURNS = [
    np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), turn) @ flip
    for turn in range(4)
    for flip in (np.eye(2, dtype=int), np.diag([-1, 1]))
]
ORIENTATIONS = [(a, b) for a, b in itertools.permutations(AXES, 2) if b != OPPOSITE[a]]


@pytest.mark.parametrize(("right", "down"), ORIENTATIONS)
def test_all_axis_orientations_and_views_agree_with_a_labelled_picture(right, down):
    """A picture whose four edges are labelled is turned and flipped as pixels; the labels must say the same."""
    labels = np.full((3, 3), ".")
    labels[1, 0], labels[1, 2], labels[0, 1], labels[2, 1] = OPPOSITE[right], right, OPPOSITE[down], down
    for view in TURNS:
        seen = np.full((3, 3), ".")
        for row, column in itertools.product(range(3), repeat=2):
            x, y = view @ (column - 1, row - 1)
            seen[int(y) + 1, int(x) + 1] = labels[row, column]
        found = edge_letters(AXES[right], AXES[down], view)
        assert (found.left, found.right, found.top, found.bottom) == (seen[1, 0], seen[1, 2], seen[0, 1], seen[2, 1])


def test_there_are_24_orientations_and_8_views():
    assert len(ORIENTATIONS) == 24
    assert len(TURNS) == 8


@given(st.tuples(*[st.floats(-1, 1)] * 3))
def test_opposite_directions_have_opposite_letters(direction):
    assume(np.linalg.norm(direction) > 1e-3)
    there, back = letters(direction), letters(np.negative(direction))
    assert back == "".join(OPPOSITE[letter] for letter in there)


def test_the_greatest_share_comes_first():
    assert letters((0.5, -0.8, 0.1)) == "AL"
    assert letters((0.1, 0.05, 0.99)) == "H"


def test_without_orientation_nobody_knows():
    assert edge_letters(None, None) == NO_LETTERS
    assert letters((0, 0, 0)) == "?"


def test_zoom_does_not_change_letters():
    plain = edge_letters((1, 0, 0), (0, 1, 0))
    assert edge_letters((1, 0, 0), (0, 1, 0), np.eye(2) * 3.5) == plain


def test_planes_are_named_by_their_normal():
    assert plane_name((0, 0.158, 0.987)) == "axial"
    assert plane_name((0, 1, 0)) == "coronal"
    assert plane_name((-1, 0, 0)) == "sagittal"
    assert plane_name((1, 1, 1)) == "oblique"
