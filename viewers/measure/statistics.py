"""Statistics of the pixels of a region: the numbers, and from how many pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.display.slices import Slice, usable


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionStatistics:
    """Numbers of the pixels that count; padding, holes and what lies outside are left out.

    Attributes:
        count: how many pixels counted.
        left_out: how many lay inside the shape but do not count.
        mean, deviation, minimum, maximum: float64, in the unit of the picture; the deviation is that of the
            population (divided by ``count``). NaN where nothing counted.
    """

    count: int
    left_out: int
    mean: float
    deviation: float
    minimum: float
    maximum: float


def region_statistics(picture: Slice, inside: NDArray[np.bool_]) -> RegionStatistics:
    """Statistics of the pixels of ``inside`` (rows, columns) of a grey-scale picture."""
    counting = usable(picture)
    chosen = inside if counting is None else inside & counting
    values = picture.values[chosen].astype(np.float64)
    values = values[np.isfinite(values)]
    left_out = int(inside.sum()) - values.size
    if values.size == 0:
        nothing = float("nan")
        return RegionStatistics(
            count=0, left_out=left_out, mean=nothing, deviation=nothing, minimum=nothing, maximum=nothing
        )
    return RegionStatistics(
        count=int(values.size),
        left_out=left_out,
        mean=float(values.mean()),
        deviation=float(values.std()),
        minimum=float(values.min()),
        maximum=float(values.max()),
    )
