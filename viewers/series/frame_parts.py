"""Where a frame's bytes lie, the tables that give its samples their meaning, and the planes laid over it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameBytes:
    """Where one frame's bytes lie in its instance.

    Attributes:
        pieces: (offset, length) of every fragment, in order; one piece for a native frame.
        encapsulated: whether the pieces are fragments of one codestream.
        first_bit: position of the first pixel within the first byte, for native 1-bit frames.
        deflated_at: where the deflated bytes begin, if offsets count in the inflated data set; else None.
    """

    pieces: tuple[tuple[int, int], ...]
    encapsulated: bool
    first_bit: int = 0
    deflated_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lut:
    """A lookup table (PS3.3 C.11.1.1): values below ``first`` take the first entry, above the end the last.

    Attributes:
        first: the input value of the first entry.
        entries: one output per input value, not writeable.
        bits: bits of an entry, as the descriptor says.
        explanation: what the file calls it.
    """

    first: int
    entries: NDArray[np.uint16]
    bits: int
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One 60xx overlay plane (PS3.3 C.9.2).

    Attributes:
        group: 0x6000 .. 0x60FE, even.
        row, column: of the overlay's first pixel in the image, from 1; may be outside the image.
        first_frame: the frame that its first plane lies on, from 1.
        bits: packed bits, least significant first, ``frames`` planes of ``rows * columns``.
        in_pixel_data: the bit of the stored sample that holds it (retired), or None.
        roi: whether it marks a region (``R``), else graphics (``G``).
    """

    group: int
    rows: int
    columns: int
    row: int
    column: int
    first_frame: int
    frames: int
    bits: bytes
    in_pixel_data: int | None
    roi: bool
    label: str
