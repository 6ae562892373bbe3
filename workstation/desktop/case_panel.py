"""The case panel beside the worklist: questions, treatment, materials, what is here and what is missing."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workstation.cases.case import Case, CaseState, HistoryItem, Study
from workstation.desktop.acceptance import AcceptanceForm, ReasonForm
from workstation.desktop.controls import button, column, emptied, row, rule, scrolled
from workstation.desktop.fetch_panel import FetchPanel
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel, unbroken
from workstation.desktop.worklist_entries import (
    Entry,
    Group,
    case_words,
    may_be_handed_back,
    scenario_words,
    sex_and_age,
    specialty_words,
    state_words,
    time_left,
)
from workstation.review.fetch_progress import FetchProgress

KINDS = {
    "condition": "Conditions",
    "medicationstatement": "Medication",
    "medication": "Medication",
    "allergyintolerance": "Allergies",
    "allergy": "Allergies",
    "observation": "Observations",
}
READABLE = (CaseState.ACCEPTED, CaseState.IN_PROGRESS, CaseState.AWAITING_INFORMATION, CaseState.COMPLETED)


class CasePanel(QFrame):
    """Shows the chosen case and offers what can be done with it."""

    open_requested = Signal(str)
    accept_requested = Signal(str, str)
    hand_back_requested = Signal(str, str)
    fetch_requested = Signal(str)
    fetch_cancelled = Signal(str)
    identity_requested = Signal(str)
    form_left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("case-panel")
        self.setProperty("role", "side-right")
        self._entry: Entry | None = None
        self._title = PlainLabel(tone="heading", wrap=True, name="case-title")
        self._who = PlainLabel(wrap=True, name="case-who")
        self._stand = PlainLabel(tone="quiet", wrap=True, name="case-stand")
        self._body = QVBoxLayout()
        self._fetch = FetchPanel(look)
        self._accepting = AcceptanceForm(look)
        self._returning = ReasonForm(look)
        self._accept = button("Accept…", name="case-accept", kind="primary", keys="A", chosen=self.begin_accept)
        self._open = button("Open", name="case-open", kind="primary", keys="⏎", chosen=self.open)
        self._return = button("Hand back…", name="case-hand-back", kind="quiet", keys="H", chosen=self.begin_hand_back)
        self._foot = QWidget()
        self._foot.setLayout(row(self._open, self._accept, None, self._return))
        content = QWidget()
        inner = column(
            self._title, self._who, self._stand, self._body, self._fetch.series, None,
            spacing=6, margins=(18, 16, 18, 12),
        )  # fmt: skip
        content.setLayout(inner)
        foot = QWidget()
        parts = (rule(), self._fetch, self._accepting, self._returning, self._foot)
        foot.setLayout(column(*parts, spacing=10, margins=(18, 0, 18, 14)))
        whole = column(scrolled(content, "case-scroll"), foot, spacing=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self._connect()
        self.clear()

    def clear(self) -> None:
        """Show that no case is chosen."""
        self._entry = None
        self._title.setText("No case chosen")
        self._who.setText("Choose a line on the left: its questions, materials and state appear here.")
        self._stand.setText("")
        emptied(self._body)
        self._fetch.clear()
        self._leave_forms()
        for control in (self._open, self._accept, self._return):
            control.hide()

    def show_entry(self, entry: Entry, now: datetime) -> None:
        """Show a case; open forms stay open while it is the same one."""
        same = self._entry is not None and self._entry.case == entry.case
        other = self._entry is None or self._entry.case.id != entry.case.id
        before = self._entry.case.state if self._entry is not None else None
        self._entry = entry
        if other or entry.case.state is not before:
            self._leave_forms()
        self._head(entry, now)
        if not same:
            self._fill(entry.case)
        self._fetch.show_holding(entry)
        self._offer(entry)

    def show_progress(self, progress: FetchProgress) -> None:
        """Show how far the download of the chosen case has come."""
        if self._entry is not None and progress.case_id == self._entry.case.id:
            self._fetch.show_progress(progress)

    def open(self) -> None:
        """Ask to read the chosen case, if it may be read."""
        if self._entry is None:
            return
        if self._entry.case.state is CaseState.REQUESTED:
            self.begin_accept()
        else:
            self.open_requested.emit(self._entry.case.id)

    def answer(self) -> None:
        """Answer the form that is open, else open the case."""
        for form in (self._accepting, self._returning):
            if form.isVisible():
                form.give()
                return
        self.open()

    def begin_accept(self) -> None:
        """Ask for the conflict of interest."""
        if self._entry is not None and self._entry.case.state is CaseState.REQUESTED:
            self._returning.hide()
            self._accepting.begin()
            self._foot.hide()

    def begin_hand_back(self) -> None:
        """Ask for the reason."""
        if self._entry is not None and not self._return.isHidden():
            self._accepting.hide()
            new = self._entry.case.state is CaseState.REQUESTED
            self._returning.begin(loses=not new or bool(self._entry.holding.present))
            self._foot.hide()

    def ask_identity(self) -> None:
        """Ask to see which images were set aside, if there are any."""
        if self._entry is not None and self._entry.holding.doubtful:
            self.identity_requested.emit(self._entry.case.id)

    def toggle_fetch(self) -> None:
        """Stop the download of the chosen case, or go on with it, where that can be done now."""
        self._fetch.toggle()

    def leave_forms(self) -> bool:
        """Close an open form; whether there was one."""
        open_form = self._accepting.isVisible() or self._returning.isVisible()
        self._leave_forms()
        if open_form:
            self.form_left.emit()
        return open_form

    def _connect(self) -> None:
        self._accepting.accepted.connect(lambda words: self._emit(self.accept_requested, words))
        self._returning.given.connect(lambda words: self._emit(self.hand_back_requested, words))
        for form in (self._accepting, self._returning):
            form.closed.connect(self._foot.show)
            form.closed.connect(self.form_left)
        self._fetch.requested.connect(lambda: self._emit_case(self.fetch_requested))
        self._fetch.cancelled.connect(lambda: self._emit_case(self.fetch_cancelled))
        self._fetch.identity_requested.connect(self.ask_identity)

    def _emit(self, signal: SignalInstance, words: str) -> None:
        self.leave_forms()
        if self._entry is not None:
            signal.emit(self._entry.case.id, words)

    def _emit_case(self, signal: SignalInstance) -> None:
        if self._entry is not None:
            signal.emit(self._entry.case.id)

    def _leave_forms(self) -> None:
        self._accepting.hide()
        self._returning.hide()
        self._foot.show()

    def _head(self, entry: Entry, now: datetime) -> None:
        case = entry.case
        words, tone = time_left(case.deadline, now)
        self._title.setText(case.title or f"{specialty_words(case)} · {scenario_words(case)}")
        who = sex_and_age(case.patient, now.date()).replace(" ", "\u00a0")
        self._who.setText(f"{case.patient.name}  ·  {who}  ·  {case_words(case)}")
        due = f", due {case.deadline.astimezone():%Y-%m-%d %H:%M}" if case.deadline else ""
        if entry.group is Group.DONE:  # what is finished has no time left
            self._stand.say(state_words(entry), "quiet")
        else:
            self._stand.say(f"{state_words(entry)}  ·  ◷ {words}{due}", tone or "quiet")

    def _fill(self, case: Case) -> None:
        body = emptied(self._body)
        body.setSpacing(4)
        _questions(body, case)
        if case.proposed_treatment:
            _section(body, "Treatment proposed", case.proposed_treatment)
        _history(body, case)
        _documents(body, case)

    def _offer(self, entry: Entry) -> None:
        new = entry.case.state is CaseState.REQUESTED
        self._open.setVisible(entry.case.state in READABLE)
        self._accept.setVisible(new)
        self._return.setVisible(may_be_handed_back(entry))
        readable = entry.holding.present > 0 and not (entry.fetching and entry.holding.promised is None)
        self._open.setEnabled(readable)


def _questions(body: QBoxLayout, case: Case) -> None:
    body.addSpacing(8)
    body.addWidget(PlainLabel(f"QUESTIONS OF THE PATIENT ({len(case.questions)})", tone="caption"))
    for number, question in enumerate(case.questions, start=1):
        text = PlainLabel(question.text, wrap=True, name=f"question-{number}")
        body.addLayout(_numbered(f"{number}", text))


def _numbered(number: str, text: QWidget) -> QHBoxLayout:
    mark = PlainLabel(number, tone="accent")
    mark.setFixedWidth(16)
    line = row(mark, text, spacing=4)
    line.setStretch(1, 1)
    line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
    return line


def _section(body: QBoxLayout, title: str, text: str) -> None:
    body.addSpacing(8)
    body.addWidget(PlainLabel(title.upper(), tone="caption"))
    body.addWidget(PlainLabel(text, wrap=True))


def _history(body: QBoxLayout, case: Case) -> None:
    if not case.history:
        return
    gathered: dict[str, list[HistoryItem]] = {}
    for item in case.history:
        gathered.setdefault(KINDS.get(item.kind.lower(), item.kind.capitalize()), []).append(item)
    for kind, items in gathered.items():
        body.addSpacing(8)
        body.addWidget(PlainLabel(kind.upper(), tone="caption"))
        for item in sorted(items, key=lambda item: item.date, reverse=True):
            body.addLayout(_dated(item))


def _dated(item: HistoryItem) -> QHBoxLayout:
    """What is known, with its detail, and when it was found on the right."""
    words = f"{item.text}: {item.detail}" if item.detail else item.text
    when = PlainLabel(item.date[:10], tone="small")
    line = row(PlainLabel(unbroken(words), wrap=True), when, spacing=10)
    line.setStretch(0, 1)
    line.setAlignment(when, Qt.AlignmentFlag.AlignTop)
    return line


def _documents(body: QBoxLayout, case: Case) -> None:
    body.addSpacing(8)
    studies, documents = len(case.studies), len(case.documents)
    title = f"MATERIALS: {_count(studies, 'study', 'studies')}, {_count(documents, 'document', 'documents')}"
    body.addWidget(PlainLabel(title, tone="caption"))
    for document in case.documents:
        when = f"  ·  {document.date[:10]}" if document.date else ""
        body.addWidget(PlainLabel(f"▤  {document.title}{when}", wrap=True))
    for study in case.studies:
        when = f"  ·  {study.date[:10]}" if study.date else ""
        body.addWidget(PlainLabel(f"▦  {_study_words(study)}{when}", wrap=True))


def _study_words(study: Study) -> str:
    """The modality is said once, also where the description begins with it."""
    kinds = "/".join(study.modalities)
    return study.description if study.description.startswith(kinds) else f"{kinds} {study.description}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
