"""Single frames: modality tables, colour, palettes, padding, overlays, bits; each from bytes through a worker."""

import numpy as np
import pytest
from pydicom.dataset import Dataset

from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import Kind
from viewers.volumes.frame_values import frame, overlay_planes, stored_frame
from viewers.volumes.statistics import survey

FLAT = {"ImageOrientationPatient": None, "Modality": "OT"}


def only(folder, opened):
    (display_set,), source = opened(folder)
    return display_set, source


def lut_item(descriptor, entries):
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if descriptor[1] < 0 else "US", descriptor)
    item.add_new("LUTData", "OW", np.asarray(entries, "<u2").tobytes())
    item.ModalityLUTType = "OD"
    return item


def test_a_modality_table_replaces_slope_and_intercept(tmp_path, write, opened, pool):
    pixels = np.array([[-3, -2], [0, 9]], np.int16)
    item = lut_item([4, -2, 16], [100, 200, 300, 400])
    write(tmp_path / "a", pixels, ModalityLUTSequence=[item], RescaleSlope=None, RescaleIntercept=None, **FLAT)
    display_set, source = only(tmp_path, opened)
    assert frame(display_set, 0, source, pool).values.tolist() == [[100, 100], [300, 400]]


def test_frames_of_a_clip_are_had_one_by_one(tmp_path, write, opened, pool):
    pixels = np.arange(5 * 6 * 7, dtype=np.uint8).reshape(5, 6, 7)
    write(tmp_path / "a", pixels, NumberOfFrames=5, ImageOrientationPatient=None, Modality="US")
    display_set, source = only(tmp_path, opened)
    assert display_set.kind is Kind.CINE
    for index in (4, 0, 2):
        assert np.array_equal(frame(display_set, index, source, pool).values, pixels[index])


def test_one_bit_frames_are_found_inside_their_bytes(tmp_path, write, opened, pool):
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2, (3, 5, 3), np.uint8)
    packed = np.packbits(bits.ravel(), bitorder="little")
    write(tmp_path / "a", bits, NumberOfFrames=3, BitsAllocated=1, BitsStored=1, HighBit=0, Rows=5, Columns=3,
          PixelData=packed.tobytes(), **FLAT)  # fmt: skip
    display_set, source = only(tmp_path, opened)
    for index in range(3):
        assert np.array_equal(frame(display_set, index, source, pool).values, bits[index])


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_is_the_same_by_pixel_and_by_plane(tmp_path, write, opened, pool, planar):
    picture = np.random.default_rng(2).integers(0, 256, (6, 8, 3), np.uint8)
    data = picture if planar == 0 else np.moveaxis(picture, 2, 0)
    write(tmp_path / "a", picture, SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=planar,
          Rows=6, Columns=8, PixelData=data.tobytes(), **FLAT)  # fmt: skip
    display_set, source = only(tmp_path, opened)
    assert np.array_equal(frame(display_set, 0, source, pool).values, picture)


@pytest.mark.parametrize("frames", [1, 3])
def test_whole_chrominance_under_the_name_of_halved_is_read_whole(tmp_path, write, opened, pool, frames):
    """Grey pixels of one brightness each: read as halved they would be shuffled and coloured."""
    grey = np.arange(frames * 48, dtype=np.uint8).reshape(frames, 6, 8)
    data = np.stack([grey, np.full_like(grey, 128), np.full_like(grey, 128)], axis=-1)
    write(tmp_path / "a", grey[0], SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL_422", PlanarConfiguration=0,
          NumberOfFrames=frames, Rows=6, Columns=8, PixelData=data.tobytes(), **FLAT)  # fmt: skip
    display_set, source = only(tmp_path, opened)
    for index in range(frames):
        assert np.array_equal(frame(display_set, index, source, pool).values, np.stack([grey[index]] * 3, axis=-1))


def test_a_palette_is_looked_up(tmp_path, write, opened, pool):
    entries = {
        colour: np.arange(4, dtype="<u2") * step for colour, step in (("Red", 256), ("Green", 512), ("Blue", 1024))
    }
    tables = {f"{name}PaletteColorLookupTableData": table.tobytes() for name, table in entries.items()}
    described = {f"{name}PaletteColorLookupTableDescriptor": [4, 10, 16] for name in entries}
    write(tmp_path / "a", np.array([[9, 10], [12, 99]], np.uint8), PhotometricInterpretation="PALETTE COLOR",
          **tables, **described, **FLAT)  # fmt: skip
    display_set, source = only(tmp_path, opened)
    assert frame(display_set, 0, source, pool).values[..., 2].tolist() == [[0, 0], [8, 12]]


def test_padding_is_where_the_stored_value_says(tmp_path, write, opened, pool):
    write(tmp_path / "a", np.array([[0, 5], [9, 12]], np.uint16), PixelPaddingValue=0, PixelPaddingRangeLimit=9,
          RescaleIntercept="-1000", **FLAT)  # fmt: skip
    display_set, source = only(tmp_path, opened)
    found = frame(display_set, 0, source, pool)
    assert found.padding.tolist() == [[True, True], [True, False]]
    what = survey(display_set, source, pool).statistics
    assert (what.least, what.greatest, what.counted) == (-988, -988, 1)


def test_an_image_of_padding_alone_has_no_statistics(tmp_path, write, opened, pool):
    write(tmp_path / "a", np.zeros((4, 4), np.uint16), PixelPaddingValue=0, **FLAT)
    display_set, source = only(tmp_path, opened)
    assert survey(display_set, source, pool).statistics is None


def test_overlays_beside_and_inside_the_pixels(tmp_path, write, opened, pool):
    shape = np.zeros((4, 4), bool)
    shape[1, 2] = shape[3, 0] = True
    pixels = (np.full((4, 4), 7) | (shape.astype(int) << 12)).astype(np.uint16)
    path = tmp_path / "a"
    write(path, pixels, BitsStored=12, HighBit=11, **FLAT)
    import pydicom

    dataset = pydicom.dcmread(path)
    dataset.add_new(0x60000010, "US", 4)
    dataset.add_new(0x60000011, "US", 4)
    dataset.add_new(0x60000040, "CS", "G")
    dataset.add_new(0x60000050, "SS", [1, 1])
    dataset.add_new(0x60000100, "US", 1)
    dataset.add_new(0x60003000, "OW", np.packbits(~shape.ravel(), bitorder="little").tobytes())
    dataset.add_new(0x60020010, "US", 4)
    dataset.add_new(0x60020011, "US", 4)
    dataset.add_new(0x60020040, "CS", "G")
    dataset.add_new(0x60020050, "SS", [1, 1])
    dataset.add_new(0x60020100, "US", 16)
    dataset.add_new(0x60020102, "US", 12)
    dataset.save_as(path)
    display_set, source = only(tmp_path, opened)
    beside, inside = overlay_planes(display_set, 0, source, pool)
    assert np.array_equal(beside[1], ~shape)
    assert np.array_equal(inside[1], shape)
    assert np.unique(frame(display_set, 0, source, pool).values).tolist() == [7]


def test_a_frame_that_is_cut_is_refused_with_a_reason(tmp_path, write, opened, pool):
    write(tmp_path / "a", np.ones((20, 20), np.uint16), **FLAT)
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(content[:-5])
    display_set, source = only(tmp_path, opened)
    assert any("ends within its pixels" in warning for warning in display_set.warnings)
    with pytest.raises(FrameRefused, match="cut short"):
        frame(display_set, 0, source, pool)


def test_frames_that_the_file_claims_but_lacks_are_said(tmp_path, write, opened, pool):
    write(tmp_path / "a", np.ones((3, 8, 8), np.uint8), NumberOfFrames=3, **FLAT)
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(content.replace(b"IS\x02\x003 ", b"IS\x02\x0099"))
    display_set, source = only(tmp_path, opened)
    assert len(display_set.frames) == 3
    assert stored_frame(display_set, 2, source, pool).values.all()


@pytest.mark.parametrize("bits", [32, 64])
def test_floating_pixels_are_their_values(tmp_path, write, opened, pool, bits):
    values = np.linspace(-1.5, 2.5, 12).reshape(3, 4).astype(f"f{bits // 8}")
    name = "FloatPixelData" if bits == 32 else "DoubleFloatPixelData"
    write(tmp_path / "a", values, PixelData=None, BitsStored=None, HighBit=None, PixelRepresentation=None,
          RescaleSlope=None, RescaleIntercept=None, **{name: values.tobytes()}, **FLAT)  # fmt: skip
    display_set, source = only(tmp_path, opened)
    assert np.allclose(frame(display_set, 0, source, pool).values, values)
