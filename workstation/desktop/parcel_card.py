"""One parcel of the outbox: its steps as a line of dots with words and times, what went wrong, its receipt."""

import json
from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from workstation.desktop.controls import button, column, frame, row, rule
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.outbox.states import DONE, Step, needs_a_person

STEPS = (
    (ParcelState.SIGNED, "signed"),
    (ParcelState.TIMESTAMPED, "time-stamped"),
    (ParcelState.QUEUED, "queued"),
    (ParcelState.UPLOADING, "uploading"),
    (ParcelState.STORED_UNVERIFIED, "stored"),
    (ParcelState.VERIFIED, "verified"),
)
GOES_ON = "It goes on by itself as soon as the service can be reached; nothing more is needed from you."
WAITING = {
    ParcelState.SIGNED: f"The time-stamp comes next. {GOES_ON}",
    ParcelState.TIMESTAMPED: GOES_ON,
    ParcelState.QUEUED: GOES_ON,
    ParcelState.NEEDS_A_PERSON: "The service did not take it. Nothing is lost: look at the case, then try again.",
}
ORDER = [state for state, _ in STEPS]
REACHED_BY = {
    "sign": ParcelState.SIGNED,
    "stamp": ParcelState.TIMESTAMPED,
    Step.QUEUE.value: ParcelState.QUEUED,
    Step.CHECK.value: ParcelState.UPLOADING,
    Step.COMMIT.value: ParcelState.STORED_UNVERIFIED,
    Step.VERIFY.value: ParcelState.VERIFIED,
}


class ParcelCard(QFrame):
    """Shows one parcel; says when a person decided to try again, or wants the receipt."""

    again_requested = Signal(str)
    export_requested = Signal(str)

    def __init__(self, parcel: Parcel, title: str, look: Look, number: int) -> None:
        super().__init__()
        self.setObjectName(f"parcel-{number}")
        self.setProperty("role", "panel")
        self._title = PlainLabel(title, tone="heading", name=f"parcel-{number}-title")
        self._state = PlainLabel(name=f"parcel-{number}-state")
        self._steps = StepLine(look)
        self._problem = PlainLabel(tone="watch", wrap=True, name=f"parcel-{number}-problem")
        self._again = button(
            "Try again",
            name=f"parcel-{number}-again",
            kind="primary",
            chosen=lambda: self.again_requested.emit(parcel.id),
        )
        self._receipt = frame("card", f"parcel-{number}-receipt")
        self._facts = column(spacing=3, margins=(12, 10, 12, 10))
        self._receipt.setLayout(self._facts)
        self._receipt_text = ""
        head = row(self._title, None, self._state)
        told = row(self._problem, self._again, spacing=16)
        told.setStretch(0, 1)
        self.setLayout(column(head, self._steps, told, self._receipt, spacing=10, margins=(16, 12, 16, 14)))
        self.show_parcel(parcel, "")

    def show_parcel(self, parcel: Parcel, sentence: str) -> None:
        """Show how far it has come; ``sentence`` is what happens just now."""
        person = needs_a_person(parcel)
        words, tone = state_of(parcel)
        self._state.say(words, tone)
        self._steps.show_steps(reached(parcel), times(parcel), stopped=person)
        told = parcel.problem or sentence or WAITING.get(parcel.state, "")
        if parcel.not_before is not None and parcel.state is not ParcelState.VERIFIED:
            told = f"{told} Next try at {parcel.not_before.astimezone():%H:%M:%S}.".strip()
        self._problem.say(told, "danger" if person else ("watch" if parcel.problem else "quiet"))
        self._problem.setVisible(bool(told) and parcel.state is not ParcelState.VERIFIED)
        self._again.setVisible(person)
        self._receipt.setVisible(bool(parcel.receipt))
        if parcel.receipt and parcel.receipt != self._receipt_text:
            self._receipt_text = parcel.receipt
            self._fill(json.loads(parcel.receipt))

    def _fill(self, receipt: Mapping[str, object]) -> None:
        self._facts.addWidget(PlainLabel("RECEIPT", tone="caption"))
        for name, value in receipt_lines(receipt):
            label = PlainLabel(name, tone="quiet")
            label.setFixedWidth(150)
            shown = PlainLabel(value, wrap=True)
            line = row(label, shown, spacing=8)
            line.setStretch(1, 1)
            line.setAlignment(label, Qt.AlignmentFlag.AlignTop)
            self._facts.addLayout(line)
        self._facts.insertWidget(1, rule())


class StepLine(QWidget):
    """Dots with words and times below, joined by a line; reached ones are filled."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._reached = -1
        self._times: Mapping[ParcelState, str] = {}
        self._stopped = False
        self.setAccessibleName("Steps of the delivery")

    def show_steps(self, reached_step: int, when: Mapping[ParcelState, str], *, stopped: bool) -> None:
        """Show the index of the newest step that was reached, -1 for none."""
        self._reached, self._times, self._stopped = reached_step, when, stopped
        done = ", ".join(words for _state, words in STEPS[: reached_step + 1]) or "nothing yet"
        self.setAccessibleDescription(f"done: {done}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of dots and two of words."""
        return QSize(self._look.theme.px(560), self._look.theme.px(56))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same height, less width."""
        return QSize(self._look.theme.px(420), self._look.theme.px(56))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint dots, line and words."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(theme.family)
        font.setPixelSize(theme.px(12))
        painter.setFont(font)
        step = self.width() / len(STEPS)
        middle, radius = theme.px(10), theme.px(5)
        for index, (state, words) in enumerate(STEPS):
            centre = step * (index + 0.5)
            done = index <= self._reached
            if index:
                painter.setPen(QPen(theme.colour("good" if done else "line"), 2))
                painter.drawLine(round(centre - step + radius + 4), middle, round(centre - radius - 4), middle)
            stopped = self._stopped and index == self._reached + 1
            token = "good" if done else ("danger" if stopped else "edge")
            painter.setPen(QPen(theme.colour(token), 2))
            painter.setBrush(theme.colour(token) if done else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(centre - radius, middle - radius, 2 * radius, 2 * radius))
            painter.setPen(theme.colour("text" if done else ("danger" if stopped else "quiet")))
            box = QRectF(centre - step / 2, middle + theme.px(10), step, theme.px(18))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words if not stopped else "needs you")
            painter.setPen(theme.colour("quiet"))
            painter.drawText(box.translated(0, theme.px(16)), Qt.AlignmentFlag.AlignCenter, self._times.get(state, ""))
        painter.end()


def state_of(parcel: Parcel) -> tuple[str, str]:
    """(words, tone) of where a parcel is."""
    if parcel.state in (ParcelState.VERIFIED, ParcelState.FORGOTTEN):
        return "✓ delivered and verified", "good"
    if needs_a_person(parcel):
        return "⚠ needs you", "danger"
    if parcel.state is ParcelState.SIGNED:
        return "signed, not time-stamped", "watch"
    return f"→ {parcel.state.value.replace('-', ' ')}", ""


def reached(parcel: Parcel) -> int:
    """Index in ``STEPS`` of the newest step that is done."""
    if parcel.state is ParcelState.FORGOTTEN:
        return len(STEPS) - 1
    if parcel.state in ORDER:
        return ORDER.index(parcel.state)
    known = times(parcel)
    return max((ORDER.index(state) for state in known), default=-1)


def times(parcel: Parcel) -> dict[ParcelState, str]:
    """When each state was reached, from the journal, as local time."""
    return {
        REACHED_BY[step]: _clock(when)
        for when, step, outcome in parcel.journal
        if outcome == DONE and step in REACHED_BY
    }


def receipt_lines(receipt: Mapping[str, object]) -> list[tuple[str, str]]:
    """The receipt as names and texts: what is held, under which digests, since when."""
    task = receipt.get("task")
    version = f", version {task.get('version_now', '')}" if isinstance(task, Mapping) else ""
    lines = [
        ("verified at", _local(receipt.get("verified_at"))),
        ("stored at", _local(receipt.get("stored_at"))),
        ("case", f"{receipt.get('case', '')}{version}"),
        ("opinion", f"SHA-256 {receipt.get('opinion_sha256', '')}"),
    ]
    artefacts = receipt.get("artefacts")
    for item in artefacts if isinstance(artefacts, list) else []:
        proof = "read back, identical" if item.get("read_back") else "kept on this computer"
        lines.append((str(item.get("name", "")), f"{_size(item.get('size'))}  ·  {proof}  ·  {item.get('sha256', '')}"))
    return [(name, value) for name, value in lines if value]


def _local(text: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(text)).astimezone():%Y-%m-%d %H:%M:%S %Z}"
    except ValueError:
        return ""


def _size(size: object) -> str:
    return f"{size / 1000:.0f} KB" if isinstance(size, int) else ""


def _clock(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone():%H:%M:%S}"
    except ValueError:
        return ""
