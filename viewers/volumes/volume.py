"""A volume: values in a stated unit on a grid with a stated place in the patient."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.series.display_set import DisplaySet


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume:
    """Frozen values of one display set.

    Attributes:
        values: int16 or float32, C order, shape (slices, rows, columns), not writeable, after the modality rescale
            of each slice, in ``unit``. Slices that are not there hold ``fill``, which nobody measured.
        affine: float64 (4, 4); ``affine @ (slice, row, column, 1)`` is the LPS position in mm of that voxel's centre;
            (0, 0, 0) is the centre of the first pixel of the first frame. Exact for regular, also for tilted stacks.
        slice_origins_mm: float64 (slices, 3): true origin of every slice (differs from ``affine`` when irregular).
        unit: ``HU``, ``Bq/ml``, ``SUVbw``, ``raw``, ...
        padding: float32 (slices, 2): of each slice the lowest and the highest rescaled value that is padding (NaN where
            it names none), or None where no slice does; excluded from statistics, windows and projections.
        display_set: whence the values come; its frame i is slice i.
        here: bool (slices,): which slices are there; it changes while they are loaded. None: all of them.
        lost: bool (slices,): which slices never will be there, because they cannot be decoded. None: not one.
    """

    values: NDArray[np.int16] | NDArray[np.float32]
    affine: NDArray[np.float64]
    slice_origins_mm: NDArray[np.float64]
    unit: str
    padding: NDArray[np.float32] | None
    fill: float
    display_set: DisplaySet
    here: NDArray[np.bool_] | None = None
    lost: NDArray[np.bool_] | None = None


def has_lost(volume: Volume) -> bool:
    """Whether a slice cannot be had, so that what is interpolated from it is no value."""
    return volume.lost is not None and bool(volume.lost.any())


def has_one_padding(volume: Volume) -> bool:
    """Whether every slice calls the same values padding."""
    return volume.padding is None or bool((volume.padding == volume.padding[0]).all())


def is_padding(volume: Volume, values: NDArray[np.generic], slices: ArrayLike) -> NDArray[np.bool_] | None:
    """Where values of a volume are padding (PS3.3 C.7.5.1.1.2); None where the volume has none.

    Args:
        volume: whose voxels the values are.
        values: of any shape.
        slices: the index of the slice that each value is of, broadcast against ``values``.
    """
    if volume.padding is None:
        return None
    low, high = np.moveaxis(volume.padding[np.asarray(slices)], -1, 0)
    numbers = np.asarray(values, np.float32)
    return np.asarray((numbers >= low) & (numbers <= high))
