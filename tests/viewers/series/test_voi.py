"""VOI and presentation tables, against values read off the tables by hand."""

import base64

import numpy as np
import pytest

from viewers.series.frame_parts import Lut
from viewers.series.split import display_sets
from viewers.series.voi import brightness_by_lut, presented


def table(*entries, first=0, bits=8):
    return Lut(first=first, entries=np.array(entries, np.uint16), bits=bits)


def test_values_outside_the_table_take_its_ends():
    lut = table(10, 100, 255, first=-1)
    assert (brightness_by_lut([-50, -1, 0, 1, 99], lut) * 255).round().tolist() == [10, 10, 100, 255, 255]


def test_the_full_range_of_the_stated_bits_is_black_to_white():
    assert brightness_by_lut([0], table(2048, bits=12)).tolist() == [2048 / 4095]
    assert brightness_by_lut([0], table(4095, bits=8)).tolist() == [1.0]


def test_fractions_are_rounded_to_the_tables_inputs():
    assert (brightness_by_lut([0.4, 0.6], table(0, 255)) * 255).tolist() == [0, 255]


@pytest.mark.parametrize(("data", "expected"), [({}, 0.25), ({"PhotometricInterpretation": "MONOCHROME1"}, 0.75),
    ({"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}, 0.75)])  # fmt: skip
def test_inversion_counts_once(image, data, expected):
    (only,) = display_sets([image("a", **data)])
    assert presented(only, np.array([0.25])).tolist() == [expected]


def test_a_presentation_table_says_it_all(image):
    data = base64.b64encode(np.array([0, 30_000, 65_535], "<u2").tobytes()).decode()
    item = {"LUTDescriptor": [3, 0, 16], "LUTData": data}
    (only,) = display_sets([image("a", PresentationLUTSequence=[item], PhotometricInterpretation="MONOCHROME1")])
    assert (presented(only, np.array([0.0, 0.5, 1.0])) * 65_535).round().tolist() == [0, 30_000, 65_535]
