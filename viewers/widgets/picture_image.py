"""A picture as a QImage on device pixels: zoomed, windowed, coloured; black outside, hatched in gaps."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from viewers.display.resolve import Shown
from viewers.display.slices import Slice
from viewers.display.view_state import Interpolation
from viewers.display.viewport import Viewport
from viewers.render.shade import shaded
from viewers.render.zoom import Zoomed, zoomed

_COLOUR_AXES = 3
_HATCH_STEP = 8
_HATCH_GREY = 96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureImage:
    """What to draw, the logical place of its top left corner, and the bytes that the image looks at."""

    image: QImage
    place: QPointF
    pixels: NDArray[np.uint8]


def picture_image(
    picture: Slice, shown: Shown, view: Viewport, screen_px: tuple[int, int], pixel_ratio: float
) -> PictureImage | None:
    """The visible part of a picture, or None where none of it is in view.

    Args:
        picture: its values.
        shown: window, colours, interpolation.
        view: where it stands, in logical pixels.
        screen_px: size of the widget in device pixels.
        pixel_ratio: device pixels per logical pixel.
    """
    large = zoomed(picture.values, view, screen_px, pixel_ratio, shown.interpolation)
    if large is None:
        return None
    pixels = shaded(large.values, shown.window, inverted=shown.inverted, colour_map=shown.colormap)
    pixels = _blackened(pixels, _mask(picture.outside, view, screen_px, pixel_ratio))
    pixels = _hatched(pixels, _mask(picture.gaps, view, screen_px, pixel_ratio), large)
    # 32 bits are what screens have: Qt copies them as they are, where it would convert bytes anew at every painting
    solid = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGRA if pixels.ndim < _COLOUR_AXES else cv2.COLOR_RGB2BGRA)
    image = QImage(solid.data, solid.shape[1], solid.shape[0], solid.strides[0], QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(pixel_ratio)
    place = QPointF(large.left / pixel_ratio, large.top / pixel_ratio)
    return PictureImage(image=image, place=place, pixels=np.asarray(solid, np.uint8))


class PictureImages:
    """The image of one view, made again only when something of it changed."""

    def __init__(self) -> None:
        self._key: object = None
        self._image: PictureImage | None = None

    def forget(self) -> None:
        """Let go of the pixels."""
        self._key, self._image = None, None

    def image(
        self, picture: Slice, shown: Shown, view: Viewport, size: tuple[float, float], pixel_ratio: float
    ) -> PictureImage | None:
        """See ``picture_image``; ``size`` is that of the view in logical pixels. ``forget`` between pictures."""
        look = (shown.window, shown.inverted, shown.colormap, shown.interpolation)
        key = (look, view.matrix.tobytes(), size, pixel_ratio)
        if key != self._key:
            screen_px = round(size[0] * pixel_ratio), round(size[1] * pixel_ratio)
            self._image, self._key = picture_image(picture, shown, view, screen_px, pixel_ratio), key
        return self._image


def _mask(
    mask: NDArray[np.bool_] | None, view: Viewport, screen_px: tuple[int, int], pixel_ratio: float
) -> NDArray[np.bool_] | None:
    if mask is None:
        return None
    large = zoomed(mask.astype(np.uint8), view, screen_px, pixel_ratio, Interpolation.NEAREST)
    return None if large is None else large.values.astype(bool)


def _blackened(pixels: NDArray[np.uint8], outside: NDArray[np.bool_] | None) -> NDArray[np.uint8]:
    if outside is None:
        return pixels
    covered = outside if pixels.ndim < _COLOUR_AXES else outside[..., None]
    return np.where(covered, np.uint8(0), pixels)


def _hatched(pixels: NDArray[np.uint8], gaps: NDArray[np.bool_] | None, large: Zoomed) -> NDArray[np.uint8]:
    if gaps is None:
        return pixels
    rows, columns = np.indices(gaps.shape)
    stripe = (rows + large.top + columns + large.left) % _HATCH_STEP == 0
    covered = np.where(stripe, np.uint8(_HATCH_GREY), np.uint8(0))
    if pixels.ndim == _COLOUR_AXES:
        return np.where(gaps[..., None], covered[..., None], pixels)
    return np.where(gaps, covered, pixels)
