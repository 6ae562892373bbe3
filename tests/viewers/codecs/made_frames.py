"""Frames made on the spot with known values."""

from collections.abc import Callable

import imagecodecs
import numpy as np
import rle.rle
from numpy.typing import NDArray

from viewers.series.codecs.frame import FrameForm, FrameRequest

UIDS = {
    "native": "1.2.840.10008.1.2.1",
    "rle": "1.2.840.10008.1.2.5",
    "jpeg": "1.2.840.10008.1.2.4.50",
    "jpeg lossless": "1.2.840.10008.1.2.4.70",
    "jpeg-ls": "1.2.840.10008.1.2.4.80",
    "jpeg 2000": "1.2.840.10008.1.2.4.90",
    "htj2k": "1.2.840.10008.1.2.4.201",
    "jpeg xl": "1.2.840.10008.1.2.4.110",
}


def _rle(values: NDArray[np.uint16]) -> bytes:
    rows, columns = values.shape
    return bytes(rle.rle.encode_frame(values.astype("<u2").tobytes(), rows, columns, 1, 16, "<"))


ENCODERS: dict[str, Callable[[NDArray[np.uint16]], bytes]] = {
    "native": lambda values: values.astype("<u2").tobytes(),
    "rle": _rle,
    "jpeg": lambda values: bytes(imagecodecs.jpeg8_encode((values >> 4).astype(np.uint8), level=95)),
    "jpeg lossless": lambda values: bytes(
        imagecodecs.jpeg8_encode(values, lossless=True, predictor=1, bitspersample=16)
    ),
    "jpeg-ls": lambda values: bytes(imagecodecs.jpegls_encode(values)),
    "jpeg 2000": lambda values: bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k")),
    "htj2k": lambda values: bytes(imagecodecs.htj2k_encode(values, reversible=True)),
    "jpeg xl": lambda values: bytes(imagecodecs.jpegxl_encode(values, lossless=True)),
}


def noise(rows: int = 64, columns: int = 48, bits: int = 12, seed: int = 7) -> NDArray[np.uint16]:
    """A smooth picture with noise on it."""
    row, column = np.mgrid[0:rows, 0:columns]
    smooth = (1 << bits) * (0.5 + 0.3 * np.sin(row / 9.0) * np.cos(column / 7.0))
    grain = np.random.default_rng(seed).normal(0, (1 << bits) / 60, (rows, columns))
    return np.clip(smooth + grain, 0, (1 << bits) - 1).astype(np.uint16)


def form(codec: str, rows: int = 64, columns: int = 48, bits: int = 12, allocated: int = 16) -> FrameForm:
    """The header of a grey frame."""
    return FrameForm(
        transfer_syntax_uid=UIDS[codec],
        rows=rows,
        columns=columns,
        bits_allocated=allocated,
        bits_stored=bits,
        high_bit=bits - 1,
    )


def encoded(codec: str, values: NDArray[np.uint16]) -> bytes:
    """The frame as a file would hold it."""
    return ENCODERS[codec](values)


def request(codec: str, payload: bytes | None = None) -> FrameRequest:
    """A request for the picture of ``noise`` in one codec, or for other bytes in its place."""
    bits = {"jpeg": 8}.get(codec, 12)
    made = form(codec, bits=bits, allocated=8 if codec == "jpeg" else 16)
    return FrameRequest(form=made, payload=encoded(codec, noise()) if payload is None else payload)
