"""The only hand that writes on a PDF page: shaped lines, rules, tints and pictures; reportlab stays in this file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from typing import Any

from workstation.reporting.fonts import path
from workstation.reporting.lines import Line
from workstation.reporting.shaping import Glyph, Shaped

A4 = (595.276, 841.89)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """A weight, a size in points, the distance of base lines in points, and a colour (red, green, blue from 0 to 1)."""

    weight: str
    size: float
    leading: float
    colour: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Written:
    """Where a line stands: page from 0, its text, its rectangle (left, bottom, right, top) in points.

    ``plain`` when the page spells it letter by letter from left to right; ``source`` and ``index`` as of the line.
    """

    page: int
    text: str
    box: tuple[float, float, float, float]
    plain: bool
    source: str
    index: int


class Pen:
    """Writes one document, page by page; remembers every line it wrote, so that it can be read back and compared."""

    def __init__(
        self, title: str, author: str, subject: str, language: str, *, written_at: datetime | None = None
    ) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._buffer = BytesIO()
        self._canvas: Any = Canvas(self._buffer, pagesize=A4, invariant=1, pageCompression=1, lang=language)
        if written_at is not None:
            moment = f"{written_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
            self._canvas.setDateFormatter(lambda *_parts: moment)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(subject)
        self._canvas.setCreator("Second Opinion Workstation")
        self._fonts: dict[str, Any] = {}
        self._page = 0
        self.written: list[Written] = []

    def line(self, line: Line, left: float, base: float, ink: Ink) -> None:
        """Write a line; ``left`` and ``base`` (its base line) in points."""
        out = self._canvas._code.append  # noqa: SLF001 - reportlab's text object would shape by itself
        red, green, blue = ink.colour
        out(f"BT {red:.3f} {green:.3f} {blue:.3f} rg")
        x = left
        for shaped in line.runs:
            self._run(shaped, x, base, ink.size)
            x += shaped.width * ink.size / 1000
        out("ET")
        box = (left, base - 0.22 * ink.size, x, base + 0.78 * ink.size)
        plain = all(run.plain for run in line.runs)
        self.written.append(Written(self._page, line.text, box, plain, line.source, line.index))

    def tint(self, box: tuple[float, float, float, float], colour: tuple[float, float, float]) -> None:
        """Fill a rectangle (left, bottom, right, top)."""
        left, bottom, right, top = box
        self._canvas.setFillColorRGB(*colour)
        self._canvas.rect(left, bottom, right - left, top - bottom, stroke=0, fill=1)

    def frame(self, box: tuple[float, float, float, float], colour: tuple[float, float, float]) -> None:
        """Outline a rectangle with rounded corners."""
        left, bottom, right, top = box
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(0.8)
        self._canvas.roundRect(left, bottom, right - left, top - bottom, 4, stroke=1, fill=0)

    def rule(self, left: float, right: float, y: float, colour: tuple[float, float, float], width: float = 0.5) -> None:
        """A horizontal rule."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(width)
        self._canvas.line(left, y, right, y)

    def picture(self, png: bytes, left: float, bottom: float, width: float, height: float) -> None:
        """A picture from PNG bytes, stretched over the rectangle."""
        from reportlab.lib.utils import ImageReader

        self._canvas.drawImage(ImageReader(BytesIO(png)), left, bottom, width, height)

    def next_page(self) -> None:
        """End this page."""
        self._canvas.showPage()
        self._page += 1

    def close(self, attachments: Mapping[str, bytes]) -> bytes:
        """End the document with its attachments (ISO 32000-1 7.11.4); the bytes of the file."""
        self._attach(attachments)
        self._canvas.save()
        return self._buffer.getvalue()

    def _run(self, shaped: Shaped, x: float, y: float, size: float) -> None:
        font = self._font(shaped.run.cut)
        for text, glyphs in _spans(shaped):
            if text is not None:
                actual = (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper()
                self._canvas._code.append(f"/Span << /ActualText <{actual}> >> BDC")  # noqa: SLF001
            x = self._glyphs(font, glyphs, x, y, size)
            if text is not None:
                self._canvas._code.append("EMC")  # noqa: SLF001

    def _glyphs(self, font: Any, glyphs: Sequence[Glyph], x: float, y: float, size: float) -> float:
        """Write glyphs from ``x`` on; where the next one would stand."""
        stretch: list[Glyph] = []
        start = at = x
        for glyph in glyphs:
            if glyph.dx or glyph.dy:
                self._stretch(font, stretch, start, y, size)
                self._stretch(font, [glyph], at + glyph.dx * size / 1000, y + glyph.dy * size / 1000, size)
                stretch = []
            elif not stretch:
                start = at
            at += glyph.advance * size / 1000
            if not (glyph.dx or glyph.dy):
                stretch.append(glyph)
        self._stretch(font, stretch, start, y, size)
        return at

    def _stretch(self, font: Any, glyphs: list[Glyph], x: float, y: float, size: float) -> None:
        """Glyphs without offsets, one after the other, with their advances (ISO 32000-1 9.4.3, TJ)."""
        if not glyphs:
            return
        out = self._canvas._code.append  # noqa: SLF001
        document = self._canvas._doc  # noqa: SLF001
        current: int | None = None
        parts: list[str] = []
        out(f"1 0 0 1 {x:.3f} {y:.3f} Tm")
        for glyph in glyphs:
            code, width = self._code(font, glyph)
            ((subset, byte),) = font.splitString(code, document)
            if subset != current:
                if parts:
                    out(f"[{''.join(parts)}] TJ")
                parts, current = [], subset
                out(f"{font.getSubsetInternalName(subset, document)} {size:g} Tf")
            correction = width - glyph.advance
            parts.append(f"<{byte.hex()}>" + (f"{correction:.1f}" if abs(correction) > 0.05 else ""))  # noqa: PLR2004
        out(f"[{''.join(parts)}] TJ")

    def _code(self, font: Any, glyph: Glyph) -> tuple[str, float]:
        """The character under which reportlab will embed the glyph, and the width it will note for it."""
        if glyph.character and glyph.character != "\u00a0":
            return glyph.character, float(font.face.getCharWidth(ord(glyph.character)))
        advance = round(glyph.advance)
        return chr(font.hbAddPrivate(f"glyph{glyph.id}", glyph.id, advance)), float(
            font.face.charWidths[font.hbAddPrivate(f"glyph{glyph.id}", glyph.id, advance)]
        )

    def _font(self, cut: str) -> Any:
        """A font object of this document alone: what it embeds must not depend on documents written before."""
        if cut not in self._fonts:
            from reportlab.pdfbase.ttfonts import TTFont

            font = TTFont(cut, str(path(cut)), asciiReadable=False)
            font.hbFont()
            self._fonts[cut] = font
        return self._fonts[cut]

    def _attach(self, attachments: Mapping[str, bytes]) -> None:
        from reportlab.pdfbase import pdfdoc

        document = self._canvas._doc  # noqa: SLF001
        names: list[Any] = []
        for name, content in sorted(attachments.items()):
            stream = pdfdoc.PDFStream(
                dictionary=pdfdoc.PDFDictionary(
                    {
                        "Type": pdfdoc.PDFName("EmbeddedFile"),
                        "Params": pdfdoc.PDFDictionary({"Size": len(content)}),
                    }
                ),
                content=content,
                filters=[pdfdoc.PDFZCompress],
            )
            reference = document.Reference(stream, f"attached:{name}")
            specification = pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Filespec"),
                    "F": pdfdoc.PDFString(name),
                    "UF": pdfdoc.PDFString(name),
                    "EF": pdfdoc.PDFDictionary({"F": reference}),
                    "AFRelationship": pdfdoc.PDFName("Source"),
                }
            )
            names += [pdfdoc.PDFString(name), document.Reference(specification, f"specification:{name}")]
        if names:
            tree = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray(names)})
            catalog = document.Catalog
            catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": tree})


def _spans(shaped: Shaped) -> Iterator[tuple[str | None, Sequence[Glyph]]]:
    """Glyphs with the text they stand for (``/ActualText``), or None where they spell it themselves.

    Readers take the letters of a right-to-left line in the order in which they stand and turn them around: there each
    cluster says its own letters. A left-to-right run says its whole text.
    """
    if shaped.plain:
        yield None, shaped.glyphs
    elif not shaped.run.right_to_left:
        yield shaped.run.text, shaped.glyphs
    else:
        yield from _clusters(shaped)


def _clusters(shaped: Shaped) -> Iterator[tuple[str | None, Sequence[Glyph]]]:
    starts = sorted({glyph.cluster for glyph in shaped.glyphs})
    ends = dict(zip(starts, [*starts[1:], len(shaped.run.text)], strict=True))
    for cluster, group in groupby(shaped.glyphs, key=lambda glyph: glyph.cluster):
        yield shaped.run.text[cluster : ends[cluster]], tuple(group)
