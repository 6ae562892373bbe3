"""The opinion panel: obligations lead to their field, citing takes one action, questions are obligations."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from tests.fakes.drafts import DraftsInMemory
from tests.workstation.desktop.conftest import make_case
from workstation.cases.case import HistoryItem
from workstation.desktop.opinion_draft import OpinionDraft
from workstation.desktop.opinion_panel import ANSWERS, FINDINGS, OpinionPanel
from workstation.desktop.opinion_row import evidence_words
from workstation.opinions.beginning import begin
from workstation.opinions.completeness import missing
from workstation.opinions.evidence import Evidence, EvidenceValue
from workstation.opinions.opinion import Author
from workstation.opinions.template import load


def some_evidence(evidence_id="m1", kind="length", values=(("length", 8.13, "mm"),)):
    return Evidence(
        id=evidence_id,
        tracking_uid="2.25.1",
        kind=kind,
        label="",
        values=tuple(EvidenceValue(name=name, value=value, unit=unit) for name, value, unit in values),
        method="",
        calibration="",
        frame_of_reference_uid="",
        points_mm=(),
        images=(),
        series_description="Chest 1.0",
    )


@pytest.fixture
def draft(opinion, errands):
    return OpinionDraft(opinion, load(), DraftsInMemory(), errands)


@pytest.fixture
def panel(qtbot, look, draft):
    made = OpinionPanel(look)
    qtbot.addWidget(made)
    made.resize(400, 900)
    made.show_draft(draft)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def field(panel, name, kind):
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def test_every_section_of_the_template_is_there(panel):
    for section in load().sections:
        assert panel.findChild(QPushButton, f"section-{section.id}-head") is not None


def test_what_is_typed_is_in_the_opinion(qtbot, panel, draft):
    panel.go("impression", "", "impression")
    text = field(panel, "field-impression-impression", QPlainTextEdit)
    qtbot.keyClicks(text, "Probable adenocarcinoma.")
    assert draft.opinion.value("impression", "impression") == "Probable adenocarcinoma."


def test_citing_without_a_finding_begins_one_and_the_next_goes_into_the_same(panel, draft):
    panel.cite(some_evidence("m1"))
    panel.cite(some_evidence("m2"))
    rows = draft.opinion.entry(FINDINGS).rows
    assert [row.evidence for row in rows] == [("m1", "m2")]
    assert draft.opinion.value(FINDINGS, "abnormal") == "findings"


def test_citing_while_an_answer_is_written_goes_into_that_answer(panel, draft):
    panel.go(ANSWERS, "q2")
    panel.cite(some_evidence("m1"))
    row = draft.opinion.entry(ANSWERS).row("q2")
    assert row is not None
    assert row.evidence == ("m1",)


def test_a_click_on_cited_evidence_asks_for_its_image(qtbot, panel):
    panel.cite(some_evidence("m1"))
    chip = field(panel, "field-findings-1-evidence-1", QPushButton)
    with qtbot.waitSignal(panel.evidence_chosen) as asked:
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert asked.args == ["m1"]


def test_next_leads_through_everything_that_is_missing_and_comes_round(panel, draft):
    lacking = missing(draft.opinion, draft.template)
    for item in lacking[:12]:
        panel.go_next()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert item.section in focused.objectName(), (item, focused.objectName())


def test_every_missing_point_can_be_gone_to(panel, draft):
    for item in missing(draft.opinion, draft.template):
        panel.go(item.section, item.row, item.field)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.isVisible()


def test_a_field_appears_when_its_condition_holds(qtbot, panel):
    panel.go(ANSWERS, "q1")
    why = field(panel, "field-answers-1-why_not", QPlainTextEdit)
    assert not why.isVisible()
    qtbot.mouseClick(field(panel, "field-answers-1-can_answer-no", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(why.isVisible)


def test_the_patients_questions_stand_on_top_and_lead_to_their_answer(qtbot, panel):
    question = field(panel, "opinion-question-2", QPushButton)
    assert "May I wait?" in question.text()
    qtbot.mouseClick(question, Qt.MouseButton.LeftButton)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName().startswith("field-answers-2-")


def test_the_ordinary_answer_fills_only_what_is_empty(qtbot, panel, draft):
    draft.write("materials", "status", "partly", "d1")
    panel.go("materials")
    rest = field(panel, "rest-materials-status", QPushButton)
    qtbot.mouseClick(rest, Qt.MouseButton.LeftButton)
    statuses = {row.id: row.values["status"] for row in draft.opinion.entry("materials").rows}
    assert statuses == {"d1": "partly", "1.2.4711": "reviewed"}


def test_undo_is_shown_in_the_fields(qtbot, panel, draft):
    panel.go("impression", "", "diagnosis")
    line = field(panel, "field-impression-diagnosis", QLineEdit)
    qtbot.keyClicks(line, "C34.1")
    draft.undo()
    qtbot.waitUntil(lambda: line.text() == "")


def test_control_enter_gives_the_keyboard_back_to_the_images(qtbot, panel):
    panel.go("impression", "", "impression")
    text = field(panel, "field-impression-impression", QPlainTextEdit)
    with qtbot.waitSignal(panel.images_wanted):
        qtbot.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_the_cursor_stays_where_one_types_in_the_middle(qtbot, panel):
    panel.go("impression", "", "diagnosis")
    line = field(panel, "field-impression-diagnosis", QLineEdit)
    qtbot.keyClicks(line, "C31")
    line.setCursorPosition(2)
    qtbot.keyClicks(line, "4.")
    qtbot.wait(200)
    assert line.text() == "C34.1"
    assert line.cursorPosition() == 4


def test_clearing_leaves_no_word_of_the_patient(panel):
    panel.clear()
    assert panel.findChild(QPushButton, "opinion-question-1") is None
    assert "Q1" not in "".join(label.text() for label in panel.findChildren(QPushButton) if label.isVisible())


def test_evidence_is_one_line_with_its_number_and_place():
    assert evidence_words(some_evidence()) == "length 8.1 mm · Chest 1.0"
    ellipse = some_evidence(kind="ellipse", values=(("mean", -623.3, "HU"), ("maximum", 7.0, "HU")))
    assert evidence_words(ellipse) == "ellipse mean -623.3 HU · Chest 1.0"


def test_nothing_that_is_written_or_chosen_is_cut_however_many_sections_are_open(qtbot, look, errands):
    case = make_case()
    long = "Adenocarcinoma of the right upper lobe, found by chance on the CT of May, biopsied twice"
    history = tuple(HistoryItem(kind="condition", text=long[:n], reference=f"Condition/{n}") for n in range(30, 88, 3))
    more = tuple(replace(case.studies[0], study_uid=f"1.2.{n}") for n in range(3))
    author = Author(reference="Practitioner/1", name="Dr. Ingrid Solberg", licence="NO-1", specialty="radiology")
    opinion = begin(replace(case, history=history, studies=more), load(), author)
    panel = OpinionPanel(look)
    qtbot.addWidget(panel)
    panel.resize(400, 900)
    panel.show_draft(OpinionDraft(opinion, load(), DraftsInMemory(), errands))
    panel.show()
    for section in load().sections:
        panel._sections[section.id].unfold()
    qtbot.waitUntil(lambda: panel._area.widget().height() > 6000)
    # what claims more width than there is gets its height for that width, and is cut
    for section in panel._sections.values():
        assert section.minimumSizeHint().width() <= section.width(), section.objectName()
    rows = [row for section in panel._sections.values() for row in section._rows.values()]
    assert len(rows) > len(history) + len(more)
    for row in rows:
        assert row.height() >= row.heightForWidth(row.width()), row.objectName()


def test_what_was_written_of_one_patient_is_not_seen_and_then_gone(qtbot, panel):
    for section in load().sections:
        panel._sections[section.id].unfold()
    panel.clear()
    written = [part for part in panel.findChildren(QWidget) if part.objectName().startswith("field-")]
    assert not [part.objectName() for part in written if part.isVisible()]
    qtbot.waitUntil(
        lambda: not [part for part in panel.findChildren(QWidget) if part.objectName().startswith("field-")]
    )
