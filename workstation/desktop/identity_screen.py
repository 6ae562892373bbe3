"""The screen on which a specialist settles whose images these are, study by study."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.cases.case import Case
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import become_screen, button, column, emptied, row, scrolled
from workstation.desktop.identity_card import IdentityCard, WrongImagesCard
from workstation.desktop.identity_lines import report_of
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.worklist_entries import case_words
from workstation.review.settle_identity import IdentityDoubt, WrongImages

WIDTH = 880
NOTHING = "✓ Nothing is in doubt: every image of this case is of its patient."
WHY = (
    "Images whose header says something else about the patient than the case does are locked away when they arrive, "
    "and nothing of them is shown. What you decide here is recorded with your reason."
)


class IdentityScreen(QWidget):
    """``settled`` and ``left_out`` carry study and reason; ``left`` asks for the way back."""

    settled = Signal(str, str)
    left_out = Signal(str, str)
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        become_screen(self, "identity-screen")
        self._look = look
        self._report = ""
        self._cards: dict[str, IdentityCard] = {}
        self._whose = PlainLabel(tone="quiet", name="identity-case")
        self._none = PlainLabel(NOTHING, tone="good", wrap=True, name="identity-none")
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self._copy = button(
            "Copy a report for the service", name="identity-report", keys="Ctrl+R",
            tip="Which studies, how many images and why; no patient data", chosen=self.copy_report,
        )  # fmt: skip
        self._back = button(
            "Back to the worklist", name="identity-back", kind="quiet", keys="Esc", chosen=self.left.emit
        )
        inner = QWidget()
        look.measure(inner, QWidget.setMaximumWidth, WIDTH)
        head = row(PlainLabel("Whose images are these?", tone="title"), None, self._back)
        why = PlainLabel(WHY, tone="quiet", wrap=True)
        body = (head, self._whose, why, 4, self._none, self._list, row(self._copy, None), None)
        inner.setLayout(column(*body, spacing=8, margins=(0, 24, 0, 24)))
        sheet = QWidget()
        centred = row(None, inner, None, margins=(24, 0, 24, 0))
        centred.setStretch(1, 100)
        sheet.setLayout(centred)
        self.setLayout(column(scrolled(sheet, "identity-scroll"), spacing=0))
        self.commands = Commands(self)
        self.commands.add(
            Command(name="report", title="Copy a report for the service", keys="Ctrl+R", act=self.copy_report)
        )

    def show_doubts(self, case: Case, doubts: tuple[IdentityDoubt, ...], wrong: tuple[WrongImages, ...]) -> None:
        """Show every study that waits for a decision, then those for which none can be made."""
        self._report = report_of(case, doubts, wrong)
        self._whose.setText(f"{case.patient.name}  ·  {case_words(case)}")
        emptied(self._list)
        self._cards.clear()
        for number, doubt in enumerate(doubts, start=1):
            card = self._cards[doubt.study_uid] = IdentityCard(number, case, doubt, self._look)
            card.settled.connect(self.settled)
            card.left_out.connect(self.left_out)
            self._list.addWidget(card)
        for number, one in enumerate(wrong, start=1):
            self._list.addWidget(WrongImagesCard(number, case, one))
        self._none.setVisible(not doubts and not wrong)
        self._copy.setVisible(bool(doubts or wrong))
        self._copy.setText("Copy a report for the service")
        self._back.setFocus()

    def blank(self) -> None:
        """Say nothing of any case."""
        self._report = ""
        self._whose.setText("")
        emptied(self._list)
        self._cards.clear()
        self._none.hide()
        self._copy.hide()

    def refuse(self, study_uid: str, words: str) -> None:
        """Tell at its study why nothing was decided."""
        if study_uid in self._cards:
            self._cards[study_uid].refuse(words)

    def copy_report(self) -> None:
        """Put the report on the clipboard: studies, counts and reasons, without patient data."""
        if self._report:
            QGuiApplication.clipboard().setText(self._report)
            self._copy.setText("✓ Copied")
