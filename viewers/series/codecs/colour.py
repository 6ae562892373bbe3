"""Every YBR form to red, green and blue (PS3.3 C.7.6.3.1.2; ITU-R BT.601)."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from viewers.series.codecs.plugin import Samples

FULL_RANGE = ("YBR_FULL", "YBR_FULL_422")
STUDIO_RANGE = ("YBR_PARTIAL_422", "YBR_PARTIAL_420")
FULL_TO_RGB = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]], np.float32)
STUDIO_TO_RGB = np.array([[1.164384, 0.0, 1.596027], [1.164384, -0.391762, -0.812968], [1.164384, 2.017232, 0.0]])
STUDIO_BLACK = 16


def to_rgb(values: Samples, photometric: str, bits_stored: int) -> Samples:
    """(rows, columns, 3) unsigned values in the colour space ``photometric`` to RGB of the same type."""
    if photometric in FULL_RANGE:
        return _converted(values, FULL_TO_RGB, bits_stored, 0)
    if photometric in STUDIO_RANGE:
        return _converted(values, STUDIO_TO_RGB.astype(np.float32), bits_stored, STUDIO_BLACK << (bits_stored - 8))
    return values


def _converted(values: Samples, matrix: NDArray[np.float32], bits: int, black: int) -> Samples:
    middle = 1 << (bits - 1)
    centred = values.astype(np.float32) - np.array([black, middle, middle], np.float32)
    rgb = np.rint(centred @ matrix.T)
    return cast("Samples", np.clip(rgb, 0, (1 << bits) - 1).astype(values.dtype))
