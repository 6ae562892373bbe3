"""Loading many frames at once into one volume that workers fill in place, in the order asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.payloads import Payload
from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import FrameForm

VolumeValues = NDArray[np.int16] | NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRequest:
    """One slice of a volume.

    Attributes:
        index: slot in the volume.
        form: what the header says of the frame.
        payload: the bytes of the frame, a range of a plain file (fastest), or a function that reads them when the
            slice's turn comes (called on the thread that runs ``VolumeLoad.run``).
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

    values: VolumeValues

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
        raise NotImplementedError

    def run(self) -> tuple[SliceOutcome, ...]:
        """Load until all is there or ``cancel`` was called; returns the outcomes of finished slices by index."""
        raise NotImplementedError

    def ask_first(self, index: int) -> None:
        """Move a slice that has not begun to the front (any thread): priorities follow the reader."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Stop handing out work (any thread); ``run`` returns as soon as the frames in hand are done or dropped."""
        raise NotImplementedError
