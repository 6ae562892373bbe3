"""Deflated Image Frame Compression (PS3.5 A.4.11): each frame is a native frame, deflated."""

from dataclasses import replace

from viewers.isolation.guards.deflate import inflate
from viewers.isolation.guards.stated import Found
from viewers.series.codecs import native
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.plugin import Decoded, Plugin


def decode(request: FrameRequest, found: Found) -> Decoded:
    """Inflate no further than the frame is large (one byte of padding is allowed), then read it as native."""
    content = inflate(request.whole, most=-(-request.form.native_bits // 8) + 1).content
    return native.decode(replace(request, payload=content), found)


PLUGIN = Plugin(name="zlib", decode=decode)
