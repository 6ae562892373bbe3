"""A picture as a QImage on device pixels: zoomed, windowed, coloured; black outside, hatched in gaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from viewers.display.resolve import Shown
from viewers.display.slices import Slice
from viewers.display.view_state import Interpolation
from viewers.display.viewport import Viewport
from viewers.display.window import grey_levels
from viewers.render.overlay import overlaid
from viewers.render.shade import screen_pixels
from viewers.render.zoom import Zoomed, zoomed

_HATCH_STEP = 8
_BLACK, _HATCH = np.uint32(0xFF000000), np.uint32(0xFF606060)
_OVERLAY = np.uint32(0xFFFFE65A)  # a light yellow, seen on bone and on air


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureImage:
    """What to draw, the logical place of its top left corner, and the bytes that the image looks at."""

    image: QImage
    place: QPointF
    pixels: NDArray[np.uint8]


def picture_image(
    picture: Slice,
    shown: Shown,
    view: Viewport,
    screen_px: tuple[int, int],
    pixel_ratio: float,
    *,
    overlays: bool = True,
) -> PictureImage | None:
    """The visible part of a picture, or None where none of it is in view.

    Args:
        picture: its values.
        shown: window, colours, interpolation.
        view: where it stands, in logical pixels.
        screen_px: size of the widget in device pixels.
        pixel_ratio: device pixels per logical pixel.
        overlays: whether the file's own overlay planes are drawn over it.
    """
    large = zoomed(picture.values, view, screen_px, pixel_ratio, shown.interpolation)
    if large is None:
        return None
    # 32 bits are what screens have: Qt copies them as they are, where it would convert bytes anew at every painting
    solid = screen_pixels(large.values, shown.window, inverted=shown.inverted, colour_map=shown.colormap)
    _paint(solid, _mask(picture.outside, view, screen_px, pixel_ratio), _BLACK)
    _paint(solid, _mask(_bright_padding(picture, shown), view, screen_px, pixel_ratio), _BLACK)
    _hatch(solid, _mask(picture.gaps, view, screen_px, pixel_ratio), large)
    if overlays and picture.overlays:
        drawn = overlaid(picture, view.scale * min(picture.pixel_size) * pixel_ratio)
        _paint(solid, _mask(drawn, view, screen_px, pixel_ratio), _OVERLAY)
    image = QImage(solid.data, solid.shape[1], solid.shape[0], solid.strides[0], QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(pixel_ratio)
    place = QPointF(large.left / pixel_ratio, large.top / pixel_ratio)
    return PictureImage(image=image, place=place, pixels=solid)


class PictureImages:
    """The image of one view, made again only when something of it changed."""

    def __init__(self) -> None:
        self._key: object = None
        self._image: PictureImage | None = None

    def forget(self) -> None:
        """Let go of the pixels."""
        self._key, self._image = None, None

    def image(
        self,
        picture: Slice,
        shown: Shown,
        view: Viewport,
        size: tuple[float, float],
        pixel_ratio: float,
        *,
        overlays: bool = True,
    ) -> PictureImage | None:
        """See ``picture_image``; ``size`` is that of the view in logical pixels. ``forget`` between pictures."""
        look = (shown.window, shown.inverted, shown.colormap, shown.interpolation)
        key = (look, view.matrix.tobytes(), size, pixel_ratio, overlays)
        if key != self._key:
            screen_px = round(size[0] * pixel_ratio), round(size[1] * pixel_ratio)
            self._image = picture_image(picture, shown, view, screen_px, pixel_ratio, overlays=overlays)
            self._key = key
        return self._image


def _bright_padding(picture: Slice, shown: Shown) -> NDArray[np.bool_] | None:
    """Padding that the window would paint as if it were tissue: it is background, and black (PS3.3 C.7.5.1.1.2)."""
    excluded = picture.excluded
    if excluded is None or not excluded.any():
        return None
    levels = grey_levels(np.unique(picture.values[excluded]), shown.window, inverted=shown.inverted)
    return excluded if levels.any() else None


def _mask(
    mask: NDArray[np.bool_] | None, view: Viewport, screen_px: tuple[int, int], pixel_ratio: float
) -> NDArray[np.bool_] | None:
    if mask is None:
        return None
    large = zoomed(mask.astype(np.uint8), view, screen_px, pixel_ratio, Interpolation.NEAREST)
    return None if large is None else large.values.astype(bool)


def _paint(pixels: NDArray[np.uint8], mask: NDArray[np.bool_] | None, colour: np.uint32) -> None:
    if mask is not None:
        np.copyto(pixels.view(np.uint32)[..., 0], colour, where=mask)


def _hatch(pixels: NDArray[np.uint8], gaps: NDArray[np.bool_] | None, large: Zoomed) -> None:
    if gaps is None:
        return
    rows, columns = np.indices(gaps.shape)
    stripe = (rows + large.top + columns + large.left) % _HATCH_STEP == 0
    np.copyto(pixels.view(np.uint32)[..., 0], np.where(stripe, _HATCH, _BLACK), where=gaps)
