"""A thumbnail: one frame, small, with the window it is first shown with."""

import numpy as np
from numpy.typing import NDArray

from viewers.display.automatic import first_window
from viewers.display.resolve import Shown
from viewers.display.slices import Slice, usable
from viewers.display.view_state import Interpolation, PlaneName
from viewers.display.viewport import viewport
from viewers.render.picture import picture_of_frame
from viewers.render.shade import shaded
from viewers.render.zoom import zoomed
from viewers.series.display_set import DisplaySet, Window
from viewers.volumes.loader import FrameValues


def thumbnail(display_set: DisplaySet, index: int, frame: FrameValues, side_px: int) -> NDArray[np.uint8]:
    """Grey levels (side, side) or RGB (side, side, 3) of frame ``index``, the whole frame, its shape kept."""
    picture = picture_of_frame(display_set, index, frame)
    counting = usable(picture)
    window = first_window(display_set, index, picture.values if counting is None else picture.values[counting])
    inverted = display_set.inverted != (display_set.suv_factor is not None)
    return still(picture, window, (side_px, side_px), inverted=inverted)


def still(picture: Slice, window: Window, size: tuple[int, int], *, inverted: bool = False) -> NDArray[np.uint8]:
    """A picture fitted into ``size`` (width, height) pixels, black around it: 8 bit, the image alone."""
    shown = Shown(
        plane=PlaneName.ACQUIRED,
        index=0,
        count=1,
        position_mm=None,
        zoom=1.0,
        pan=(0.0, 0.0),
        rotation_deg=0,
        flipped=False,
        window=window,
        inverted=inverted,
        colormap="grey",
        slab=None,
        interpolation=Interpolation.LINEAR,
    )
    view = viewport(shown, picture.size, picture.pixel_size, size)
    large = zoomed(picture.values, view, size, 1.0, Interpolation.LINEAR)
    channels = picture.values.shape[2:]
    canvas = np.zeros((size[1], size[0], *channels), np.uint8)
    if large is not None:
        pixels = shaded(large.values, window, inverted=inverted)
        high, wide = pixels.shape[:2]
        canvas[large.top : large.top + high, large.left : large.left + wide] = pixels
    return canvas
