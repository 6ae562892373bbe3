"""Blocks turned into boxes: pieces of a known height that draw themselves anywhere and never break inside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from workstation.reporting import style
from workstation.reporting.blocks import (
    Block,
    Card,
    Facts,
    Figure,
    Figures,
    Heading,
    NewPage,
    Paragraph,
    SignatureBox,
    Table,
)
from workstation.reporting.errors import Defect
from workstation.reporting.lines import Line, broken
from workstation.reporting.pen import Ink, Pen

T = TypeVar("T")
Draw = Callable[[Pen, float], None]
LABEL_WIDTH = 122.0
INDENT = 12.0
LONGEST_UNBROKEN = 34
SIGNATURE_HEIGHT = 104.0
PICTURE_HEIGHT = 232.0
SHORT_CARD = 260.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A piece of the page. ``draw`` gets the y of its upper edge; ``keep`` holds it on one page with the next box.

    ``gap`` is white space above it, left out at the top of a page; ``signature`` marks the box to be signed in.
    """

    height: float
    draw: Draw
    keep: bool = False
    gap: float = 0.0
    new_page: bool = False
    signature: bool = False


def boxes(block: Block) -> list[Box]:
    """The boxes of one block, from top to bottom.

    Raises:
        Uncovered: a character has no glyph in the shipped fonts.
    """
    makers: dict[type, Callable[[Block], Iterator[Box]]] = {
        Heading: lambda item: _heading(_is(item, Heading)),
        Paragraph: lambda item: _paragraph(_is(item, Paragraph)),
        Facts: lambda item: _facts(_is(item, Facts).rows, style.LEFT, style.COLUMN),
        Card: lambda item: _card(_is(item, Card)),
        Figures: lambda item: _figures(_is(item, Figures)),
        Table: lambda item: _table(_is(item, Table)),
        SignatureBox: lambda item: _signature(_is(item, SignatureBox)),
        NewPage: lambda _item: iter([Box(height=0, draw=_nothing, new_page=True)]),
    }
    return list(makers[type(block)](block))


def text_boxes(text: str, ink: Ink, left: float, width: float, *, gap: float = 0.0) -> list[Box]:
    """One box for each line of a text; the first two and the last two lines stay together."""
    found = lines(text, ink, width)
    count = len(found)
    return [
        Box(
            height=ink.leading,
            draw=_line_drawer(line, ink, left, width),
            gap=gap if index == 0 else 0.0,
            keep=index in (0, count - 2) and count > 1,
        )
        for index, line in enumerate(found)
    ]


def lines(text: str, ink: Ink, width: float) -> tuple[Line, ...]:
    """The text's lines in a width in points."""
    return broken(text, ink.weight, round(width * 1000 / ink.size, 1))


def write(pen: Pen, line: Line, ink: Ink, left: float, width: float, top: float) -> None:  # noqa: PLR0917 - a place
    """Write a line into the strip that begins at ``top``: at the left, or at the right where it reads from there."""
    used = line.width * ink.size / 1000
    start = left + width - used if line.right_to_left else left
    pen.line(line, start, top - 0.5 * ink.leading - 0.32 * ink.size, ink)


def _is(block: Block, kind: type[T]) -> T:
    if not isinstance(block, kind):
        raise Defect(f"{type(block).__name__} is no {kind.__name__}")
    return block


def _line_drawer(line: Line, ink: Ink, left: float, width: float) -> Draw:
    def draw(pen: Pen, top: float) -> None:
        write(pen, line, ink, left, width, top)

    return draw


def _nothing(_pen: Pen, _top: float) -> None:
    return


def _heading(block: Heading) -> Iterator[Box]:
    found = lines(block.text, style.HEADING, style.COLUMN - 34)
    for index, line in enumerate(found):

        def draw(pen: Pen, top: float, line: Line = line, first: bool = index == 0) -> None:  # noqa: FBT001
            write(pen, line, style.HEADING, style.LEFT, style.COLUMN, top)
            if first and block.number:
                number = lines(block.number, style.NUMBER, 60)[0]
                left = style.RIGHT - number.width * style.NUMBER.size / 1000
                write(pen, number, style.NUMBER, left, 60, top)

        yield Box(height=style.HEADING.leading, draw=draw, keep=True, gap=20.0 if index == 0 else 0.0)

    def underline(pen: Pen, top: float) -> None:
        pen.rule(style.LEFT, style.RIGHT, top - 2, style.LINE, 0.7)

    yield Box(height=8.0, draw=underline, keep=True)


def _paragraph(block: Paragraph) -> Iterator[Box]:
    yield from text_boxes(block.text, style.TONES[block.tone], style.LEFT, style.COLUMN, gap=4.0)


def _facts(rows: Sequence[tuple[str, str]], left: float, width: float) -> Iterator[Box]:
    for label, text in rows:
        names = lines(label, style.LABEL, LABEL_WIDTH - 8)
        said = lines(text, style.BODY, width - LABEL_WIDTH)
        columns = (
            (names, style.LABEL, left, LABEL_WIDTH - 8),
            (said, style.BODY, left + LABEL_WIDTH, width - LABEL_WIDTH),
        )
        yield from _side_by_side(columns, gap=1.5)


def _side_by_side(
    columns: Sequence[tuple[Sequence[Line], Ink, float, float]], *, gap: float = 0.0, keep_last: bool = False
) -> Iterator[Box]:
    """Columns of lines as one box per line height; kept on one page unless that is too long."""
    count = max((len(found) for found, *_rest in columns), default=0)
    leading = max(ink.leading for _found, ink, *_rest in columns)
    for index in range(count):
        here = [(found[index], ink, left, width) for found, ink, left, width in columns if index < len(found)]

        def draw(pen: Pen, top: float, here: Sequence[tuple[Line, Ink, float, float]] = here) -> None:
            for line, ink, left, width in here:
                write(pen, line, ink, left, width, top)

        last = index == count - 1
        keep = keep_last if last else count <= LONGEST_UNBROKEN
        yield Box(height=leading, draw=draw, gap=gap if index == 0 else 0.0, keep=keep)


def _card(block: Card) -> Iterator[Box]:
    """A tinted card with a bar at its left; every line draws its own strip, so that a card may go over pages."""
    left, width = style.LEFT + INDENT, style.COLUMN - 2 * INDENT
    inside = _card_boxes(block, left, width)
    padded = [Box(height=7.0, draw=_nothing, keep=True), *inside, Box(height=8.0, draw=_nothing)]
    short = sum(box.height + box.gap for box in padded) < SHORT_CARD
    for index, box in enumerate(padded):
        last = index == len(padded) - 1
        yield replace(
            box,
            draw=_tinted(box.draw, box.height + (box.gap if index else 0.0), box.gap if index else 0.0),
            height=box.height + (box.gap if index else 0.0),
            gap=9.0 if index == 0 else 0.0,
            keep=not last and (short or box.keep or index in (0, 1, len(padded) - 2)),
        )


def _card_boxes(block: Card, left: float, width: float) -> list[Box]:
    chip = lines(block.chip, style.CHIP, 160) if block.chip else ()
    chip_width = max((line.width for line in chip), default=0.0) * style.CHIP.size / 1000
    title_width = width - (chip_width + 14 if chip else 0)
    columns = [(lines(block.title, style.CARD_TITLE, title_width), style.CARD_TITLE, left, title_width)]
    if chip:
        columns.append((chip, style.CHIP, left + width - chip_width, chip_width))
    found = list(_side_by_side(columns, keep_last=True))
    if block.lead:
        found += text_boxes(block.lead, style.LEAD, left, width, gap=3.0)
    if block.facts:
        found += list(_facts(block.facts, left, width))
    for mark in block.marks:
        found += text_boxes(mark, style.MARK, left, width, gap=3.0)
    return found


def _tinted(draw: Draw, height: float, gap: float) -> Draw:
    def tinted(pen: Pen, top: float) -> None:
        pen.tint((style.LEFT, top - height - 0.3, style.RIGHT, top), style.PAPER)
        pen.tint((style.LEFT, top - height - 0.3, style.LEFT + 2.6, top), style.ACCENT)
        draw(pen, top - gap)

    return tinted


def _figures(block: Figures) -> Iterator[Box]:
    for index in range(0, len(block.items), 2):
        pair = block.items[index : index + 2]
        width = (style.COLUMN - 16) / 2
        placed = [(figure, style.LEFT + column * (width + 16), width) for column, figure in enumerate(pair)]
        heights = [_picture_size(figure, width)[1] + _caption_height(figure, width) + 6 for figure, _left, _w in placed]

        def draw(pen: Pen, top: float, placed: Sequence[tuple[Figure, float, float]] = placed) -> None:
            for figure, left, width in placed:
                _draw_figure(pen, figure, left, width, top)

        yield Box(height=max(heights), draw=draw, gap=10.0)


def _picture_size(figure: Figure, width: float) -> tuple[float, float]:
    """Width and height in points; the picture's own proportions (PNG, ISO/IEC 15948 11.2.2: IHDR)."""
    columns = int.from_bytes(figure.png[16:20], "big")
    rows = int.from_bytes(figure.png[20:24], "big")
    if figure.png[:8] != b"\x89PNG\r\n\x1a\n" or not columns or not rows:
        raise Defect("a key picture is no PNG")
    scale = min(width / columns, PICTURE_HEIGHT / rows)
    return columns * scale, rows * scale


def _caption_height(figure: Figure, width: float) -> float:
    rest = sum(len(lines(text, style.CAPTION, width)) for text in figure.caption)
    return len(lines(figure.mark, style.CAPTION_MARK, width)) * style.CAPTION_MARK.leading + rest * 10.8 + 4


def _draw_figure(pen: Pen, figure: Figure, left: float, width: float, top: float) -> None:
    wide, high = _picture_size(figure, width)
    pen.picture(figure.png, left, top - high, wide, high)
    at = top - high - 4
    for text, ink in ((figure.mark, style.CAPTION_MARK), *((text, style.CAPTION) for text in figure.caption)):
        for line in lines(text, ink, width):
            write(pen, line, ink, left, width, at)
            at -= ink.leading


def _table(block: Table) -> Iterator[Box]:
    yield from _table_row(block, block.columns, style.CELL_HEAD, head=True)
    for row in block.rows:
        yield from _table_row(block, row, style.CELL, head=False)


def _table_row(block: Table, cells: Sequence[str], ink: Ink, *, head: bool) -> Iterator[Box]:
    columns = []
    left = style.LEFT
    for share, text in zip(block.shares, cells, strict=True):
        width = style.COLUMN * share / sum(block.shares)
        columns.append((lines(text, ink, width - 8), ink, left, width - 8))
        left += width
    yield from _side_by_side(columns, gap=6.0 if head else 3.0, keep_last=True)

    def rule(pen: Pen, top: float) -> None:
        pen.rule(style.LEFT, style.RIGHT, top - 2, style.ACCENT if head else style.LINE, 0.8 if head else 0.4)

    yield Box(height=3.0, draw=rule, keep=head)


def _signature(block: SignatureBox) -> Iterator[Box]:
    left, width = style.LEFT + 16, style.COLUMN - 32
    said = [(block.title, style.LABEL), (block.name, style.SIGNER), *((text, style.BODY) for text in block.lines)]
    inside = [(line, ink) for text, ink in said for line in lines(text, ink, width)]
    height = max(SIGNATURE_HEIGHT, sum(ink.leading for _line, ink in inside) + 26)

    def draw(pen: Pen, top: float) -> None:
        pen.frame((style.LEFT, top - height, style.RIGHT, top), style.ACCENT)
        at = top - 12
        for line, ink in inside:
            write(pen, line, ink, left, width, at)
            at -= ink.leading

    yield Box(height=height, draw=draw, gap=14.0, signature=True)
