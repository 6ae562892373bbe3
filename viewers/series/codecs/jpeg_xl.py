"""JPEG XL (ISO/IEC 18181): lossless, recompressed JPEG and lossy."""

from viewers.isolation.guards.jpegxl import check_jpegxl
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.plugin import Colour, Decoded, Plugin


def guard(request: FrameRequest) -> Found:
    """See ``isolation.guards.jpegxl``."""
    check_jpegxl(memoryview(request.payload), request.form.stated)
    return Found(precision=request.form.bits_stored)


def by_libjxl(request: FrameRequest, found: Found) -> Decoded:
    """libjxl, one thread; it hands back red, green and blue whatever it used inside."""
    import imagecodecs

    del found
    samples = imagecodecs.jpegxl_decode(request.whole, numthreads=1, keeporientation=True)
    return Decoded(samples=samples, colour=Colour.RGB)


PLUGINS = (Plugin(name="imagecodecs libjxl", decode=by_libjxl),)
