"""JPEG with 8 and 12 bits: baseline (process 1) and extended (processes 2 and 4)."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewers.isolation.guards.jpeg import check_jpeg
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameForm, FrameRequest
from viewers.series.codecs.plugin import Colour, Decoded, Plugin

PROCESSES = frozenset({0xC0, 0xC1, 0xC2})
PARTIAL = ("YBR_PARTIAL_422", "YBR_PARTIAL_420")
BYTE_BITS = 8
DAMAGE = ("Corrupt JPEG data", "Premature end", "Inconsistent progression")
MADE_UP = "The frame is damaged; a part of the picture may be made up."


def guard(request: FrameRequest) -> Found:
    """See ``isolation.guards.jpeg``."""
    return check_jpeg(memoryview(request.payload), request.form.stated, PROCESSES)


def is_transformed(form: FrameForm, found: Found) -> bool:
    """Whether three components are luminance and differences; the stream is asked first, then the header."""
    return form.photometric_interpretation.startswith("YBR") if found.transformed is None else found.transformed


def by_imagecodecs(request: FrameRequest, found: Found) -> Decoded:
    """libjpeg-turbo, told what the components are instead of letting it guess."""
    import imagecodecs

    form = request.form
    if form.samples_per_pixel == 1:
        return Decoded(samples=imagecodecs.jpeg8_decode(request.whole))
    if not is_transformed(form, found):
        samples = imagecodecs.jpeg8_decode(request.whole, colorspace="RGB", outcolorspace="RGB")
        return Decoded(samples=samples, colour=Colour.RGB)
    if form.photometric_interpretation in PARTIAL:
        samples = imagecodecs.jpeg8_decode(request.whole, colorspace="YCBCR", outcolorspace="YCBCR")
        return Decoded(samples=samples)
    samples = imagecodecs.jpeg8_decode(request.whole, colorspace="YCBCR", outcolorspace="RGB")
    return Decoded(samples=samples, colour=Colour.RGB)


def by_pillow(request: FrameRequest, found: Found) -> Decoded:
    """Pillow, for 8 bits; asked for the components as they are, where they need our own conversion."""
    from PIL import Image

    form = request.form
    with Image.open(io.BytesIO(request.whole), formats=["JPEG"]) as picture:
        if form.samples_per_pixel == 1:
            return Decoded(samples=np.asarray(picture))
        transformed = is_transformed(form, found)
        if transformed != _pillow_believes_in_transform(found):
            raise ValueError("Pillow would guess the colours wrongly")
        if form.photometric_interpretation in PARTIAL and transformed:
            picture.draft("YCbCr", None)
            return Decoded(samples=np.asarray(picture))
        return Decoded(samples=np.asarray(picture), colour=Colour.RGB)


def concealed(stream: bytes, found: Found) -> tuple[str, ...]:
    """What libjpeg-turbo warns of and both libraries keep to themselves: damage that it fills with something likely.

    Only the entropy coding is followed, of 8 bits; the picture is thrown away at an eighth of its size.
    """
    import simplejpeg

    if found.precision != BYTE_BITS:
        return ()
    try:
        simplejpeg.decode_jpeg(stream, colorspace="GRAY", min_height=1, min_width=1, min_factor=8)
    except ValueError as told:
        return (MADE_UP,) if str(told).startswith(DAMAGE) else ()
    return ()


def _honest(decode: Callable[[FrameRequest, Found], Decoded]) -> Callable[[FrameRequest, Found], Decoded]:
    """The same plugin, which tells what was concealed."""

    def told(request: FrameRequest, found: Found) -> Decoded:
        return replace(decode(request, found), warnings=concealed(request.whole, found))

    return told


PLUGINS = (
    Plugin(name="imagecodecs libjpeg-turbo", decode=_honest(by_imagecodecs)),
    Plugin(name="Pillow", decode=_honest(by_pillow)),
)
EXTENDED_PLUGINS = PLUGINS[:1]  # Pillow reads no more than 8 bits


def _pillow_believes_in_transform(found: Found) -> bool:
    """Without marks libjpeg takes three components for a transform unless they are named R, G and B."""
    return found.transformed is not False
