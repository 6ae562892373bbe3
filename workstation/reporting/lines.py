"""Paragraphs broken into lines that fit a width; each line holds its runs in visual order, shaped."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workstation.reporting.runs import clean, cuts, levels, split, visual
from workstation.reporting.shaping import Shaped, shape


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text in logical order, its shaped runs from left to right, its width in thousandths of the size.

    ``source`` is the whole text it was broken from, ``index`` its place among that text's lines.
    """

    text: str
    runs: tuple[Shaped, ...]
    width: float
    right_to_left: bool
    source: str = ""
    index: int = 0


@lru_cache(maxsize=4096)
def broken(text: str, weight: str, width: float) -> tuple[Line, ...]:
    """The text's lines; ``width`` in thousandths of the font size. New lines in the text are kept.

    Raises:
        Uncovered: a character has no glyph in the shipped fonts.
    """
    found = (line for paragraph in clean(text).split("\n") for line in _paragraph(paragraph, weight, width))
    return tuple(replace(line, source=text, index=index) for index, line in enumerate(found))


def _paragraph(text: str, weight: str, width: float) -> Iterator[Line]:
    if not text.strip():
        yield Line("", (), 0.0, right_to_left=False)
        return
    base, char_levels = levels(text)
    char_cuts = cuts(text, weight)
    for start, end in _pieces(text, char_levels, char_cuts, width):
        shaped = tuple(
            shape(run) for run in visual(split(text[start:end], char_levels[start:end], char_cuts[start:end]))
        )
        yield Line(text[start:end], shaped, sum(run.width for run in shaped), right_to_left=base == 1)


def _pieces(text: str, char_levels: Sequence[int], char_cuts: Sequence[str], width: float) -> Iterator[tuple[int, int]]:
    """Greedy breaking: (start, end) of each line without the spaces around it."""

    def measure(start: int, end: int) -> float:
        runs = split(text[start:end], char_levels[start:end], char_cuts[start:end])
        return sum(shape(run).width for run in runs)

    line_start = line_end = 0
    used = 0.0
    for start, end in _words(text):
        word = measure(start, end)
        gap = measure(line_end, start) if line_end > line_start else 0.0
        if line_end > line_start and used + gap + word > width:
            yield line_start, line_end
            line_start, line_end, used, gap = start, start, 0.0, 0.0
        if line_end == line_start:
            line_start, gap = start, 0.0
        while word > width:
            cut = _fitting(measure, line_start, end, width)
            yield line_start, cut
            line_start = cut
            word = measure(cut, end)
        used += gap + word
        line_end = end
    if line_end > line_start:
        yield line_start, line_end


def _fitting(measure: Callable[[int, int], float], start: int, end: int, width: float) -> int:
    """The longest beginning of an over-long word that fits, at least one character."""
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if measure(start, middle) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _words(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of what must not be broken: words, single ideographs, parts after a hyphen or slash."""
    start: int | None = None
    for index, character in enumerate(text):
        if character == " ":
            if start is not None:
                yield start, index
            start = None
            continue
        if start is not None and (_wide(character) or _wide(text[index - 1])) and not unicodedata.combining(character):
            yield start, index
            start = index
        if start is None:
            start = index
        if character in "/-" and index + 1 < len(text) and text[index + 1].isalpha() and index > start:
            yield start, index + 1
            start = index + 1 if index + 1 < len(text) and text[index + 1] != " " else None
    if start is not None:
        yield start, len(text)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F") and not ("\uac00" <= character <= "\ud7a3")
