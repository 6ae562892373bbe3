"""The map of the keyboard (F1 or ?): every key that does something here and now, beside what it does."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget
from shiboken6 import isValid

from workstation.desktop.commands import Command
from workstation.desktop.controls import column, row, scrolled, tool_button
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel

COLUMNS = 2
WIDTH, HEIGHT, HEAD = 860, 620, 72


class KeysCard(QFrame):
    """A card over the window; Esc puts it away, the keyboard goes back where it was."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keys-card")
        self.setProperty("role", "popup")
        self.setAccessibleName("Keys")
        self._look = look
        self._before: QWidget | None = None
        self._content = QWidget()
        self._area = scrolled(self._content, "keys-scroll")
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setAccessibleName("Keys and what they do")
        close = tool_button(look, "cancel", "Put away", name="keys-close", keys="Esc", chosen=self.put_away)
        which = PlainLabel("those that work on this screen", tone="quiet")
        head = row(PlainLabel("Keys", tone="heading"), which, None, close)
        self.setLayout(column(head, self._area, spacing=8, margins=(18, 12, 12, 14)))
        self.hide()

    def offer(self, here: Sequence[Command], everywhere: Sequence[Command]) -> None:
        """Show the keys of the screen, then those that work everywhere."""
        ground = self.parentWidget()
        assert ground is not None
        self._before = self.window().focusWidget()
        self._fill((("HERE", keyed(here)), ("EVERYWHERE", keyed(everywhere))))
        width = min(self._look.theme.px(WIDTH), ground.width() - 40)
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        inner = width - margins.left() - margins.right()
        needed = self._content.heightForWidth(inner) + self._look.theme.px(HEAD)
        height = min(needed, self._look.theme.px(HEIGHT), ground.height() - 80)
        self.setGeometry((ground.width() - width) // 2, 40, width, height)
        self.show()
        self.raise_()
        self._area.setFocus()

    def put_away(self) -> None:
        """Hide and give the keyboard back."""
        self.hide()
        if self._before is not None and isValid(self._before):  # what had it may be gone meanwhile
            self._before.setFocus()

    def _fill(self, sections: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        self._content = QWidget()
        grid = QGridLayout(self._content)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        line = 0
        for title, pairs in sections:
            grid.addWidget(PlainLabel(title, tone="caption"), line, 0, 1, 2 * COLUMNS)
            high = -(-len(pairs) // COLUMNS)
            for number, (keys, words) in enumerate(pairs):
                at, beside = line + 1 + number % max(1, high), 2 * (number // max(1, high))
                grid.addWidget(PlainLabel(keys, tone="key"), at, beside, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(PlainLabel(words, wrap=True), at, beside + 1)
            line += high + 1
        for place in range(COLUMNS):
            grid.setColumnStretch(2 * place + 1, 1)
        grid.setRowStretch(line, 1)
        self._content.setProperty("role", "content")
        self._area.setWidget(self._content)


def keyed(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """(keys as people read them, words) of every command that has keys."""
    shown = [(command.told or QKeySequence(command.keys).toString(), command.title) for command in commands]
    return [(keys, title) for keys, title in shown if keys]
