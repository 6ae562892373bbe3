"""JPEG 2000 (ISO/IEC 15444-1), lossless and lossy."""

import numpy as np

from viewers.isolation.guards.jpeg2000 import check_jpeg2000, codestream
from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameForm, FrameRequest
from viewers.series.codecs.plugin import Colour, Decoded, Plugin


def guard(request: FrameRequest) -> Found:
    """See ``isolation.guards.jpeg2000``."""
    return check_jpeg2000(memoryview(request.payload), request.form.stated)


def colour(form: FrameForm, found: Found) -> Colour:
    """What three samples are: decoders undo the stream's own transform, which only red, green and blue have."""
    undone = found.transformed or form.photometric_interpretation in ("YBR_RCT", "YBR_ICT")
    return Colour.RGB if undone else Colour.AS_STATED


def by_imagecodecs(request: FrameRequest, found: Found) -> Decoded:
    """OpenJPEG through imagecodecs, one thread: workers are as many as cores."""
    import imagecodecs

    stream = bytes(codestream(memoryview(request.payload)))
    samples = imagecodecs.jpeg2k_decode(stream, planar=False, numthreads=1)
    return Decoded(samples=samples, colour=colour(request.form, found))


def by_pylibjpeg(request: FrameRequest, found: Found) -> Decoded:
    """OpenJPEG through pylibjpeg."""
    import openjpeg.utils

    stream = bytes(codestream(memoryview(request.payload)))
    samples = np.asarray(openjpeg.utils.decode(stream))
    return Decoded(samples=samples, colour=colour(request.form, found))


SECOND = Plugin(name="pylibjpeg-openjpeg", decode=by_pylibjpeg)
PLUGINS = (Plugin(name="imagecodecs OpenJPEG", decode=by_imagecodecs), SECOND)
