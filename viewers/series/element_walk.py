"""The walk over the elements of one data set: bounded, tolerant, reading only what is wanted.

It looks at hostile bytes before any library does, so every length is checked against the file, depth and number of
elements have a cap, and nothing is recursive beyond that cap (reliability design, classes 3 to 7 and 10).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from viewers.isolation.errors import Refused
from viewers.series.charset import Decode, decoders
from viewers.series.element_values import longest, plain_value
from viewers.series.siemens import mosaic_facts
from viewers.series.wanted import OVERLAY, PRIVATE, PRIVATE_CREATORS, by_tag

DEEPEST = 64
MOST_ELEMENTS = 200_000
MOST_ELEMENTS_PER_FRAME = 500
UNDEFINED = 0xFFFFFFFF
_DIGITS_OF_MOST_FRAMES = 8
OVERLAYS = 0x6000
BLOCKS = 0x0100  # private elements below reserve blocks (PS3.5 7.8.1)

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXELS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
_ENCAPSULATED_DOCUMENT = 0x00420011
_CHARACTER_SET, _PIXEL_REPRESENTATION, _FRAMES = 0x00080005, 0x00280103, 0x00280008
SHORT = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
# Text without a character set whose value is kept as it stands; what changes how the rest is read is not.
AS_IT_IS = frozenset(b"AE AS CS DA DS DT IS TM UI".split())
WATCHED = frozenset((_CHARACTER_SET, _PIXEL_REPRESENTATION, _FRAMES))
LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())


class NeedMore(Exception):
    """The walk reached the end of the bytes it was given; ``until`` says how many bytes of the file it needs."""

    def __init__(self, until: int) -> None:
        super().__init__()
        self.until = until


class FileEnds(Exception):
    """The file itself ends within an element."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """One walk; ``data``, ``pixels`` and ``notes`` hold what it found, even where it had to stop.

    Attributes:
        buffer: the first bytes of the data set's stream.
        size: how long the whole stream is; may be more than the buffer.
        explicit, little: how elements are encoded.
        marks: where wanted, gets (begin, what ``US or SS`` is) of each element at the top, the pixels' own last.
    """

    buffer: bytes | memoryview
    size: int
    explicit: bool
    little: bool
    data: dict[str, object] = field(default_factory=dict)
    pixels: dict[str, object] | None = None
    notes: list[str] = field(default_factory=list)
    signed: bool = False
    left: int = MOST_ELEMENTS
    marks: list[tuple[int, bool]] | None = None
    wanted: Mapping[int, tuple[str, str, bytes]] = field(default_factory=by_tag)

    def run(self, start: int) -> None:
        """Walk from byte ``start`` to the pixel data or the end.

        Raises:
            NeedMore: the buffer is too short; walk again with more of the file.
            Refused: nested too deeply, or more elements than any real file has.
        """
        try:
            self._data_set(start, self.size, self.data, depth=0, encoded=(self.explicit, self.little), text="")
        except FileEnds:
            self.notes.append("The file ends within its header; what came before is shown.")

    def items(self, at: int, length: int, items: list[dict[str, object]] | None, *, text: str) -> int:
        """Read the items of one sequence at the top, from ``at``; returns the position after it.

        Args:
            at: where its first item begins.
            length: of its value, or ``UNDEFINED``.
            items: get the items, None where only the end matters.
            text: Specific Character Set.

        Raises:
            NeedMore, FileEnds, Refused: see ``run``.
        """
        return self._items(at, self.size, length, items, depth=1, encoded=(self.explicit, self.little), text=text)

    def _data_set(  # noqa: C901, PLR0912, PLR0915 - one flat loop: calls per element would halve the scan's speed
        self, at: int, end: int, out: dict[str, object], *, depth: int, encoded: tuple[bool, bool], text: str
    ) -> int:
        """Read elements of ``[at, end)`` into ``out``; returns the position after the last."""
        explicit, little = encoded
        order = "<" if little else ">"
        unpack = struct.Struct(order + ("HH2sH" if explicit else "HHI")).unpack_from
        long_unpack = struct.Struct(order + "I").unpack_from
        word_unpack = struct.Struct(order + "H").unpack_from
        buffer, available, wanted, left = self.buffer, len(self.buffer), self.wanted, self.left
        decode = decoders(text)
        creators: dict[int, str] = {}
        marks = self.marks if depth == 0 else None
        while at < end:
            if at + 8 > available:
                self._short(at + 8)
            if marks is not None:
                marks.append((at, self.signed))
            left -= 1
            if left < 0:
                raise Refused("The header has more elements than any real file: not read. Ask for a new export.")
            if explicit:
                group, element, vr, length = unpack(buffer, at)
                tag = group << 16 | element
                if vr in SHORT:
                    at += 8
                    found = wanted.get(tag)
                    after = at + length
                    if found is None:
                        known = group & 1 and (element < BLOCKS or (group << 8 | element >> 8) in creators)
                        if not known and after <= end and group < OVERLAYS:
                            at = after
                            continue
                    elif vr == found[2] and after <= end and after <= available and tag not in WATCHED:
                        if vr in AS_IT_IS:
                            if length:
                                out[found[0]] = str(buffer[at:after], "latin-1").strip(" \0")
                            at = after
                            continue
                        if vr == b"US" and length == 2:  # noqa: PLR2004 - the format's number
                            (out[found[0]],) = word_unpack(buffer, at)
                            at = after
                            continue
                elif vr in LONG:
                    if at + 12 > available:
                        self._short(at + 12)
                    (length,) = long_unpack(buffer, at + 8)
                    at += 12
                else:
                    vr, length, at = self._odd(at, group, vr, length, long_unpack)
            else:
                group, element, length = unpack(buffer, at)
                tag = group << 16 | element
                vr = b""
                at += 8
            if group == 0xFFFE:  # noqa: PLR2004 - the format's number
                if element in (0xE00D, 0xE0DD):
                    break
                continue
            found = wanted.get(tag)
            if found is None:
                if depth == 0 and tag in _PIXELS:
                    self._pixels(tag, at, length, vr)
                    return self.size
                if group & 1:
                    found = self._private(creators, group, element, at, length)
                elif 0x6000 <= group <= 0x60FF and depth == 0:  # noqa: PLR2004 - the format's number
                    self._overlay(group, element, at, length, little=little, decode=decode)
                elif tag == _ENCAPSULATED_DOCUMENT and depth == 0:
                    out["EncapsulatedDocument"] = {"offset": at, "length": length}
            if length == UNDEFINED or vr == b"SQ" or (found and found[1] == "SQ"):
                inner = (False, True) if vr == b"UN" else encoded
                items: list[dict[str, object]] | None = [] if found and found[1] == "SQ" else None
                self.left = left
                at = self._items(at, end, length, items, depth=depth + 1, encoded=inner, text=text)
                left = self.left
                if found and items is not None:
                    out[found[0]] = items
                continue
            if at + length > end:
                raise FileEnds
            if found is not None and length:
                if at + length > available:
                    self._short(at + length)
                value = self.value(found, vr, at, length, little=little, decode=decode)
                if value is not None:
                    out[found[0]] = value
                if tag == _CHARACTER_SET and isinstance(value, str):
                    text = value
                    decode = decoders(text)
                elif tag == _PIXEL_REPRESENTATION:
                    self.signed = value == 1
                elif tag == _FRAMES and depth == 0:
                    left += _more_for_frames(value)
            at += length
        self.left = left
        return at

    def _items(  # noqa: C901, PLR0912 - part of the same loop
        self,
        at: int,
        end: int,
        length: int,
        items: list[dict[str, object]] | None,
        *,
        depth: int,
        encoded: tuple[bool, bool],
        text: str,
    ) -> int:
        """Read a sequence's items; ``items`` None means that only its end matters."""
        if depth > DEEPEST:
            raise Refused(f"The header nests sequences deeper than {DEEPEST}: not read. Ask for a new export.")
        if length != UNDEFINED:
            end_here = at + length
            if end_here > end:
                raise FileEnds
            if items is None:
                return end_here
            end = end_here
        order = "<" if encoded[1] else ">"
        unpack = struct.Struct(order + "HHI").unpack_from
        while at < end:
            if at + 8 > len(self.buffer):
                self._short(at + 8)
            group, element, item_length = unpack(self.buffer, at)
            at += 8
            tag = group << 16 | element
            self.left -= 1
            if self.left < 0:
                raise Refused("The header has more elements than any real file: not read. Ask for a new export.")
            if tag == _SEQUENCE_END:
                break
            if tag != _ITEM:
                raise FileEnds
            if item_length == UNDEFINED:
                data: dict[str, object] = {}
                at = self._data_set(at, end, data, depth=depth, encoded=encoded, text=text)
            elif at + item_length > end:
                raise FileEnds
            else:
                data = {}
                if items is not None:
                    self._data_set(at, at + item_length, data, depth=depth, encoded=encoded, text=text)
                at += item_length
            if items is not None:
                items.append(data)
        return at

    def _odd(
        self, at: int, group: int, vr: bytes, length: int, long_unpack: struct.Struct | object
    ) -> tuple[bytes, int, int]:
        """An element whose VR the standard does not know: delimiters, letters of nobody, or implicit in disguise."""
        assert callable(long_unpack)
        (whole,) = long_unpack(self.buffer, at + 4)
        if group == 0xFFFE or not vr.isalpha():  # noqa: PLR2004 - the format's number
            return b"", whole, at + 8
        return vr, length, at + 8

    def value(
        self,
        found: tuple[str, str, bytes],
        vr: bytes,
        at: int,
        length: int,
        *,
        little: bool,
        decode: tuple[Decode, Decode],
    ) -> object:
        """The value of one element, or None where it is none or too long to be looked at.

        Args:
            found: keyword and VR that the standard gives it.
            vr: as written, empty where nothing is.
            at: where the value begins.
            length: of the value, all of it within the buffer.
            little: byte order.
            decode: of text and of names.
        """
        keyword, known, _ = found
        if known == "CSA":
            return mosaic_facts(bytes(self.buffer[at : at + length]))
        written = vr.decode("ascii", "replace")
        use = written if written in _CONVERTIBLE and known not in _KEEP_KNOWN else known
        if length > longest(use, keyword):
            self.notes.append(f"{keyword} is {length} bytes long: not read.")
            return None
        value = bytes(self.buffer[at : at + length])
        return plain_value(use, value, little=little, signed=self.signed, text=decode[0], name=decode[1])

    def _private(
        self, creators: dict[int, str], group: int, element: int, at: int, length: int
    ) -> tuple[str, str, bytes] | None:
        """A private element of an allow-listed creator (PS3.5 7.8.1), or the reservation of its block."""
        if 0x10 <= element <= 0xFF:  # noqa: PLR2004 - the format's number
            if length <= 64 and at + length <= len(self.buffer):  # noqa: PLR2004 - the format's number
                creator = bytes(self.buffer[at : at + length]).decode("latin-1").strip(" \0")
                if creator in PRIVATE_CREATORS:
                    creators[group << 8 | element] = creator
            return None
        creator_here = creators.get(group << 8 | element >> 8)
        return PRIVATE.get((creator_here, element & 0xFF)) if creator_here else None

    def _overlay(
        self, group: int, element: int, at: int, length: int, *, little: bool, decode: tuple[Decode, Decode]
    ) -> None:
        known = OVERLAY.get(element)
        if known is None or length in (0, UNDEFINED):
            return
        if at + length > self.size:
            raise FileEnds
        if at + length > len(self.buffer):
            self._short(at + length)
        planes = self.data.setdefault("Overlays", {})
        assert isinstance(planes, dict)
        planes.setdefault(f"{group:04X}", {})[known[0]] = self.value(
            known, b"", at, length, little=little, decode=decode
        )

    def _pixels(self, tag: int, at: int, length: int, vr: bytes) -> None:
        self.pixels = {
            "keyword": _PIXELS[tag],
            "offset": at,
            "length": None if length == UNDEFINED else length,
            "vr": vr.decode("ascii", "replace"),
        }

    def _short(self, until: int) -> None:
        """The buffer ends before ``until``: is it the file that ends, or only the head that we were given?"""
        if until > self.size:
            raise FileEnds
        raise NeedMore(until)


def _more_for_frames(value: object) -> int:
    """How many more elements an object of so many frames may have."""
    if isinstance(value, str) and value.isdigit() and len(value) < _DIGITS_OF_MOST_FRAMES:
        return MOST_ELEMENTS_PER_FRAME * int(value)
    return 0


_CONVERTIBLE = frozenset(
    [
        "AE",
        "AS",
        "CS",
        "DA",
        "DS",
        "DT",
        "FD",
        "FL",
        "IS",
        "LO",
        "LT",
        "PN",
        "SH",
        "SL",
        "SS",
        "ST",
        "TM",
        "UC",
        "UI",
        "UL",
        "UR",
        "US",
        "UT",
        "AT",
        "UV",
        "SV",
    ]
)
# Tables stay tables, and ambiguous words stay ambiguous, whatever VR the writer chose.
_KEEP_KNOWN = frozenset(("US or OW", "OW", "OB or OW"))
