"""Overlay planes: the graphics that a file carries beside its image, as one mask on the pixels of the picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.display.slices import Slice

_WIDEST_STROKE = 9


def overlaid(picture: Slice, scale: float) -> NDArray[np.bool_]:
    """Where the overlay planes of a picture are drawn, (rows, columns); what lies beyond its edges is cut off.

    Args:
        picture: with its overlays.
        scale: screen pixels per picture pixel; below 1, thin strokes are made wide enough not to fall between.
    """
    width, height = picture.size
    drawn = np.zeros((height, width), np.uint8)
    for (left, top), plane in picture.overlays:
        inside = plane[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
        rows, columns = inside.shape
        drawn[max(0, top) : max(0, top) + rows, max(0, left) : max(0, left) + columns] |= inside
    stroke = min(_WIDEST_STROKE, int(np.ceil(1.0 / scale)))
    return (cv2.dilate(drawn, np.ones((stroke, stroke), np.uint8)) if stroke > 1 else drawn).astype(bool)
