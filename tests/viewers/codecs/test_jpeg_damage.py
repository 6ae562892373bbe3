"""Damage in the middle of a JPEG frame, its end marker in place: decoders make the rest up, and the frame says so."""

from dataclasses import replace
from random import Random

import imagecodecs
import numpy as np
import pytest

from tests.viewers.codecs.made_frames import encoded, noise, request
from viewers.series.codecs.decode import decode_frame
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.jpeg import MADE_UP

ROWS, COLUMNS = 256, 192
SECTOR = 512
HEAD = 700  # tables and headers lie before


def grey() -> bytes:
    return encoded("jpeg", noise(ROWS, COLUMNS))


def colour(subsampling: str) -> bytes:
    values = (noise(ROWS, COLUMNS) >> 4).astype(np.uint8)
    picture = np.stack([values, values[::-1], np.roll(values, 40, 1)], -1)
    return bytes(imagecodecs.jpeg8_encode(picture, level=95, subsampling=subsampling))


def asked(payload: bytes, *, samples: int) -> FrameRequest:
    whole = request("jpeg", payload)
    stated = "MONOCHROME2" if samples == 1 else "YBR_FULL_422"
    form = replace(whole.form, rows=ROWS, columns=COLUMNS, samples_per_pixel=samples, photometric_interpretation=stated)
    return replace(whole, form=form)


FRAMES = {"grey": (grey(), 1), "colour 4:4:4": (colour("444"), 3), "colour 4:2:0": (colour("420"), 3)}


@pytest.mark.parametrize("first", [0, 1], ids=["imagecodecs", "Pillow"])
@pytest.mark.parametrize("kind", FRAMES)
def test_a_whole_frame_has_nothing_to_say(kind: str, first: int) -> None:
    payload, samples = FRAMES[kind]
    assert decode_frame(asked(payload, samples=samples), first=first).warnings == ()


@pytest.mark.parametrize("first", [0, 1], ids=["imagecodecs", "Pillow"])
@pytest.mark.parametrize("kind", FRAMES)
def test_a_sector_that_could_not_be_read_marks_the_frame(kind: str, first: int) -> None:
    payload, samples = FRAMES[kind]
    draw = Random(20)
    for _ in range(10):
        at = draw.randrange(HEAD, len(payload) - SECTOR - 2)
        damaged = payload[:at] + bytes(SECTOR) + payload[at + SECTOR :]
        (said,) = decode_frame(asked(damaged, samples=samples), first=first).warnings
        assert said == MADE_UP


def test_a_piece_that_is_missing_marks_the_frame() -> None:
    payload, samples = FRAMES["grey"]
    damaged = payload[:4000] + payload[6000:]
    assert decode_frame(asked(damaged, samples=samples)).warnings


def test_filling_before_the_end_marker_is_no_damage() -> None:
    """ISO/IEC 10918-1 B.1.1.2: any marker may be preceded by any number of fill bytes FF."""
    payload, samples = FRAMES["grey"]
    filled = payload[:-2] + b"\xff\xff\xff" + payload[-2:]
    assert decode_frame(asked(filled, samples=samples)).warnings == ()
