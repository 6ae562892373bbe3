"""Cuts of volumes: where each plane stands, and whether it lies on the voxel grid."""

import numpy as np
import pytest

from tests.pictures.synthetic import oblique, tilted, volume
from viewers.display.cuts import basis_at, cut_of, grid_place, index_near
from viewers.display.gaps import missing_after, not_acquired
from viewers.display.view_state import PlaneName
from viewers.geometry.slice_basis import picture_to_patient

STANDARD = (PlaneName.AXIAL, PlaneName.CORONAL, PlaneName.SAGITTAL)


def test_a_volume_along_the_patients_axes_lies_on_the_grid_in_every_plane():
    made = volume()
    assert [cut_of(made, plane).count for plane in STANDARD] == [12, 20, 24]
    assert all(cut_of(made, plane).axes is not None for plane in PlaneName)


@pytest.mark.parametrize("make", [oblique, tilted])
def test_turned_and_tilted_volumes_are_resampled_except_as_acquired(make):
    made = make()
    assert cut_of(made, PlaneName.ACQUIRED).axes is not None
    assert cut_of(made, PlaneName.AXIAL).axes is None
    assert cut_of(made, PlaneName.CORONAL).axes is None


@pytest.mark.parametrize("plane", STANDARD)
def test_patients_left_is_on_the_right_and_head_or_front_on_top(plane):
    made = volume(step=(0, 0, -2.0), rows=(0, -0.9, 0), columns=(-0.8, 0, 0))
    cut = cut_of(made, plane)
    basis = basis_at(made, cut, float(cut.positions_mm[3]))
    right = {"axial": (1, 0, 0), "coronal": (1, 0, 0), "sagittal": (0, 1, 0)}[plane.value]
    down = {"axial": (0, 1, 0), "coronal": (0, 0, -1), "sagittal": (0, 0, -1)}[plane.value]
    assert basis.plane.right == pytest.approx(right)
    assert basis.plane.down == pytest.approx(down)


@pytest.mark.parametrize("plane", list(PlaneName))
def test_every_pixel_of_a_grid_picture_lies_where_its_voxel_lies(plane):
    made = volume(step=(0, 0, -2.0), columns=(-0.8, 0, 0))
    cut = cut_of(made, plane)
    place = grid_place(made, cut, 2)
    basis = basis_at(made, cut, float(cut.positions_mm[2]))
    for column, row in ((0, 0), (5, 3), (basis.size[0] - 1, basis.size[1] - 1)):
        voxel = np.array(place.start) + column * np.array(place.across) + row * np.array(place.down)
        expected = made.affine @ [*voxel, 1]
        assert picture_to_patient(basis, (column, row)) == pytest.approx(expected[:3])


def test_positions_ascend_along_the_patients_axis_and_the_nearest_is_found():
    cut = cut_of(volume(step=(0, 0, -2.0)), PlaneName.AXIAL)
    assert (np.diff(cut.positions_mm) > 0).all()
    assert index_near(cut, 25.1) == int(np.argmin(abs(cut.positions_mm - 25.1)))


def test_uneven_slices_keep_their_true_places_in_their_own_plane():
    made = volume((4, 20, 24), positions=(0, 1, 2, 7))
    cut = cut_of(made, PlaneName.AXIAL)
    assert cut.positions_mm.tolist() == [30, 32, 34, 44]
    assert basis_at(made, cut, 44.0).plane.origin_mm == pytest.approx((-10, -20, 44))
    assert cut_of(made, PlaneName.CORONAL).axes is None


def test_an_oblique_picture_covers_every_corner_of_the_volume():
    made = oblique()
    cut = cut_of(made, PlaneName.SAGITTAL)
    basis = basis_at(made, cut, float(cut.positions_mm[0]))
    low = np.array(picture_to_patient(basis, (0, 0)))
    high = np.array(picture_to_patient(basis, (basis.size[0] - 1, basis.size[1] - 1)))
    corners = [made.affine @ [k, i, j, 1] for k in (0, 11) for i in (0, 19) for j in (0, 23)]
    ys, zs = [c[1] for c in corners], [c[2] for c in corners]
    assert low[1] <= min(ys) + 1e-6
    assert high[1] >= max(ys) - 0.81
    assert low[2] >= max(zs) - 0.81
    assert high[2] <= min(zs) + 0.81


def test_a_hole_is_seen_and_two_designed_spacings_are_none():
    assert missing_after(np.array([0.0, 2, 4, 10, 12]), 2.0).tolist() == [False, False, True, False]
    assert not missing_after(np.array([0.0, 1, 2, 3, 8, 13, 18]), 1.0)[3:].any()
    assert missing_after(np.array([0.0]), 1.0).size == 0


def test_a_slice_speaks_for_half_a_step_on_either_side_of_a_hole():
    places = np.array([-1.5, 0.5, 4.9, 5.1, 7.0, 8.9, 9.1])
    hidden = not_acquired(places, np.array([0.0, 2, 4, 10, 12]), 2.0)
    assert hidden.tolist() == [False, False, False, True, True, True, False]
