"""The card of one study whose images wait for a decision: both identities side by side, a reason, two answers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPlainTextEdit, QWidget

from workstation.cases.case import Case
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import button, column, restyle, row
from workstation.desktop.identity_lines import lines_of
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.review.settle_identity import IdentityDoubt, WrongImages

ONE = "Only a person can say whether these images are of the patient. Compare both columns line by line."
SEVERAL = "These images name {} different patients. They stay locked away; the opinion can only be given without them."
NEVER = "They stay locked away and are never shown: this cannot be decided here, only reported."
NO_REASON = "Say in a few words why. Nothing was decided."
LEFT_OUT = "You left them out: {} The opinion is given without them; they stay locked away."


class IdentityCard(QFrame):
    """``settled`` (they are the patient's) and ``left_out`` (the opinion does without) carry study and reason."""

    settled = Signal(str, str)
    left_out = Signal(str, str)

    def __init__(self, number: int, case: Case, doubt: IdentityDoubt, look: Look) -> None:
        super().__init__()
        self.setObjectName(f"identity-{number}")
        self.setProperty("role", "card")
        self._doubt = doubt
        title = PlainLabel(_title(case, doubt.study_uid, doubt.images, "in doubt"), tone="strong", wrap=True)
        words = PlainLabel(ONE if doubt.patients == 1 else SEVERAL.format(doubt.patients), tone="quiet", wrap=True)
        layout = column(title, words, spacing=8, margins=(16, 14, 16, 14))
        layout.addLayout(_side_by_side(number, case, doubt))
        if doubt.left_out:
            decided = LEFT_OUT.format(f"“{doubt.left_out}”.")
            layout.addWidget(PlainLabel(decided, tone="good", wrap=True, name=f"identity-{number}-left-out"))
        layout.addLayout(self._decision(number, look))
        self.setLayout(layout)

    def refuse(self, words: str) -> None:
        """Tell at its place why nothing was decided."""
        self._told.setText(words)
        self._told.setVisible(bool(words))
        restyle(self._reason, "refused", "true" if words else "false")

    def _decision(self, number: int, look: Look) -> QGridLayout:
        self._reason = QPlainTextEdit()
        self._reason.setObjectName(f"identity-{number}-reason")
        self._reason.setAccessibleName("Reason for your decision")
        self._reason.setPlaceholderText("Why is it so? Your words are kept with the case.")
        self._reason.setTabChangesFocus(True)
        look.measure(self._reason, QWidget.setFixedHeight, 56)
        self._told = PlainLabel(tone="danger", wrap=True, name=f"identity-{number}-told")
        self._told.hide()
        leave = button(
            "Give the opinion without them", name=f"identity-{number}-leave-out",
            tip="They stay locked away; the opinion says how many images it does without", chosen=self._leave_out,
        )  # fmt: skip
        answers: list[QWidget] = [leave]
        if self._doubt.patients == 1:
            go = button(
                "These are the patient's images", name=f"identity-{number}-settle", keys="Ctrl+⏎", kind="primary",
                chosen=self._settle,
            )  # fmt: skip
            Commands(self._reason).add(
                Command(name="settle", title="These are the patient's images", keys="Ctrl+Return", act=self._settle)
            )
            answers.insert(0, go)
        advice = PlainLabel("If you cannot be sure, do without them and tell the service.", tone="small")
        grid = QGridLayout()
        grid.setContentsMargins(0, 6, 0, 0)
        grid.addWidget(self._reason, 0, 0)
        grid.addWidget(self._told, 1, 0)
        grid.addLayout(row(*answers, advice, None, spacing=12), 2, 0)
        return grid

    def _settle(self) -> None:
        if reason := self._given():
            self.settled.emit(self._doubt.study_uid, reason)

    def _leave_out(self) -> None:
        if reason := self._given():
            self.left_out.emit(self._doubt.study_uid, reason)

    def _given(self) -> str:
        """The reason; that there is none is told."""
        reason = self._reason.toPlainText().strip()
        self.refuse("" if reason else NO_REASON)
        return reason


class WrongImagesCard(QFrame):
    """Images that are certainly not the patient's: how many, why, and that nobody can release them here."""

    def __init__(self, number: int, case: Case, wrong: WrongImages) -> None:
        super().__init__()
        self.setObjectName(f"wrong-images-{number}")
        self.setProperty("role", "card")
        title = PlainLabel(_title(case, wrong.study_uid, wrong.images, "set aside"), tone="strong", wrap=True)
        reasons = [PlainLabel(f"≠ {reason}", tone="danger", wrap=True) for reason in wrong.reasons]
        words = PlainLabel(NEVER, tone="quiet", wrap=True)
        self.setLayout(column(title, *reasons, words, spacing=6, margins=(16, 14, 16, 14)))


def _title(case: Case, study_uid: str, images: int, how: str) -> str:
    study = next((one for one in case.studies if one.study_uid == study_uid), None)
    name = study.description or "/".join(study.modalities) if study else "A study that is not of this case"
    when = f"  ·  {study.date[:10]}" if study and study.date else ""
    return f"{name}{when}  ·  {images} {'image' if images == 1 else 'images'} {how}"


def _side_by_side(number: int, case: Case, doubt: IdentityDoubt) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 6, 0, 6)
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(8)
    for place, words in enumerate(("", "THE CASE SAYS", "THE IMAGES SAY", "COMPARED")):
        grid.addWidget(PlainLabel(words, tone="caption"), 0, place)
    for at, line in enumerate(lines_of(case.patient, doubt.image), start=1):
        said = (line.attribute, line.case, line.images, line.verdict)
        tones = ("quiet", "strong", "strong", line.tone)
        for place, (words, tone) in enumerate(zip(said, tones, strict=True)):
            label = PlainLabel(words, tone=tone, wrap=place > 0, name=f"identity-{number}-{at}-{place}")
            grid.addWidget(label, at, place, Qt.AlignmentFlag.AlignTop)
    for place, share in enumerate((0, 4, 4, 5)):
        grid.setColumnStretch(place, share)
    return grid
