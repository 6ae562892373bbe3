"""The one way in which something that went wrong is told: what happened, what was kept, what to do next."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from workstation.cases.refusals import Refused
from workstation.desktop.controls import button, column, row, tool_button
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel

KEPT = "What was written and downloaded is kept."
COPY = "Copy details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is told.

    Attributes:
        happened: one sentence, without names of exceptions.
        kept: what is safe.
        next: what to do.
        action: words on the one button, "" where the button only closes.
        details: for the support, without patient data: which step, which kind of error, where in the program.
    """

    happened: str
    kept: str = KEPT
    next: str = ""
    action: str = ""
    details: str = ""


def problem_of(step: str, error: BaseException, *, action: str = "", kept: str = KEPT) -> Problem:
    """The problem of a failed step. A refusal speaks for itself; anything else is our defect and says so."""
    if isinstance(error, Refused):
        return Problem(
            happened=f"{step}. {error.happened}",
            kept=error.kept or kept,
            next=error.advice,
            action=action,
            details=details_of(step, error),
        )
    if is_refusal(error):
        return Problem(happened=f"{step}. {error}", kept=kept, action=action, details=details_of(step, error))
    return Problem(
        happened=f"{step}, through a mistake of this program.",
        kept=kept,
        next="Try it once more. If it happens again, send the copied details to the support.",
        action=action,
        details=details_of(step, error),
    )


def is_refusal(error: BaseException) -> bool:
    """Whether the error is the world's fault: one of the trees' ``Refused``, or the system's own."""
    return isinstance(error, OSError) or any(kind.__name__ == "Refused" for kind in type(error).__mro__)


def details_of(step: str, error: BaseException) -> str:
    """Step, kinds of the errors and places in the program; never a message or a value, which may name a patient."""
    lines = [f"step: {step}"]
    while error is not None:
        lines.append(f"error: {type(error).__module__}.{type(error).__qualname__}")
        lines.extend(
            f"  {place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)
        )
        cause = error.__cause__
        if cause is None:
            break
        error = cause
    return "\n".join(lines)


class ProblemCard(QFrame):
    """Shows a ``Problem`` over the screen; its one button does what helps, Esc puts it away."""

    closed = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._problem = Problem(happened="")
        self._helped: Callable[[], object] | None = None
        self._before: QWidget | None = None
        self.setObjectName("problem")
        self.setProperty("role", "notice")
        self.setProperty("tone", "danger")
        self.setAccessibleName("Something went wrong")
        self._sign = PlainLabel(name="problem-sign")
        self._happened = PlainLabel(tone="strong", wrap=True, name="problem-happened")
        self._kept = PlainLabel(wrap=True, name="problem-kept")
        self._next = PlainLabel(wrap=True, name="problem-next")
        self._act = button("Understood", name="problem-act", kind="primary", keys="⏎", chosen=self._help)
        self._copy = button(COPY, name="problem-copy", kind="quiet", tip="Without patient data", chosen=self._copied)
        self._close = tool_button(look, "cancel", "Put away", name="problem-close", keys="Esc", chosen=self.put_away)
        words = column(self._happened, self._kept, self._next, spacing=4)
        self._buttons = row(self._act, self._copy, None)
        body = column(words, self._buttons, spacing=10)
        layout = row(self._sign, body, self._close, spacing=12, margins=(14, 12, 10, 12))
        layout.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)
        layout.setAlignment(self._close, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()

    def tell(self, problem: Problem, helped: Callable[[], object] | None = None) -> None:
        """Show the problem; ``helped`` runs when its button is chosen."""
        self._problem, self._helped = problem, helped
        self._look.adorn(self._sign, "danger", "danger", 22)
        self._happened.setText(problem.happened)
        self._kept.setText(problem.kept)
        self._kept.setVisible(bool(problem.kept))
        self._next.setText(problem.next)
        self._next.setVisible(bool(problem.next))
        self._act.setText(problem.action or "Understood")
        self._copy.setVisible(bool(problem.details))
        self._copy.setText(COPY)
        self.setAccessibleDescription(f"{problem.happened} {problem.kept} {problem.next}")
        self._place()
        self.show()
        self.raise_()
        self._take_keyboard()

    def put_away(self) -> None:
        """Hide and give the keyboard back; nothing else changes."""
        had = self.isAncestorOf(self.window().focusWidget())
        self.hide()
        if had and self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc puts the card away, Enter takes its button."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._help()
        else:
            super().keyPressEvent(event)

    def _take_keyboard(self) -> None:
        """Take it, except from somebody who is typing: a space meant for a sentence would put the words away unread."""
        focused = self.window().focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self._before = focused
        if not isinstance(focused, QLineEdit | QPlainTextEdit):
            self._act.setFocus()

    def _place(self) -> None:
        """Top centre of the parent, as wide as reads well, as high as its words need at that width."""
        ground = self.parentWidget()
        assert ground is not None
        room = ground.width()
        width = min(self._look.theme.px(620), room - 40)
        layout = self.layout()
        assert layout is not None
        self.setFixedWidth(width)
        layout.activate()
        self.setFixedHeight(layout.totalHeightForWidth(width))
        self.move((room - width) // 2, self._look.theme.px(56))

    def _help(self) -> None:
        helped = self._helped
        self.put_away()
        if helped is not None:
            helped()

    def _copied(self) -> None:
        QGuiApplication.clipboard().setText(self._problem.details)
        self._copy.setText("Copied")
