"""One field of the opinion: a line, a growing text, or a row of choices, made from the template's data."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from workstation.desktop.controls import button, column, row
from workstation.desktop.flow_layout import FlowLayout
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel, tooltip
from workstation.desktop.soon import soon
from workstation.opinions.template import Field

LEAST_LINES, MOST_LINES = 2, 10


class FieldEditor(QFrame):
    """Shows and takes one value. ``edited`` is emitted for what the reader does, never for ``show_value``."""

    edited = Signal(str)
    focused = Signal()
    left = Signal()
    finished = Signal()

    def __init__(self, field: Field, look: Look, *, name: str) -> None:
        super().__init__()
        self.field = field
        self._look = look
        self._showing = False
        self._title = PlainLabel(field.label, tone="small")
        self._mark = PlainLabel("", tone="watch")
        self._count = PlainLabel("", tone="small")
        self._editor = self._made(name)
        head = row(self._title, self._mark, None, self._count, spacing=6)
        self.setLayout(column(head, self._editor, spacing=2))

    def show_value(self, value: str, *, missing: bool) -> None:
        """Show a value; nothing moves while it is the one already shown."""
        self._showing = True
        if value != self.value():
            self._set(value)
        self._showing = False
        self._mark.setText("●" if missing else "")
        self._mark.setToolTip("Still to be written" if missing else "")
        self._count_words(value)

    def value(self) -> str:
        """The value as shown."""
        if isinstance(self._editor, QPlainTextEdit):
            return self._editor.toPlainText()
        if isinstance(self._editor, QLineEdit):
            return self._editor.text()
        assert isinstance(self._editor, _Choices)
        return self._editor.value()

    def take_focus(self) -> None:
        """Give the keyboard to the field."""
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ctrl+Enter and Esc give the keyboard back to the images; leaving a field saves."""
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit()
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_done(event):
            self.finished.emit()
            return True
        return super().eventFilter(watched, event)

    def _made(self, name: str) -> QWidget:
        if self.field.choices:
            choices = _Choices(self.field, name)
            choices.picked.connect(self._emit)
            for each in choices.buttons():
                each.installEventFilter(self)
            return choices
        made: QWidget = self._long() if self.field.kind == "long" else self._short()
        made.setObjectName(name)
        made.setAccessibleName(self.field.label)
        made.setAccessibleDescription(self.field.hint)
        made.installEventFilter(self)
        return made

    def _short(self) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(self.field.hint or ("YYYY-MM-DD" if self.field.kind == "date" else ""))
        line.textEdited.connect(self._emit)
        return line

    def _long(self) -> QPlainTextEdit:
        text = QPlainTextEdit()
        text.setPlaceholderText(self.field.hint)
        text.setTabChangesFocus(True)
        text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        text.textChanged.connect(lambda: self._emit(text.toPlainText()))
        layout = text.document().documentLayout()
        layout.documentSizeChanged.connect(lambda _size: self._grow(text))
        soon(text, lambda: self._grow(text))
        return text

    def _grow(self, text: QPlainTextEdit) -> None:
        """As high as what is written, within bounds. A plain document measures its size in lines."""
        lines = max(LEAST_LINES, min(MOST_LINES, round(text.document().size().height())))
        height = round(lines * text.fontMetrics().lineSpacing() + self._look.theme.px(18))
        if text.height() != height:
            text.setFixedHeight(height)

    def _set(self, value: str) -> None:
        if isinstance(self._editor, QPlainTextEdit):
            self._editor.setPlainText(value)
        elif isinstance(self._editor, QLineEdit):
            self._editor.setText(value)
            self._editor.setCursorPosition(0)
            self._editor.setToolTip(tooltip(value))
        elif isinstance(self._editor, _Choices):
            self._editor.show_value(value)

    def _emit(self, value: str) -> None:
        if not self._showing:
            self.edited.emit(value)

    def _count_words(self, value: str) -> None:
        if self.field.max_words:
            number = len(value.split())
            over = number > self.field.max_words
            self._count.say(f"{number} of {self.field.max_words} words", "danger" if over else "small")


class _Choices(QWidget):
    """The choices of a field, side by side; picking the picked one takes it back."""

    picked = Signal(str)

    def __init__(self, field: Field, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(field.label)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._values: dict[str, QPushButton] = {}
        flow = FlowLayout()
        for choice in field.choices:
            made = button(choice.label, name=f"{name}-{choice.value}", kind="segment")
            made.setCheckable(True)
            made.setAccessibleName(f"{field.label}: {choice.label}")
            made.clicked.connect(lambda checked, value=choice.value: self._pick(value, checked=checked))
            self._values[choice.value] = made
            self._group.addButton(made)
            flow.addWidget(made)
        self.setLayout(flow)
        self.setFocusProxy(next(iter(self._values.values())))

    def buttons(self) -> list[QPushButton]:
        """One button a choice."""
        return list(self._values.values())

    def value(self) -> str:
        """The picked value, or ""."""
        return next((value for value, made in self._values.items() if made.isChecked()), "")

    def show_value(self, value: str) -> None:
        """Show which value is picked."""
        for each, made in self._values.items():
            made.setChecked(each == value)

    def _pick(self, value: str, *, checked: bool) -> None:
        chosen = value if checked else ""
        self.show_value(chosen)
        self.picked.emit(chosen)


def _is_done(event: QKeyEvent) -> bool:
    if event.key() == Qt.Key.Key_Escape:
        return True
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
