"""Orientation letters: from directions in the patient and the view on the picture, computed each time, never stored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from viewers.geometry.plane import Vector, vector

UNKNOWN = "?"
_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
_LEAST_SHARE = 0.2  # sine of about 11.5 degrees: below it a second letter says more than the reader can see


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeLetters:
    """What lies beyond each edge of a picture: letters such as ``A`` or ``LA``; ``?`` where nobody knows."""

    left: str
    right: str
    top: str
    bottom: str


NO_LETTERS = EdgeLetters(left=UNKNOWN, right=UNKNOWN, top=UNKNOWN, bottom=UNKNOWN)


def letters(direction: ArrayLike) -> str:
    """The letters of a direction in LPS, the greatest share first (PS3.3 C.7.6.1.1.1): ``A``, ``LP``, ``HAR``."""
    parts = np.asarray(direction, np.float64)
    length = np.linalg.norm(parts)
    if parts.shape != (3,) or not np.isfinite(length) or length == 0:
        return UNKNOWN
    share = parts / length
    order = sorted((axis for axis in range(3) if abs(share[axis]) > _LEAST_SHARE), key=lambda axis: -abs(share[axis]))
    return "".join(_LETTERS[axis][0 if share[axis] > 0 else 1] for axis in order)


def edge_letters(right: Vector | None, down: Vector | None, view: ArrayLike = ((1.0, 0.0), (0.0, 1.0))) -> EdgeLetters:
    """The letters at the four edges of a picture as it is shown.

    Args:
        right: LPS direction of increasing column index, None where the file gives no orientation.
        down: LPS direction of increasing row index, None likewise.
        view: (2, 2) linear part of the map from picture (column, row) to screen (x right, y down):
            rotation, flips and zoom.
    """
    if right is None or down is None:
        return NO_LETTERS
    back = np.linalg.inv(np.asarray(view, np.float64))
    basis = np.stack([right, down], axis=1)
    across, along = basis @ back[:, 0], basis @ back[:, 1]
    return EdgeLetters(left=letters(-across), right=letters(across), top=letters(-along), bottom=letters(along))


def plane_name(normal: ArrayLike, tolerance_deg: float = 45.0) -> str:
    """The standard plane whose axis the normal (LPS) is nearest to, or ``oblique`` beyond the angle."""
    share = np.abs(np.asarray(normal, np.float64))
    axis = int(np.argmax(share))
    angle = np.degrees(np.arccos(min(1.0, float(share[axis] / np.linalg.norm(share)))))
    return ("sagittal", "coronal", "axial")[axis] if angle <= tolerance_deg else "oblique"


def opposite(direction: Vector) -> Vector:
    """The direction seen from the other side."""
    return vector(-np.asarray(direction))
