"""Affine maps take voxels to the patient and back, whatever the grid."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from viewers.geometry.affine import grid_affine, is_sheared, patient_to_voxel, steps_mm, voxel_to_patient

coordinate = st.floats(-500, 500)
point = st.tuples(coordinate, coordinate, coordinate)
spacing = st.floats(0.1, 10)
lean = st.floats(-2, 2)


def grid(origin=(0, 0, 0), steps=(2.0, 0.5, 0.7), lean_mm=0.0):
    return grid_affine(
        origin_mm=origin,
        slice_step_mm=(0, lean_mm, steps[0]),
        row_step_mm=(0, steps[1], 0),
        column_step_mm=(steps[2], 0, 0),
    )


@given(point, spacing, spacing, spacing, lean, point)
def test_voxels_go_to_the_patient_and_come_back(origin, between, down, across, lean_mm, voxel):  # noqa: PLR0917 - hypothesis draws them
    affine = grid(origin, (between, down, across), lean_mm)
    back = patient_to_voxel(affine, voxel_to_patient(affine, voxel))
    assert np.allclose(back, voxel, atol=1e-6)


@given(point)
def test_voxel_zero_is_the_centre_of_the_first_pixel(origin):
    assert voxel_to_patient(grid(origin), (0, 0, 0)).tolist() == list(origin)


def test_indices_are_slice_row_column():
    affine = grid()
    assert voxel_to_patient(affine, (1, 0, 0)).tolist() == [0, 0, 2.0]
    assert voxel_to_patient(affine, (0, 1, 0)).tolist() == [0, 0.5, 0]
    assert voxel_to_patient(affine, (0, 0, 1)).tolist() == [0.7, 0, 0]
    assert steps_mm(affine) == (2.0, 0.5, 0.7)


def test_many_voxels_at_once_keep_their_shape():
    voxels = np.zeros((4, 5, 3))
    assert voxel_to_patient(grid(), voxels).shape == (4, 5, 3)


@given(st.floats(-30, 30).filter(lambda angle: abs(angle) > 0.5))
def test_a_tilted_grid_is_sheared(angle_deg):
    assert is_sheared(grid(lean_mm=2.0 * np.tan(np.radians(angle_deg))))


def test_a_box_is_not_sheared():
    assert not is_sheared(grid())
