"""Stored values: bits beyond Bits Stored masked away, the sign spread from High Bit (PS3.5 8.1.1)."""

from typing import cast

import numpy as np

from viewers.isolation.guards.stated import Found
from viewers.series.codecs.frame import FrameForm, FrameRefused
from viewers.series.codecs.plugin import Samples

BYTE_BITS = 8


def stored_values(samples: Samples, form: FrameForm, found: Found, *, compressed: bool, lossy: bool = False) -> Samples:
    """Samples of any width to the type that Bits Allocated and Pixel Representation ask for.

    Args:
        samples: as decoded, integer or (``form.floating``) float.
        form: what the header says.
        found: what the codestream says of itself.
        compressed: the codestream's own numbers end at bit 0, so that High Bit has no meaning (PS3.5 8.2).

        lossy: a value above the largest is one that the compression pushed there, so it is cut and not wrapped.

    Raises:
        FrameRefused: the decoder gave a kind of numbers that the header excludes.
    """
    if form.floating:
        return np.ascontiguousarray(samples, samples.dtype.newbyteorder("="))
    if samples.dtype.kind not in "iu":
        raise FrameRefused("The decoder gave fractions where the header promises whole numbers.")
    if form.bits_allocated == 1:
        return np.ascontiguousarray(samples, np.uint8)
    unsigned = samples.astype(np.dtype(f"u{form.bits_allocated // BYTE_BITS}"), copy=False)
    width = _width(form, found, compressed=compressed)
    drop = form.bits_allocated - width
    rise = drop if compressed else form.bits_allocated - 1 - form.high_bit
    if form.pixel_representation:
        return _signed(unsigned, rise, drop)
    return _unsigned(unsigned, rise, drop, lossy=lossy)


def _width(form: FrameForm, found: Found, *, compressed: bool) -> int:
    """Significant bits; a codestream that was coded with fewer has its sign at its own top bit."""
    if compressed and form.pixel_representation and not found.signed:
        return min(form.bits_stored, found.precision)
    return form.bits_stored


def _signed(unsigned: Samples, rise: int, drop: int) -> Samples:
    signed = unsigned.view(np.dtype(f"i{unsigned.dtype.itemsize}"))
    if drop == 0:
        return np.ascontiguousarray(signed)
    return cast("Samples", np.right_shift(np.left_shift(signed, rise), drop))


def _unsigned(unsigned: Samples, rise: int, drop: int, *, lossy: bool) -> Samples:
    largest = (1 << (BYTE_BITS * unsigned.dtype.itemsize - drop)) - 1
    if drop == 0:
        return np.ascontiguousarray(unsigned)
    if lossy:
        return cast("Samples", np.minimum(unsigned, unsigned.dtype.type(largest)))
    lowered = unsigned if rise == drop else np.right_shift(unsigned, drop - rise)
    return cast("Samples", np.bitwise_and(lowered, unsigned.dtype.type(largest)))
