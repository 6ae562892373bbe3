"""The document as a PDF: boxes on pages, running heads, and the proof that the pages say what the blocks say."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from workstation.reporting import style
from workstation.reporting.blocks import Document, Facts, Running, statements
from workstation.reporting.boxes import Box, boxes, text_boxes, write
from workstation.reporting.errors import Defect, NotShown
from workstation.reporting.lines import broken
from workstation.reporting.pen import Ink, Pen, Written
from workstation.reporting.runs import clean

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_MIRRORED = str.maketrans(")]}>»›≥", "([{<«‹≤")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The PDF's bytes, and the page (from 0) and rectangle (points) in which the signature will stand."""

    content: bytes
    signature_page: int
    signature_box: tuple[float, float, float, float]
    pages: int


def render(document: Document, attachments: Mapping[str, bytes]) -> Rendered:
    """Render, then read the bytes back and compare.

    Raises:
        Uncovered: a character has no glyph in the shipped fonts.
        NotShown: a line of the page, read back, is not what was to be said.
    """
    pages = _paginate([*_opening(document), *(box for block in document.blocks for box in boxes(block))])
    running = document.running
    pen = Pen(document.title, document.author, running.case, document.language, written_at=document.written_at)
    signature: tuple[int, tuple[float, float, float, float]] | None = None
    for number, page in enumerate(pages):
        _running(pen, running, number + 1, len(pages))
        for box, top in page:
            box.draw(pen, top)
            if box.signature:
                signature = (number, (style.LEFT, top - box.height, style.RIGHT, top))
        pen.next_page()
    if signature is None:
        raise Defect("the document has no box for the signature")
    content = pen.close(attachments)
    prove(content, pen.written, statements(document))
    return Rendered(content=content, signature_page=signature[0], signature_box=signature[1], pages=len(pages))


def prove(content: bytes, written: Sequence[Written], said: Sequence[str]) -> None:
    """Every statement was set line by line, and every line is read back from the bytes where it was set.

    Raises:
        NotShown: names the statement or the line that is not on the page.
    """
    set_texts = _set_texts(written)
    for statement in said:
        places = set_texts.get(statement, [])
        if not places or any(_squeezed(place) != _squeezed(clean(statement)) for place in places):
            raise NotShown(f"The page leaves out: “{_short(statement)}”. The draft was kept; report this to us.")
    for line, (found, from_left) in zip(written, _read_back(content, written), strict=True):
        compared = _squeezed if line.plain else _letters
        same = compared(found) == compared(line.text) or (line.plain and compared(from_left()) == compared(line.text))
        if not same:
            raise NotShown(f"The page shows “{_short(found)}” where the opinion says “{_short(line.text)}”.")


def _set_texts(written: Sequence[Written]) -> dict[str, list[str]]:
    """What was set for each statement, once for each place it stands in: its lines begin anew with index 0."""
    places: dict[str, list[str]] = {}
    for line in written:
        if line.index == 0:
            places.setdefault(line.source, []).append("")
        if line.source in places:
            places[line.source][-1] += line.text
    return places


def _read_back(content: bytes, written: Sequence[Written]) -> Iterator[tuple[str, Callable[[], str]]]:
    """Two readings of each line: in the reader's order, and letter by letter from left to right.

    A reader that finds a right-to-left word anywhere on a base line turns all of the line around, what a running head
    says at its other end too.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        texts = [document[index].get_textpage() for index in range(len(document))]
        for line in written:
            left, bottom, right, top = line.box
            found = texts[line.page].get_text_bounded(left - 1, bottom, right + 1, top) if line.text else ""
            yield found, partial(_from_left, texts[line.page], line)
        for text in texts:
            text.close()
    finally:
        document.close()


def _from_left(page: "PdfTextPage", line: Written) -> str:
    """The letters whose middle lies in the line's box, from left to right."""
    left, bottom, right, top = line.box
    placed: list[tuple[float, int, str]] = []
    for index in range(page.count_chars()):
        x0, y0, x1, y1 = page.get_charbox(index, loose=True)
        if left - 1 <= (x0 + x1) / 2 <= right + 1 and bottom <= (y0 + y1) / 2 <= top:
            placed.append((x0, index, page.get_text_range(index, 1)))
    return "".join(letter for _x, _index, letter in sorted(placed))


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _letters(text: str) -> Counter[str]:
    """The letters whatever their order: readers turn right-to-left lines around by rules of their own.

    They mirror brackets and signs as they do it (UAX #9 L4), so that either of a pair stands for both.
    """
    plain = unicodedata.normalize("NFKD", text).translate(_MIRRORED)
    return Counter("".join(plain.split()))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"  # noqa: PLR2004


def _opening(document: Document) -> list[Box]:
    title = text_boxes(document.title, style.TITLE, style.LEFT, style.COLUMN)
    subtitle = text_boxes(document.subtitle, style.SUBTITLE, style.LEFT, style.COLUMN) if document.subtitle else []
    return [*title, *subtitle, Box(height=6.0, draw=lambda _pen, _top: None), *boxes(Facts(rows=document.facts))]


def _paginate(found: Sequence[Box]) -> list[list[tuple[Box, float]]]:
    """Boxes with the y of their upper edges, page by page."""
    pages: list[list[tuple[Box, float]]] = [[]]
    top = style.TOP
    for group in _groups(found):
        needed = sum(box.height + box.gap for box in group) - group[0].gap
        room = top - style.BOTTOM - (group[0].gap if pages[-1] else 0.0)
        fits_a_page = needed <= style.TOP - style.BOTTOM
        if pages[-1] and (group[0].new_page or (needed > room and fits_a_page)):
            pages.append([])
            top = style.TOP
        for box in group:
            gap = box.gap if pages[-1] else 0.0
            if pages[-1] and top - gap - box.height < style.BOTTOM:
                pages.append([])
                top, gap = style.TOP, 0.0
            pages[-1].append((box, top - gap))
            top -= gap + box.height
    return pages


def _groups(found: Sequence[Box]) -> Iterator[list[Box]]:
    """Boxes that stay together: each one kept with the next."""
    group: list[Box] = []
    for box in found:
        group.append(box)
        if not box.keep:
            yield group
            group = []
    if group:
        yield group


def _running(pen: Pen, running: Running, page: int, pages: int) -> None:
    top = style.HEIGHT - 32
    _at_left(pen, running.title, style.RUNNING_STRONG, top)
    _at_right(pen, running.patient, style.RUNNING_STRONG, top)
    pen.rule(style.LEFT, style.RIGHT, top - 15, style.ACCENT, 1.1)
    foot = style.BOTTOM - 14
    pen.rule(style.LEFT, style.RIGHT, foot, style.LINE, 0.6)
    _at_left(pen, f"{running.case} · {running.version}", style.RUNNING, foot - 4)
    _at_right(pen, f"Page {page} of {pages}", style.RUNNING, foot - 4)
    _at_left(pen, running.digest, style.DIGEST, foot - 15)


def _at_left(pen: Pen, text: str, ink: Ink, top: float) -> None:
    _fitted(pen, text, ink, top, right=False)


def _at_right(pen: Pen, text: str, ink: Ink, top: float) -> None:
    _fitted(pen, text, ink, top, right=True)


def _fitted(pen: Pen, text: str, ink: Ink, top: float, *, right: bool) -> None:
    """One line, set smaller where it would not fit: a running head is never cut."""
    line = broken(text, ink.weight, 1e9)[0]
    size = min(ink.size, style.COLUMN * 0.8 * 1000 / max(line.width, 1.0))
    used = line.width * size / 1000
    left = style.RIGHT - used if right else style.LEFT
    write(pen, line, replace(ink, size=size), left, used, top)
