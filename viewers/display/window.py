"""The VOI window or LUT: how a value becomes a brightness between black (0.0) and white (1.0)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.series.display_set import Window
from viewers.series.frame_parts import Lut
from viewers.series.voi import brightness_by_lut

LINEAR = "LINEAR"
LINEAR_EXACT = "LINEAR_EXACT"
SIGMOID = "SIGMOID"
_LEAST_LINEAR_WIDTH = 1.0
_LEAST_WIDTH = 1e-12
_LEAST, _MOST = -32768, 32767


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """A straight window: black at or below ``low``, white at or above ``high``, in the unit of the values."""

    low: float
    high: float


def brightness(values: ArrayLike, window: Window) -> NDArray[np.float64]:
    """Brightness in [0, 1] of rescaled values of any shape, exactly as PS3.3 C.11.2.1.1 to C.11.2.1.3 say."""
    x = np.asarray(values, np.float64)
    if window.lut is not None:
        return brightness_by_lut(x, window.lut)
    if window.function == SIGMOID:
        width = max(abs(window.width), _LEAST_WIDTH)
        # C.11.2.1.3.1; the exponent is bounded because beyond it the result is 0 or 1 to every digit
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - window.centre) / width, -700.0, 700.0))))
    straight = ramp(window)
    if straight.high <= straight.low:  # C.11.2.1.2.1: width 1 is a threshold
        return np.asarray(np.where(x <= straight.low, 0.0, 1.0))
    return np.asarray(np.clip((x - straight.low) / (straight.high - straight.low), 0.0, 1.0))


def is_straight(window: Window) -> bool:
    """Whether the window is a ramp between two values, so that ``ramp`` says it all."""
    if window.lut is not None or window.function == SIGMOID:
        return False
    straight = ramp(window)
    return straight.high > straight.low


def of_lut(lut: Lut) -> Window:
    """A VOI LUT as what is shown with; a drag leaves it for the straight window over the same inputs."""
    count = len(lut.entries)
    return Window(centre=lut.first + count / 2.0, width=float(count), explanation=lut.explanation, lut=lut)


def ramp(window: Window) -> Ramp:
    """Where a straight window is black and where it is white.

    LINEAR (C.11.2.1.2.1) runs over width - 1 around centre - 0.5; LINEAR_EXACT (C.11.2.1.3.2) over width around
    centre. The standard asks for a width of at least 1 with LINEAR; maps of small numbers (ADC, FA) come with less
    and mean LINEAR_EXACT.
    """
    if window.function == LINEAR and window.width >= _LEAST_LINEAR_WIDTH:
        half, middle = (window.width - 1.0) / 2.0, window.centre - 0.5
    else:
        half, middle = max(window.width, _LEAST_WIDTH) / 2.0, window.centre
    return Ramp(low=middle - half, high=middle + half)


def grey_levels(values: ArrayLike, window: Window, *, inverted: bool = False) -> NDArray[np.uint8]:
    """Brightness as 0..255, rounded to the nearest; the reference that every faster path must equal."""
    shade = brightness(values, window)
    return np.asarray(np.rint((1.0 - shade if inverted else shade) * 255.0), np.uint8)


def table_of_int16(window: Window, *, inverted: bool) -> NDArray[np.uint8]:
    """Grey level of every int16 value, 65536 entries, addressed by the value's bits read as uint16."""
    first, last = _not_flat(window)
    levels = np.empty(65536, np.uint8)
    levels[: first - _LEAST] = 255 if inverted else 0
    levels[last - _LEAST + 1 :] = 0 if inverted else 255
    levels[first - _LEAST : last - _LEAST + 1] = grey_levels(np.arange(first, last + 1), window, inverted=inverted)
    return np.roll(levels, _LEAST)


def dragged(window: Window, right_px: float, down_px: float) -> Window:
    """The window after a drag: to the right is wider, upwards lowers the centre (brighter).

    A pixel changes the window by a 256th of its width, so that narrow windows are adjusted finely.
    """
    step = max(abs(window.width), _LEAST_WIDTH) / 256.0
    least = _LEAST_LINEAR_WIDTH if window.function == LINEAR and window.width >= _LEAST_LINEAR_WIDTH else _LEAST_WIDTH
    return Window(
        centre=window.centre + down_px * step,
        width=max(least, window.width + right_px * step),
        function=window.function,
    )


def _not_flat(window: Window) -> tuple[int, int]:
    """The int16 values between which a window is neither black nor white; computing the others would find no more."""
    if window.lut is not None or window.function == SIGMOID:
        return _LEAST, _MOST
    straight = ramp(window)
    first = np.clip(np.floor(straight.low), _LEAST, _MOST)
    return int(first), int(np.clip(np.ceil(straight.high), first, _MOST))
