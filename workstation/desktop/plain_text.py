"""Text from outside, shown as the plain text it is: never as markup, never with hidden or reordering characters."""

import re
import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LONGEST = 4000
# Joiners carry meaning in Arabic and Indic scripts and reorder nothing.
_KEPT = frozenset("\n\t\u200c\u200d")
_COUNTED = re.compile(r"(?<=\d) (?=[^\W\d]|[%/°])|(?<=[<>≤≥±]) (?=\d)")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def plain(text: str, longest: int = LONGEST) -> str:
    """``text`` without control, format, bidi and surrogate characters, cut where nobody would read on."""
    shown = "".join(character for character in text[: longest + 1] if _visible(character))
    return shown if len(shown) <= longest else shown[:longest] + "…"


def tooltip(text: str) -> str:
    """Text for a tool tip, which Qt would otherwise take for markup when it looks like it."""
    escaped = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<span>{escaped}</span>"


def unbroken(text: str) -> str:
    """Text in which no line ends between a number and what is counted: ``14 /µL`` and ``> 75 %`` stay together."""
    return _COUNTED.sub("\u00a0", text)


class PlainLabel(QLabel):
    """A label that shows text as it is; ``tone`` names its style (quiet, small, strong, heading, good, ...)."""

    def __init__(
        self, text: str = "", *, tone: str = "", wrap: bool = False, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if name:
            self.setObjectName(name)
        self.setText(text)
        self.set_tone(tone)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show ``text``, cleaned by ``plain``."""
        super().setText(plain(text))

    def set_tone(self, tone: str) -> None:
        """Change the style; restyled only when it differs."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def say(self, text: str, tone: str | None = None) -> None:
        """Show ``text`` and, if given, its tone."""
        self.setText(text)
        if tone is not None:
            self.set_tone(tone)


class ElidedLabel(PlainLabel):
    """One line that ends in … where its place ends; the tool tip then has all of it."""

    def __init__(self, text: str = "", *, tone: str = "", name: str = "") -> None:
        super().__init__(text, tone=tone, name=name)
        self.setMinimumWidth(1)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show ``text``, cleaned by ``plain``."""
        super().setText(text)
        if text:
            self.setToolTip(tooltip(text))
        else:
            self.setToolTip("")

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint as the style does, as much as there is room for."""
        painter = QPainter(self)
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        flags = int(self.alignment() | Qt.TextFlag.TextSingleLine)
        self.style().drawItemText(painter, room, flags, self.palette(), self.isEnabled(), shown, self.foregroundRole())
        painter.end()


def _visible(character: str) -> bool:
    return character in _KEPT or unicodedata.category(character) not in _HIDDEN
