"""Runs shaped by HarfBuzz with the direction set from their level, never guessed: 8.1 stays 8.1 beside Arabic."""

from dataclasses import dataclass
from functools import lru_cache

from workstation.reporting.fonts import glyph, shaper, units_per_em
from workstation.reporting.runs import Run

# Ligatures of Latin letters would hide their letters from a reader who copies the text.
LATIN_FEATURES = {"liga": False, "clig": False, "dlig": False}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph in visual order; advance and offsets in thousandths of the font size.

    ``cluster`` is where its characters begin in the run's text; ``character`` is set where it is that one's own glyph.
    """

    id: int
    cluster: int
    character: str
    advance: float
    dx: float
    dy: float


@dataclass(frozen=True, slots=True)
class Shaped:
    """A shaped run. ``plain`` when its glyphs spell its text one by one; ``width`` in thousandths of the size."""

    run: Run
    glyphs: tuple[Glyph, ...]
    width: float
    plain: bool


@lru_cache(maxsize=8192)
def shape(run: Run) -> Shaped:
    """Shape one run (HarfBuzz mirrors brackets of right-to-left runs, UAX #9 L4)."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.right_to_left else "ltr"
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    complex_script = buffer.script in ("Arab", "Hebr", "Deva")
    uharfbuzz.shape(shaper(run.cut), buffer, {} if complex_script else LATIN_FEATURES)
    scale = 1000 / units_per_em(run.cut)
    glyphs = tuple(
        Glyph(
            info.codepoint,
            info.cluster,
            _character(run, info.codepoint, info.cluster),
            place.x_advance * scale,
            place.x_offset * scale,
            place.y_offset * scale,
        )
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
    plain = not run.right_to_left and "".join(item.character for item in glyphs) == run.text
    return Shaped(run, glyphs, sum(item.advance for item in glyphs), plain)


def _character(run: Run, glyph_id: int, cluster: int) -> str:
    character = run.text[cluster]
    return character if glyph(run.cut, character) == glyph_id else ""
