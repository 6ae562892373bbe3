"""The opinion beside the images: what is done and what is next, the patient's questions, and the sections to write."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from workstation.desktop.controls import button, column, emptied, hidden_until_deleted, row, rule, scrolled
from workstation.desktop.look import Look
from workstation.desktop.opinion_draft import Edit, OpinionDraft
from workstation.desktop.opinion_section import SectionEditor
from workstation.desktop.plain_text import PlainLabel, tooltip
from workstation.desktop.soon import soon
from workstation.opinions import edits
from workstation.opinions.completeness import Missing, is_needed, missing, next_missing
from workstation.opinions.evidence import Evidence
from workstation.opinions.opinion import Opinion

FINDINGS, ANSWERS = "findings", "answers"
UNFOLDED = (FINDINGS, ANSWERS)
PAINT_MS = 40


class OpinionPanel(QFrame):
    """Edits one ``OpinionDraft``; says which evidence to show, when the images want the keyboard, when to sign."""

    evidence_chosen = Signal(str)
    images_wanted = Signal()
    preview_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("opinion-panel")
        self.setProperty("role", "side-right")
        self._look = look
        self._draft: OpinionDraft | None = None
        self._sections: dict[str, SectionEditor] = {}
        self._current: tuple[str, str] = (FINDINGS, "")
        self._last: Missing | None = None
        self._asked: list[tuple[str, str, bool]] = []
        self._done = PlainLabel(tone="strong", name="opinion-done")
        self._saved = PlainLabel(tone="small", name="opinion-saved")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._next = button(
            "",
            name="opinion-next",
            kind="obligation",
            keys="N",
            tip="Go to the next thing to write",
            chosen=self.go_next,
        )
        self._next.setMinimumWidth(1)
        self._next.setAccessibleName("Next thing to write")
        self._questions = QVBoxLayout()
        self._questions.setSpacing(0)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        content = QWidget()
        content.setLayout(column(self._list, None, spacing=0, margins=(8, 6, 8, 12)))
        self._area: QScrollArea = scrolled(content, "opinion-scroll")
        self._sign = button(
            "Preview and sign…",
            name="opinion-preview",
            kind="primary",
            keys="Ctrl+Shift+P",
            chosen=self.preview_requested.emit,
        )
        head = column(
            row(self._done, None, self._saved),
            self._bar,
            self._next,
            self._questions,
            spacing=6,
            margins=(12, 10, 12, 8),
        )
        foot = row(self._sign, None, margins=(12, 8, 12, 10))
        self.setLayout(column(head, rule(), self._area, rule(), foot, spacing=0))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self._show)

    def show_draft(self, draft: OpinionDraft) -> None:
        """Edit this draft from now on."""
        if self._draft is not None:
            self._draft.changed.disconnect(self._changed)
            self._draft.saved.disconnect(self._was_saved)
        self._draft = draft
        self._current, self._last = (FINDINGS, ""), None
        self._saved.setText("saved" if draft.revision else "")
        self._make_sections()
        draft.changed.connect(self._changed)
        draft.saved.connect(self._was_saved)
        self._show()

    def clear(self) -> None:
        """Show no draft: first when the patient changes."""
        if self._draft is not None:
            self._draft.changed.disconnect(self._changed)
            self._draft.saved.disconnect(self._was_saved)
        self._draft = None
        self._sections.clear()
        hidden_until_deleted(self._list)
        emptied(self._questions)
        for label in (self._done, self._saved):
            label.setText("")
        self._next.setText("")

    def cite(self, evidence: Evidence) -> None:
        """Let the current finding (or answer, or statement) rest on the evidence; without one, begin a finding."""
        assert self._draft is not None
        opinion = self._draft.opinion
        section, row_id = self._current
        if not row_id or (opinion.entry(section).row(row_id) is None and section != ANSWERS):
            section, row_id = FINDINGS, edits.next_row_id(opinion, FINDINGS)
        begun = opinion.entry(FINDINGS).values.get("abnormal", "")
        self._draft.edit(lambda before: _cited(before, evidence, section, row_id, begin=not begun))
        self._become_current(section, row_id)
        self._show()
        self._see(section, row_id)

    def go_next(self) -> None:
        """Lead to the next thing that is not written yet, from the top again at the end."""
        if self._draft is None:
            return
        self._show()  # a field that the last choice asked for must be there before it can be led to
        self._last = next_missing(self._draft.opinion, self._draft.template, self._last)
        if self._last is not None:
            self.go(self._last.section, self._last.row, self._last.field)

    def go(self, section: str, row_id: str = "", field: str = "") -> None:
        """Lead to a field."""
        target = self._sections[section].take_focus(field, row_id)
        self._become_current(section, row_id)
        if target is not None:
            soon(self, lambda: self._area.ensureWidgetVisible(target, 0, 60))

    def add_finding(self) -> None:
        """Begin a new finding and write in it."""
        self._add(FINDINGS)

    def _make_sections(self) -> None:
        assert self._draft is not None
        hidden_until_deleted(self._list)
        self._sections.clear()
        for section in self._draft.template.sections:
            editor = SectionEditor(section, self._look)
            self._join(section.id, editor)
            self._sections[section.id] = editor
            self._list.addWidget(editor)

        for number, section_id in enumerate(UNFOLDED, start=1):
            QTimer.singleShot(number * PAINT_MS, self, partial(self._unfold, self._sections[section_id]))

    def _unfold(self, editor: SectionEditor) -> None:
        """One section at a time, so that the window paints in between; not if the draft was changed meanwhile."""
        if self._sections.get(editor.section.id) is editor:
            editor.unfold()

    def _join(self, section: str, editor: SectionEditor) -> None:
        editor.edited.connect(lambda row_id, field, text: self._write(section, row_id, field, text))
        editor.row_focused.connect(lambda row_id: self._become_current(section, row_id))
        editor.left.connect(self._save)
        editor.finished.connect(self.images_wanted)
        editor.row_requested.connect(lambda: self._add(section))
        editor.row_removed.connect(lambda row_id: self._edit(lambda before: edits.remove_row(before, section, row_id)))
        editor.rest_requested.connect(lambda field, value: self._fill_rest(section, field, value))
        editor.evidence_chosen.connect(self.evidence_chosen)
        editor.evidence_removed.connect(
            lambda row_id, evidence: self._edit(lambda before: edits.uncite(before, evidence, section, row=row_id))
        )

    def _save(self) -> None:
        if self._draft is not None:
            self._draft.save()

    def _write(self, section: str, row_id: str, field: str, text: str) -> None:
        if self._draft is not None:
            self._draft.write(section, field, text, row_id)

    def _edit(self, change: Edit) -> None:
        if self._draft is not None:
            self._draft.edit(change)
            self._show()

    def _add(self, section: str) -> None:
        assert self._draft is not None
        row_id = edits.next_row_id(self._draft.opinion, section)
        self._edit(lambda before: edits.add_row(before, section, row_id))
        self.go(section, row_id)

    def _fill_rest(self, section: str, field: str, value: str) -> None:
        self._edit(lambda before: _rest_filled(before, section, field, value, self._sections[section].row_ids()))

    def _become_current(self, section: str, row_id: str) -> None:
        self._current = (section, row_id)
        for each, editor in self._sections.items():
            editor.be_current(row_id if each == section and row_id else None)

    def _see(self, section: str, row_id: str) -> None:
        self._sections[section].unfold()
        editor = self._sections[section].row_editor(row_id)
        if editor is not None:
            soon(self, lambda: self._area.ensureWidgetVisible(editor, 0, 40))

    def _changed(self, _opinion: Opinion) -> None:
        self._saved.setText("…")
        if not self._later.isActive():
            self._later.start()

    def _was_saved(self, _revision: int) -> None:
        if self._draft is not None and not self._draft.unsaved:
            self._saved.setText("saved")

    def _show(self) -> None:
        if self._draft is None:
            return
        self._later.stop()
        opinion, template = self._draft.opinion, self._draft.template
        lacking = missing(opinion, template)
        for editor in self._sections.values():
            editor.show_opinion(opinion, lacking)
        needed = [section.id for section in template.sections if is_needed(section, opinion)]
        open_ones = {item.section for item in lacking}
        done = sum(section not in open_ones for section in needed)
        self._done.setText(f"{'✓' if not lacking else '◔'} {done} of {len(needed)} sections")
        self._bar.setRange(0, len(needed))
        self._bar.setValue(done)
        first = lacking[0].message if lacking else "Nothing is missing: preview and sign."
        self._next.setText(f"{f'{len(lacking)} to do · next (N): ' if lacking else ''}{first}".replace("&", "&&"))
        self._next.setToolTip(tooltip(f"{first}  (N)"))
        self._show_questions(opinion, lacking)

    def _show_questions(self, opinion: Opinion, lacking: tuple[Missing, ...]) -> None:
        unanswered = {item.row for item in lacking if item.section == ANSWERS}
        wanted = [(item.id, item.text, item.id not in unanswered) for item in opinion.case.questions]
        if self._asked == wanted and self._questions.count():
            return
        self._asked = wanted
        emptied(self._questions)
        for number, (question, text, answered) in enumerate(wanted, start=1):
            made = button(
                f"Q{number}  {text}", name=f"opinion-question-{number}", kind="obligation", tip=text,
                chosen=partial(self.go, ANSWERS, question),
            )  # fmt: skip
            made.setMinimumWidth(1)
            self._look.dress(made, "check-circle" if answered else "circle", "good" if answered else "watch")
            self._questions.addWidget(made)


def _cited(opinion: Opinion, evidence: Evidence, section: str, row_id: str, *, begin: bool) -> Opinion:
    """Cited; the first finding also says that there are findings, unless the reader said otherwise."""
    if section == FINDINGS and begin:
        opinion = edits.put(opinion, FINDINGS, "abnormal", "findings")
    return edits.cite(opinion, evidence, section, row=row_id)


def _rest_filled(opinion: Opinion, section: str, field: str, value: str, rows: list[str]) -> Opinion:
    for row_id in rows:
        if not opinion.value(section, field, row_id):
            opinion = edits.put(opinion, section, field, value, row=row_id)
    return opinion
