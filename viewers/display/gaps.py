"""Gaps: where slices are missing, so that nothing is invented between the neighbours."""

import numpy as np
from numpy.typing import NDArray

_MISSING = 1.5
_ALIKE = 0.1


def missing_after(positions_mm: NDArray[np.float64], median_mm: float) -> NDArray[np.bool_]:
    """Whether slices are missing between each slice and the next.

    A step much wider than the median is a hole, unless a neighbouring step is just as wide: then the series was
    acquired with two spacings (thin at the skull base, thick above).

    Args:
        positions_mm: (slices,) ascending along the normal.
        median_mm: the usual step.

    Returns:
        bool (slices - 1,).
    """
    steps = np.diff(positions_mm)
    if steps.size == 0:
        return np.zeros(0, bool)
    wide = steps > _MISSING * median_mm
    before, after = np.roll(steps, 1), np.roll(steps, -1)
    before[0], after[-1] = np.inf, np.inf
    designed = np.isclose(steps, before, rtol=_ALIKE) | np.isclose(steps, after, rtol=_ALIKE)
    return np.asarray(wide & ~designed)


def not_acquired(at_mm: NDArray[np.float64], positions_mm: NDArray[np.float64], median_mm: float) -> NDArray[np.bool_]:
    """Which of the places ``at_mm`` along the normal lie in a hole.

    A slice stands for half the usual step on either side of it, and no further.
    """
    if positions_mm.size == 1:
        return np.zeros(at_mm.shape, bool)
    after = np.clip(np.searchsorted(positions_mm, at_mm, side="right") - 1, 0, positions_mm.size - 2)
    near = np.minimum(np.abs(at_mm - positions_mm[after]), np.abs(at_mm - positions_mm[after + 1]))
    within = (at_mm > positions_mm[0]) & (at_mm < positions_mm[-1])
    return np.asarray(within & missing_after(positions_mm, median_mm)[after] & (near > median_mm / 2))
