"""Orientation letters in every position of the patient under every turn and flip, against a labelled phantom."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.pictures.synthetic import volume
from viewers.display.cuts import cut_of
from viewers.display.orientation import directions, letters_of
from viewers.display.resolve import Reality, resolve
from viewers.display.slices import picture_point
from viewers.display.view_state import PlaneName, ViewState
from viewers.display.viewport import viewport
from viewers.geometry.points import PatientPoint
from viewers.render.picture import picture_of_volume

AXES = [np.array(v, float) for v in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
LETTERS = {(0, 1): "L", (0, -1): "R", (1, 1): "P", (1, -1): "A", (2, 1): "H", (2, -1): "F"}
ORIENTATIONS = [
    (signs[0] * AXES[order[0]], signs[1] * AXES[order[1]], signs[2] * AXES[order[2]])
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
]
VIEWS = list(itertools.product((0, 90, 180, 270), (False, True)))


@pytest.mark.parametrize("steps", ORIENTATIONS, ids=str)
def test_letters_name_the_side_of_the_patient_that_is_really_there(steps):
    slices, rows, columns = steps
    made = volume((3, 6, 6), step=tuple(slices * 2), rows=tuple(rows), columns=tuple(columns))
    pictures = {plane: picture_of_volume(made, cut_of(made, plane), 1) for plane in PlaneName}
    moves = {plane: _moves(picture) for plane, picture in pictures.items()}
    for plane, (rotation, flip) in itertools.product(PlaneName, VIEWS):
        picture = pictures[plane]
        reality = Reality(
            cuts={},
            frames=3,
            first_frame=1,
            window=None,
            inverted=False,
            colour=False,
        )
        state = ViewState(display_set_id="s", series_uid="s", plane=plane, rotation_deg=rotation, flipped=flip)
        view = viewport(resolve(state, reality), picture.size, picture.pixel_size, (400.0, 400.0))
        letters = letters_of(picture, view)
        assert letters.right == _seen(moves[plane], view, (1, 0)), (plane, rotation, flip)
        assert letters.bottom == _seen(moves[plane], view, (0, 1)), (plane, rotation, flip)
        assert {letters.left + letters.right, letters.top + letters.bottom} <= {
            a + b for a, b in (("L", "R"), ("R", "L"), ("A", "P"), ("P", "A"), ("H", "F"), ("F", "H"))
        }


def _moves(picture):
    """How far a picture pixel moves, (column, row), when the patient point moves along each lettered direction."""
    start = np.array(picture.basis.centre_mm)
    here = np.array(picture_point(picture, PatientPoint(*start)))
    return {
        letter: np.array(picture_point(picture, PatientPoint(*(start + sign * AXES[axis])))) - here
        for (axis, sign), letter in LETTERS.items()
    }


def _seen(moves, view, way):
    """Which side of the patient moves furthest that way on the screen."""
    return max(moves, key=lambda letter: float(view.linear @ moves[letter] @ way))


def test_the_standard_chest_reads_a_on_top_r_on_the_left():
    made = volume((3, 6, 6))
    cut = cut_of(made, PlaneName.AXIAL)
    picture = picture_of_volume(made, cut, 1)
    right, down = directions(picture)
    assert right == (1.0, 0.0, 0.0)
    assert down == (0.0, 1.0, 0.0)


def test_axes_that_are_not_the_patients_have_no_letters():
    made = volume((3, 6, 6))
    picture = picture_of_volume(made, cut_of(made, PlaneName.AXIAL), 1)
    geometry = replace(picture.display_set.geometry, in_patient=False)
    assert directions(replace(picture, display_set=replace(picture.display_set, geometry=geometry))) is None
