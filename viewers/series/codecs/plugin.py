"""What a codec plugin is: a named function from a guarded frame to samples, and what colour they are in."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameRequest

Samples = NDArray[np.generic]


class Colour(Enum):
    """The colour space of three samples, as the decoder left them."""

    AS_STATED = "as stated"
    RGB = "RGB"
    YBR_FULL = "YBR_FULL"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """What a plugin hands back.

    Attributes:
        samples: (rows, columns) or (rows, columns, samples), any integer or float type wide enough.
        colour: of three samples.
        warnings: sentences for the reader.
    """

    samples: Samples
    colour: Colour = Colour.AS_STATED
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One decoder of one library.

    Attributes:
        name: for the record and for the reader.
        decode: from a frame and what its guard found to samples; may raise anything.
    """

    name: str
    decode: Callable[[FrameRequest, Found], Decoded]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How frames of one transfer syntax are read.

    Attributes:
        name: what specialists call it.
        guard: looks at the frame first; raises ``Refused``.
        plugins: the first is used; the others when it fails.
        lossy: values may differ from what was recorded (a near-lossless syntax counts as lossy).
        ends_with_marker: a whole frame ends with FFD9.
        encapsulated: frames lie in fragments.
        batch: how many frames one job may hold when a volume is loaded; more where a frame takes little time.
    """

    name: str
    guard: Callable[[FrameRequest], Found]
    plugins: tuple[Plugin, ...]
    lossy: bool = False
    ends_with_marker: bool = True
    encapsulated: bool = True
    batch: int = 1


def unguarded(request: FrameRequest) -> Found:
    """For formats without a codestream header."""
    return Found(precision=request.form.bits_allocated)
