"""The shipped fonts: which cut shows which character, in a fixed order of preference."""

from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
SHARED = ("NotoSansMath-Regular", "NotoSansSymbols2-Regular", "DroidSansFallback")
CUTS = {
    "regular": (
        "NotoSans-Regular",
        "NotoSansArabic-Regular",
        "NotoSansHebrew-Regular",
        "NotoSansDevanagari-Regular",
        *SHARED,
    ),
    "bold": ("NotoSans-Bold", "NotoSansArabic-Bold", "NotoSansHebrew-Bold", "NotoSansDevanagari-Bold", *SHARED),
    "italic": (
        "NotoSans-Italic",
        "NotoSansArabic-Regular",
        "NotoSansHebrew-Regular",
        "NotoSansDevanagari-Regular",
        *SHARED,
    ),
}


@cache
def shaper(cut: str) -> Any:
    """The cut as a HarfBuzz font, scaled in its own units per em."""
    import uharfbuzz

    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path(cut))))
    return uharfbuzz.Font(face)


def path(cut: str) -> Path:
    """The cut's file."""
    return FONTS / f"{cut}.ttf"


@cache
def units_per_em(cut: str) -> int:
    """Units per em of the cut."""
    return int(shaper(cut).face.upem)


@cache
def glyph(cut: str, character: str) -> int:
    """The glyph that the cut's character map gives for a character, 0 where it has none."""
    return int(shaper(cut).get_nominal_glyph(ord(character)) or 0)


@cache
def cut_for(character: str, weight: str) -> str | None:
    """The first cut of that weight that shows the character, or None."""
    return next((cut for cut in CUTS[weight] if glyph(cut, character)), None)
