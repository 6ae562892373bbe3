r"""A header: what one received file says of itself, kept as a plain mapping and read through typed questions.

The mapping is made once, in an isolated worker (``viewers.series.header_job:read``,
completed by ``viewers.series.receive``), kept at receipt, and holds only
str, int, float, None, lists and dicts, so that it can be stored as JSON. Shape::

    {"version": 1, "syntax": "1.2.840...", "dicom": True, "data": {"PatientName": "...", "Rows": 512, ...},
     "pixels": {"keyword": "PixelData", "offset": 1234, "length": 524288 | None, "fragments": [[offset, length], ...],
                "table": [...], "starts": [...], "deflated": None | offset, "little": True, "complete": True} | None,
     "document": "" | "application/pdf", "notes": ["...", ...], "digest": "" | "sha256 hex"}

Text values are decoded strings with ``\`` between values; numeric VRs are lists; sequences are lists of mappings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from viewers.series.plain import integer, number, numbers, text

Mapping_ = Mapping[str, object]
NOTHING: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """One data set or sequence item: attributes by keyword, each question answered or declined, never raised."""

    data: Mapping_ = field(default_factory=dict)

    def __contains__(self, keyword: str) -> bool:
        return self.data.get(keyword) not in NOTHING

    def text(self, keyword: str) -> str:
        """The value as text, empty where absent; several values stay joined by a backslash."""
        return text(self.data.get(keyword))

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Every value as text."""
        whole = self.text(keyword)
        return tuple(part.strip() for part in whole.split("\\")) if whole else ()

    def number(self, keyword: str) -> float | None:
        """The first value as a finite number, or None where absent or no number."""
        return number(self.data.get(keyword))

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Every value as finite numbers; empty where absent or where one of them is no number."""
        return numbers(self.data.get(keyword))

    def integer(self, keyword: str) -> int | None:
        """The first value as a whole number, or None."""
        return integer(self.data.get(keyword))

    def items(self, keyword: str) -> tuple["Attributes", ...]:
        """The items of a sequence, empty where absent."""
        return tuple(self._items(keyword)) if keyword in self.data else ()

    def item(self, keyword: str) -> "Attributes":
        """The first item of a sequence; an empty one where absent."""
        return next(self._items(keyword), EMPTY) if keyword in self.data else EMPTY

    def _items(self, keyword: str) -> Iterator["Attributes"]:
        found = self.data.get(keyword)
        if isinstance(found, list):
            for entry in found:
                if isinstance(entry, dict):
                    yield Attributes(data=entry)


EMPTY = Attributes()


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelBytes:
    """Where the pixel data lies in a file.

    Attributes:
        keyword: ``PixelData``, ``FloatPixelData`` or ``DoubleFloatPixelData``.
        offset, length: of the value; length is None where undefined (encapsulated).
        fragments: (offset, length) of every fragment after the offset table item, None for native data.
        table: Basic Offset Table entries, relative to the first fragment's item tag.
        starts: indices of the fragments that begin with a codestream's first marker.
        deflated_at: where the deflated bytes begin; then offsets count in the inflated data set. Else None.
        little: byte order of native samples.
        complete: whether the sequence delimiter, or the whole native value, lies within the file.
        in_words: the value representation is OW, which swaps 8-bit samples of big endian files (PS3.5 8.1.2).
    """

    keyword: str
    offset: int
    length: int | None
    fragments: tuple[tuple[int, int], ...] | None
    table: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    deflated_at: int | None = None
    little: bool = True
    complete: bool = True
    in_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One file's header and where its pixels are.

    Attributes:
        key: the key of the file in its ``FrameSource``.
        size: bytes of the file.
        digest: SHA-256 of the whole file in hex, empty where nobody computed it.
        is_dicom: False for a loose document; then ``document`` says what it is.
        document: media type of a loose document (``application/pdf``), else empty.
        transfer_syntax: UID.
        notes: damage that was tolerated, sentences for the reader.
    """

    key: str
    size: int
    digest: str = ""
    is_dicom: bool = True
    document: str = ""
    transfer_syntax: str = ""
    attributes: Attributes = EMPTY
    pixels: PixelBytes | None = None
    notes: tuple[str, ...] = ()

    def text(self, keyword: str) -> str:
        """See ``Attributes.text``."""
        return self.attributes.text(keyword)

    def number(self, keyword: str) -> float | None:
        """See ``Attributes.number``."""
        return self.attributes.number(keyword)

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """See ``Attributes.numbers``."""
        return self.attributes.numbers(keyword)

    def integer(self, keyword: str) -> int | None:
        """See ``Attributes.integer``."""
        return self.attributes.integer(keyword)

    def texts(self, keyword: str) -> tuple[str, ...]:
        """See ``Attributes.texts``."""
        return self.attributes.texts(keyword)
