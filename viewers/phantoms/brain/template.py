"""The average brain kept in ``resources/samples/brain`` (see its NOTICE), and its tissues told apart by brightness."""

import functools
import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewers.phantoms.fields.grid import Array

FILE = Path(__file__).resolve().parents[3] / "resources" / "samples" / "brain" / "mni152_t1_1mm.npy.gz"
ORIGIN_ZYX = (-72.0, -74.0, -73.0)
"""Patient millimetres (z, y, x) of the first voxel; voxels are 1 mm apart."""


@functools.lru_cache(maxsize=1)
def t1() -> NDArray[np.uint8]:
    """The template, shape (slices, rows, columns), read once."""
    with gzip.open(FILE) as stream:
        return np.asarray(np.load(stream), np.uint8)


def fractions(brightness: Array) -> tuple[Array, Array, Array]:
    """Share of fluid, grey and white matter for T1 brightness (0…255) inside the brain; they add up to 1."""
    fluid = np.clip((146 - brightness) / np.float32(146 - 78), 0, 1)
    white = np.clip((brightness - 178) / np.float32(212 - 178), 0, 1)
    return fluid, 1 - fluid - white, white
