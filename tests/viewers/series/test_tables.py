"""Tables, windows, palettes and overlays as the file describes them, in every packing."""

import base64

import numpy as np
import pytest

from viewers.series.header import Attributes
from viewers.series.tables import lut_of, overlay_pixels, overlays, palette, palette_first, windows


def packed(values, kind="<u2"):
    return base64.b64encode(np.asarray(values, kind).tobytes()).decode()


def lut(descriptor, data, *, signed=False):
    return lut_of(Attributes(data={"LUTDescriptor": descriptor, "LUTData": data}), signed=signed)


def test_a_table_of_sixteen_bit_words():
    found = lut([4, 10, 16], packed([1, 2, 3, 40_000]))
    assert (found.first, found.bits, found.entries.tolist()) == (10, 16, [1, 2, 3, 40_000])


@pytest.mark.parametrize("data", [packed([1, 2, 3, 4], "u1"), packed([1, 2, 3, 4])])
def test_a_table_of_bytes_in_both_packings(data):
    assert lut([4, 0, 8], data).entries.tolist() == [1, 2, 3, 4]


def test_a_descriptor_that_promises_too_few_bits_does_not_cut_the_entries():
    found = lut([4, 0, 8], packed([80, 245, 257, 4022]))
    assert (found.entries.tolist(), found.bits) == ([80, 245, 257, 4022], 12)


def test_zero_entries_mean_65536():
    assert len(lut([0, 0, 16], packed(np.arange(65_536))).entries) == 65_536


@pytest.mark.parametrize(
    ("first", "signed", "expected"),
    [(64_512, True, -1024), (64_512, False, 64_512), (-1024, False, 64_512), (-1024, True, -1024)],
)
def test_the_first_value_is_signed_where_the_input_is(first, signed, expected):
    assert lut([1, first, 16], packed([7]), signed=signed).first == expected


@pytest.mark.parametrize(
    ("descriptor", "data"),
    [([4, 0, 16], packed([1, 2])), ([4, 0], packed([1, 2, 3, 4])), ("", ""), ([4, 0, 16], "%%%")],
)
def test_tables_that_contradict_themselves_are_none(descriptor, data):
    assert lut(descriptor, data) is None


def test_windows_keep_their_order_and_names():
    found = windows(
        Attributes(
            data={"WindowCenter": "40\\-600", "WindowWidth": "400\\1500", "WindowCenterWidthExplanation": "SOFT\\LUNG"}
        )
    )
    assert [(each.centre, each.width, each.explanation) for each in found] == [(40, 400, "SOFT"), (-600, 1500, "LUNG")]


@pytest.mark.parametrize(
    ("function", "width", "kept"),
    [
        ("", "1", True),
        ("", "0.5", False),
        ("LINEAR", "0", False),
        ("LINEAR_EXACT", "0.5", True),
        ("SIGMOID", "0.001", True),
        ("SIGMOID", "0", False),
    ],
)
def test_a_window_too_narrow_for_its_function_is_left_out(function, width, kept):
    found = windows(Attributes(data={"WindowCenter": "40", "WindowWidth": width, "VOILUTFunction": function}))
    assert bool(found) is kept


def colours(bits, data, **more):
    names = {f"{colour}PaletteColorLookupTableDescriptor": [4, 0, bits] for colour in ("Red", "Green", "Blue")}
    tables = {f"{colour}PaletteColorLookupTableData": data for colour in ("Red", "Green", "Blue")}
    return Attributes(data={**names, **tables, **more})


@pytest.mark.parametrize("width", ["u1", "<u2"])
def test_an_eight_bit_palette_stays_in_eight_bits_however_it_is_packed(width):
    found = palette(colours(8, packed([0, 1, 128, 255], width)))
    assert found.dtype == np.uint8
    assert found[:, 0].tolist() == [0, 1, 128, 255]


def test_a_sixteen_bit_palette_stays():
    assert palette(colours(16, packed([0, 5, 300, 65_535])))[:, 2].tolist() == [0, 5, 300, 65_535]


def test_a_palette_with_a_colour_missing_is_none():
    assert palette(colours(16, packed([0, 5, 300, 65_535]), BluePaletteColorLookupTableData="")) is None


def test_a_segmented_palette_is_expanded():
    """PS3.3 C.7.9.2: two discrete values, a line to 100 in 4 steps, then both once more by reference."""
    words = [0, 2, 10, 20, 1, 4, 100, 2, 2, 0, 0]
    data = {f"{c}PaletteColorLookupTableDescriptor": [12, 0, 16] for c in ("Red", "Green", "Blue")}
    data |= {f"Segmented{c}PaletteColorLookupTableData": packed(words) for c in ("Red", "Green", "Blue")}
    assert palette(Attributes(data=data))[:, 0].tolist() == [10, 20, 40, 60, 80, 100, 10, 20, 40, 60, 80, 100]


def test_the_segments_of_an_eight_bit_palette_are_made_of_bytes():
    """pydicom expands the same: two values, a line to 100 in 4 steps, then both by reference from byte 0."""
    fields = [0, 2, 10, 20, 1, 4, 100, 2, 2, 0, 0, 0, 0, 0]
    data = {f"{c}PaletteColorLookupTableDescriptor": [12, 0, 8] for c in ("Red", "Green", "Blue")}
    data |= {f"Segmented{c}PaletteColorLookupTableData": packed(fields, "u1") for c in ("Red", "Green", "Blue")}
    assert palette(Attributes(data=data))[:, 0].tolist() == [10, 20, 40, 60, 80, 100, 10, 20, 40, 60, 80, 100]


def test_a_palette_may_begin_at_a_negative_value():
    found = Attributes(data={"RedPaletteColorLookupTableDescriptor": [4, 65_534, 16]})
    assert palette_first(found, signed=True) == -2
    assert palette_first(found, signed=False) == 65_534


def plane(**changes):
    values = {
        "OverlayRows": 2,
        "OverlayColumns": 3,
        "OverlayOrigin": [5, 7],
        "OverlayType": "G",
        "OverlayData": packed([0b110101], "u1"),
    }
    return {**values, **changes}


def test_an_overlay_is_unpacked_least_significant_bit_first(image):
    (only,) = overlays(image("a", Overlays={"6000": plane()}))
    assert overlay_pixels(only, 1).tolist() == [[True, False, True], [False, True, True]]
    assert (only.row, only.column, only.roi) == (5, 7, False)


def test_an_overlay_of_several_frames_begins_at_its_frame(image):
    data = packed(np.packbits([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], bitorder="little"), "u1")
    (only,) = overlays(
        image("a", Overlays={"6002": plane(NumberOfFramesInOverlay="2", ImageFrameOrigin=3, OverlayData=data)})
    )
    assert overlay_pixels(only, 2) is None
    assert overlay_pixels(only, 3).argmax() == 0
    assert overlay_pixels(only, 4).argmax() == 1
    assert overlay_pixels(only, 5) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"OverlayRows": 0},
        {"OverlayRows": 65_535, "OverlayColumns": 65_535},
        {"OverlayData": packed([1], "u1"), "OverlayRows": 9},
        {"OverlayColumns": None},
    ],
)
def test_overlays_that_lie_are_left_out(image, changes):
    assert overlays(image("a", Overlays={"6000": plane(**changes)})) == ()


def test_an_origin_far_outside_the_image_is_kept_as_it_is(image):
    (only,) = overlays(image("a", Overlays={"6000": plane(OverlayOrigin=[-32_768, 32_767])}))
    assert (only.row, only.column) == (-32_768, 32_767)


def test_an_overlay_inside_the_pixels_names_its_bit(image):
    (only,) = overlays(
        image("a", Overlays={"6000": plane(OverlayData=None, OverlayBitsAllocated=16, OverlayBitPosition=12)})
    )
    assert only.in_pixel_data == 12
    assert overlay_pixels(only, 1) is None
