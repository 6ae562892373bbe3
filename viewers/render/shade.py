"""Shade: values on device pixels become grey or colour, as ``display.window.grey_levels`` would, only faster."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.display.colormaps import GREY, colormap
from viewers.display.window import grey_levels, is_straight, ramp, table_of_int16
from viewers.series.display_set import Window

_COLOUR_AXES = 3


def shaded(
    values: NDArray[np.generic], window: Window, *, inverted: bool = False, colour_map: str = GREY
) -> NDArray[np.uint8]:
    """Grey levels (rows, columns), or RGB (rows, columns, 3) for colour images and colour maps.

    Colour images come as uint8 RGB; a window does not apply to them (PS3.3 C.11.2.1.2), an inversion does.
    """
    if values.ndim == _COLOUR_AXES:
        colours = values.astype(np.uint8, copy=False)
        return np.asarray(255 - colours if inverted else colours, np.uint8)
    grey = _grey(values, window, inverted=inverted)
    return grey if colour_map == GREY else np.take(colormap(colour_map), grey, axis=0)


def screen_pixels(
    values: NDArray[np.generic], window: Window, *, inverted: bool = False, colour_map: str = GREY
) -> NDArray[np.uint8]:
    """The same as ``shaded`` as the 32 bits of screens, (rows, columns, 4): blue, green, red, 255."""
    if values.dtype == np.int16 and values.ndim < _COLOUR_AXES and _HAS_WIDE_LUT:
        # one look-up from value to pixel: three bytes more to write, and nothing to convert afterwards
        found = cv2.LUT(values.view(np.uint16), _screen_table(window, inverted, colour_map))
        return np.asarray(found).view(np.uint8).reshape(*values.shape, 4)
    pixels = shaded(values, window, inverted=inverted, colour_map=colour_map)
    return _on_screen(pixels)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of grey levels or RGB."""
    ordered = pixels if pixels.ndim < _COLOUR_AXES else pixels[..., ::-1]
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(ordered))
    assert done
    return encoded.tobytes()


def _grey(values: NDArray[np.generic], window: Window, *, inverted: bool) -> NDArray[np.uint8]:
    if values.dtype == np.int16:
        return np.asarray(_looked_up(values.view(np.uint16), _table(window, inverted)), np.uint8)
    if not is_straight(window):
        return grey_levels(values, window, inverted=inverted)
    straight = ramp(window)
    return _straight(values.astype(np.float32, copy=False), straight.low, straight.high, inverted=inverted)


def _straight(values: NDArray[np.float32], low: float, high: float, *, inverted: bool) -> NDArray[np.uint8]:
    # convertScaleAbs takes the absolute value, so what is darker than black is made black first
    above = np.maximum(values, np.float32(low))
    gain = 255.0 / (high - low)
    grey = cv2.convertScaleAbs(above, alpha=gain, beta=-gain * low)
    return np.asarray(255 - grey if inverted else grey, np.uint8)


@lru_cache(maxsize=16)
def _table(window: Window, inverted: bool) -> NDArray[np.uint8]:  # noqa: FBT001  a cache key
    return table_of_int16(window, inverted=inverted)


@lru_cache(maxsize=16)
def _screen_table(window: Window, inverted: bool, colour_map: str) -> NDArray[np.int32]:  # noqa: FBT001  a cache key
    grey = _table(window, inverted).reshape(1, -1)
    pixels = _on_screen(grey if colour_map == GREY else np.take(colormap(colour_map), grey, axis=0))
    return pixels.view(np.int32).reshape(-1)


def _on_screen(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    order = cv2.COLOR_GRAY2BGRA if pixels.ndim < _COLOUR_AXES else cv2.COLOR_RGB2BGRA
    return np.asarray(cv2.cvtColor(pixels, order), np.uint8)


def _looked_up(bits: NDArray[np.uint16], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if _HAS_WIDE_LUT:
        return np.asarray(cv2.LUT(bits, table), np.uint8)
    return np.take(table, bits)


def _wide_lut() -> bool:
    """OpenCV looks up 16-bit values since 4.12; before, only bytes."""
    try:
        tables = np.zeros(65536, np.uint8), np.zeros(65536, np.int32)
        return all(cv2.LUT(np.zeros((1, 1), np.uint16), table).shape == (1, 1) for table in tables)
    except cv2.error:
        return False


_HAS_WIDE_LUT = _wide_lut()
