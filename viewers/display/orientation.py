"""Orientation of a picture: which way its columns and rows run in the patient, from geometry or from the header."""

import numpy as np

from viewers.display.slices import Slice
from viewers.display.viewport import Viewport
from viewers.geometry.orientation import NO_LETTERS, EdgeLetters, edge_letters
from viewers.geometry.plane import Vector, unit

_AXES: dict[str, Vector] = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}
_BOTH = 2
_LESSER_SHARE = 0.5


def letters_of(picture: Slice, view: Viewport) -> EdgeLetters:
    """The letters at the edges of a picture as it stands on the screen; all unknown where nobody knows."""
    known = directions(picture)
    return NO_LETTERS if known is None else edge_letters(known[0], known[1], view.linear)


def directions(picture: Slice) -> tuple[Vector, Vector] | None:
    """LPS directions of the picture to the right and down, or None.

    Without a place in the patient, Patient Orientation (0020,0020) tells them (PS3.3 C.7.6.1.1.1).
    """
    display_set = picture.display_set
    if display_set.geometry is not None and not display_set.geometry.in_patient:
        return None
    if picture.basis is not None:
        return picture.basis.plane.right, picture.basis.plane.down
    if picture.frame is None or not display_set.instances:
        return None
    index = min(display_set.frames[picture.frame].sop_index, len(display_set.instances) - 1)
    words = display_set.instances[index].attributes.texts("PatientOrientation")
    if len(words) != _BOTH:
        return None
    right, down = _direction(words[0]), _direction(words[1])
    return None if right is None or down is None else (right, down)


def _direction(word: str) -> Vector | None:
    """The direction that letters such as ``LA`` name, the first one weighing most."""
    if not word or any(letter not in _AXES for letter in word):
        return None
    parts = [np.asarray(_AXES[letter]) * _LESSER_SHARE**place for place, letter in enumerate(word)]
    total = np.sum(parts, axis=0)
    return unit(total) if np.any(total) else None
