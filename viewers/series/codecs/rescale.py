"""The modality rescale of one slice straight into its place in a volume (PS3.3 C.11.1.1.2)."""

import numpy as np
from numpy.typing import NDArray

from viewers.series.codecs.frame import FrameForm
from viewers.series.codecs.plugin import Samples

INT16 = np.iinfo(np.int16)
WORD = 0xFFFF


def is_integral(slope: float, intercept: float) -> bool:
    """Whether whole stored values stay whole."""
    return float(slope).is_integer() and float(intercept).is_integer()


def promised_range(form: FrameForm, slope: float, intercept: float) -> tuple[float, float]:
    """The smallest and largest rescaled value that the header allows."""
    if form.pixel_representation:
        ends = (-(1 << (form.bits_stored - 1)), (1 << (form.bits_stored - 1)) - 1)
    else:
        ends = (0, (1 << form.bits_stored) - 1)
    values = [end * slope + intercept for end in ends]
    return min(values), max(values)


def rescale_into(
    place: NDArray[np.int16] | NDArray[np.float32], stored: Samples, form: FrameForm, slope: float, intercept: float
) -> bool:
    """Write ``stored * slope + intercept``, rounded once at most.

    Args:
        place: (rows, columns) int16 (whole slope and intercept only) or float32.
        stored: (rows, columns) stored values.
        form: what the header says of them.
        slope: Rescale Slope of this slice.
        intercept: Rescale Intercept of this slice.

    Returns:
        False, and nothing written, when the values do not fit int16.
    """
    if place.dtype == np.float32:
        with np.errstate(over="ignore", invalid="ignore"):  # a slope that nothing can hold gives infinities
            np.copyto(place, _exact(stored, slope, intercept), casting="same_kind")
        return True
    if not _fits(stored, promised_range(form, slope, intercept), slope, intercept):
        return False
    # The result fits, so that arithmetic modulo 2^16 gives it exactly, whatever the type of the stored values.
    words = stored.view(np.int16) if stored.dtype.itemsize == place.itemsize else stored.astype(np.int16)
    if slope != 1:
        words = np.multiply(words, _word(slope), out=place)
    np.add(words, _word(intercept), out=place)
    return True


def _exact(stored: Samples, slope: float, intercept: float) -> NDArray[np.float64]:
    values = stored.astype(np.float64)
    values *= slope
    values += intercept
    return values


def _fits(stored: Samples, promised: tuple[float, float], slope: float, intercept: float) -> bool:
    """Whether the rescaled values fit int16; the pixels are asked only about the end that the header leaves open."""
    smallest, largest = (np.min, np.max) if slope >= 0 else (np.max, np.min)
    low = promised[0] >= INT16.min or float(smallest(stored)) * slope + intercept >= INT16.min
    return low and (promised[1] <= INT16.max or float(largest(stored)) * slope + intercept <= INT16.max)


def _word(value: float) -> np.int16:
    return np.uint16(int(value) & WORD).view(np.int16)
