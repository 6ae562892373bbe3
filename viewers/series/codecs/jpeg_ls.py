"""JPEG-LS, lossless and near-lossless (ITU-T T.87)."""

from viewers.isolation.guards.jpeg import JPEG_LS, check_jpeg
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.plugin import Decoded, Plugin


def guard(request: FrameRequest) -> Found:
    """See ``isolation.guards.jpeg``; without the end marker CharLS stalls for seconds."""
    return check_jpeg(memoryview(request.payload), request.form.stated, frozenset({JPEG_LS}))


def by_charls(request: FrameRequest, found: Found) -> Decoded:
    """CharLS; it leaves three samples as they were coded."""
    import imagecodecs

    del found
    return Decoded(samples=imagecodecs.jpegls_decode(request.whole))


PLUGINS = (Plugin(name="imagecodecs CharLS", decode=by_charls),)
