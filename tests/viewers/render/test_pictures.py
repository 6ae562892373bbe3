"""Pictures against values known by formula: every pixel of every plane, zoom, shading."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from tests.pictures.synthetic import GRADIENT, oblique, tilted, volume, window
from viewers.display.cuts import basis_at, cut_of
from viewers.display.resolve import Shown
from viewers.display.view_state import Interpolation, PlaneName, Slab, SlabMode
from viewers.display.viewport import to_picture, viewport
from viewers.display.window import grey_levels
from viewers.geometry.plane import Plane, from_plane
from viewers.geometry.points import ScreenPoint
from viewers.geometry.slice_basis import SliceBasis
from viewers.render.picture import picture_of_volume
from viewers.render.resample import resample
from viewers.render.reslice import reslice
from viewers.render.shade import png, screen_pixels, shaded
from viewers.render.zoom import zoomed

STACKS = {"straight": volume, "oblique": oblique, "tilted": tilted, "uneven": lambda: volume(positions=range(0, 24, 2))}
MEAN, MIP, MINIP = (Slab(thickness_mm=6.0, mode=mode) for mode in (SlabMode.MEAN, SlabMode.MIP, SlabMode.MINIP))


def expected(picture):
    width, height = picture.size
    u, v = np.meshgrid(np.arange(width) * picture.pixel_size[0], np.arange(height) * picture.pixel_size[1])
    return from_plane(picture.basis.plane, np.stack([u, v], axis=-1)) @ GRADIENT


def inside(made, picture):
    """Where a pixel lies between voxel centres, so that nothing is extrapolated."""
    width, height = picture.size
    u, v = np.meshgrid(np.arange(width) * picture.pixel_size[0], np.arange(height) * picture.pixel_size[1])
    points = from_plane(picture.basis.plane, np.stack([u, v], axis=-1))
    index = (points - made.affine[:3, 3]) @ np.linalg.inv(made.affine[:3, :3]).T
    return ((index >= 0) & (index <= np.array(made.values.shape) - 1)).all(axis=-1)


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("plane", PlaneName)
def test_every_pixel_has_the_value_of_its_place_in_the_patient(stack, plane):
    made = STACKS[stack]()
    cut = cut_of(made, plane)
    for index in {0, cut.count // 3, cut.count // 2}:
        picture = picture_of_volume(made, cut, index)
        where = inside(made, picture) if picture.grid is None else np.ones(picture.values.shape, bool)
        assert picture.values[where] == pytest.approx(expected(picture)[where], abs=0.01)
        if picture.outside is not None:
            assert not (picture.outside & where).any()


def test_slices_at_true_places_are_not_averaged():
    made = volume((6, 20, 24), positions=(0, 1, 2, 5, 6, 7))
    picture = picture_of_volume(made, cut_of(made, PlaneName.CORONAL), 10)
    seen = ~(picture.gaps | (picture.outside if picture.outside is not None else False))
    assert picture.values[seen] == pytest.approx(expected(picture)[seen], abs=2.5)
    hidden_mm = 30 + 2 * 3.5
    row = int(
        np.argmin(
            abs(picture.basis.plane.origin_mm[2] - np.arange(picture.size[1]) * picture.pixel_size[1] - hidden_mm)
        )
    )
    assert picture.gaps[row].all()


def test_an_on_grid_picture_is_the_stored_values_themselves():
    made = volume(dtype=np.int16)
    picture = picture_of_volume(made, cut_of(made, PlaneName.ACQUIRED), 4)
    assert picture.values.dtype == np.int16
    assert (picture.values == made.values[4]).all()
    assert picture.frame == 4
    coronal = picture_of_volume(made, cut_of(made, PlaneName.CORONAL), 3)
    assert (coronal.values == made.values[::-1, 3, :]).all()
    assert coronal.frame is None


@pytest.mark.parametrize("slab", [None, MEAN, MIP, MINIP])
@pytest.mark.parametrize("make", [oblique, tilted])
def test_vtk_and_the_plain_resampling_agree(make, slab):
    made = make()
    cut = cut_of(made, PlaneName.SAGITTAL)
    basis = basis_at(made, cut, float(cut.positions_mm[cut.count // 2]))
    first, second = reslice(made, basis, slab), resample(made, basis, slab, even=True)
    assert (first.outside == second.outside).all()
    seen = ~first.outside if slab is None else ~(second.outside | second.excluded)
    difference = np.abs(first.values - second.values)[seen]
    assert np.percentile(difference, 90) < 0.01


@pytest.mark.parametrize("mode", SlabMode)
def test_a_slab_on_the_grid_projects_the_slices_whose_centre_it_holds(mode):
    made = volume(dtype=np.int16)
    cut = cut_of(made, PlaneName.AXIAL)
    picture = picture_of_volume(made, cut, 6, Slab(thickness_mm=4.0, mode=mode))
    stack = made.values[5:8].astype(float)
    reduce = {SlabMode.MEAN: np.mean, SlabMode.MIP: np.max, SlabMode.MINIP: np.min}[mode]
    assert picture.values == pytest.approx(reduce(stack, axis=0))
    assert picture.thickness_mm == 4.0
    assert picture.interpolated


def test_padding_neither_wins_a_projection_nor_pulls_a_mean():
    values = np.full((5, 20, 24), 100, np.int16)
    values[2] = -2000
    values[:, 0, 0] = -2000
    made = volume((5, 20, 24), values=values, padding=-2000.0)
    cut = cut_of(made, PlaneName.AXIAL)
    for mode in SlabMode:
        picture = picture_of_volume(made, cut, 2, Slab(thickness_mm=8.0, mode=mode))
        assert picture.values[5, 5] == 100
        assert picture.excluded[0, 0]
        assert not picture.excluded[5, 5]


def test_a_range_of_padding_is_padding_from_end_to_end():
    values = np.array([[[-3000, -2500, -2000, -1999, 40]]], np.int16).repeat(3, axis=0)
    made = replace(volume((3, 1, 5), values=values), padding=np.array([[-3000, -2000]] * 3, np.float32))
    picture = picture_of_volume(made, cut_of(made, PlaneName.ACQUIRED), 1)
    assert picture.excluded.tolist() == [[True, True, True, False, False]]


def shown(**changes):
    plain = {
        "plane": PlaneName.ACQUIRED, "index": 0, "count": 1, "position_mm": None, "zoom": 1.0, "pan": (0.0, 0.0),
        "rotation_deg": 0, "flipped": False, "window": window(0, 1), "inverted": False, "colormap": "grey",
        "slab": None, "interpolation": Interpolation.LINEAR,
    }  # fmt: skip
    return Shown(**{**plain, **changes})


@settings(max_examples=60)
@given(
    zoom=st.floats(0.4, 12),
    pan=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
    rotation=st.sampled_from([0, 90, 180, 270]),
    flip=st.booleans(),
    ratio=st.sampled_from([1.0, 1.5, 2.0]),
)
def test_a_zoomed_picture_shows_at_every_device_pixel_the_value_that_lies_there(zoom, pan, rotation, flip, ratio):
    rows, columns = np.mgrid[0:60, 0:80].astype(np.float32)
    values = 2 * columns + 3 * rows
    view = viewport(
        shown(zoom=zoom, pan=pan, rotation_deg=rotation, flipped=flip), (80, 60), (0.5, 0.7), (300.0, 200.0)
    )
    size = (round(300 * ratio), round(200 * ratio))
    large = zoomed(values, view, size, ratio, Interpolation.LINEAR)
    if large is None:
        return
    high, wide = large.values.shape
    assert large.left >= 0
    assert large.left + wide <= size[0]
    assert large.top + high <= size[1]
    for x, y in ((0, 0), (wide // 2, high // 2), (wide - 1, high - 1)):
        place = to_picture(view, ScreenPoint((large.left + x + 0.5) / ratio, (large.top + y + 0.5) / ratio))
        column, row = min(max(place.column, 0), 79), min(max(place.row, 0), 59)
        pixel = 1 / (view.scale * 0.5 * ratio)
        # half a device pixel of rounding at either edge, and averaging where the picture is made smaller
        assert abs(float(large.values[y, x]) - (2 * column + 3 * row)) <= 5 * (1.1 * pixel + 0.01) + (
            2.5 if zoom < 1 else 0
        )


def test_a_picture_out_of_view_is_none():
    view = viewport(shown(pan=(1e4, 0.0)), (80, 60), (1.0, 1.0), (300.0, 200.0))
    assert zoomed(np.zeros((60, 80), np.int16), view, (300, 200), 1.0, Interpolation.LINEAR) is None


def test_nearest_shows_squares_of_one_value():
    values = np.arange(16, dtype=np.int16).reshape(4, 4)
    view = viewport(shown(), (4, 4), (1.0, 1.0), (400.0, 400.0))
    large = zoomed(values, view, (400, 400), 1.0, Interpolation.NEAREST).values
    assert (large == np.kron(values, np.ones((100, 100), np.int16))).all()


def test_values_are_interpolated_before_they_are_windowed():
    # between -1000 and 1000 the narrow window is a threshold; windowing first would blur it into greys
    values = np.array([[-1000, 1000]], np.int16)
    view = viewport(shown(), (2, 1), (1.0, 1.0), (200.0, 100.0))
    large = zoomed(values, view, (200, 100), 1.0, Interpolation.LINEAR)
    levels = shaded(large.values, window(0.5, 2))
    assert set(np.unique(levels)) <= {0, 255}


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32, np.uint8])
@pytest.mark.parametrize(
    "chosen", [window(40, 400), window(40, 1), window(10, 300, "SIGMOID"), window(3, 7, "LINEAR_EXACT")]
)
@pytest.mark.parametrize("inverted", [False, True])
def test_shading_equals_the_reference_within_rounding(dtype, chosen, inverted):
    values = np.arange(0 if dtype is np.uint8 else -500, 256 if dtype is np.uint8 else 900).astype(dtype).reshape(4, -1)
    levels = shaded(values, chosen, inverted=inverted).astype(int)
    reference = grey_levels(values, chosen, inverted=inverted).astype(int)
    assert np.abs(levels - reference).max() <= (0 if dtype is np.int16 else 1)


def test_colour_images_are_not_windowed_but_can_be_inverted():
    colours = np.array([[[10, 20, 30]]], np.uint8)
    assert shaded(colours, window(0, 1)).tolist() == [[[10, 20, 30]]]
    assert shaded(colours, window(0, 1), inverted=True).tolist() == [[[245, 235, 225]]]


def test_a_colour_map_colours_grey_levels():
    levels = np.array([[-1000, 1000]], np.int16)
    assert shaded(levels, window(0, 10), colour_map="hot-iron").tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32, np.uint8])
@pytest.mark.parametrize("colour_map", ["grey", "hot-iron"])
@pytest.mark.parametrize("inverted", [False, True])
def test_screen_pixels_are_the_shaded_ones_in_the_order_of_screens(dtype, colour_map, inverted):
    values = np.arange(240).astype(dtype).reshape(12, 20)
    look = {"inverted": inverted, "colour_map": colour_map}
    levels, pixels = shaded(values, window(100, 150), **look), screen_pixels(values, window(100, 150), **look)
    wanted = levels[..., ::-1] if levels.ndim > 2 else levels[..., None].repeat(3, axis=-1)
    assert (pixels[..., :3] == wanted).all()
    assert (pixels[..., 3] == 255).all()


def test_screen_pixels_of_a_colour_image_are_its_colours():
    colours = np.array([[[10, 20, 30]]], np.uint8)
    assert screen_pixels(colours, window(0, 1)).tolist() == [[[30, 20, 10, 255]]]


@settings(max_examples=60)
@given(
    turn=st.tuples(*[st.floats(-3.2, 3.2)] * 3),
    shift=st.tuples(*[st.floats(-30, 30)] * 3),
    pixel=st.floats(0.3, 3.0),
    make=st.sampled_from([oblique, tilted, volume]),
)
def test_vtk_and_the_plain_resampling_leave_the_volume_at_the_same_pixels(turn, shift, pixel, make):
    made = make()
    right, down = Rotation.from_euler("xyz", turn).as_matrix()[:2]
    plane = Plane(origin_mm=tuple(made.affine[:3, 3] + shift), right=tuple(right), down=tuple(down))
    basis = SliceBasis(plane=plane, pixel_mm=(pixel, pixel * 1.1), size=(40, 30))
    assert (reslice(made, basis, None).outside == resample(made, basis, None, even=True).outside).all()


def test_a_png_reads_back_as_it_was():
    import io

    from PIL import Image

    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    assert (np.asarray(Image.open(io.BytesIO(png(pixels)))) == pixels).all()
    assert (np.asarray(Image.open(io.BytesIO(png(pixels[..., 0])))) == pixels[..., 0]).all()
