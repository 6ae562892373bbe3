"""VOI and presentation tables applied: rescaled values become brightness from 0 (black) to 1 (white).

Windows are applied by ``viewers.display.window``; this file is for the LUT Sequences that some files carry instead
(PS3.3 C.11.2.1.1 and C.11.6).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.series.display_set import DisplaySet
from viewers.series.frame_parts import Lut
from viewers.series.tables import presentation_lut


def brightness_by_lut(values: ArrayLike, lut: Lut) -> NDArray[np.float64]:
    """Brightness of rescaled values by a VOI LUT; values outside take its ends (PS3.3 C.11.2.1.1).

    Args:
        values: any shape, in the unit after the modality LUT; fractions are rounded to the table's whole inputs.
        lut: the table; its full range of ``bits`` is black to white.
    """
    index = np.clip(np.rint(np.asarray(values, np.float64)).astype(np.int64) - lut.first, 0, len(lut.entries) - 1)
    return lut.entries[index] / _full(lut)


def presented(display_set: DisplaySet, brightness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Brightness after the Presentation LUT, inverted once where MONOCHROME1 or INVERSE says so (PS3.3 C.11.6).

    Args:
        display_set: whose images are shown.
        brightness: 0 to 1, after windows or a VOI LUT.
    """
    table = presentation_lut(display_set.instances[0].attributes) if display_set.instances else None
    if table is not None:
        steps = len(table.entries) - 1
        return table.entries[np.rint(brightness * steps).astype(np.int64)] / _full(table)
    return 1.0 - brightness if display_set.inverted else brightness


def _full(lut: Lut) -> float:
    """The whitest output; some writers state more bits than they use, never fewer."""
    return float(max((1 << min(lut.bits, 16)) - 1, int(lut.entries.max()), 1))
