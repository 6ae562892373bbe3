"""What stands between a draft and its signature: what is missing, what blocks, what wants an explanation."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from workstation.desktop.controls import button, column, emptied, frame, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.opinions.completeness import Missing
from workstation.opinions.rules import Concern, Severity

MOST = 40
WORDS = {
    Severity.BLOCK: ("must be settled", "danger"),
    Severity.EXPLAIN: ("explain", "watch"),
    Severity.WARN: ("look", "quiet"),
}
SIGNS = {Severity.BLOCK: "danger", Severity.EXPLAIN: "warning", Severity.WARN: "info"}


class OpenPoints(QFrame):
    """A list that leads to each point; explanations are typed in place."""

    go_requested = Signal(str, str, str)
    explained = Signal(str, str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("open-points")
        self.setProperty("role", "card")
        self._look = look
        self._shown: tuple[object, ...] = ()
        self._title = PlainLabel(tone="strong", name="open-points-title")
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.setLayout(column(self._title, self._list, spacing=6, margins=(12, 10, 12, 10)))

    def show_points(self, lacking: Sequence[Missing], concerns: Sequence[Concern]) -> None:
        """Show these points; the list is made anew only where it differs."""
        stops = len(lacking) + sum(concern.stops for concern in concerns)
        if stops:
            self._title.say(f"Still open: {stops}", "watch")
        else:
            self._title.say("✓ Nothing is open", "good")
        shown = (tuple(lacking), tuple((concern.rule, concern.message) for concern in concerns))
        if shown == self._shown:
            return
        self._shown = shown
        emptied(self._list)
        for number, item in enumerate(lacking[:MOST], start=1):
            self._list.addWidget(self._missing(number, item))
        if len(lacking) > MOST:
            self._list.addWidget(PlainLabel(f"and {len(lacking) - MOST} more", tone="small"))
        for number, concern in enumerate(concerns, start=1):
            self._list.addWidget(self._concern(number, concern))

    def _missing(self, number: int, item: Missing) -> QFrame:
        made = button(
            item.message, name=f"open-point-{number}", kind="obligation", tip="Go there",
            chosen=lambda: self.go_requested.emit(item.section, item.row, item.field),
        )  # fmt: skip
        made.setMinimumWidth(1)
        self._look.dress(made, "circle", "watch")
        holder = frame("plain")
        holder.setLayout(column(made))
        return holder

    def _concern(self, number: int, concern: Concern) -> QFrame:
        words, tone = WORDS[concern.severity]
        place, _, row_id = concern.where.partition("/")
        lead = button(
            words, name=f"concern-{number}", kind="obligation", tip="Go there",
            chosen=lambda: self.go_requested.emit(place, row_id, ""),
        )  # fmt: skip
        self._look.dress(lead, SIGNS[concern.severity], tone)
        holder = frame("plain", f"concern-{number}-card")
        body = column(lead, PlainLabel(concern.message, wrap=True), spacing=2, margins=(0, 4, 0, 4))
        if concern.severity is Severity.EXPLAIN:
            line = QLineEdit(concern.explanation)
            line.setObjectName(f"concern-{number}-explanation")
            line.setAccessibleName("Explanation")
            line.setPlaceholderText("Your reason; it is printed where the reader must know")
            line.editingFinished.connect(lambda: self.explained.emit(concern.rule, line.text()))
            body.addLayout(row(line))
        holder.setLayout(body)
        return holder
