"""Padding: the stored values of a file that stand for no measurement (PS3.3 C.7.5.1.1.2, C.7.6.24)."""

from viewers.series.header import Header

_FLOATING = {"FloatPixelData": "Float", "DoubleFloatPixelData": "DoubleFloat"}
_NAMES = frozenset(("PixelPaddingValue", "FloatPixelPaddingValue", "DoubleFloatPixelPaddingValue"))


def padding_of_file(header: Header) -> tuple[float, float] | None:
    """(low, high) of stored padding, inclusive, or None; the limit may lie on either side of the value."""
    pixels = header.pixels
    if pixels is None or _NAMES.isdisjoint(header.attributes.data) or (header.integer("SamplesPerPixel") or 1) > 1:
        return None
    kind = _FLOATING.get(pixels.keyword, "")
    names = (f"{kind}PixelPaddingValue", f"{kind}PixelPaddingRangeLimit")
    value, limit = (header.number(name) if kind else _signed(header, header.integer(name)) for name in names)
    if value is None:
        return None
    return (value, value) if limit is None else (min(value, limit), max(value, limit))


def _signed(header: Header, value: int | None) -> int | None:
    """A padding value in the sign of the pixels: many files write -2000 of signed pixels as 63536."""
    bits = header.integer("BitsAllocated")
    if value is None or not bits or header.integer("PixelRepresentation") != 1 or value < 1 << (bits - 1):
        return value
    return value - (1 << bits)
