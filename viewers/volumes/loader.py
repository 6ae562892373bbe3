"""Loading: a display set becomes a volume, slice by slice, the one asked for first; or one frame becomes values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.pool import Pool
from viewers.series.display_set import DisplaySet
from viewers.sources import FrameSource
from viewers.volumes.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameValues:
    """One frame as shown and measured.

    Attributes:
        values: (rows, columns) int16, int32 or float32 in ``DisplaySet.unit`` after the modality LUT or rescale;
            (rows, columns, 3) uint8 RGB where the display set is in colour.
        padding: True where the stored value is padding, None where the display set has none.
        warning: a sentence when the decoder doubted or bytes were missing; the frame is marked, not trusted.
    """

    values: NDArray[np.generic]
    padding: NDArray[np.bool_] | None
    warning: str = ""


class VolumeLoad:
    """One display set on its way to a volume: progressive, steerable, cancellable. Thread-safe.

    ``volume`` exists from the start (slices not there yet hold ``fill``); ``ready[i]`` says whether slice i is there;
    ``failed`` names the slices that cannot be shown, with the reason.
    """

    volume: Volume
    ready: NDArray[np.bool_]
    failed: dict[int, str]

    def prefer(self, index: int) -> None:
        """Slice ``index`` is looked at now: it comes next, then its neighbours outwards."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Stop at once; slices in flight are dropped."""
        raise NotImplementedError

    def run(self, on_slice: Callable[[int], None] | None = None) -> Volume:
        """Load everything, calling ``on_slice(index)`` from this thread as each arrives; returns when all is there.

        Meant for an executor's thread. Returns early after ``cancel``.
        """
        raise NotImplementedError


def open_volume(
    display_set: DisplaySet,
    source: FrameSource,
    pool: Pool,
    *,
    first: int | None = None,
    budget_bytes: int | None = None,
) -> VolumeLoad:
    """Prepare a load; nothing is decoded before ``run``.

    Args:
        display_set: of kind ``volume`` (a stack of equal frames works too).
        source: where its bytes are.
        pool: isolated workers that decode (``preload`` must name ``viewers.series.codecs``' job module).
        first: the slice to begin with; the middle one where None.
        budget_bytes: refuse when the volume needs more.

    Raises:
        NoVolume: the display set is none, or does not fit the memory; the sentence says what to do next.
    """
    raise NotImplementedError


def frame(display_set: DisplaySet, index: int, source: FrameSource, pool: Pool) -> FrameValues:
    """The values of one frame, for stacks, cines and key images; index counts from 0.

    Raises:
        FrameRefused: it cannot be shown; the sentence says why.
    """
    raise NotImplementedError
