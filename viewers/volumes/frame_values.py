"""The values of one frame: decoded, cropped, rescaled or coloured, padding marked; for stacks, cines and key images."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from viewers.isolation.pool import Pool
from viewers.series.codecs.frame import DecodedFrame, FrameRefused
from viewers.series.codecs.remote import decode_in
from viewers.series.display_set import DisplaySet, Frame
from viewers.series.frame_parts import Lut, Overlay
from viewers.series.tables import overlay_pixels, overlays, palette, palette_first
from viewers.sources import FrameSource
from viewers.volumes.frame_bytes import frame_payload

_INT16 = np.iinfo(np.int16)
_INT32 = np.iinfo(np.int32)
_BYTE = 8

OverlayPlane = tuple[Overlay, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameValues:
    """One frame as shown and measured.

    Attributes:
        values: (rows, columns) int16, int32 or float32 in ``DisplaySet.unit`` after the modality LUT or rescale;
            (rows, columns, 3) uint8 RGB where the display set is in colour.
        padding: True where the stored value is padding, None where the display set has none.
        warning: a sentence when the decoder doubted or bytes were missing; the frame is marked, not trusted.
        overlays: the 60xx planes that lie on it, each with its own rows and columns.
    """

    values: NDArray[np.generic]
    padding: NDArray[np.bool_] | None
    warning: str = ""
    overlays: tuple[OverlayPlane, ...] = ()


def frame(display_set: DisplaySet, index: int, source: FrameSource, pool: Pool, *, priority: int = 0) -> FrameValues:
    """The values of one frame; ``index`` counts from 0.

    Args:
        display_set: a kind with pixels.
        index: which of its frames.
        source: where its bytes are.
        pool: isolated workers, with ``WORKER_MODULE`` and ``viewers.series.header_job`` in ``preload``.
        priority: lower is sooner.

    Raises:
        FrameRefused: it cannot be shown; the sentence says why.
    """
    decoded = stored_frame(display_set, index, source, pool, priority=priority)
    warning = " ".join(decoded.warnings)
    if display_set.colour:
        values = _eight_bits(rgb(display_set, decoded), display_set.frames[index])
        planes = overlay_planes(display_set, index, source, pool)
        return FrameValues(values=values, padding=None, warning=warning, overlays=planes)
    one = display_set.frames[index]
    return FrameValues(
        values=rescaled(decoded.values, one),
        padding=padding_of(one, decoded.values),
        overlays=overlay_planes(display_set, index, source, pool),
        warning=warning,
    )


def stored_frame(
    display_set: DisplaySet, index: int, source: FrameSource, pool: Pool, *, priority: int = 0
) -> DecodedFrame:
    """The stored values of one frame, cropped where it is a tile, before any meaning is given to them.

    Raises:
        FrameRefused: it cannot be shown; the sentence says why.
    """
    one = display_set.frames[index]
    if one.form is None:
        raise FrameRefused("This object has no picture.")
    try:
        payload = frame_payload(display_set, index, source, pool)
    except OSError as error:
        raise FrameRefused(f"Its bytes cannot be read ({error}).") from error
    bit = one.bytes.first_bit if one.bytes is not None else 0
    number = one.number - 1
    decoded = decode_in(pool, one.form, payload, bit_offset=bit, number=number, priority=priority).result()
    return cropped(decoded, one)


def cropped(decoded: DecodedFrame, one: Frame) -> DecodedFrame:
    """The part of a decoded picture that is this frame (a mosaic's tile), else all of it."""
    if one.crop is None:
        return decoded
    row, column, rows, columns = one.crop
    return replace(decoded, values=np.ascontiguousarray(decoded.values[row : row + rows, column : column + columns]))


def rescaled(stored: NDArray[np.generic], one: Frame) -> NDArray[np.generic]:
    """Stored values through the modality LUT, or slope and intercept (PS3.3 C.11.1); exact where they are whole.

    Returns:
        int16 where everything is whole and fits, int32 where it is whole, else float32.
    """
    if one.modality_lut is not None:
        return looked_up(one.modality_lut, stored)
    slope, intercept = one.slope, one.intercept
    if np.issubdtype(stored.dtype, np.integer) and slope.is_integer() and intercept.is_integer():
        whole = _whole(stored, int(slope), int(intercept))
        if whole is not None:
            return whole
    with np.errstate(over="ignore", invalid="ignore"):  # a slope that nothing can hold gives infinities, not warnings
        return (stored.astype(np.float64) * slope + intercept).astype(np.float32)


def looked_up(lut: Lut, stored: NDArray[np.generic]) -> NDArray[np.int32]:
    """Values through a table; those outside take its ends (PS3.3 C.11.1.1)."""
    index = np.clip(stored.astype(np.int64) - lut.first, 0, len(lut.entries) - 1)
    return lut.entries.astype(np.int32)[index]


def padding_of(one: Frame, stored: NDArray[np.generic]) -> NDArray[np.bool_] | None:
    """Where stored values lie in Pixel Padding Value .. Range Limit, or None where the file names none."""
    if one.padding is None:
        return None
    low, high = one.padding
    values = cast("NDArray[np.int64]", stored)
    return (values >= low) & (values <= high)


def rgb(display_set: DisplaySet, decoded: DecodedFrame) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """A decoded colour frame as RGB (rows, columns, 3) in its own depth; palettes looked up (PS3.3 C.7.9).

    Raises:
        FrameRefused: it names a palette that is not there.
    """
    if decoded.values.ndim == 3:  # noqa: PLR2004 - already red, green and blue
        return cast("NDArray[np.uint8]", decoded.values)
    attributes = display_set.instances[0].attributes
    table = palette(attributes)
    if table is None:
        raise FrameRefused("Its colours cannot be shown: the palette is missing or damaged.")
    signed = bool(display_set.form and display_set.form.pixel_representation)
    first = palette_first(attributes, signed=signed)
    index = np.clip(decoded.values.astype(np.int64) - first, 0, len(table) - 1)
    return table[index]


def overlay_planes(display_set: DisplaySet, index: int, source: FrameSource, pool: Pool) -> tuple[OverlayPlane, ...]:
    """Each overlay that lies on frame ``index``, with its pixels (its own rows and columns).

    Raises:
        FrameRefused: an overlay inside the pixel data cannot be had because the frame cannot be decoded.
    """
    inside = tuple(
        (overlay, _embedded(display_set, index, overlay.in_pixel_data, source, pool))
        for overlay in _overlays_of(display_set, index)
        if overlay.in_pixel_data is not None
    )
    return (*overlays_beside(display_set, index), *inside)


def overlays_beside(display_set: DisplaySet, index: int) -> tuple[OverlayPlane, ...]:
    """Those of ``overlay_planes`` that stand beside the pixel data, as nearly all do: they need no decoding."""
    number = display_set.frames[index].number
    found = ((overlay, overlay_pixels(overlay, number)) for overlay in _overlays_of(display_set, index))
    return tuple((overlay, pixels) for overlay, pixels in found if pixels is not None)


def _overlays_of(display_set: DisplaySet, index: int) -> tuple[Overlay, ...]:
    """The overlays of the very instance that a frame comes from; those of its neighbours are others."""
    if len(display_set.instances) < 2:  # noqa: PLR2004  one instance: its overlays are those of the display set
        return display_set.overlays
    key = display_set.frames[index].key
    return next((overlays(header) for header in display_set.instances if header.key == key), ())


def _embedded(display_set: DisplaySet, index: int, bit: int, source: FrameSource, pool: Pool) -> NDArray[np.bool_]:
    """The overlay in an unused bit of the stored samples (retired, PS3.5-2004 8.1.2)."""
    one = display_set.frames[index]
    assert one.form is not None
    every_bit = replace(
        one.form, bits_stored=one.form.bits_allocated, high_bit=one.form.bits_allocated - 1, pixel_representation=0
    )
    frames = (*display_set.frames[:index], replace(one, form=every_bit), *display_set.frames[index + 1 :])
    decoded = stored_frame(replace(display_set, frames=frames), index, source, pool)
    return cast("NDArray[np.bool_]", (decoded.values.astype(np.int64) >> bit & 1).astype(np.bool_))


def _whole(stored: NDArray[np.generic], slope: int, intercept: int) -> NDArray[np.generic] | None:
    if not stored.size:
        return stored.astype(np.int16)
    ends = [int(end) * slope + intercept for end in (stored.min(), stored.max())]
    if max(abs(slope), abs(intercept)) > _INT32.max:
        return None
    if _INT16.min <= min(ends) and max(ends) <= _INT16.max:
        return (stored.astype(np.int64) * slope + intercept).astype(np.int16)
    if _INT32.min <= min(ends) and max(ends) <= _INT32.max:
        return (stored.astype(np.int64) * slope + intercept).astype(np.int32)
    return None


def _eight_bits(values: NDArray[np.generic], one: Frame) -> NDArray[np.uint8]:
    """Colour in deeper samples, brought to a byte for the screen."""
    if values.dtype == np.uint8:
        return cast("NDArray[np.uint8]", values)
    sampled = one.form is not None and one.form.samples_per_pixel > 1
    bits = one.form.bits_stored if one.form is not None and sampled else values.dtype.itemsize * _BYTE
    return (values.astype(np.uint64) >> np.uint64(max(0, bits - _BYTE))).astype(np.uint8)
