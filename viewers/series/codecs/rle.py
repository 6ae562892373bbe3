"""RLE Lossless (PS3.5 Annex G)."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.guards.rle import check_rle
from viewers.isolation.guards.stated import Found
from viewers.series.codecs import native
from viewers.series.codecs.frame import FrameForm, FrameRefused, FrameRequest
from viewers.series.codecs.plugin import Decoded, Plugin, Samples

BYTE_BITS = 8
SHORT = "The RLE frame holds fewer pixels than its header says."


def guard(request: FrameRequest) -> Found:
    """See ``isolation.guards.rle``."""
    check_rle(memoryview(request.payload), request.form.stated)
    return Found(precision=request.form.bits_allocated)


def by_imagecodecs(request: FrameRequest, found: Found) -> Decoded:
    """Each segment is one byte plane, most significant first; each is unpacked by itself so that none can be short."""
    import imagecodecs

    del found
    form = request.form
    bounds = check_rle(memoryview(request.payload), form.stated)
    payload = memoryview(request.payload)
    planes = np.empty((len(bounds) - 1, form.pixels), np.uint8)
    for plane, (start, end) in zip(planes, pairwise(bounds), strict=True):
        unpacked = imagecodecs.packbits_decode(bytes(payload[start:end]))
        if len(unpacked) < form.pixels:
            raise FrameRefused(SHORT)
        plane[:] = np.frombuffer(unpacked, np.uint8, count=form.pixels)
    return Decoded(samples=_joined(planes, request))


def by_pylibjpeg(request: FrameRequest, found: Found) -> Decoded:
    """The RLE plugin of pylibjpeg."""
    import rle.rle

    del found
    form = request.form
    content = rle.rle.decode_frame(request.whole, form.pixels, form.bits_allocated, "<")
    if len(content) < form.decoded_bytes:
        raise FrameRefused(SHORT)
    planes = np.frombuffer(content, np.dtype(f"<u{form.bits_allocated // BYTE_BITS}"))
    return Decoded(samples=_of_planes(planes, form))


PLUGINS = (
    Plugin(name="imagecodecs packbits", decode=by_imagecodecs),
    Plugin(name="pylibjpeg-rle", decode=by_pylibjpeg),
)


def _of_planes(planes: Samples, form: FrameForm) -> Samples:
    """RLE holds one sample after the other, whatever Planar Configuration says (PS3.5 G.2)."""
    if form.samples_per_pixel == 1:
        return planes.reshape(form.rows, form.columns)
    return native.interleaved(planes, replace(form, planar_configuration=1))


def _joined(planes: NDArray[np.uint8], request: FrameRequest) -> Samples:
    """Byte planes (sample after sample, most significant byte first) to pixels."""
    form = request.form
    size = form.bits_allocated // BYTE_BITS
    grouped = planes.reshape(form.samples_per_pixel, size, form.rows, form.columns)
    values = grouped[:, 0].astype(np.dtype(f"u{size}"))
    for lower in range(1, size):  # shifting is ten times faster than bringing the planes' bytes side by side
        values <<= BYTE_BITS
        values |= grouped[:, lower]
    return values[0] if form.samples_per_pixel == 1 else np.ascontiguousarray(values.transpose(1, 2, 0))
