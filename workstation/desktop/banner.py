"""The identity banner: patient, birth date, sex, case and deadline, in one place, the same everywhere."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QWidget

from workstation.cases.case import Case
from workstation.desktop.controls import frame, row
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.worklist_entries import SEXES, case_words, time_left


class IdentityBanner(QFrame):
    """Says whose case it is. ``show_case`` sets it from the case, ``compare`` checks the images against it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("identity-banner")
        self.setAccessibleName("Patient")
        self._bar = frame("identity")
        self._bar.setFixedWidth(3)
        self._bar.setStyleSheet("background: palette(link);")
        self._name = PlainLabel(tone="heading", name="banner-name")
        self._facts = PlainLabel(tone="quiet", name="banner-facts")
        self._time = PlainLabel(name="banner-time")
        self._doubt = PlainLabel(tone="danger", name="banner-doubt")
        self._doubt.hide()
        self.setLayout(
            row(self._bar, self._name, self._facts, self._time, self._doubt, spacing=10, margins=(0, 4, 0, 4))
        )

    def blank(self) -> None:
        """Say nothing: first when the patient changes."""
        for label in (self._name, self._facts, self._time, self._doubt):
            label.setText("")
        self._doubt.hide()
        self.setAccessibleDescription("")

    def show_case(self, case: Case, now: datetime) -> None:
        """Say whose case this is and how much time is left."""
        patient = case.patient
        born = patient.birth_date.isoformat() if patient.birth_date else "birth date unknown"
        sex = SEXES.get(patient.sex.lower(), patient.sex or "sex unknown")
        self._name.setText(patient.name)
        self._facts.setText(f"{born}  ·  {sex}  ·  {case_words(case)}")
        words, tone = time_left(case.deadline, now)
        self._time.say(f"◷ {words}", tone or "quiet")
        self.setAccessibleDescription(f"{patient.name}, {born}, {sex}, case {case.id}, {words}")

    def doubt(self, words: str) -> None:
        """Say that the images name another patient than the case, or take that back with an empty text."""
        self._doubt.say(f"⚠ {words}" if words else "")
        self._doubt.setVisible(bool(words))
