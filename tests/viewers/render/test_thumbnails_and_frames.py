"""Stored frames as pictures and thumbnails; letters that only the header knows."""

from dataclasses import replace

import numpy as np
import pytest

from tests.pictures.synthetic import display_set, volume, window
from viewers.display.orientation import directions
from viewers.display.slices import patient_point
from viewers.geometry.points import PixelPoint
from viewers.render.picture import picture_of_frame
from viewers.render.thumbnail import still, thumbnail
from viewers.series.display_set import Kind
from viewers.series.header import Attributes, Header
from viewers.volumes.loader import FrameValues


def frame_values(values, padding=None):
    return FrameValues(values=np.asarray(values), padding=padding)


def test_a_stored_frame_of_a_stack_knows_its_place_in_the_patient():
    made = volume(dtype=np.int16)
    described = replace(made.display_set, kind=Kind.STACK)
    picture = picture_of_frame(described, 3, frame_values(made.values[3]))
    assert patient_point(picture, PixelPoint(4, 5)) == pytest.approx((made.affine @ [3, 5, 4, 1])[:3])
    assert picture.frame == 3


def header(orientation):
    return Header(key="k", size=1, attributes=Attributes(data={"PatientOrientation": orientation}))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("L\\F", ((1, 0, 0), (0, 0, -1))),
        ("P\\F", ((0, 1, 0), (0, 0, -1))),
        ("", None),
        ("L", None),
        ("L\\Q", None),
        ("\\F", None),
    ],
)
def test_a_projection_takes_its_orientation_from_the_header_or_from_nobody(words, expected):
    described = display_set(1, kind=Kind.STACK, instances=(header(words),))
    found = directions(picture_of_frame(described, 0, frame_values(np.zeros((4, 4), np.int16))))
    assert (found is None) == (expected is None)
    if expected is not None:
        assert np.asarray(found) == pytest.approx(np.asarray(expected))


def test_two_letters_lean_towards_the_first():
    described = display_set(1, kind=Kind.STACK, instances=(header("LA\\F"),))
    right, _ = directions(picture_of_frame(described, 0, frame_values(np.zeros((4, 4), np.int16))))
    assert right[0] > -right[1] > 0


def test_a_thumbnail_shows_the_whole_frame_in_its_shape_with_black_around():
    values = np.full((10, 40), 500, np.int16)
    described = display_set(1, kind=Kind.STACK, windows=(window(0, 100),))
    described = replace(described, calibration=replace(described.calibration, spacing_mm=(1.0, 1.0)))
    pixels = thumbnail(described, 0, frame_values(values), 80)
    assert pixels.shape == (80, 80)
    assert (pixels[32:48] == 255).all()
    assert (pixels[:29] == 0).all()
    assert (pixels[51:] == 0).all()


def test_a_thumbnail_in_colour_is_in_colour_and_pet_is_dark_on_white():
    colours = np.zeros((20, 20, 3), np.uint8)
    colours[..., 1] = 200
    assert (thumbnail(display_set(1, colour=True), 0, frame_values(colours), 40)[20, 20] == [0, 200, 0]).all()
    pet = display_set(1, unit="Bq/ml", suv_factor=0.0005)
    assert thumbnail(pet, 0, frame_values(np.zeros((20, 20), np.float32)), 40)[20, 20] == 255


def test_padding_does_not_spoil_the_window_of_a_thumbnail():
    values = np.tile(np.arange(40, dtype=np.int16), (40, 1))
    values[:, :20] = -2000
    described = display_set(1, kind=Kind.STACK, unit="raw")
    described = replace(described, calibration=replace(described.calibration, spacing_mm=(1.0, 1.0)))
    pixels = thumbnail(described, 0, frame_values(values, values == -2000), 40)
    assert pixels[20, 22] < 60
    assert pixels[20, 38] > 200


def test_a_still_has_the_size_asked_for():
    described = display_set(1, kind=Kind.STACK)
    picture = picture_of_frame(described, 0, frame_values(np.zeros((30, 20), np.int16)))
    assert still(picture, window(40, 400), (64, 48)).shape == (48, 64)
