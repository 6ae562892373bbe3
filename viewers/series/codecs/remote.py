"""Decoding one frame in an isolated worker, with one retry on another codec when a worker dies of it."""

import math
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
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
    _attempt(_Asked(pool=pool, form=form, payload=payload, options=options, priority=priority, wanted=wanted), 0)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """A frame on its way. No two futures of it hold each other: the frame would wait for the collector."""

    pool: Pool
    form: FrameForm
    payload: Payload
    options: Mapping[str, object]
    priority: int
    wanted: Future[DecodedFrame]


def _attempt(asked: _Asked, first: int) -> None:
    limits, options = limits_for(asked.form.decoded_bytes), {**asked.options, "first": first}
    answer = asked.pool.submit(DECODE, asked.payload, options, priority=asked.priority, limits=limits)
    asked.wanted.add_done_callback(partial(_give_up, weakref.ref(answer)))
    answer.add_done_callback(partial(_finish, asked, first))


def _give_up(answer: "weakref.ref[Future[dict[str, object]]]", wanted: Future[DecodedFrame]) -> None:
    still = answer()
    if wanted.cancelled() and still is not None:
        still.cancel()


def _finish(asked: _Asked, first: int, answered: "Future[dict[str, object]]") -> None:
    wanted = asked.wanted
    if answered.cancelled() or wanted.cancelled():
        wanted.cancel()
        return
    frame: DecodedFrame | None = None
    failure: Exception | None = None
    try:
        answer = answered.result()
        if may_retry(answer, asked.form, first):
            _attempt(asked, first + 1)
            return
        frame = frame_of(answer, asked.form)
    except Exception as error:  # noqa: BLE001 - whatever it is belongs to whoever waits for the frame
        failure = error
    if not wanted.set_running_or_notify_cancel():  # given up in the very last moment
        return
    if frame is not None:
        wanted.set_result(frame)
    else:
        wanted.set_exception(failure)


def _kind(told: object) -> "np.dtype[np.generic] | None":
    """The kind of numbers that a worker tells, or None where no decoder makes such."""
    try:
        kind = np.dtype(str(told))
    except (TypeError, ValueError, SyntaxError):
        return None
    return kind if kind.kind in KINDS and kind.names is None and not kind.shape else None
