"""High-throughput JPEG 2000 (ISO/IEC 15444-15)."""

from viewers.isolation.guards.jpeg2000 import codestream
from viewers.isolation.guards.stated import Found
from viewers.series.codecs import jpeg2000
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.plugin import Decoded, Plugin


def by_openjph(request: FrameRequest, found: Found) -> Decoded:
    """OpenJPH, told not to go on over damage."""
    import imagecodecs

    stream = bytes(codestream(memoryview(request.payload)))
    samples = imagecodecs.htj2k_decode(stream, planar=False, resilient=False)
    return Decoded(samples=samples, colour=jpeg2000.colour(request.form, found))


guard = jpeg2000.guard
PLUGINS = (Plugin(name="imagecodecs OpenJPH", decode=by_openjph), jpeg2000.SECOND)
