"""Decoding one frame in an isolated worker, with one retry on another codec when a worker dies of it."""

from concurrent.futures import Future

from viewers.isolation.payloads import Payload
from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import DecodedFrame, FrameForm

WORKER_MODULE = "viewers.series.codecs.work"


def decode_in(
    pool: Pool, form: FrameForm, payload: Payload, *, bit_offset: int = 0, number: int = 0, priority: int = 0
) -> Future[DecodedFrame]:
    """Decode one frame behind the wall; the pool must have been made with ``WORKER_MODULE`` in ``preload``.

    Returns:
        A future of the frame; it raises ``FrameRefused`` with a sentence for the "cannot be shown" tile.
    """
    raise NotImplementedError
