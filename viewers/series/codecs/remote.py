"""Decoding one frame in an isolated worker, with one retry on another codec when a worker dies of it."""

import math
from collections.abc import Mapping
from concurrent.futures import Future
from typing import cast

import numpy as np

from viewers.isolation.errors import sentence
from viewers.isolation.limits import limits_for
from viewers.isolation.payloads import Payload
from viewers.isolation.pool import Pool
from viewers.series.codecs.decode import check_form
from viewers.series.codecs.frame import DecodedFrame, FrameForm, FrameRefused, plain_form

WORKER_MODULE = "viewers.series.codecs.work"
DECODE = f"{WORKER_MODULE}:decode"
FATAL_CAUSES = frozenset({"crash", "cpu", "hang"})
KINDS = frozenset("iuf")
MOST_WARNINGS = 8
DOUBTFUL = "Its decoder did not say whether it is whole."

Answer = Mapping[str, object]


def decode_in(
    pool: Pool, form: FrameForm, payload: Payload, *, bit_offset: int = 0, number: int = 0, priority: int = 0
) -> Future[DecodedFrame]:
    """Decode one frame behind the wall; the pool must have been made with ``WORKER_MODULE`` in ``preload``.

    Returns:
        A future of the frame; it raises ``FrameRefused`` with a sentence for the "cannot be shown" tile. Cancelling
        it takes the frame out of the queue.
    """
    wanted: Future[DecodedFrame] = Future()
    try:
        check_form(form)
    except FrameRefused as refusal:
        wanted.set_exception(refusal)
        return wanted
    options = {"form": plain_form(form), "bit_offset": bit_offset, "number": number}

    def attempt(first: int) -> None:
        limits = limits_for(form.decoded_bytes)
        answer = pool.submit(DECODE, payload, {**options, "first": first}, priority=priority, limits=limits)
        wanted.add_done_callback(lambda future: future.cancelled() and answer.cancel())
        answer.add_done_callback(lambda future: finish(future, first))

    def finish(future: "Future[dict[str, object]]", first: int) -> None:
        if future.cancelled() or wanted.cancelled():
            wanted.cancel()
            return
        try:
            answer = future.result()
            if may_retry(answer, form, first):
                attempt(first + 1)
            else:
                wanted.set_result(frame_of(answer, form))
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to whoever waits for the frame
            wanted.set_exception(error)

    attempt(0)
    return wanted


def may_retry(answer: Answer, form: FrameForm, first: int) -> bool:
    """Whether a worker died of the first codec and there is a second."""
    return first == 0 and answer.get("cause") in FATAL_CAUSES and len(check_form(form).plugins) > 1


def frame_of(answer: Answer, form: FrameForm) -> DecodedFrame:
    """A frame from a worker's answer, which is not believed about its size.

    Raises:
        FrameRefused: the worker refused, or its answer is not a frame of this form.
    """
    if "refused" in answer:
        raise FrameRefused(sentence(answer["refused"]))
    shape = (form.rows, form.columns, *(() if form.samples_per_pixel == 1 else (form.samples_per_pixel,)))
    kind, values, warnings = _kind(answer.get("type")), answer.get("values"), answer.get("warnings")
    right = isinstance(values, bytes | bytearray | memoryview)
    if kind is None or not right or len(cast("bytes", values)) != kind.itemsize * math.prod(shape):
        raise FrameRefused("The decoded frame has another size than its header says.")
    return DecodedFrame(
        values=np.frombuffer(cast("bytes", values), kind).reshape(shape),
        photometric=sentence(answer.get("photometric")),
        decoder=sentence(answer.get("decoder")),
        warnings=tuple(map(sentence, warnings[:MOST_WARNINGS])) if isinstance(warnings, list | tuple) else (DOUBTFUL,),
    )


def _kind(told: object) -> "np.dtype[np.generic] | None":
    """The kind of numbers that a worker tells, or None where no decoder makes such."""
    try:
        kind = np.dtype(str(told))
    except (TypeError, ValueError, SyntaxError):
        return None
    return kind if kind.kind in KINDS and kind.names is None and not kind.shape else None
