"""What a picture may be made of: every voxel a slab holds, and none that was not measured."""

from dataclasses import replace

import numpy as np
import pytest

from tests.pictures.synthetic import oblique, volume
from viewers.display.cuts import basis_at, cut_of, is_even
from viewers.display.view_state import PlaneName, Slab, SlabMode
from viewers.geometry.plane import vector
from viewers.render.picture import picture_of_volume
from viewers.render.resample import resample

SHAPE = (10, 8, 8)


def stack(levels, step_mm=2.0, **changes):
    """Slices of one value each, from 0 mm upwards."""
    values = np.repeat(np.asarray(levels, np.int16), 64).reshape(len(levels), 8, 8)
    return volume(values.shape, values=values, step=(0, 0, step_mm), origin=(0, 0, 0), **changes)


def at(made, plane, position_mm, slab=None):
    """The values in the middle of a plane at any position, and whether there are any."""
    cut = cut_of(made, plane)
    basis = basis_at(made, cut, position_mm)
    origin = list(basis.plane.origin_mm)
    origin[{PlaneName.AXIAL: 2, PlaneName.CORONAL: 1}[plane]] = position_mm
    moved = replace(basis, plane=replace(basis.plane, origin_mm=vector(origin)))
    return resample(made, moved, slab, even=is_even(made))


@pytest.mark.parametrize("step_mm", [4.0, 2.0, 1.0, 0.7])
@pytest.mark.parametrize("thickness_mm", [0.3, 1.0, 2.0, 3.5, 8.0, 20.0])
@pytest.mark.parametrize(("mode", "lone", "others"), [(SlabMode.MIP, 200, 0), (SlabMode.MINIP, 0, 200)])
def test_a_projection_finds_the_one_slice_in_its_middle(step_mm, thickness_mm, mode, lone, others):
    made = stack([others] * 4 + [lone] + [others] * 5, step_mm)
    found = at(made, PlaneName.AXIAL, 4 * step_mm, Slab(thickness_mm=thickness_mm, mode=mode))
    assert found.values[4, 4] == pytest.approx(lone, abs=1e-3)


def test_a_projection_between_slices_finds_those_it_holds_and_what_its_faces_cut():
    made = stack([0, 0, 0, 0, 200, 0, 0, 0, 0, 0])
    holds = at(made, PlaneName.AXIAL, 7.1, Slab(thickness_mm=2.0, mode=SlabMode.MIP))
    assert holds.values[4, 4] == pytest.approx(200, abs=1e-3)
    misses = at(made, PlaneName.AXIAL, 6.0, Slab(thickness_mm=3.0, mode=SlabMode.MIP))
    assert misses.values[4, 4] == pytest.approx(150, abs=1e-3)  # its upper face at 7.5 mm, three quarters of the way


def test_a_projection_along_the_rows_finds_the_one_row_in_its_middle():
    values = np.zeros(SHAPE, np.int16)
    values[:, 3] = 200
    made = volume(SHAPE, values=values, rows=(0, 1.0, 0), columns=(1.0, 0, 0), origin=(0, 0, 0))
    found = at(made, PlaneName.CORONAL, 3.0, Slab(thickness_mm=4.0, mode=SlabMode.MIP))
    assert found.values[4, 4] == pytest.approx(200, abs=1e-3)


def test_a_projection_of_uneven_slices_finds_the_one_slice_in_its_middle():
    made = stack([0, 0, 200, 0, 0, 0], positions=(0, 1, 2, 5, 6, 7))
    found = at(made, PlaneName.AXIAL, 4.0, Slab(thickness_mm=2.0, mode=SlabMode.MIP))
    assert found.values[4, 4] == pytest.approx(200, abs=1e-3)


@pytest.mark.parametrize(("mode", "expected"), [(SlabMode.MIP, 150), (SlabMode.MINIP, 110)])
def test_padding_takes_no_part_in_a_slab_between_slices(mode, expected):
    made = stack([100, 110, 120, -2000, 140, 150, 160, 170], padding=-2000)
    found = at(made, PlaneName.AXIAL, 6.0, Slab(thickness_mm=8.0, mode=mode))
    assert found.values[4, 4] == pytest.approx(expected, abs=1e-3)
    assert not found.excluded.any()


def test_nothing_is_mixed_from_tissue_and_padding():
    made = stack([100, 100, -2000, 100], padding=-2000)
    for position, padded in ((2.0, False), (2.5, True), (3.9, True), (4.0, True), (5.5, True), (6.0, False)):
        assert bool(at(made, PlaneName.AXIAL, position).excluded.all()) is padded, position


def test_padding_is_that_of_each_slice_where_every_slice_has_a_scale_of_its_own():
    slopes = np.array([0.1, 0.11, 0.12, 0.13])
    values = np.full((4, 8, 8), 5.0, np.float32)
    values[:, :, 0] = (-2000 * slopes).astype(np.float32)[:, None]
    padding = np.stack([-2000 * slopes] * 2, axis=1).astype(np.float32)
    made = replace(volume((4, 8, 8), values=values), padding=padding)
    acquired = picture_of_volume(made, cut_of(made, PlaneName.ACQUIRED), 2)
    coronal = picture_of_volume(made, cut_of(made, PlaneName.CORONAL), 2)
    between = at(made, PlaneName.AXIAL, 31.0)
    for excluded in (acquired.excluded, coronal.excluded, between.excluded):
        assert excluded[:, 0].all()
        assert not excluded[:, 1:].any()


def with_lost(made, number):
    here, lost = np.ones(made.values.shape[0], bool), np.zeros(made.values.shape[0], bool)
    here[number], lost[number] = False, True
    return replace(made, here=here, lost=lost)


def test_a_lost_slice_is_a_hole_that_nothing_is_mixed_across():
    made = with_lost(stack([10, 20, 30, -1024, 50, 60]), 3)
    for position, hole in ((4.0, False), (5.0, True), (6.0, True), (7.0, True), (8.0, False)):
        assert bool(at(made, PlaneName.AXIAL, position).gaps.all()) is hole, position
    coronal = picture_of_volume(made, cut_of(made, PlaneName.CORONAL), 4)
    assert coronal.gaps.sum() == 8
    assert coronal.gaps[2].all()  # rows run from the head downwards
    assert coronal.outside is None or not coronal.outside.any()


@pytest.mark.parametrize(("mode", "expected"), [(SlabMode.MIP, 60), (SlabMode.MINIP, 20), (SlabMode.MEAN, 40)])
def test_a_lost_slice_takes_no_part_in_a_slab(mode, expected):
    made = with_lost(stack([10, 20, 30, -1024, 50, 60]), 3)
    slab = Slab(thickness_mm=8.0, mode=mode)
    on_grid = picture_of_volume(made, cut_of(made, PlaneName.AXIAL), 3, slab)
    assert on_grid.values[4, 4] == pytest.approx(expected)
    assert not on_grid.excluded.any()


def test_a_plane_across_the_grid_has_a_hole_where_a_slice_is_lost():
    whole = oblique()
    made = with_lost(whole, 6)
    cut = cut_of(made, PlaneName.CORONAL)
    picture, sound = (picture_of_volume(each, cut, cut.count // 2) for each in (made, whole))
    seen = ~(picture.gaps | picture.outside)
    assert picture.gaps.any()
    assert seen.any()
    assert picture.values[seen] == pytest.approx(sound.values[seen], abs=0.01)


@pytest.mark.parametrize("padding", [None, -30000.0])
def test_a_plane_across_the_grid_is_black_where_slices_have_not_arrived(padding):
    whole = oblique()
    here = np.zeros(whole.values.shape[0], bool)
    here[:5] = True
    values = np.where(here[:, None, None], whole.values, -9999)
    made = replace(volume_like(whole, padding), here=here, values=values.astype(whole.values.dtype))
    cut = cut_of(made, PlaneName.CORONAL)
    picture, sound = (picture_of_volume(each, cut, cut.count // 2) for each in (made, whole))
    assert picture.gaps is None
    assert (sound.outside <= picture.outside).all()
    seen = ~picture.outside
    assert seen.any()
    assert (picture.outside & ~sound.outside).any()
    assert picture.values[seen] == pytest.approx(sound.values[seen], abs=0.01)


def volume_like(whole, padding):
    each = None if padding is None else np.full((whole.values.shape[0], 2), padding, np.float32)
    return replace(whole, padding=each)


@pytest.mark.parametrize("mode", [SlabMode.MIP, SlabMode.MINIP, SlabMode.MEAN])
def test_slices_that_have_not_arrived_take_no_part_in_a_slab(mode):
    made = stack([10, 10, 10, 9000, 9000, 9000])
    made = replace(made, here=np.arange(6) < 3)
    found = at(made, PlaneName.AXIAL, 4.0, Slab(thickness_mm=6.0, mode=mode))
    assert found.values[4, 4] == pytest.approx(10)
    assert not found.outside.any()


@pytest.mark.parametrize(("mode", "expected"), [(SlabMode.MIP, 180), (SlabMode.MINIP, 100), (SlabMode.MEAN, 140)])
def test_what_is_no_number_takes_no_part_in_a_slab(mode, expected):
    """Floating maps hold NaN where a fit failed; one of them would blot out every layer behind it."""
    values = np.repeat(np.asarray([100, np.nan, 180], np.float32), 64).reshape(3, 8, 8)
    made = volume(values.shape, values=values, step=(0, 0, 2.0), origin=(0, 0, 0))
    cut = cut_of(made, PlaneName.ACQUIRED)
    picture = picture_of_volume(made, cut, 1, Slab(thickness_mm=4.0, mode=mode))
    assert picture.values[4, 4] == pytest.approx(expected)


@pytest.mark.parametrize(("position_mm", "shows"), [(-2.5, True), (20.5, True), (-6.0, False), (24.0, False)])
def test_a_slab_whose_middle_lies_beyond_the_last_slice_shows_what_it_still_holds(position_mm, shows):
    """Slices at 0 to 18 mm reach from -1 to 19 mm; a slab of 6 mm about -2.5 mm holds the lowest of them."""
    found = at(stack([50] * 10), PlaneName.AXIAL, position_mm, Slab(thickness_mm=6.0, mode=SlabMode.MIP))
    assert found.outside[4, 4] != shows
    assert (found.values[4, 4] == 50) == shows
