"""Interleaved: acquisitions whose slices lie between each other's, a little apart, are two volumes and not one."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from viewers.series.frame_facts import FrameFacts
from viewers.series.order import value_of
from viewers.series.stack_geometry import is_regular

_FEWEST = 3
# What makes a frame another picture of the same anatomy, the most meaningful first.
_TELLING = (
    "image type", "component", "echo", "inversion time", "b", "direction", "time point", "energy", "contrast",
    "flip angle", "repetition time", "phase", "acquisition", "thickness",
)  # fmt: skip


def interleaved_by(frames: Sequence[FrameFacts], along_mm: NDArray[np.float64]) -> str:
    """What parts frames into even stacks that reach into each other, where all of them together are uneven.

    Two phases of which one lies 0.3 mm higher share no place; in one volume their slices would alternate. Slices that
    were taken in turns and are even together stay together, and so do acquisitions that follow each other.

    Args:
        frames: of one direction, no two at one place.
        along_mm: the place of each along the normal.

    Returns:
        A name of ``FrameFacts.values``, empty where they are one stack.
    """
    if is_regular(np.sort(along_mm)):
        return ""
    return next((name for name in _TELLING if _parts_evenly(frames, along_mm, name)), "")


def _parts_evenly(frames: Sequence[FrameFacts], along_mm: NDArray[np.float64], name: str) -> bool:
    groups: dict[str, list[float]] = defaultdict(list)
    for frame, place in zip(frames, along_mm.tolist(), strict=True):
        groups[value_of(frame, name)].append(place)
    stacks = sorted((np.sort(places) for places in groups.values()), key=lambda places: float(places[0]))
    if len(stacks) < 2 or any(len(places) < _FEWEST or not is_regular(places) for places in stacks):  # noqa: PLR2004 - two
        return False
    return all(float(lower[-1]) > float(upper[0]) for lower, upper in pairwise(stacks))
