"""Two small forms under a case: accepting it with a word on conflicts of interest, and handing it back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPlainTextEdit, QRadioButton, QWidget

from workstation.desktop.controls import button, column, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel

WITH_WHOM = "With the patient, the referrer, or the first reader. Your answer is recorded."
NO_REASON = "Say in a sentence why."
WHAT_IS_LOST = (
    "⚠ Once the service confirms, the images and documents of this case on this computer are forgotten and cannot be "
    "brought back. What you wrote is no longer sent to anybody."
)
GO, GO_SURE = "Hand the case back", "Yes, hand it back and forget it here"
NO_CONFLICT = "I have no conflict of interest with the patient, the referrer or the first reader."


class AcceptanceForm(QFrame):
    """Asks whether there is a conflict of interest; ``accepted`` carries the statement as it will be recorded."""

    accepted = Signal(str)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("acceptance")
        self._none = QRadioButton("No conflict of interest")
        self._some = QRadioButton("I declare the following")
        self._group = QButtonGroup(self)
        self._words = _field("acceptance-statement", "Conflict of interest", look)
        self._told = PlainLabel(tone="danger", wrap=True)
        go = button("Accept the case", name="acceptance-go", kind="primary", keys="Ctrl+⏎", chosen=self.give)
        stop = button("Cancel", name="acceptance-cancel", keys="Esc", chosen=self._leave)
        for name, choice in (("acceptance-none", self._none), ("acceptance-some", self._some)):
            choice.setObjectName(name)
            choice.setAccessibleName(choice.text())
            self._group.addButton(choice)
        self._some.toggled.connect(self._declare)
        self.setLayout(
            column(
                PlainLabel("Do you have a conflict of interest in this case?", tone="strong", wrap=True),
                PlainLabel(WITH_WHOM, tone="small", wrap=True),
                self._none, self._some, self._words, self._told, row(go, stop, None),
                spacing=6, margins=(0, 8, 0, 2),
            )
        )  # fmt: skip
        self.hide()

    def begin(self) -> None:
        """Show the form without any answer chosen."""
        self._group.setExclusive(False)
        self._none.setChecked(False)
        self._some.setChecked(False)
        self._group.setExclusive(True)
        self._words.clear()
        self._words.hide()
        self._told.hide()
        self.show()
        self._none.setFocus()

    def _declare(self, chosen: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._words.setVisible(chosen)
        if chosen:
            self._words.setFocus()

    def _leave(self) -> None:
        self.hide()
        self.closed.emit()

    def give(self) -> None:
        """Answer, where everything that is asked for is there."""
        declared = self._words.toPlainText().strip()
        if self._none.isChecked():
            self.accepted.emit(NO_CONFLICT)
        elif self._some.isChecked() and declared:
            self.accepted.emit(declared)
        else:
            words = (
                "Say in a sentence what you declare." if self._some.isChecked() else "Choose one of the two answers."
            )
            self._told.setText(words)
            self._told.show()


class ReasonForm(QFrame):
    """Asks why a case is handed back, twice where something of it is lost by that; ``given`` carries the reason."""

    given = Signal(str)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("hand-back")
        self._loses = False
        self._asked = False
        self._words = _field("hand-back-reason", "Reason for handing back", look)
        self._words.textChanged.connect(self._ask_anew)
        self._told = PlainLabel(NO_REASON, tone="danger", wrap=True, name="hand-back-told")
        self._sure = PlainLabel(WHAT_IS_LOST, tone="watch", wrap=True, name="hand-back-sure")
        self._go = button(GO, name="hand-back-go", kind="primary", keys="Ctrl+⏎", chosen=self.give)
        stop = button("Cancel", name="hand-back-cancel", keys="Esc", chosen=self._leave)
        title = PlainLabel("Why do you hand this case back? The service reads your words.", tone="strong", wrap=True)
        parts = (title, self._words, self._told, self._sure, row(self._go, stop, None))
        self.setLayout(column(*parts, spacing=6, margins=(0, 8, 0, 2)))
        self.hide()

    def begin(self, *, loses: bool) -> None:
        """Show the empty form; ``loses`` says that images or a draft of the case are here, so it is asked twice."""
        self._loses = loses
        self._words.clear()
        self._ask_anew()
        self.show()
        self._words.setFocus()

    def _ask_anew(self) -> None:
        self._asked = False
        self._told.hide()
        self._sure.hide()
        self._go.setText(GO)

    def _leave(self) -> None:
        self.hide()
        self.closed.emit()

    def give(self) -> None:
        """Answer, where everything that is asked for is there."""
        reason = self._words.toPlainText().strip()
        self._told.setVisible(not reason)
        if not reason:
            return
        if self._loses and not self._asked:
            self._asked = True
            self._sure.show()
            self._go.setText(GO_SURE)
        else:
            self.given.emit(reason)


def _field(name: str, title: str, look: Look) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setTabChangesFocus(True)
    look.measure(made, QWidget.setFixedHeight, 64)
    return made
