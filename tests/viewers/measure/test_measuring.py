"""Measurements against answers known by counting and by formula."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures.synthetic import display_set, oblique, volume
from viewers.display.cuts import cut_of
from viewers.display.view_state import PlaneName
from viewers.geometry.points import PixelPoint
from viewers.measure.making import measured, points_of, shape_of
from viewers.measure.measurement import MarkKind, value_named
from viewers.measure.shapes import axis_ends, circle_around, ellipse_between, ellipse_through, outline, pixels_inside
from viewers.measure.words import label_lines
from viewers.render.picture import picture_of_frame, picture_of_volume
from viewers.series.display_set import Calibration, CalibrationSource, Kind, UltrasoundRegion
from viewers.volumes.loader import FrameValues


def picture_of(made, plane=PlaneName.AXIAL, index=5):
    return picture_of_volume(made, cut_of(made, plane), index)


def value(measurement, name):
    return value_named(measurement, name).value


def test_a_length_is_the_distance_in_the_patient():
    picture = picture_of(volume())
    mark = measured(MarkKind.LENGTH, (PixelPoint(2, 3), PixelPoint(12, 15)), picture, mark_id="m")
    assert value(mark, "length") == pytest.approx(math.hypot(10 * 0.8, 12 * 0.9))
    assert math.dist(*mark.points_mm) == pytest.approx(value(mark, "length"))
    assert value_named(mark, "length").unit == "mm"
    assert mark.calibration == "pixel spacing"
    assert mark.voxels == ((5, 3, 2), (5, 15, 12))
    assert [image.sop_uid for image in mark.images] == ["1.2.3.4.6"]
    assert mark.points_px == (PixelPoint(2, 3), PixelPoint(12, 15))


@given(
    ends=st.tuples(*[st.tuples(st.floats(0, 23), st.floats(0, 19))] * 2),
    plane=st.sampled_from(PlaneName),
    turned=st.booleans(),
)
def test_every_plane_measures_the_distance_between_the_patient_points(ends, plane, turned):
    picture = PICTURES[plane, turned]
    mark = measured(MarkKind.LENGTH, tuple(PixelPoint(*end) for end in ends), picture, mark_id="m")
    assert value(mark, "length") == pytest.approx(math.dist(*mark.points_mm), abs=1e-9)
    assert mark.interpolated == (picture.grid is None)


PICTURES = {
    (plane, turned): picture_of(oblique() if turned else volume(), plane)
    for plane in PlaneName
    for turned in (False, True)
}


def test_a_circle_holds_exactly_the_pixels_whose_centre_is_at_most_a_radius_away():
    picture = picture_of(volume((3, 60, 60), rows=(0, 0.7, 0), columns=(0.7, 0, 0)), index=1)
    centre = PixelPoint(30, 30)
    points = points_of(MarkKind.CIRCLE, circle_around(centre, 10.0), picture.pixel_size)
    mark = measured(MarkKind.CIRCLE, points, picture, mark_id="m")
    rows, columns = np.indices((60, 60))
    inside = np.hypot((columns - 30) * 0.7, (rows - 30) * 0.7) <= 10.0
    chosen = np.asarray(picture.values, np.float64)[inside]
    assert value(mark, "pixels") == inside.sum()
    assert value(mark, "mean") == pytest.approx(chosen.mean(), abs=1e-9)
    assert value(mark, "standard deviation") == pytest.approx(chosen.std())
    assert value(mark, "minimum") == chosen.min()
    assert value(mark, "maximum") == chosen.max()
    assert value(mark, "area") == pytest.approx(math.pi * 100)
    assert value(mark, "radius") == pytest.approx(10)
    assert mark.voxels == ((1, 30, 30),)


def test_a_centre_exactly_one_radius_away_is_in():
    # 10 pixels of 0.1 mm are 1 mm to the reader, whatever 10 * 0.1 is to the machine
    inside = pixels_inside(circle_around(PixelPoint(15, 15), 0.3), (31, 31), (0.1, 0.1))
    assert inside[15, 18]
    assert inside[12, 15]
    assert not inside[15, 19]
    assert inside.sum() == 29


def test_an_ellipse_is_that_of_its_box():
    shape = ellipse_between(PixelPoint(2, 4), PixelPoint(22, 14), (0.5, 1.0))
    assert shape.centre == PixelPoint(12, 9)
    assert shape.semi_axes == (5.0, 5.0)
    assert shape.area == pytest.approx(math.pi * 25)


@given(
    corner=st.tuples(st.floats(0, 40), st.floats(0, 40)),
    size=st.tuples(st.floats(1, 20), st.floats(1, 20)),
    pixel=st.tuples(st.floats(0.3, 3), st.floats(0.3, 3)),
)
def test_an_ellipse_comes_back_from_the_ends_of_its_axes(corner, size, pixel):
    shape = ellipse_between(PixelPoint(*corner), PixelPoint(corner[0] + size[0], corner[1] + size[1]), pixel)
    back = ellipse_through(axis_ends(shape, pixel), pixel)
    assert back.area == pytest.approx(shape.area)
    assert back.centre == pytest.approx(shape.centre)
    assert back.semi_axes[0] >= back.semi_axes[1] - 1e-9


@given(radius=st.floats(1, 12), pixel=st.tuples(st.floats(0.4, 2), st.floats(0.4, 2)))
def test_the_outline_lies_on_the_rim(radius, pixel):
    centre = PixelPoint(20, 20)
    for point in outline(circle_around(centre, radius), pixel, 12):
        assert math.hypot((point.column - 20) * pixel[0], (point.row - 20) * pixel[1]) == pytest.approx(radius)


def test_padding_is_left_out_of_statistics():
    values = np.zeros((3, 20, 24), np.int16)
    values[:, :, :12] = -2000
    values[:, :, 12:] = 50
    picture = picture_of(volume((3, 20, 24), values=values, padding=-2000.0), index=1)
    points = points_of(MarkKind.CIRCLE, circle_around(PixelPoint(12, 10), 4.0), picture.pixel_size)
    mark = measured(MarkKind.CIRCLE, points, picture, mark_id="m")
    assert (value(mark, "mean"), value(mark, "minimum")) == (50, 50)


def test_a_region_of_nothing_but_padding_has_no_mean():
    picture = picture_of(volume((3, 20, 24), values=np.full((3, 20, 24), -2000, np.int16), padding=-2000.0), index=1)
    points = points_of(MarkKind.CIRCLE, circle_around(PixelPoint(12, 10), 4.0), picture.pixel_size)
    mark = measured(MarkKind.CIRCLE, points, picture, mark_id="m")
    assert value_named(mark, "mean") is None
    assert value(mark, "pixels") == 0


def test_every_number_of_a_label_has_its_name_and_its_unit():
    values = np.arange(3 * 20 * 24, dtype=np.int16).reshape(3, 20, 24)
    picture = picture_of(volume((3, 20, 24), values=values), index=1)
    points = points_of(MarkKind.ELLIPSE, circle_around(PixelPoint(12, 10), 4.0), picture.pixel_size)
    mark = measured(MarkKind.ELLIPSE, points, picture, mark_id="m")
    low, high, count = (value(mark, name) for name in ("minimum", "maximum", "pixels"))
    statistics, ends, size = label_lines(mark)
    assert statistics == f"mean {value(mark, 'mean'):.1f} HU · SD {value(mark, 'standard deviation'):.1f} HU"
    assert ends == f"min {low:.0f} · max {high:.0f} HU · {count:.0f} pixels"
    assert size == f"area {value(mark, 'area'):.0f} mm²"


def test_resampled_values_say_so_and_are_right_where_values_are_linear():
    picture = picture_of(oblique(shape=(30, 30, 30)), PlaneName.CORONAL, 20)
    centre = PixelPoint(picture.size[0] / 2, picture.size[1] / 2)
    points = points_of(MarkKind.CIRCLE, circle_around(centre, 5.0), picture.pixel_size)
    mark = measured(MarkKind.CIRCLE, points, picture, mark_id="m")
    assert mark.interpolated
    assert "interpolated" in mark.method
    assert "interpolated" in label_lines(mark)[-1]
    assert mark.voxels == ()
    assert mark.points_px == ()
    expected = np.asarray(mark.points_mm[0]) @ [3, 5, 7]
    assert value(mark, "mean") == pytest.approx(expected, abs=0.5)


def test_a_mark_across_slices_names_every_image_it_touches():
    picture = picture_of(volume(), PlaneName.CORONAL)
    mark = measured(MarkKind.LENGTH, (PixelPoint(3, 2), PixelPoint(3, 7)), picture, mark_id="m")
    # rows of a coronal picture run from the head down: rows 2 to 7 are slices 9 to 4
    assert [image.sop_uid for image in mark.images] == [f"1.2.3.4.{i + 1}" for i in range(4, 10)]
    assert mark.voxels == ((9, 5, 3), (4, 5, 3))


def test_a_mirrored_axial_picture_still_names_the_pixels_of_the_frame():
    made = volume(columns=(-0.8, 0, 0), origin=(10, -20, 30))
    picture = picture_of(made)
    mark = measured(MarkKind.LENGTH, (PixelPoint(0, 0), PixelPoint(4, 0)), picture, mark_id="m")
    assert mark.points_px == (PixelPoint(23, 0), PixelPoint(19, 0))
    for point, pixel in zip(mark.points_mm, mark.points_px, strict=True):
        assert made.affine @ [5, pixel.row, pixel.column, 1] == pytest.approx([*point, 1])


def frame_picture(calibration, **changes):
    described = display_set(1, kind=Kind.STACK, calibration=calibration, **changes)
    return picture_of_frame(described, 0, FrameValues(values=np.full((100, 100), 7, np.int16), padding=None))


def test_without_calibration_there_are_only_pixels():
    picture = frame_picture(Calibration(source=CalibrationSource.NONE, spacing_mm=None))
    mark = measured(MarkKind.LENGTH, (PixelPoint(0, 0), PixelPoint(3, 4)), picture, mark_id="m")
    assert (value(mark, "length"), value_named(mark, "length").unit) == (5, "px")
    assert mark.calibration == "not calibrated"
    assert mark.points_mm == ()
    assert mark.frame_of_reference_uid == ""
    region = measured(
        MarkKind.CIRCLE, points_of(MarkKind.CIRCLE, circle_around(PixelPoint(50, 50), 5), (1, 1)), picture, mark_id="r"
    )
    assert value_named(region, "area").unit == "px²"


def test_a_detector_plane_spacing_is_named_beside_the_number():
    calibration = Calibration(
        source=CalibrationSource.DETECTOR_PLANE, spacing_mm=(0.2, 0.2), note="anatomy is magnified"
    )
    mark = measured(MarkKind.LENGTH, (PixelPoint(0, 0), PixelPoint(30, 40)), frame_picture(calibration), mark_id="m")
    assert value(mark, "length") == pytest.approx(10.0)
    assert label_lines(mark) == ("10.0 mm", "detector plane: anatomy is magnified")


def test_a_long_source_of_millimetres_is_told_short_beside_the_mark_with_its_doubt():
    note = "detector spacing divided by the magnification 1.386 (stated by the device)"
    calibration = Calibration(source=CalibrationSource.ESTIMATED, spacing_mm=(0.2, 0.2), uncertainty=0.068, note=note)
    mark = measured(MarkKind.LENGTH, (PixelPoint(0, 0), PixelPoint(30, 40)), frame_picture(calibration), mark_id="m")
    assert label_lines(mark) == ("10.0 mm", "estimated, ± 7 %")
    assert note in mark.calibration


def region(number, left, right, units, delta):
    return UltrasoundRegion(
        number=number,
        left=left,
        top=0,
        right=right,
        bottom=99,
        unit_x=units[0],
        unit_y=units[1],
        delta_x=delta[0],
        delta_y=delta[1],
        reference_column=None,
        reference_row=None,
        reference_value_x=0.0,
        reference_value_y=0.0,
        spatial_format=1,
        data_type=1,
    )


ULTRASOUND = Calibration(
    source=CalibrationSource.US_REGION,
    spacing_mm=None,
    regions=(region(1, 0, 49, ("cm", "cm"), (0.02, 0.03)), region(2, 60, 99, ("seconds", "cm/sec"), (0.01, 2.0))),
)


def test_a_length_inside_one_ultrasound_region_is_in_millimetres():
    mark = measured(MarkKind.LENGTH, (PixelPoint(10, 10), PixelPoint(40, 30)), frame_picture(ULTRASOUND), mark_id="m")
    assert value(mark, "length") == pytest.approx(math.hypot(30 * 0.2, 20 * 0.3))
    assert mark.calibration == "ultrasound region 1 of 2"


@pytest.mark.parametrize(("start", "end"), [((10, 10), (70, 10)), ((52, 10), (58, 10)), ((10, 10), (55, 10))])
def test_a_length_that_leaves_its_region_has_only_pixels(start, end):
    mark = measured(MarkKind.LENGTH, (PixelPoint(*start), PixelPoint(*end)), frame_picture(ULTRASOUND), mark_id="m")
    assert value_named(mark, "length").unit == "px"
    assert "not calibrated" in mark.calibration


def test_a_spectral_region_tells_time_and_velocity_apart():
    mark = measured(MarkKind.LENGTH, (PixelPoint(65, 20), PixelPoint(85, 50)), frame_picture(ULTRASOUND), mark_id="m")
    assert value_named(mark, "length") is None
    assert (value(mark, "across"), value_named(mark, "across").unit) == (pytest.approx(0.2), "seconds")
    assert (value(mark, "down"), value_named(mark, "down").unit) == (pytest.approx(60.0), "cm/sec")


def test_an_area_in_a_region_of_unequal_steps_is_true():
    picture = frame_picture(ULTRASOUND)
    points = points_of(MarkKind.CIRCLE, circle_around(PixelPoint(25, 50), 10), picture.pixel_size)
    mark = measured(MarkKind.CIRCLE, points, picture, mark_id="m")
    assert value(mark, "area") == pytest.approx(math.pi * 2.0 * 3.0)
    assert value_named(mark, "radius") is None


def test_shape_and_points_are_each_others_inverse():
    for kind in (MarkKind.CIRCLE, MarkKind.ELLIPSE):
        shape = circle_around(PixelPoint(5, 6), 3.0)
        assert shape_of(kind, points_of(kind, shape, (0.5, 0.7)), (0.5, 0.7)).semi_axes == pytest.approx((3, 3))


def test_pet_is_measured_in_suv():
    made = volume((3, 20, 24), values=np.full((3, 20, 24), 10000.0, np.float32), unit="Bq/ml", suv_factor=0.0005)
    picture = picture_of(made, index=1)
    points = points_of(MarkKind.CIRCLE, circle_around(PixelPoint(12, 10), 4.0), picture.pixel_size)
    mean = value_named(measured(MarkKind.CIRCLE, points, picture, mark_id="m"), "mean")
    assert (mean.value, mean.unit) == (pytest.approx(5.0), "SUVbw")
