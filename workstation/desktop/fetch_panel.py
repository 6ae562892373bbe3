"""What of a case is here: how much, what is wrong with it, and a button that stops and goes on; apart, every series.

The state stands where it is always seen; ``series``, a line each, stands in the scrolled part.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from workstation.desktop.controls import button, column, emptied, restyle, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import ElidedLabel, PlainLabel
from workstation.desktop.worklist_entries import Entry, troubled_words
from workstation.review.fetch_progress import FetchProgress, SeriesProgress, Stage

MEGABYTE = 1_000_000


class FetchPanel(QFrame):
    """Progress of a case's download, per series."""

    requested = Signal()
    cancelled = Signal()
    identity_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("fetch-panel")
        self._look = look
        self._lines: dict[str, _Line] = {}
        self._case_id = ""
        self._fetching = False
        self._state = PlainLabel(wrap=True, name="fetch-state")
        self._total = _bar("fetch-total")
        self._act = button("Fetch", name="fetch-act", keys="D", chosen=self._chosen)
        self._whose = button(
            "Whose images are these?", name="fetch-identity", keys="W",
            tip="Images were set aside: see why, and settle it where a person may", chosen=self.identity_requested.emit,
        )  # fmt: skip
        self.series = QFrame()
        self.series.setObjectName("fetch-list")
        self._series = QVBoxLayout()
        self._series.setSpacing(4)
        self.series.setLayout(self._series)
        self._series.setContentsMargins(0, 4, 0, 0)
        self._problems = PlainLabel(tone="watch", wrap=True, name="fetch-problems")
        head = row(self._state, self._act, spacing=8)
        head.setStretch(0, 1)
        self.setLayout(column(head, self._total, self._problems, row(self._whose, None), spacing=6))

    def clear(self) -> None:
        """Show nothing: no case is chosen."""
        self._forget("")
        self.hide()
        self.series.hide()

    def show_holding(self, entry: Entry) -> None:
        """Show what rests on this computer; details of a running download come by ``show_progress``."""
        if entry.case.id != self._case_id:
            self._forget(entry.case.id)
        self._fetching = entry.fetching
        here = entry.holding
        shown = bool(here.present) or entry.fetching or entry.case.state.value != "requested"
        self.setVisible(shown)
        self.series.setVisible(shown)
        if not self._lines:
            self._series_at_rest(entry)
        self._act.setVisible(entry.fetching or not here.complete)
        self._act.setText("Stop" if entry.fetching else ("Go on" if here.present else "Fetch"))
        self._total.setVisible(entry.fetching)
        self._whose.setVisible(bool(here.doubtful) and not entry.fetching)
        words, tone = _words(entry)
        self._state.say(words, tone)

    def show_progress(self, progress: FetchProgress) -> None:
        """Show the newest snapshot of a running download."""
        for one in progress.series:
            self._line(one.series_uid).show_progress(one)
        self._total.setRange(0, max(1, progress.promised))
        self._total.setValue(progress.present)
        if progress.stage is not Stage.DONE:
            received = progress.received_bytes / MEGABYTE
            size = f", {received:.0f} MB" if received >= 1 else ""
            self._state.say(f"↓ {progress.present} of {progress.promised or '…'} ({progress.stage.value}{size})", "")
        self._problems.setText("\n".join(f"⚠ {sentence}" for sentence in progress.problems[-3:]))
        self._problems.setVisible(bool(progress.problems))

    def toggle(self) -> None:
        """Stop a running download, or go on with it, where the button for it is shown."""
        if not self.isHidden() and not self._act.isHidden():
            self._chosen()

    def _forget(self, case_id: str) -> None:
        self._case_id = case_id
        self._lines.clear()
        emptied(self._series)
        self._problems.hide()

    def _series_at_rest(self, entry: Entry) -> None:
        for study in entry.case.studies:
            for series in study.series:
                promised = series.count or len(series.instances)
                line = self._line(series.series_uid)
                line.show_words(series.modality, series.description, promised)
                line.complete(done=entry.holding.complete)

    def _line(self, series_uid: str) -> "_Line":
        line = self._lines.get(series_uid)
        if line is None:
            line = self._lines[series_uid] = _Line(len(self._lines) + 1, self._look)
            self._series.addWidget(line)
        return line

    def _chosen(self) -> None:
        (self.cancelled if self._fetching else self.requested).emit()


class _Line(QFrame):
    """One series: what it is, how many images of how many, a bar."""

    def __init__(self, number: int, look: Look) -> None:
        super().__init__()
        self.setObjectName(f"fetch-series-{number}")
        self._title = ElidedLabel()
        self._count = PlainLabel(tone="small")
        self._bar = _bar(f"fetch-bar-{number}")
        look.measure(self._bar, QWidget.setFixedWidth, 64)
        line = row(self._title, self._count, self._bar, spacing=8)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_words(self, modality: str, description: str, promised: int) -> None:
        self._title.setText(f"{modality}  {description or 'series without a name'}")
        self._count.setText(f"{promised}")

    def complete(self, *, done: bool) -> None:
        self._bar.setVisible(done)
        self._bar.setRange(0, 1)
        self._bar.setValue(1 if done else 0)
        restyle(self._bar, "tone", "good" if done else "")

    def show_progress(self, one: SeriesProgress) -> None:
        self.show_words(one.modality, one.description, one.promised)
        doubt = f", {one.troubled} in doubt" if one.troubled else ""
        mark = "✓ " if one.promised and one.present >= one.promised else ""
        self._count.setText(f"{mark}{one.present}/{one.promised or '…'}{doubt}")
        self._bar.show()
        self._bar.setRange(0, max(1, one.promised))
        self._bar.setValue(one.present)
        restyle(self._bar, "tone", "good" if mark else "")


def _bar(name: str) -> QProgressBar:
    made = QProgressBar()
    made.setObjectName(name)
    made.setTextVisible(False)
    return made


def _words(entry: Entry) -> tuple[str, str]:
    here = entry.holding
    if entry.fetching:
        return f"↓ {here.present} of {here.promised or '…'}", ""
    if here.complete:
        return f"✓ everything is here ({here.present}): can be read without a network", "good"
    if here.troubled:
        return f"⚠ {troubled_words(here)}, {here.present} of {here.promised or '…'} here", "watch"
    if here.present:
        return f"◐ {here.present} of {here.promised or '…'} here", "watch"
    return "○ nothing is here yet", "quiet"
