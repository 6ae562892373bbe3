"""One group of fields of the opinion: the single fields of a section, or one of its rows with its evidence."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from workstation.desktop.controls import button, column, emptied, frame, restyle, row, tool_button
from workstation.desktop.look import Look
from workstation.desktop.opinion_field import FieldEditor
from workstation.desktop.plain_text import PlainLabel, plain
from workstation.opinions.evidence import Evidence
from workstation.opinions.template import Field


class FieldGroup(QFrame):
    """Fields below each other; those whose condition does not hold are hidden."""

    edited = Signal(str, str)
    focused = Signal()
    left = Signal()
    finished = Signal()

    def __init__(self, fields: Sequence[Field], look: Look, *, name: str) -> None:
        super().__init__()
        self.editors: dict[str, FieldEditor] = {}
        layout = QVBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for field in fields:
            editor = FieldEditor(field, look, name=f"{name}-{field.id}")
            editor.edited.connect(self._sender(field.id))
            editor.focused.connect(self.focused)
            editor.left.connect(self.left)
            editor.finished.connect(self.finished)
            self.editors[field.id] = editor
            layout.addWidget(editor)
        self.setLayout(layout)

    def show_values(self, values: Mapping[str, str], missing: frozenset[str]) -> None:
        """Show what is written and which of it is still to be written."""
        for field_id, editor in self.editors.items():
            editor.show_value(values.get(field_id, ""), missing=field_id in missing)
            editor.setVisible(editor.field.applies(values))

    def take_focus(self, field_id: str) -> bool:
        """Give the keyboard to a field; "" means the first; whether it is there."""
        editor = self.editors.get(field_id) if field_id else next(iter(self.editors.values()), None)
        if editor is None:
            return False
        editor.take_focus()
        return True

    def _sender(self, field_id: str) -> Callable[[str], None]:
        return lambda text: self.edited.emit(field_id, text)


class RowEditor(QFrame):
    """A row: what it is about, its fields, and chips for the evidence it rests on."""

    edited = Signal(str, str)
    focused = Signal()
    left = Signal()
    finished = Signal()
    removal_requested = Signal()
    evidence_chosen = Signal(str)
    evidence_removed = Signal(str)

    def __init__(self, title: str, fields: Sequence[Field], look: Look, *, name: str, removable: bool) -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._shown: tuple[Evidence, ...] = ()
        self.setObjectName(name)
        self.setProperty("role", "card")
        self._title = PlainLabel(title, tone="strong", wrap=True, name=f"{name}-title")
        remove = tool_button(look, "remove", "Remove", name=f"{name}-remove", chosen=self.removal_requested.emit)
        self.fields = FieldGroup(fields, look, name=name)
        self._chips = QVBoxLayout()
        self._chips.setSpacing(4)
        for signal, mine in (
            (self.fields.focused, self.focused),
            (self.fields.left, self.left),
            (self.fields.finished, self.finished),
        ):
            signal.connect(mine)
        self.fields.edited.connect(self.edited)
        head = row(self._title, *([remove] if removable else []), spacing=4)
        head.setStretch(0, 1)
        self.setLayout(column(head, self._chips, self.fields, spacing=8, margins=(10, 8, 8, 10)))

    def show_row(
        self, title: str, values: Mapping[str, str], evidence: tuple[Evidence, ...], missing: frozenset[str]
    ) -> None:
        """Show the row as it is in the opinion."""
        self._title.setText(title)
        self.fields.show_values(values, missing)
        if evidence != self._shown:
            self._shown = evidence
            self._fill_chips()

    def be_current(self, *, current: bool) -> None:
        """Mark the row into which the next citation goes."""
        restyle(self, "chosen", "true" if current else "false")

    def _fill_chips(self) -> None:
        chips = emptied(self._chips)
        for number, item in enumerate(self._shown, start=1):
            chips.addLayout(row(*self._chip(number, item), spacing=2))

    def _chip(self, number: int, item: Evidence) -> tuple[QPushButton, QFrame]:
        words = evidence_words(item)
        chip = button(
            words, name=f"{self._name}-evidence-{number}", kind="evidence", tip="Show this image as it was",
            chosen=lambda: self.evidence_chosen.emit(item.id),
        )  # fmt: skip
        self._look.dress(chip, "cite", "accent")
        chip.setMinimumWidth(1)
        away = tool_button(
            self._look, "cancel", "No longer rest on this", name=f"{self._name}-uncite-{number}",
            chosen=lambda: self.evidence_removed.emit(item.id),
        )  # fmt: skip
        holder = frame("plain")
        holder.setLayout(column(away))
        return chip, holder


def evidence_words(item: Evidence) -> str:
    """A piece of evidence in one line: its leading number, what it is, where."""
    what = item.label or item.kind.replace("-", " ")
    named = [value.text() if value.name == item.kind else f"{value.name} {value.text()}" for value in item.values[:1]]
    return plain(" · ".join(part for part in (" ".join((what, *named)), item.series_description) if part), 120)
