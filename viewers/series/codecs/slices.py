"""Loading many frames at once into one volume that workers fill in place, in the order asked for."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.errors import sentence
from viewers.isolation.limits import limits_for
from viewers.isolation.payloads import Payload
from viewers.isolation.pool import Pool
from viewers.isolation.segments import Segment
from viewers.series.codecs.decode import check_form
from viewers.series.codecs.frame import FrameForm, FrameRefused, plain_form
from viewers.series.codecs.remote import DOUBTFUL, MOST_WARNINGS, WORKER_MODULE, Answer, may_retry
from viewers.series.codecs.rescale import INT16, is_integral
from viewers.series.codecs.table import codec_for

DECODE_SLICES = f"{WORKER_MODULE}:decode_slices"
AHEAD = 3
_NONSENSE: Answer = {"refused": "The program that reads it gave no answer that makes sense."}

_Promise = Future[dict[str, object]]
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
        bit_offset: where a one-bit frame begins in its first byte.
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
        fill: value of slices that could not be loaded, written when ``run`` ends; a slice that is not there yet
            holds 0, because filling fresh memory twice would take as long as loading it.
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
        self._on_slice: Callable[[SliceOutcome], None] = on_slice or _unheard
        self._on_widened: Callable[[VolumeValues], None] = on_widened or _unheard
        self._waiting = list(slices)
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._answers: queue.SimpleQueue[_Promise | None] = queue.SimpleQueue()
        # by their answer, which must not know them: in a circle, their bytes would wait for the collector
        self._tries: dict[_Promise, _Try] = {}
        self._outcomes: dict[int, SliceOutcome] = {}
        whole = all(is_integral(wanted.slope, wanted.intercept) and not wanted.form.floating for wanted in slices)
        self._room = _Room(shape, np.dtype(np.int16 if whole and _fits_int16(fill) else np.float32))
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
        for future in self._tries:
            future.cancel()
        self._fill_gaps()
        self._let_go()
        return tuple(self._outcomes[index] for index in sorted(self._outcomes))

    def ask_first(self, index: int) -> None:
        """Move a slice that has not begun to the front (any thread): priorities follow the reader."""
        with self._lock:
            self._waiting.sort(key=lambda wanted: wanted.index != index)

    def cancel(self) -> None:
        """Stop (any thread); ``run`` returns at once, and what workers still finish is dropped."""
        self._cancelled.set()
        self._answers.put(None)

    def _let_go(self) -> None:
        """Whoever listened holds this load: nothing of it leads back to them, so that the memory goes with the last."""
        with self._lock:
            self._waiting = []
        self._tries.clear()
        self._on_slice, self._on_widened = _unheard, _unheard

    def _feed(self) -> None:
        while len(self._tries) < AHEAD * self._pool.workers and not self._cancelled.is_set():
            batch = self._next_batch()
            if not batch:
                return
            read = [(wanted, self._read(wanted)) for wanted in batch]
            ready = [_Held(wanted=wanted, payload=payload) for wanted, payload in read if payload is not None]
            if ready:
                self._submit(ready)

    def _next_batch(self) -> list[SliceRequest]:
        """Slices for one job; the first ones go alone, so that the reader sees something at once."""
        with self._lock:
            if not self._waiting:
                return []
            codec = codec_for(self._waiting[0].form.transfer_syntax_uid)
            size = codec.batch if codec and self._outcomes else 1
            batch, self._waiting = self._waiting[:size], self._waiting[size:]
        return batch

    def _read(self, wanted: SliceRequest) -> Payload | None:
        """The bytes of a slice that may be handed to a worker; None when it is refused here already."""
        try:
            _require_fit(wanted.form, self._shape)
            return wanted.payload() if callable(wanted.payload) else wanted.payload
        except FrameRefused as refusal:
            self._finish(SliceOutcome(index=wanted.index, refused=str(refusal)))
        except OSError as error:
            self._finish(SliceOutcome(index=wanted.index, refused=f"It cannot be read ({error.strerror})."))
        return None

    def _submit(self, held: "list[_Held]") -> None:
        room = self._room
        numbers = {form: str(number) for number, form in enumerate({one.wanted.form for one in held})}
        options = {
            "type": room.kind.name,
            "forms": {number: plain_form(form) for form, number in numbers.items()},
            "slices": [one.entry(numbers[one.wanted.form]) for one in held],
        }
        spans = [room.segment.span(one.wanted.index * room.slice_bytes, room.slice_bytes) for one in held]
        limits = limits_for(sum(one.wanted.form.decoded_bytes for one in held))
        payloads = [one.payload for one in held]
        future = self._pool.submit(DECODE_SLICES, payloads, options, limits=limits, outputs=spans)
        self._tries[future] = _Try(held=held, room=room)
        future.add_done_callback(self._answers.put)

    def _settle(self, future: "_Promise | None") -> None:
        if future is None or future.cancelled():
            return
        attempt = self._tries.pop(future)
        answer = future.result()
        if "refused" in answer:
            self._settle_lost(attempt, answer)
            return
        told = answer.get("slices")
        entries: list[object] = [*told] if isinstance(told, list | tuple) and len(told) == len(attempt.held) else []
        for held, entry in zip(attempt.held, entries or [None] * len(attempt.held), strict=True):
            self._settle_slice(held, entry if isinstance(entry, dict) else _NONSENSE, attempt.room)

    def _settle_lost(self, attempt: "_Try", answer: Answer) -> None:
        """A worker was lost: each slice of a batch gets a worker of its own, a single one another codec, once."""
        held = attempt.held[0]
        if len(attempt.held) > 1:
            for one in attempt.held:
                self._submit([one])
        elif may_retry(answer, held.wanted.form, held.first):
            self._submit([replace(held, first=held.first + 1)])
        else:
            self._finish(SliceOutcome(index=held.wanted.index, refused=str(answer["refused"])))

    def _settle_slice(self, held: "_Held", entry: Answer, room: "_Room") -> None:
        index = held.wanted.index
        if "refused" in entry:
            self._finish(SliceOutcome(index=index, refused=sentence(entry["refused"])))
        elif entry.get("fits") is not True and room.kind == np.float32:  # where everything fits
            self._finish(SliceOutcome(index=index, refused=str(_NONSENSE["refused"])))
        elif entry.get("fits") is not True:
            self._widen()
            self._submit([held])
        else:
            if room is not self._room:
                self._room.values[index] = room.values[index]
            self._finish(_outcome(index, entry))

    def _widen(self) -> None:
        if self._room.kind == np.float32:
            return
        wide = _Room(self._shape, np.dtype(np.float32))
        for index, outcome in self._outcomes.items():
            if outcome.refused is None:
                wide.values[index] = self._room.values[index]
        self._room, self.values = wide, wide.shown
        self._on_widened(self.values)

    def _fill_gaps(self) -> None:
        there = {index for index, outcome in self._outcomes.items() if outcome.refused is None}
        # What nobody touched is zero already; what was refused may be half written.
        gaps = set(range(self._shape[0])) - there if self._fill else set(self._outcomes) - there
        for index in gaps:
            self._room.values[index] = self._fill

    def _finish(self, outcome: SliceOutcome) -> None:
        self._outcomes[outcome.index] = outcome
        self._on_slice(outcome)


class _Room:
    """The memory of a volume."""

    def __init__(self, shape: tuple[int, int, int], kind: np.dtype[np.generic]) -> None:
        self.kind = kind
        self.slice_bytes = kind.itemsize * shape[1] * shape[2]
        self.segment = Segment(shape[0] * self.slice_bytes)
        self.values = np.frombuffer(self.segment.memory, kind).reshape(shape)
        self.shown = self.values.view()
        self.shown.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    """A slice whose bytes are at hand."""

    wanted: SliceRequest
    payload: Payload
    first: int = 0

    def entry(self, form: str) -> dict[str, object]:
        """What the job is told about it."""
        wanted = self.wanted
        return {
            "form": form,
            "slope": wanted.slope,
            "intercept": wanted.intercept,
            "bit_offset": wanted.bit_offset,
            "first": self.first,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Try:
    """Slices in the hands of the pool."""

    held: list[_Held]
    room: _Room


def _require_fit(form: FrameForm, shape: tuple[int, int, int]) -> None:
    check_form(form)
    if (form.rows, form.columns) != shape[1:]:
        raise FrameRefused("Its size differs from the other slices of the volume.")


def _outcome(index: int, answer: Answer) -> SliceOutcome:
    warnings = answer.get("warnings")
    texts = tuple(map(sentence, warnings[:MOST_WARNINGS])) if isinstance(warnings, list | tuple) else (DOUBTFUL,)
    return SliceOutcome(index=index, warnings=texts, decoder=sentence(answer.get("decoder")))


def _unheard(_: object) -> None:
    """Nobody listens."""


def _fits_int16(value: float) -> bool:
    return float(value).is_integer() and INT16.min <= value <= INT16.max
