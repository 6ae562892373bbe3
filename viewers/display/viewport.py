"""The map between picture pixels and the screen: fit, zoom, pan, rotation and flip as one matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.display.resolve import Shown
from viewers.geometry.points import PixelPoint, ScreenPoint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Viewport:
    """How one picture stands on one widget.

    Attributes:
        matrix: float64 (2, 3); ``matrix @ (column, row, 1)`` is the screen point in logical pixels of a picture pixel
            ((0, 0) is the centre of the top left one).
        scale: logical screen pixels for one plane unit (mm where calibrated, else image pixels).
        picture_size: (width, height) in picture pixels.
    """

    matrix: NDArray[np.float64]
    scale: float
    picture_size: tuple[int, int]

    @property
    def linear(self) -> NDArray[np.float64]:
        """The (2, 2) part: rotation, flip and zoom, for orientation letters."""
        return self.matrix[:, :2]


def viewport(
    shown: Shown, picture_size: tuple[int, int], pixel_size: tuple[float, float], screen_size: tuple[float, float]
) -> Viewport:
    """The viewport of a picture.

    Args:
        shown: zoom, pan, rotation and flip.
        picture_size: (width, height) in picture pixels.
        pixel_size: (across, down) of a picture pixel in plane units.
        screen_size: (width, height) of the widget in logical pixels.
    """
    extent = np.asarray(picture_size) * np.asarray(pixel_size)
    turned = extent[::-1] if shown.rotation_deg % 180 else extent
    scale = float(min(np.asarray(screen_size) / turned)) * shown.zoom
    angle = np.deg2rad(shown.rotation_deg)
    turn = np.rint([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = scale * turn @ np.diag([-1.0 if shown.flipped else 1.0, 1.0]) @ np.diag(pixel_size)
    middle = (np.asarray(picture_size) - 1) / 2
    target = np.asarray(screen_size) / 2 + scale * np.asarray(shown.pan)
    offset = target - linear @ middle
    return Viewport(matrix=np.column_stack([linear, offset]), scale=scale, picture_size=picture_size)


def to_screen(view: Viewport, pixel: PixelPoint) -> ScreenPoint:
    """Where a picture pixel stands on the screen."""
    x, y = (view.matrix @ (pixel.column, pixel.row, 1.0)).tolist()
    return ScreenPoint(x, y)


def to_picture(view: Viewport, point: ScreenPoint) -> PixelPoint:
    """The picture pixel, fractional, under a screen point."""
    column, row = np.linalg.solve(view.linear, np.asarray(point) - view.matrix[:, 2]).tolist()
    return PixelPoint(column, row)


def zoomed_at(
    shown: Shown, view: Viewport, factor: float, at: ScreenPoint, screen_size: tuple[float, float]
) -> tuple[float, tuple[float, float]]:
    """Zoom and pan after zooming by ``factor`` so that what is under ``at`` stays there."""
    from_middle = (np.asarray(at) - np.asarray(screen_size) / 2) / view.scale
    pan = from_middle / factor - (from_middle - np.asarray(shown.pan))
    return shown.zoom * factor, (float(pan[0]), float(pan[1]))
