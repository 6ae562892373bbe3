"""Lookup tables, windows and overlay planes as nouns, from the attributes that describe them (PS3.3 C.11, C.9.2)."""

import base64
import binascii
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from viewers.series.display_set import Window
from viewers.series.frame_parts import Lut, Overlay
from viewers.series.header import Attributes, Header
from viewers.series.plain import integer, numbers, text

_SIXTEEN_BITS = 65_536
_BYTE = 8
_MOST_OVERLAY_PIXELS = 1 << 26


def modality_lut(attributes: Attributes, *, signed: bool) -> Lut | None:
    """The first item of the Modality LUT Sequence (PS3.3 C.11.1)."""
    return lut_of(attributes.item("ModalityLUTSequence"), signed=signed)


def voi_luts(attributes: Attributes, *, signed: bool) -> tuple[Lut, ...]:
    """Every usable item of the VOI LUT Sequence (PS3.3 C.11.2)."""
    found = (lut_of(item, signed=signed) for item in attributes.items("VOILUTSequence"))
    return tuple(lut for lut in found if lut is not None)


def presentation_lut(attributes: Attributes) -> Lut | None:
    """The first item of the Presentation LUT Sequence (PS3.3 C.11.6)."""
    return lut_of(attributes.item("PresentationLUTSequence"), signed=False)


def lut_of(item: Attributes, *, signed: bool) -> Lut | None:
    """One table, or None where its descriptor and its data do not fit each other.

    Args:
        item: holds LUT Descriptor and LUT Data.
        signed: whether the table's input may be negative; then a first value beyond 32767 is one.
    """
    descriptor = item.numbers("LUTDescriptor")
    if len(descriptor) != 3:  # noqa: PLR2004 - the format's number
        return None
    count = int(descriptor[0]) % _SIXTEEN_BITS or _SIXTEEN_BITS
    first, bits = int(descriptor[1]), int(descriptor[2])
    if signed and first >= _SIXTEEN_BITS // 2:
        first -= _SIXTEEN_BITS
    if not signed and first < 0:
        first += _SIXTEEN_BITS
    entries = _entries(item.text("LUTData"), count, bits)
    if entries is None:
        return None
    # a descriptor that promises fewer bits than the entries have is not believed (Philips XA: 8 bits, up to 4022)
    bits = max(bits, int(entries.max()).bit_length())
    return Lut(first=first, entries=entries, bits=bits, explanation=item.text("LUTExplanation"))


def windows(attributes: Attributes) -> tuple[Window, ...]:
    """The VOI windows (PS3.3 C.11.2.1.2); pairs without a usable width are left out."""
    said = (attributes.text("WindowCenter"), attributes.text("WindowWidth"), attributes.text("VOILUTFunction"))
    return _windows(*said, attributes.texts("WindowCenterWidthExplanation")) if said[0] else ()


@lru_cache(maxsize=256)  # the frames of a series share most of theirs
def _windows(centre: str, width: str, said: str, names: tuple[str, ...]) -> tuple[Window, ...]:
    function = said.upper() or "LINEAR"
    if function not in ("LINEAR", "LINEAR_EXACT", "SIGMOID"):
        function = "LINEAR"
    smallest = 1.0 if function == "LINEAR" else np.nextafter(0.0, 1.0)
    pairs = zip(numbers(centre), numbers(width), strict=False)
    return tuple(
        Window(centre=centre, width=width, function=function, explanation=names[i] if i < len(names) else "")
        for i, (centre, width) in enumerate(pairs)
        if width >= smallest
    )


def overlays(header: Header) -> tuple[Overlay, ...]:
    """The 60xx overlay planes of a file, those that are whole."""
    planes = header.attributes.data.get("Overlays")
    if not isinstance(planes, dict):
        return ()
    found = (_overlay(int(group, 16), Attributes(data=plane)) for group, plane in sorted(planes.items()))
    return tuple(overlay for overlay in found if overlay is not None)


def overlay_pixels(overlay: Overlay, frame: int) -> NDArray[np.bool_] | None:
    """One overlay plane as booleans (rows, columns), or None where it has none for frame ``frame`` (from 1)."""
    index = frame - overlay.first_frame
    if not 0 <= index < overlay.frames or overlay.in_pixel_data is not None:
        return None
    count = overlay.rows * overlay.columns
    bits = np.unpackbits(np.frombuffer(overlay.bits, np.uint8), bitorder="little")
    return bits[index * count : (index + 1) * count].reshape(overlay.rows, overlay.columns).astype(np.bool_)


def palette(attributes: Attributes) -> NDArray[np.uint8] | NDArray[np.uint16] | None:
    """A palette: (entries, 3) in the depth of its own entries, uint8 or uint16; or None (PS3.3 C.7.9).

    The value mapped to the first entry is ``palette_first``.
    """
    columns = [_palette_column(attributes, colour) for colour in ("Red", "Green", "Blue")]
    found = [column for column in columns if column is not None]
    if len(found) != 3 or len({len(column) for column in found}) != 1:  # noqa: PLR2004 - the format's number
        return None
    deep = attributes.numbers("RedPaletteColorLookupTableDescriptor")[2] > _BYTE
    table = np.stack(found, axis=1).astype(np.uint16 if deep else np.uint8)
    table.flags.writeable = False
    return cast("NDArray[np.uint8] | NDArray[np.uint16]", table)


def palette_first(attributes: Attributes, *, signed: bool) -> int:
    """The stored value that the palette's first entry belongs to."""
    descriptor = attributes.numbers("RedPaletteColorLookupTableDescriptor")
    first = int(descriptor[1]) if len(descriptor) == 3 else 0  # noqa: PLR2004 - the format's number
    return first - _SIXTEEN_BITS if signed and first >= _SIXTEEN_BITS // 2 else first


def _palette_column(attributes: Attributes, colour: str) -> NDArray[np.uint16] | None:
    descriptor = attributes.numbers(f"{colour}PaletteColorLookupTableDescriptor")
    if len(descriptor) != 3:  # noqa: PLR2004 - the format's number
        return None
    count, bits = int(descriptor[0]) % _SIXTEEN_BITS or _SIXTEEN_BITS, int(descriptor[2])
    plain = attributes.text(f"{colour}PaletteColorLookupTableData")
    segmented = attributes.text(f"Segmented{colour}PaletteColorLookupTableData")
    return _entries(plain, count, bits) if plain else _segments(_fields(segmented, bits), count, bits)


def _entries(packed: str, count: int, bits: int) -> NDArray[np.uint16] | None:
    """Table entries: 16-bit words, or bytes where exactly that many are there (8-bit tables in both packings)."""
    data = _unpacked(packed)
    if bits <= _BYTE and count <= len(data) < 2 * count:
        entries = np.frombuffer(data, np.uint8, count).astype(np.uint16)
    elif len(data) >= 2 * count:
        entries = np.frombuffer(data, "<u2", count).astype(np.uint16)
    else:
        return None
    entries.flags.writeable = False
    return entries


def _fields(packed: str, bits: int) -> NDArray[np.uint16]:
    """The fields of segments: words, or bytes where the entries are bytes (PS3.3 C.7.9.2)."""
    data = _unpacked(packed)
    if bits <= _BYTE:
        return np.frombuffer(data, np.uint8).astype(np.uint16)
    return np.frombuffer(data, "<u2", len(data) // 2).astype(np.uint16)


def _segments(words: NDArray[np.uint16], count: int, bits: int) -> NDArray[np.uint16] | None:
    """A segmented palette expanded (PS3.3 C.7.9.2): discrete (0), linear (1) and indirect (2) segments."""
    out: list[int] = []
    at, before = 0, -1
    width, places = (8, 4) if bits <= _BYTE else (16, 2)  # of the fields that hold the 32 bits of an offset
    while at + 1 < len(words) and before < len(out) < count:  # a segment that adds nothing could be repeated for hours
        before = len(out)
        code, length = int(words[at]), int(words[at + 1])
        if code == 2 and at + 1 + places < len(words):  # noqa: PLR2004 - the format's number
            offset = sum(int(words[at + 2 + place]) << place * width for place in range(places))
            _repeat(words, out, offset, length, count)
            at += 2 + places
        else:
            at = _segment(words, out, at, count)
            if at < 0:
                break
    return np.asarray(out[:count], np.uint16) if len(out) >= count else None


def _segment(words: NDArray[np.uint16], out: list[int], at: int, count: int) -> int:
    """Expand the discrete or linear segment at ``at``; the position after it, or -1 where it is none."""
    code, length = int(words[at]), int(words[at + 1])
    if code == 0 and at + 2 + length <= len(words):
        out.extend(int(word) for word in words[at + 2 : at + 2 + min(length, count)])
        return at + 2 + length
    if code == 1 and at + 2 < len(words) and out:
        start, end = out[-1], int(words[at + 2])
        out.extend(round(start + (end - start) * step / length) for step in range(1, length + 1))
        return at + 3
    return -1


def _repeat(words: NDArray[np.uint16], out: list[int], offset: int, segments: int, count: int) -> None:
    at, before = offset, -1
    for _ in range(segments):
        if not (0 <= at < len(words) - 1 and before < len(out) < count) or int(words[at]) > 1:
            return
        before = len(out)
        at = _segment(words, out, at, count)


def _overlay(group: int, plane: Attributes) -> Overlay | None:
    rows, columns = plane.integer("OverlayRows") or 0, plane.integer("OverlayColumns") or 0
    frames = max(1, plane.integer("NumberOfFramesInOverlay") or 1)
    if not 0 < rows * columns * frames <= _MOST_OVERLAY_PIXELS:
        return None
    origin = plane.numbers("OverlayOrigin")
    position = plane.integer("OverlayBitPosition") or 0
    embedded = not plane.text("OverlayData") and (plane.integer("OverlayBitsAllocated") or 1) > 1
    bits = _unpacked(plane.text("OverlayData"))
    if not embedded and len(bits) * 8 < rows * columns * frames:
        return None
    return Overlay(
        group=group,
        rows=rows,
        columns=columns,
        row=int(origin[0]) if len(origin) == 2 else 1,  # noqa: PLR2004 - the format's number
        column=int(origin[1]) if len(origin) == 2 else 1,  # noqa: PLR2004 - the format's number
        first_frame=max(1, integer(plane.data.get("ImageFrameOrigin")) or 1),
        frames=frames,
        bits=bits,
        in_pixel_data=position if embedded else None,
        roi=plane.text("OverlayType") == "R",
        label=text(plane.data.get("OverlayLabel")),
    )


def _unpacked(packed: str) -> bytes:
    try:
        return base64.b64decode(packed)
    except (binascii.Error, ValueError):
        return b""
