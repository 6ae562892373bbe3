"""JPEG lossless, process 14, any predictor (selection value 1 has a transfer syntax of its own)."""

import numpy as np

from viewers.isolation.guards.jpeg import check_jpeg
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.plugin import Decoded, Plugin

PROCESSES = frozenset({0xC3})


def guard(request: FrameRequest) -> Found:
    """See ``isolation.guards.jpeg``."""
    return check_jpeg(memoryview(request.payload), request.form.stated, PROCESSES)


def by_libjpeg_turbo(request: FrameRequest, found: Found) -> Decoded:
    """libjpeg-turbo 3; colours are never transformed, because that would not be lossless."""
    import imagecodecs

    del found
    if request.form.samples_per_pixel == 1:
        return Decoded(samples=imagecodecs.jpeg8_decode(request.whole))
    return Decoded(samples=imagecodecs.jpeg8_decode(request.whole, colorspace="RGB", outcolorspace="RGB"))


def by_jpegsof3(request: FrameRequest, found: Found) -> Decoded:
    """The independent decoder of imagecodecs."""
    import imagecodecs

    del found
    return Decoded(samples=np.asarray(imagecodecs.jpegsof3_decode(request.whole)))


PLUGINS = (
    Plugin(name="imagecodecs libjpeg-turbo", decode=by_libjpeg_turbo),
    Plugin(name="imagecodecs jpegsof3", decode=by_jpegsof3),
)
