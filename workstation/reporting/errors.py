"""What can go wrong when documents are made.

Refused
├── Uncovered        a character has no glyph in the shipped fonts; the sentence names it
├── NotShown         the rendered page does not say what the opinion says
├── Unwritable       a measurement has no form in the structured report
└── SourcesMissing   an image that the opinion cites is not described
Defect               ours: a block or an object that cannot be written
"""

import unicodedata
from collections.abc import Iterable


class Refused(Exception):
    """The world's fault; the sentence says what happened, what was kept and what to do next."""


class Uncovered(Refused):
    """Characters that no shipped font can show; ``characters`` holds them."""

    def __init__(self, characters: Iterable[str]) -> None:
        """Name every character by code point and Unicode name."""
        self.characters = tuple(sorted(set(characters)))
        named = ", ".join(f"U+{ord(item):04X} {unicodedata.name(item, 'without a name')}" for item in self.characters)
        super().__init__(
            f"The document cannot show these characters: {named}. The draft was kept. Write them another way."
        )


class NotShown(Refused):
    """A statement of the opinion could not be read back from the rendered page."""


class Unwritable(Refused):
    """A measurement that the structured report has no form for; ``why`` ends the first sentence."""

    def __init__(self, label: str, why: str) -> None:
        """Name the measurement as the reader does."""
        super().__init__(
            f"The measurement “{label}” cannot stand in the structured report: {why}. Nothing was signed; the draft is "
            "kept. Measure it again, or take it out of the opinion."
        )


class SourcesMissing(Refused):
    """The opinion cites images whose headers were not given."""


class Defect(Exception):
    """A fault of this program, not of the world."""
