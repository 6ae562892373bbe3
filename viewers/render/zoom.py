"""Zoom: a picture's values resampled to the device pixels it will fill, before any window is applied."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.display.view_state import Interpolation
from viewers.display.viewport import Viewport

_MARGIN = 3  # source pixels beyond the visible ones, so that no edge of the crop is ever interpolated into view
_METHODS = {
    Interpolation.NEAREST: cv2.INTER_NEAREST_EXACT,
    Interpolation.LINEAR: cv2.INTER_LINEAR,
    Interpolation.CUBIC: cv2.INTER_CUBIC,
}
_RESIZABLE = (np.uint8, np.int16, np.uint16, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zoomed:
    """Values on device pixels: ``values[0, 0]`` belongs to the device pixel (``left``, ``top``) of the widget."""

    values: NDArray[np.generic]
    left: int
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One screen axis: which source indices are needed, where they go, and whether they run backwards."""

    first: int
    last: int
    start_px: int
    end_px: int
    backwards: bool


def zoomed(
    values: NDArray[np.generic],
    view: Viewport,
    screen_px: tuple[int, int],
    pixel_ratio: float,
    interpolation: Interpolation,
) -> Zoomed | None:
    """The visible part of a picture on device pixels.

    Edges of source pixels fall on whole device pixels, so a picture stands at most half a device pixel from where
    ``view`` says.

    Args:
        values: (rows, columns) or (rows, columns, 3).
        view: where the picture stands, in logical pixels; rotations are quarter turns.
        screen_px: (width, height) of the widget in device pixels.
        pixel_ratio: device pixels per logical pixel.
        interpolation: between voxel centres; a picture that is made smaller is averaged over areas.

    Returns:
        None where the picture is out of view.
    """
    matrix = view.matrix * pixel_ratio
    turned = abs(matrix[0, 0]) < abs(matrix[0, 1])
    source = values.swapaxes(0, 1) if turned else values
    across = _span(matrix[0, 1 if turned else 0], matrix[0, 2], source.shape[1], screen_px[0])
    down = _span(matrix[1, 0 if turned else 1], matrix[1, 2], source.shape[0], screen_px[1])
    if across is None or down is None:
        return None
    crop = source[:: -1 if down.backwards else 1, :: -1 if across.backwards else 1]
    crop = crop[down.first : down.last + 1, across.first : across.last + 1]
    wide, high = across.end_px - across.start_px, down.end_px - down.start_px
    large = _resized(crop, wide, high, interpolation)
    left, top = max(0, across.start_px), max(0, down.start_px)
    right, bottom = min(screen_px[0], across.end_px), min(screen_px[1], down.end_px)
    visible = large[top - down.start_px : bottom - down.start_px, left - across.start_px : right - across.start_px]
    return Zoomed(values=np.ascontiguousarray(visible), left=left, top=top)


def _span(step: float, offset: float, count: int, screen_px: int) -> _Span | None:
    """Indices of one axis whose pixels reach the screen; ``step * index + offset`` is a centre in device pixels."""
    size, start = abs(step), offset + step * (count - 1) if step < 0 else offset
    first = max(0, int(np.floor(-start / size)) - _MARGIN)
    last = min(count - 1, int(np.ceil((screen_px - start) / size)) + _MARGIN)
    start_px, end_px = round((first - 0.5) * size + start), round((last + 0.5) * size + start)
    if last < first or end_px <= max(0, start_px) or start_px >= screen_px:
        return None
    return _Span(first=first, last=last, start_px=start_px, end_px=end_px, backwards=step < 0)


def _resized(crop: NDArray[np.generic], wide: int, high: int, interpolation: Interpolation) -> NDArray[np.generic]:
    source = np.ascontiguousarray(crop if crop.dtype in _RESIZABLE else crop.astype(np.float32))
    smaller = wide < source.shape[1] and high < source.shape[0]
    method = cv2.INTER_AREA if smaller and interpolation is not Interpolation.NEAREST else _METHODS[interpolation]
    return np.asarray(cv2.resize(source, (wide, high), interpolation=method))
