"""The slice basis says where in the patient each pixel of a picture lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.geometry.affine import grid_affine, voxel_to_patient
from viewers.geometry.plane import Plane, distance_mm
from viewers.geometry.slice_basis import (
    PERPENDICULAR_AXIS,
    STANDARD_DIRECTIONS,
    SliceBasis,
    centred,
    corners_mm,
    fitted_basis,
    patient_to_picture,
    picture_to_patient,
)

BASIS = SliceBasis(
    plane=Plane(origin_mm=(-50.0, -40.0, 30.0), right=(1, 0, 0), down=(0, 1, 0)), pixel_mm=(0.5, 0.8), size=(100, 60)
)


@given(st.floats(-20, 200), st.floats(-20, 200))
def test_pixels_go_to_the_patient_and_come_back(column, row):
    assert np.allclose(patient_to_picture(BASIS, picture_to_patient(BASIS, (column, row))), (column, row))


def test_pixel_zero_is_the_centre_of_the_first_pixel():
    assert picture_to_patient(BASIS, (0, 0)) == (-50.0, -40.0, 30.0)
    assert picture_to_patient(BASIS, (2, 1)) == (-49.0, -39.2, 30.0)
    assert BASIS.centre_mm == (-50 + 99 / 2 * 0.5, -40 + 59 / 2 * 0.8, 30.0)


def test_standard_planes_put_the_patients_left_on_the_right_and_the_head_on_top():
    for name, (right, down) in STANDARD_DIRECTIONS.items():
        normal = np.cross(right, down)
        assert np.argmax(np.abs(normal)) == PERPENDICULAR_AXIS[name]
    assert STANDARD_DIRECTIONS["axial"] == ((1, 0, 0), (0, 1, 0))
    assert STANDARD_DIRECTIONS["coronal"] == ((1, 0, 0), (0, 0, -1))


@given(st.sampled_from(sorted(STANDARD_DIRECTIONS)), st.floats(-15, 15), st.floats(0.3, 3))
def test_a_fitted_picture_holds_every_voxel_of_a_tilted_grid(plane, lean, pixel_mm):
    shape = (12, 20, 16)
    affine = grid_affine(
        origin_mm=(5, -7, 9), slice_step_mm=(0, lean / 12, 3), row_step_mm=(0, 0.9, 0), column_step_mm=(0.8, 0, 0)
    )
    right, down = STANDARD_DIRECTIONS[plane]
    centre = voxel_to_patient(affine, [5.5, 9.5, 7.5])
    basis = fitted_basis(corners_mm(affine, shape), centre_mm=centre, right=right, down=down, pixel_mm=pixel_mm)
    assert abs(distance_mm(basis.plane, centre)) < 1e-9
    seen = np.array([patient_to_picture(basis, corner) for corner in corners_mm(affine, shape)])
    last = np.asarray(basis.size) - 1
    assert seen.min() >= -0.01
    assert (seen <= last + 0.01).all()
    assert seen.min(axis=0) + seen.max(axis=0) == pytest.approx(last, abs=1e-6)  # in the middle


def test_a_centred_picture_keeps_the_plane_and_the_centre():
    found = centred(BASIS, (31, 12), 0.7)
    assert (found.pixel_mm, found.size) == ((0.7, 0.7), (31, 12))
    assert found.centre_mm == pytest.approx(BASIS.centre_mm)
    assert (found.plane.right, found.plane.down) == (BASIS.plane.right, BASIS.plane.down)
