"""Loading: volumes in the right place with exact values, progressive, steerable, cancellable, within memory."""

import threading

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from viewers.geometry.affine import patient_to_voxel, voxel_to_patient
from viewers.series.codecs.slices import AHEAD
from viewers.series.display_set import Kind
from viewers.volumes.errors import NoVolume
from viewers.volumes.loader import open_volume, outward

TILT = np.tan(np.radians(-18.5))


def plain(count=12, step=2.0, lean=0.0):
    return np.array([(-7.0, 5.0 + n * step * lean, -30.0 + n * step) for n in range(count)])


def gradient(where):
    """A value that tells where a voxel is: linear in all three coordinates."""
    return 1000 + 20 * where[..., 0] - 15 * where[..., 1] + 30 * where[..., 2]


def oblique():
    turn = np.radians(25)
    right = np.array([np.cos(turn), np.sin(turn), 0])
    down = np.array([-np.sin(turn) * np.cos(0.3), np.cos(turn) * np.cos(0.3), -np.sin(0.3)])
    return right, down


def loaded(folder, opened, pool, **options):
    (only,), source = opened(folder)
    load = open_volume(only, source, pool, **options)
    return load, load.run()


@pytest.mark.parametrize(
    ("origins", "orientation"),
    [
        (plain(), (1, 0, 0, 0, 1, 0)),
        (plain(lean=TILT), (1, 0, 0, 0, 1, 0)),
        (plain(lean=-TILT)[::-1], (1, 0, 0, 0, 1, 0)),
        (np.array([n * 2.5 * np.cross(*oblique()) for n in range(9)]), tuple(np.concatenate(oblique()))),
        (np.array([(n * 3.0, 0, 0) for n in range(6)]), (0, 1, 0, 0, 0, -1)),
    ],
    ids=["box", "tilted", "tilted, descending", "oblique", "sagittal"],
)
def test_every_voxel_is_where_the_affine_says(stack, opened, pool, origins, orientation):
    _, volume = loaded(stack(origins, gradient, orientation), opened, pool)
    assert volume.values.dtype == np.int16
    indices = np.stack(np.meshgrid(*map(np.arange, volume.values.shape), indexing="ij"), axis=-1)
    expected = gradient(voxel_to_patient(volume.affine, indices))
    assert np.abs(volume.values - expected).max() <= 0.51


@pytest.mark.parametrize("lean", [0.0, TILT])
def test_a_landmark_is_found_within_half_a_voxel(stack, opened, pool, lean):
    landmark = np.array([-1.0, 17.0, -21.0])

    def ball(where):
        return 1000 * np.exp(-((where - landmark) ** 2).sum(-1) / 18)

    _, volume = loaded(stack(plain(lean=lean), ball), opened, pool)
    weights = volume.values.astype(float) ** 2
    centre = np.array([(weights * axis).sum() / weights.sum() for axis in np.indices(weights.shape)])
    assert np.abs(centre - patient_to_voxel(volume.affine, landmark)).max() < 0.5


def test_irregular_slices_keep_their_true_places(stack, opened, pool):
    origins = plain()[[0, 1, 2, 5, 6, 10]]
    _, volume = loaded(stack(origins, gradient), opened, pool)
    assert np.allclose(volume.slice_origins_mm, origins)
    assert [after for after, _ in volume.display_set.geometry.gaps] == [2, 4]
    first_voxels = volume.values[:, 0, 0]
    assert np.abs(first_voxels - gradient(origins)).max() <= 0.51


@pytest.mark.parametrize(
    "syntax",
    [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian],
    ids=["implicit", "big", "deflated"],
)
def test_every_native_encoding_gives_the_same_volume(stack, opened, pool, syntax, tmp_path):
    def swapped(where):
        values = np.rint(gradient(where)).astype(np.int16)
        return values.byteswap() if syntax == ExplicitVRBigEndian else values

    _, volume = loaded(stack(plain(4), swapped, syntax=str(syntax)), opened, pool)
    indices = np.stack(np.meshgrid(*map(np.arange, volume.values.shape), indexing="ij"), axis=-1)
    assert np.abs(volume.values - gradient(voxel_to_patient(volume.affine, indices))).max() <= 0.51


def test_each_slice_has_its_own_slope(tmp_path, write, opened, pool):
    stored = np.full((24, 20), 100, np.uint16)
    for n, slope in enumerate(("0.5", "2.25", "1e-3")):
        write(tmp_path / f"{n}.dcm", stored, ImagePositionPatient=[0, 0, n], RescaleSlope=slope, SOPInstanceUID=f"1.{n}",  # noqa: E501 - a table reads best in lines
              Modality="PT", Units="BQML")  # fmt: skip
    _, volume = loaded(tmp_path, opened, pool)
    assert volume.values.dtype == np.float32
    assert volume.values[:, 0, 0] == pytest.approx([50, 225, 0.1])
    assert volume.unit == "Bq/ml"


@pytest.mark.parametrize(("stored", "slope", "intercept", "expected", "kind"), [
    (np.uint16(4095), "1", "-1024", 3071, np.int16), (np.uint16(65_535), "1", "0", 65_535, np.float32),
    (np.int16(-32_768), "1", "0", -32_768, np.int16), (np.int16(-32_768), "1", "-1024", -33_792, np.float32),
    (np.uint16(100), "0.1", "0", 10, np.float32), (np.uint8(200), "3", "-5", 595, np.int16),
])  # fmt: skip
def test_values_are_exact_and_widen_only_where_they_must(  # noqa: PLR0917 - a table
    tmp_path, write, opened, pool, stored, slope, intercept, expected, kind
):
    for n in range(2):
        pixels = np.zeros((24, 20), stored.dtype)
        pixels[1, 2] = stored
        write(tmp_path / f"{n}.dcm", pixels, ImagePositionPatient=[0, 0, n], SOPInstanceUID=f"1.{n}", RescaleSlope=slope,  # noqa: E501 - a table reads best in lines
              RescaleIntercept=intercept)  # fmt: skip
    _, volume = loaded(tmp_path, opened, pool)
    assert volume.values.dtype == kind
    assert volume.values[1, 1, 2] == pytest.approx(expected)


def test_bits_beyond_those_stored_do_not_count(tmp_path, write, opened, pool):
    for n in range(2):
        pixels = np.full((24, 20), 0xF123, np.uint16)
        write(
            tmp_path / f"{n}.dcm",
            pixels,
            ImagePositionPatient=[0, 0, n],
            SOPInstanceUID=f"1.{n}",
            BitsStored=12,
            HighBit=11,
        )
    _, volume = loaded(tmp_path, opened, pool)
    assert np.unique(volume.values).tolist() == [0x123]


def test_padding_is_told_after_rescale(tmp_path, write, opened, pool):
    for n in range(2):
        write(tmp_path / f"{n}.dcm", np.full((24, 20), -2000, np.int16), ImagePositionPatient=[0, 0, n],
              SOPInstanceUID=f"1.{n}", PixelPaddingValue=-2000, PixelPaddingRangeLimit=-1990, RescaleIntercept="-24")  # fmt: skip  # noqa: E501 - a table reads best in lines
    _, volume = loaded(tmp_path, opened, pool)
    assert set(map(tuple, volume.padding.tolist())) == {(-2024.0, -2014.0)}


def test_slices_come_the_asked_one_first_then_outward(stack, opened, one_worker):
    (only,), source = opened(stack(plain(), gradient))
    assert outward(5) == [2, 1, 3, 0, 4]
    assert outward(5, 0) == [0, 1, 2, 3, 4]
    assert outward(5, 99) == [4, 3, 2, 1, 0]
    load = open_volume(only, source, one_worker, first=9)
    told = []
    load.run(told.append)
    assert sorted(told) == list(range(12))
    assert all(abs(told.index(slice_) - at) < AHEAD for at, slice_ in enumerate(outward(12, 9)))
    assert load.ready.all()


def test_a_slice_that_cannot_be_shown_is_named_and_the_others_come(stack, opened, pool):
    folder = stack(plain(), gradient)
    cut = folder / "004.dcm"
    cut.write_bytes(cut.read_bytes()[:-100])
    load, volume = loaded(folder, opened, pool)
    assert list(load.failed) == [4]
    assert "cut short" in load.failed[4]
    assert not load.ready[4]
    assert np.all(volume.values[4] == volume.fill)
    assert load.ready.sum() == 11


def test_a_file_that_vanishes_costs_one_slice(stack, opened, pool):
    folder = stack(plain(), gradient)
    (only,), source = opened(folder)
    (folder / "007.dcm").unlink()
    load = open_volume(only, source, pool)
    load.run()
    assert list(load.failed) == [7]


def test_cancelling_stops_and_keeps_what_is_there(stack, opened, pool):
    (only,), source = opened(stack(plain(40), gradient))
    load = open_volume(only, source, pool)
    load.run(lambda _: load.cancel())
    assert load.ready.sum() < 40
    assert load.volume.values.shape == (40, 24, 20)


def test_a_load_may_be_steered_from_another_thread(stack, opened, one_worker):
    (only,), source = opened(stack(plain(40), gradient))
    load = open_volume(only, source, one_worker, first=0)
    order = []
    steered = threading.Event()

    def on_slice(index):
        order.append(index)
        if not steered.is_set():
            steered.set()
            thread = threading.Thread(target=load.prefer, args=(35,))
            thread.start()
            thread.join()

    load.run(on_slice)
    assert order.index(35) < 2 * AHEAD  # right after what was under way
    assert sorted(order) == list(range(40))


def test_more_than_fits_is_refused_with_what_to_do(stack, opened, pool):
    (only,), source = opened(stack(plain(), gradient))
    with pytest.raises(NoVolume, match="Close other series"):
        open_volume(only, source, pool, budget_bytes=10)


def test_what_makes_no_volume_says_why(tmp_path, write, opened, pool):
    write(tmp_path / "a.dcm", np.zeros((24, 20), np.uint8), Modality="OT", ImageOrientationPatient=None)
    (only,), source = opened(tmp_path)
    with pytest.raises(NoVolume, match="where these images lie"):
        open_volume(only, source, pool)


def test_one_slice_makes_a_volume_one_slice_thick(tmp_path, write, opened, pool):
    write(tmp_path / "a.dcm", np.full((24, 20), 7, np.int16), ImagePositionPatient=[1, 2, 3], SliceThickness="4")
    load, volume = loaded(tmp_path, opened, pool)
    assert load.volume.display_set.kind is Kind.STACK
    assert voxel_to_patient(volume.affine, (1, 0, 0)).tolist() == [1, 2, 7]


def test_a_volume_cannot_be_written_to(stack, opened, pool):
    _, volume = loaded(stack(plain(3), gradient), opened, pool)
    with pytest.raises(ValueError, match="read-only"):
        volume.values[0, 0, 0] = 1
