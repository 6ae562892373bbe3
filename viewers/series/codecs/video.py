"""Video (MPEG-2, H.264, HEVC): one frame of a stream, through PyAV where it is installed.

PyAV's wheels carry GPL encoders, so it is an extra that the bundle does not hold.
"""

import importlib.util
import io
from typing import cast

from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameRefused, FrameRequest
from viewers.series.codecs.plugin import Colour, Decoded, Plugin, Samples

ABSENT = "Video needs the optional component “video” (PyAV), which is not installed; the other images are not affected."
PROBE_BYTES = 1 << 20


def available() -> bool:
    """Whether this installation can show video."""
    return importlib.util.find_spec("av") is not None


def guard(request: FrameRequest) -> Found:
    """Only the promise of a size can be looked at; the stream is checked frame by frame."""
    return Found(precision=request.form.bits_stored)


def by_pyav(request: FrameRequest, found: Found) -> Decoded:
    """Frame ``request.number``, counted from the stream's first.

    Raises:
        FrameRefused: PyAV is absent, or the stream has no such frame.
    """
    del found
    if "av" not in _loaded():
        raise FrameRefused(ABSENT)
    import av

    with av.open(io.BytesIO(request.whole), options={"probesize": str(PROBE_BYTES)}) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        for number, picture in enumerate(container.decode(stream)):
            if number == request.number:
                return Decoded(samples=cast("Samples", picture.to_ndarray(format="rgb24")), colour=Colour.RGB)
    raise FrameRefused(f"The video ends before frame {request.number + 1}.")


def warm_up() -> None:
    """Import PyAV, where there is one, before the wall is raised."""
    if available():
        import av

        assert av


PLUGINS = (Plugin(name="PyAV", decode=by_pyav),)


def _loaded() -> frozenset[str]:
    """What was imported before the wall; behind it nothing can be looked for on disk."""
    import sys

    if "av" not in sys.modules:
        try:
            warm_up()
        except (ImportError, OSError):
            return frozenset()
    return frozenset(sys.modules)
