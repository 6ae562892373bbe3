"""A volume: values in a stated unit on a grid with a stated place in the patient."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.series.display_set import DisplaySet


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume:
    """Frozen values of one display set.

    Attributes:
        values: int16 or float32, C order, shape (slices, rows, columns), not writeable, after the modality rescale
            of each slice, in ``unit``. While loading, slices that are not yet there hold ``fill``.
        affine: float64 (4, 4); ``affine @ (slice, row, column, 1)`` is the LPS position in mm of that voxel's centre;
            (0, 0, 0) is the centre of the first pixel of the first frame. Exact for regular, also for tilted stacks.
        slice_origins_mm: float64 (slices, 3): true origin of every slice (differs from ``affine`` when irregular).
        unit: ``HU``, ``Bq/ml``, ``SUVbw``, ``raw``, ...
        padding, padding_high: stored padding after rescale, lowest and highest value (equal where there is no range
            limit), or None; excluded from statistics, windows and projections.
        display_set: whence the values come; its frame i is slice i.
    """

    values: NDArray[np.int16] | NDArray[np.float32]
    affine: NDArray[np.float64]
    slice_origins_mm: NDArray[np.float64]
    unit: str
    padding: float | None
    fill: float
    display_set: DisplaySet
    padding_high: float | None = None
