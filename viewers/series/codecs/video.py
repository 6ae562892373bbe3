"""Video (MPEG-2, H.264, HEVC): one frame of a stream, through PyAV where it is installed.

PyAV's wheels carry GPL encoders, so it is an extra that the bundle does not hold.
"""

import contextlib
import importlib.util
import io
from functools import cache
from typing import cast

from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameRefused, FrameRequest
from viewers.series.codecs.plugin import Colour, Decoded, Plugin, Samples

ABSENT = "Video needs the optional component “video” (PyAV), which is not installed; the other images are not affected."
PROBE_BYTES = 1 << 20
CLIP_SIDE = 64


@cache
def available() -> bool:
    """Whether this installation can show video; asked before the wall is raised, and remembered behind it."""
    found = importlib.util.find_spec("av")
    return found is not None and found.origin is not None


def guard(request: FrameRequest) -> Found:
    """Only the promise of a size can be looked at; the stream is checked frame by frame."""
    return Found(precision=request.form.bits_stored)


def by_pyav(request: FrameRequest, found: Found) -> Decoded:
    """Frame ``request.number``, counted from the stream's first.

    Raises:
        FrameRefused: PyAV is absent, or the stream has no such frame.
    """
    del found
    if not available():
        raise FrameRefused(ABSENT)
    import av

    with av.open(io.BytesIO(request.whole), "r", options={"probesize": str(PROBE_BYTES)}) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        for number, picture in enumerate(container.decode(stream)):
            if number == request.number:
                return Decoded(samples=cast("Samples", picture.to_ndarray(format="rgb24")), colour=Colour.RGB)
    raise FrameRefused(f"The video ends before frame {request.number + 1}.")


def warm_up() -> None:
    """Make a tiny clip and read it, where PyAV is: it imports much of itself when first used."""
    if available():
        # images must not depend on whether a clip can be made here (PyAV raises its errors as these)
        with contextlib.suppress(ImportError, AttributeError, OSError, ValueError, LookupError, RuntimeError):
            _read_a_clip()


PLUGINS = (Plugin(name="PyAV", decode=by_pyav),)


def _read_a_clip() -> None:
    import av

    clip = io.BytesIO()
    with av.open(clip, "w", format="mpegts") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width = stream.height = CLIP_SIDE
        stream.pix_fmt = "yuv420p"
        for picture in (av.VideoFrame(CLIP_SIDE, CLIP_SIDE, "yuv420p"), None):
            container.mux(stream.encode(picture))
    with av.open(io.BytesIO(clip.getvalue()), "r") as container:
        for picture in container.decode(container.streams.video[0]):
            picture.to_ndarray(format="rgb24")
