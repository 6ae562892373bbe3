"""Bits, signs, colours and the modality rescale against plain arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydicom.pixels.processing import convert_color_space

from tests.viewers.codecs.made_frames import encoded, form, noise, request
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.colour import to_rgb
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.rescale import is_integral, promised_range, rescale_into
from viewers.series.codecs.values import stored_values


@some.composite
def layouts(draw: some.DrawFn) -> tuple[int, int, int, int]:
    allocated = draw(some.sampled_from([8, 16, 32]))
    stored = draw(some.integers(1, allocated))
    return allocated, stored, draw(some.integers(stored - 1, allocated - 1)), draw(some.integers(0, 1))


@settings(deadline=None)
@given(layouts(), some.integers(0, 2**32 - 1))
def test_native_bits_are_masked_and_signs_spread_from_high_bit(layout: tuple[int, int, int, int], raw: int) -> None:
    allocated, stored, high, signed = layout
    word = raw & ((1 << allocated) - 1)
    expected = (word >> (high + 1 - stored)) & ((1 << stored) - 1)
    if signed and expected >> (stored - 1):
        expected -= 1 << stored
    made = FrameForm(
        transfer_syntax_uid="1.2.840.10008.1.2.1", rows=1, columns=1, bits_allocated=allocated, bits_stored=stored,
        high_bit=high, pixel_representation=signed,
    )  # fmt: skip
    values = decode_frame(FrameRequest(form=made, payload=word.to_bytes(allocated // 8, "little"))).values
    assert int(values[0, 0]) == expected
    assert values.dtype == np.dtype(f"{'i' if signed else 'u'}{allocated // 8}")


def test_a_lossy_overshoot_is_cut_and_not_wrapped_to_black() -> None:
    made = form("jpeg-ls", rows=1, columns=3)
    samples = np.array([[4095, 4096, 4097]], np.uint16)
    found = Found(precision=16)
    assert stored_values(samples, made, found, compressed=True, lossy=True).tolist() == [[4095, 4095, 4095]]
    assert stored_values(samples, made, found, compressed=True).tolist() == [[4095, 0, 1]]


def test_a_signed_frame_in_an_unsigned_codestream_keeps_its_sign() -> None:
    values = noise().astype(np.int32) - 2048
    made = replace(form("jpeg-ls"), pixel_representation=1)
    payload = encoded("jpeg-ls", (values & 0xFFF).astype(np.uint16))
    assert (decode_frame(FrameRequest(form=made, payload=payload)).values == values).all()


@pytest.mark.parametrize("codec", ["rle", "jpeg lossless", "jpeg-ls", "jpeg 2000", "htj2k", "jpeg xl", "native"])
def test_every_lossless_codec_returns_what_went_in(codec: str) -> None:
    frame = decode_frame(request(codec))
    assert (frame.values == noise()).all()
    assert not frame.warnings


def test_one_bit_frames_need_not_begin_at_a_byte() -> None:
    bits = np.random.default_rng(3).integers(0, 2, (2, 5, 3), np.uint8)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    made = FrameForm(
        transfer_syntax_uid="1.2.840.10008.1.2.1", rows=5, columns=3, bits_allocated=1, bits_stored=1, high_bit=0
    )
    second = decode_frame(FrameRequest(form=made, payload=packed[1:], bit_offset=7))
    assert (second.values == bits[1]).all()
    with pytest.raises(FrameRefused):
        decode_frame(FrameRequest(form=made, payload=packed[2:], bit_offset=7))


def test_bytes_of_big_endian_words_are_put_in_order() -> None:
    made = FrameForm(
        transfer_syntax_uid="1.2.840.10008.1.2.2", rows=1, columns=3, bits_allocated=8, bits_stored=8, high_bit=7,
        in_words=True,
    )  # fmt: skip
    assert decode_frame(FrameRequest(form=made, payload=b"\x02\x01\x00\x03")).values.tolist() == [[1, 2, 3]]
    with pytest.raises(FrameRefused):
        decode_frame(FrameRequest(form=made, payload=b"\x02\x01\x00"))


@given(some.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_full_range_ybr_becomes_rgb_as_in_the_standard(seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    expected = convert_color_space(values, "YBR_FULL", "RGB").astype(int)
    assert np.abs(to_rgb(values, "YBR_FULL", 8).astype(int) - expected).max() <= 1


def test_studio_range_ybr_reaches_black_and_white() -> None:
    values = np.array([[[16, 128, 128], [235, 128, 128]]], np.uint8)
    assert to_rgb(values, "YBR_PARTIAL_422", 8).tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_rgb_stays_as_it_is() -> None:
    values = np.array([[[1, 2, 3]]], np.uint8)
    assert to_rgb(values, "RGB", 8) is values


WHOLE = some.integers(-5000, 5000)


@settings(deadline=None)
@given(layouts(), WHOLE, some.integers(-9, 9), some.integers(0, 2**32 - 1))
def test_whole_rescales_are_exact_or_declined(
    layout: tuple[int, int, int, int], intercept: int, slope: int, seed: int
) -> None:
    allocated, stored, _, signed = layout
    made = FrameForm(
        transfer_syntax_uid="1.2.840.10008.1.2.1", rows=3, columns=4, bits_allocated=allocated, bits_stored=stored,
        high_bit=stored - 1, pixel_representation=signed,
    )  # fmt: skip
    low, high = (-(1 << (stored - 1)), 1 << (stored - 1)) if signed else (0, 1 << stored)
    kind = np.dtype(f"{'i' if signed else 'u'}{allocated // 8}")
    values = np.random.default_rng(seed).integers(low, high, (3, 4), np.int64)
    place = np.full((3, 4), 77, np.int16)
    expected = values * slope + intercept
    if rescale_into(place, values.astype(kind), made, slope, intercept):
        assert (place == expected).all()
    else:
        assert (place == 77).all()
        assert expected.min() < -32768 or expected.max() > 32767


def test_fractions_are_rounded_once() -> None:
    made = form("native", rows=1, columns=3)
    place = np.zeros((1, 3), np.float32)
    stored = np.array([[0, 1, 4095]], np.uint16)
    assert rescale_into(place, stored, made, 0.1, -3.7)
    assert place.tolist() == (stored.astype(np.float64) * 0.1 - 3.7).astype(np.float32).tolist()
    assert not is_integral(0.1, 0.0)
    assert is_integral(2.0, -1024.0)
    assert promised_range(made, -1.0, 0.0) == (-4095.0, 0.0)
