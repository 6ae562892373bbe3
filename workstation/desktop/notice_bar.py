"""The notice bar under the top of the window: one quiet line for what must not be overlooked, until put away."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame

from workstation.desktop.controls import button, restyle, row, tool_button
from workstation.desktop.look import Look
from workstation.desktop.notices import Notice, notices
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.worklist_entries import Entry

LOOK_MS = 60_000
SIGNS = {"danger": "⚠", "watch": "◷"}


class NoticeBar(QFrame):
    """``case_requested`` carries the case to show; ``outbox_requested`` asks for the outbox."""

    case_requested = Signal(str)
    outbox_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("notice-bar")
        self.setProperty("role", "notice-bar")
        self._entries: Sequence[Entry] = ()
        self._clock: Callable[[], datetime] | None = None
        self._told: set[str] = set()
        self._put_away: set[str] = set()
        self._shown: tuple[Notice, ...] = ()
        self._words = PlainLabel(name="notice-words")
        self._words.setMinimumWidth(1)
        self._act = button("", name="notice-act", chosen=self._chosen)
        away = tool_button(look, "cancel", "Put away", name="notice-away", chosen=self.put_away)
        line = row(self._words, self._act, away, spacing=10, margins=(14, 4, 8, 4))
        line.setStretch(0, 1)
        self.setLayout(line)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look_again)
        self.hide()

    def begin(self, clock: Callable[[], datetime]) -> None:
        """A session begins: what was put away in the one before may be told again."""
        self.blank()
        self._clock = clock
        self._timer.start(LOOK_MS)

    def blank(self) -> None:
        """Say nothing of any case."""
        self._timer.stop()
        self._entries, self._shown, self._clock = (), (), None
        self._told.clear()
        self._put_away.clear()
        self._words.setText("")
        self.hide()

    def consider(self, entries: Sequence[Entry]) -> None:
        """Look for what has to be told in these lines, now and as time passes."""
        self._entries = entries
        self.look_again()

    def look_again(self) -> None:
        """Show the gravest notice that was not put away, and how many more there are."""
        if self._clock is None:
            return
        found = notices(self._entries, self._clock())
        self._shown = tuple(notice for notice in found if notice.key not in self._put_away)
        self.setVisible(bool(self._shown))
        if self._shown:
            self._show(self._shown[0], len(self._shown) - 1)
        fresh = {notice.key for notice in self._shown} - self._told
        self._told |= fresh
        if fresh and not self.window().isActiveWindow():
            QApplication.alert(self.window())

    def put_away(self) -> None:
        """The reader knows: the line goes, and the next one comes."""
        if self._shown:
            self._put_away.add(self._shown[0].key)
        self.look_again()

    def _show(self, notice: Notice, more: int) -> None:
        words = f"{SIGNS[notice.tone]}  {notice.words}{f'  And {more} more.' if more else ''}"
        self._words.say(words, notice.tone)
        self._act.setText(notice.action)
        self._act.setAccessibleName(notice.action)
        restyle(self, "tone", notice.tone)
        self.setAccessibleName(notice.words)

    def _chosen(self) -> None:
        notice = self._shown[0]
        if notice.case_id:
            self.case_requested.emit(notice.case_id)
        else:
            self.outbox_requested.emit()
