"""Loading many frames at once into one volume that workers fill in place, in the order asked for."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.limits import limits_for
from viewers.isolation.payloads import Payload
from viewers.isolation.pool import Pool
from viewers.isolation.segments import Segment
from viewers.series.codecs.decode import check_form
from viewers.series.codecs.frame import FrameForm, FrameRefused
from viewers.series.codecs.remote import WORKER_MODULE, Answer, may_retry
from viewers.series.codecs.rescale import INT16, is_integral

DECODE_SLICE = f"{WORKER_MODULE}:decode_slice"
AHEAD = 4

VolumeValues = NDArray[np.int16] | NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRequest:
    """One slice of a volume.

    Attributes:
        index: slot in the volume.
        form: what the header says of the frame.
        payload: the bytes of the frame, a range of a plain file (fastest), or a function that reads them when the
            slice's turn comes (called on the thread that runs ``VolumeLoad.run``; an ``OSError`` of it refuses the
            slice).
        slope, intercept: the modality rescale of this very slice.
    """

    index: int
    form: FrameForm
    payload: Payload | Callable[[], Payload]
    slope: float = 1.0
    intercept: float = 0.0
    bit_offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceOutcome:
    """What became of one slice: its values are in place unless ``refused`` says why not."""

    index: int
    refused: str | None = None
    warnings: tuple[str, ...] = ()
    decoder: str = ""


class VolumeLoad:
    """A volume being filled by isolated workers, straight into shared memory.

    Args:
        pool: made with ``remote.WORKER_MODULE`` in ``preload``.
        shape: (slices, rows, columns).
        slices: in the order wanted: the slice asked for first, then outward. Grey-scale only.
        fill: value of slices that are not there (yet).
        on_slice: called once per finished slice, on the thread that runs ``run``.
        on_widened: called when a slice did not fit int16 and ``values`` was replaced by a float32 array that holds
            everything loaded so far (only where headers promise less than the pixels keep).

    Attributes:
        values: (slices, rows, columns), read-only view; int16 where every slope and intercept is integral and the
            rescaled values fit, else float32. May be shown while it fills. Lives as long as anyone refers to it.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        shape: tuple[int, int, int],
        slices: Sequence[SliceRequest],
        fill: float = 0.0,
        on_slice: Callable[[SliceOutcome], None] | None = None,
        on_widened: Callable[[VolumeValues], None] | None = None,
    ) -> None:
        self._pool, self._shape, self._fill = pool, shape, fill
        self._on_slice = on_slice or (lambda _: None)
        self._on_widened = on_widened or (lambda _: None)
        self._waiting = list(slices)
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._answers: queue.SimpleQueue[_Try | None] = queue.SimpleQueue()
        self._tries: set[_Try] = set()
        self._outcomes: dict[int, SliceOutcome] = {}
        whole = all(is_integral(wanted.slope, wanted.intercept) and not wanted.form.floating for wanted in slices)
        self._room = _Room(shape, np.dtype(np.int16 if whole and _fits_int16(fill) else np.float32), fill)
        self.values: VolumeValues = self._room.shown

    def run(self) -> tuple[SliceOutcome, ...]:
        """Load until all is there or ``cancel`` was called; returns the outcomes of finished slices by index.

        Raises:
            Defect: the pool cannot work.
        """
        while not self._cancelled.is_set():
            self._feed()
            if not self._tries:
                break
            self._settle(self._answers.get())
        for attempt in self._tries:
            attempt.future.cancel()
        return tuple(self._outcomes[index] for index in sorted(self._outcomes))

    def ask_first(self, index: int) -> None:
        """Move a slice that has not begun to the front (any thread): priorities follow the reader."""
        with self._lock:
            self._waiting.sort(key=lambda wanted: wanted.index != index)

    def cancel(self) -> None:
        """Stop (any thread); ``run`` returns at once, and what workers still finish is dropped."""
        self._cancelled.set()
        self._answers.put(None)

    def _feed(self) -> None:
        while len(self._tries) < AHEAD * self._pool.workers and not self._cancelled.is_set():
            with self._lock:
                if not self._waiting:
                    return
                wanted = self._waiting.pop(0)
            try:
                check_form(wanted.form)
                payload = wanted.payload() if callable(wanted.payload) else wanted.payload
                self._submit(wanted, payload, first=0)
            except FrameRefused as refusal:
                self._finish(SliceOutcome(index=wanted.index, refused=str(refusal)))
            except OSError as error:
                self._finish(SliceOutcome(index=wanted.index, refused=f"It cannot be read ({error.strerror})."))

    def _submit(self, wanted: SliceRequest, payload: Payload, *, first: int) -> None:
        room = self._room
        if (wanted.form.rows, wanted.form.columns) != self._shape[1:]:
            raise FrameRefused("Its size differs from the other slices of the volume.")
        options = {
            "form": asdict(wanted.form),
            "slope": wanted.slope,
            "intercept": wanted.intercept,
            "bit_offset": wanted.bit_offset,
            "type": room.kind.str,
            "first": first,
        }
        limits = limits_for(wanted.form.decoded_bytes)
        span = room.segment.span(wanted.index * room.slice_bytes, room.slice_bytes)
        future = self._pool.submit(DECODE_SLICE, payload, options, limits=limits, outputs=(span,))
        attempt = _Try(wanted=wanted, payload=payload, first=first, room=room, future=future)
        self._tries.add(attempt)
        future.add_done_callback(lambda _: self._answers.put(attempt))

    def _settle(self, attempt: "_Try | None") -> None:
        if attempt is None or attempt.future.cancelled():
            return
        self._tries.discard(attempt)
        wanted, answer = attempt.wanted, attempt.future.result()
        if may_retry(answer, wanted.form, attempt.first):
            self._submit(wanted, attempt.payload, first=attempt.first + 1)
        elif "refused" in answer:
            self._finish(SliceOutcome(index=wanted.index, refused=str(answer["refused"])))
        elif not answer["fits"]:
            self._widen()
            self._submit(wanted, attempt.payload, first=attempt.first)
        else:
            if attempt.room is not self._room:
                self._room.values[wanted.index] = attempt.room.values[wanted.index]
            self._finish(_outcome(wanted.index, answer))

    def _widen(self) -> None:
        if self._room.kind == np.float32:
            return
        wide = _Room(self._shape, np.dtype(np.float32), self._fill)
        for index, outcome in self._outcomes.items():
            if outcome.refused is None:
                wide.values[index] = self._room.values[index]
        self._room, self.values = wide, wide.shown
        self._on_widened(self.values)

    def _finish(self, outcome: SliceOutcome) -> None:
        self._outcomes[outcome.index] = outcome
        self._on_slice(outcome)


class _Room:
    """The memory of a volume."""

    def __init__(self, shape: tuple[int, int, int], kind: np.dtype[np.generic], fill: float) -> None:
        self.kind = kind
        self.slice_bytes = kind.itemsize * shape[1] * shape[2]
        self.segment = Segment(shape[0] * self.slice_bytes)
        self.values = np.frombuffer(self.segment.memory, kind).reshape(shape)
        if fill != 0:  # fresh memory is zero already, and touching it costs time
            self.values[:] = fill
        self.shown = self.values.view()
        self.shown.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Try:
    """A slice in the hands of the pool."""

    wanted: SliceRequest
    payload: Payload
    first: int
    room: _Room
    future: "Future[dict[str, object]]"


def _outcome(index: int, answer: Answer) -> SliceOutcome:
    warnings = answer["warnings"]
    texts = tuple(map(str, warnings)) if isinstance(warnings, list) else ()
    return SliceOutcome(index=index, warnings=texts, decoder=str(answer["decoder"]))


def _fits_int16(value: float) -> bool:
    return float(value).is_integer() and INT16.min <= value <= INT16.max
