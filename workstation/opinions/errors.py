"""What can go wrong with an opinion.

Refused
├── DraftRefused      a kept draft cannot be read as an opinion
└── NotReady          something is missing or blocks: carries the list
Defect                ours: an edit names a section or field that the template does not have
"""

from collections.abc import Sequence


class Refused(Exception):
    """The world's fault; the sentence says what happened, what was kept and what to do next."""


class DraftRefused(Refused):
    """A kept draft cannot be read as an opinion."""


class NotReady(Refused):
    """The opinion cannot be frozen yet; ``reasons`` are sentences for the reader."""

    def __init__(self, reasons: Sequence[str]) -> None:
        """Keep the reasons; the message counts them and says the first."""
        self.reasons = tuple(reasons)
        first = self.reasons[0] if self.reasons else "the opinion is empty"
        super().__init__(f"The opinion cannot be signed yet ({len(self.reasons)} to do). First: {first}")


class Defect(Exception):
    """A fault of this program, not of the world."""
