"""One section of the opinion: a head that folds, its single fields, its rows, and what is still to be written."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from workstation.desktop.controls import button, column, row
from workstation.desktop.look import Look
from workstation.desktop.opinion_row import FieldGroup, RowEditor
from workstation.desktop.plain_text import PlainLabel
from workstation.opinions.completeness import Missing, is_needed, obliged_rows
from workstation.opinions.evidence import Evidence
from workstation.opinions.opinion import Opinion, Row
from workstation.opinions.template import Section


class SectionEditor(QFrame):
    """Made from the template; ``show_opinion`` fills it. Signals name the section's row ("" for single fields)."""

    edited = Signal(str, str, str)
    row_focused = Signal(str)
    left = Signal()
    finished = Signal()
    row_requested = Signal()
    row_removed = Signal(str)
    rest_requested = Signal(str, str)
    evidence_chosen = Signal(str)
    evidence_removed = Signal(str, str)

    def __init__(self, section: Section, look: Look) -> None:
        super().__init__()
        self.section = section
        self._look = look
        self._rows: dict[str, RowEditor] = {}
        self._missing: tuple[Missing, ...] = ()
        name = f"section-{section.id}"
        self.setObjectName(name)
        self._head = button(
            f"§{section.number}  {section.title}", name=f"{name}-head", kind="obligation", chosen=self.toggle
        )
        self._state = PlainLabel(tone="small", name=f"{name}-state")
        self._body: QWidget | None = None
        self._single: FieldGroup | None = None
        self._list = QVBoxLayout()
        self._opinion: Opinion | None = None
        head = row(self._head, self._state, spacing=4)
        head.setStretch(0, 1)
        self._whole = column(head, spacing=2)
        self.setLayout(self._whole)
        self.unfold(shown=False)

    def show_opinion(self, opinion: Opinion, missing: Sequence[Missing]) -> None:
        """Show what is written in this section."""
        self._missing = tuple(item for item in missing if item.section == self.section.id)
        needed = is_needed(self.section, opinion)
        words, tone = ("✓", "good") if not self._missing else (f"{len(self._missing)} to do", "watch")
        self._state.say(
            words if needed or self._missing else "not needed", tone if needed or self._missing else "small"
        )
        self._opinion = opinion
        if self._body is not None:
            self._fill(opinion)

    def toggle(self) -> None:
        """Fold or unfold."""
        self.unfold(shown=self._body is None or self._body.isHidden())

    def unfold(self, *, shown: bool = True) -> None:
        """Show or hide the fields; they are made when they are first shown."""
        if shown and self._body is None:
            self._make_body()
        if self._body is not None:
            self._body.setVisible(shown)
        self._look.dress(self._head, "chevron-down" if shown else "chevron-right", "quiet")
        self._head.setAccessibleDescription("unfolded" if shown else "folded")

    def take_focus(self, field: str, row_id: str) -> QWidget | None:
        """Unfold and give the keyboard to a field; the widget that should be seen."""
        self.unfold()
        if row_id in self._rows:
            editor = self._rows[row_id]
            editor.fields.take_focus(field)
            return editor.fields.editors.get(field, editor)
        free = self.section.rows is not None and self.section.rows.source == "free"
        if free and not field:
            self._add.setFocus()
            return self._add
        if self._single is not None and self._single.take_focus(field):
            return self._single.editors.get(field)
        return None

    def be_current(self, row_id: str | None) -> None:
        """Mark the row that is written now; None marks none."""
        for each, editor in self._rows.items():
            editor.be_current(current=each == row_id)

    def row_ids(self) -> list[str]:
        """The rows as shown."""
        return list(self._rows)

    def row_editor(self, row_id: str) -> RowEditor | None:
        """The editor of a row."""
        return self._rows.get(row_id)

    def _make_body(self) -> None:
        self._body = QWidget()
        if self.section.fields:
            self._single = FieldGroup(self.section.fields, self._look, name=f"field-{self.section.id}")
            self._join(self._single, "")
        self._list.setSpacing(8)
        self._body.setLayout(column(*self._parts(), spacing=8, margins=(6, 0, 2, 8)))
        if self._opinion is not None:
            self._fill(self._opinion)
        self._whole.addWidget(self._body)

    def _fill(self, opinion: Opinion) -> None:
        entry = opinion.entry(self.section.id)
        if self._single is not None:
            self._single.show_values(entry.values, self._missing_fields(""))
        if self.section.rows is not None:
            self._show_rows(opinion, self._wanted(opinion, entry.rows))

    def _parts(self) -> list[QWidget | QVBoxLayout]:
        parts: list[QWidget | QVBoxLayout] = []
        if self.section.hint:
            parts.append(PlainLabel(self.section.hint, tone="small", wrap=True))
        parts.extend(PlainLabel(text, tone="quiet", wrap=True) for text in self.section.fixed)
        if self._single is not None:
            parts.append(self._single)
        parts.append(self._list)
        rows = self.section.rows
        free = rows is not None and rows.source == "free"
        self._add = button(
            f"Add {rows.singular}" if rows else "", name=f"add-{self.section.id}", kind="quiet",
            chosen=self.row_requested.emit,
        )  # fmt: skip
        self._add.setMinimumWidth(1)  # a long word must not make the panel wider than its place
        self._look.dress(self._add, "plus", "quiet")
        if free:
            parts.append(self._add)
        if rows is not None and not free:
            parts.extend(self._rest_buttons())
        return parts

    def _rest_buttons(self) -> list[QWidget]:
        """For rows that the case demands: one button gives every row without an answer the ordinary one."""
        rows = self.section.rows
        assert rows is not None
        made: list[QWidget] = []
        for field in rows.fields:
            if field.choices and field.required and field.when is None and rows.source != "questions":
                words = f"{field.label}, where nothing is said yet: {field.choices[0].label}"
                made.append(
                    button(
                        words, name=f"rest-{self.section.id}-{field.id}", kind="quiet",
                        chosen=_sender(self.rest_requested, field.id, field.choices[0].value),
                    )
                )  # fmt: skip
        return made

    def _wanted(self, opinion: Opinion, rows: tuple[Row, ...]) -> list[tuple[str, str]]:
        assert self.section.rows is not None
        if self.section.rows.source == "free":
            singular = self.section.rows.singular.split(" (")[0].capitalize()
            return [(item.id, f"{singular} {number}") for number, item in enumerate(rows, start=1)]
        return list(obliged_rows(self.section, opinion))

    def _show_rows(self, opinion: Opinion, wanted: Sequence[tuple[str, str]]) -> None:
        ids = [row_id for row_id, _title in wanted]
        for gone in [row_id for row_id in self._rows if row_id not in ids]:
            editor = self._rows.pop(gone)
            self._list.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        entry = opinion.entry(self.section.id)
        for number, (row_id, title) in enumerate(wanted, start=1):
            editor = self._row(row_id, title, number)
            found = entry.row(row_id) or Row(id=row_id)
            editor.show_row(title, found.values, _rested_on(opinion, found), self._missing_fields(row_id))

    def _row(self, row_id: str, title: str, number: int) -> RowEditor:
        if row_id in self._rows:
            return self._rows[row_id]
        rows = self.section.rows
        assert rows is not None
        fields = rows.fields if rows.source != "history" else tuple(item for item in rows.fields if item.id != "item")
        name = f"field-{self.section.id}-{number}"
        editor = RowEditor(title, fields, self._look, name=name, removable=rows.source == "free")
        editor.removal_requested.connect(lambda: self.row_removed.emit(row_id))
        editor.evidence_chosen.connect(self.evidence_chosen)
        editor.evidence_removed.connect(lambda evidence: self.evidence_removed.emit(row_id, evidence))
        self._join(editor, row_id)
        self._rows[row_id] = editor
        self._list.insertWidget(number - 1, editor)
        return editor

    def _join(self, group: FieldGroup | RowEditor, row_id: str) -> None:
        group.edited.connect(lambda field, text: self.edited.emit(row_id, field, text))
        group.focused.connect(lambda: self.row_focused.emit(row_id))
        group.left.connect(self.left)
        group.finished.connect(self.finished)

    def _missing_fields(self, row_id: str) -> frozenset[str]:
        return frozenset(item.field for item in self._missing if item.row == row_id)


def _rested_on(opinion: Opinion, found: Row) -> tuple[Evidence, ...]:
    cited = (opinion.cited(evidence) for evidence in found.evidence)
    return tuple(item for item in cited if item is not None)


def _sender(signal: SignalInstance, *arguments: str) -> Callable[[], None]:
    return lambda: signal.emit(*arguments)
