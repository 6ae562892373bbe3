"""The list of cases: one painted line a case, worked by arrows, Enter and mouse."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workstation.cases.case import CaseState
from workstation.desktop.icons import pixmap
from workstation.desktop.look import Look
from workstation.desktop.plain_text import plain
from workstation.desktop.theme import Theme
from workstation.desktop.worklist_entries import (
    Entry,
    Group,
    scenario_words,
    sex_and_age,
    specialty_words,
    state_words,
    time_left,
    troubled_words,
)
from workstation.outbox.states import needs_a_person

ENTRY = Qt.ItemDataRole.UserRole
LINE_HEIGHT = 60
AnyIndex = QModelIndex | QPersistentModelIndex


class EntryModel(QAbstractListModel):
    """The lines that the filter lets through."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._entries: list[Entry] = []

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these lines; where the same cases stand in the same order only what they say changes."""
        fresh = list(entries)
        if [entry.case.id for entry in fresh] == [entry.case.id for entry in self._entries]:
            self._entries = fresh
            if fresh:
                self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._entries = fresh
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Number of lines."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The entry itself for the painter, a sentence for readers of the screen."""
        entry = self._entries[index.row()]
        if role == ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            case = entry.case
            words = (case.title, case.patient.name, specialty_words(case), scenario_words(case), state_words(entry))
            return plain(", ".join((*(word for word in words if word), self._due(entry))))
        return None

    def _due(self, entry: Entry) -> str:
        return "over" if entry.group is Group.DONE else time_left(entry.case.deadline, self._clock())[0]

    def row_of(self, case_id: str) -> int:
        """The line of a case, -1 where it is not shown."""
        return next((row for row, entry in enumerate(self._entries) if entry.case.id == case_id), -1)


class EntryPainter(QStyledItemDelegate):
    """Paints a line: time left, what it is about, who, and how far it has come."""

    def __init__(self, look: Look, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._look = look
        self._clock = clock

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:  # noqa: N802 - Qt's name
        """Every line is as high as the next."""
        return QSize(200, self._look.theme.px(LINE_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one line."""
        entry: Entry = index.data(ENTRY)
        theme, now = self._look.theme, self._clock()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, theme, area, state)
        left = _deadline(painter, theme, area, entry, now)
        right = _progress(painter, theme, area, entry)
        _words(painter, theme, QRect(left, area.top(), right - left, area.height()), entry, now)
        painter.restore()


class CaseList(QListView):
    """The list itself; which case is chosen is the selection model's current index."""

    def __init__(self, look: Look, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("worklist-list")
        self.setAccessibleName("Cases")
        self.entries = EntryModel(clock)
        self.setModel(self.entries)
        self._painter = EntryPainter(look, clock)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def chosen(self) -> Entry | None:
        """The chosen line."""
        index = self.currentIndex()
        return index.data(ENTRY) if index.isValid() else None

    def choose(self, case_id: str) -> bool:
        """Choose the line of a case; whether it is there."""
        row = self.entries.row_of(case_id)
        if row >= 0:
            self.setCurrentIndex(self.entries.index(row))
        return row >= 0


def _ground(painter: QPainter, theme: Theme, area: QRect, state: QStyle.StateFlag) -> None:
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    if chosen or hovered:
        painter.fillRect(area, theme.colour("accent_wash" if chosen else "hover"))
    if chosen:
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), theme.colour("accent"))
        if focused:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -1.5))
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())


def _deadline(painter: QPainter, theme: Theme, area: QRect, entry: Entry, now: datetime) -> int:
    """The time left, with its symbol; the left edge of what follows."""
    words, tone = time_left(entry.case.deadline, now)
    drawing = "clock"
    if entry.group is Group.WAITING:
        words, tone, drawing = "asked", "quiet", "pause"
    elif entry.group is Group.SENDING:
        stuck = entry.parcel is not None and needs_a_person(entry.parcel)
        words, tone, drawing = state_words(entry), "danger" if stuck else "", "danger" if stuck else "send"
    elif entry.group is Group.DONE:
        delivered = entry.parcel is not None or entry.case.state is CaseState.COMPLETED
        words, tone, drawing = state_words(entry), "good" if delivered else "quiet", "check-circle"
        drawing = drawing if delivered else "back"
    else:
        drawing = {"danger": "danger", "watch": "warning"}.get(tone, drawing)
    token = tone or "text"
    mark = pixmap(theme, drawing, token, 16, painter.device().devicePixelRatioF())
    left, width = area.left() + theme.px(14), theme.px(122)
    painter.drawPixmap(left, area.center().y() - theme.px(8) + 1, mark)
    box = QRect(left + theme.px(24), area.top(), width - theme.px(22), area.height())
    _say(painter, theme, box, words, token, 13, bold=True, wrap=True)
    return left + width + theme.px(10)


def _words(painter: QPainter, theme: Theme, area: QRect, entry: Entry, now: datetime) -> None:
    case = entry.case
    gap = theme.px(9)
    upper = QRect(area.left(), area.top() + gap, area.width(), area.height() // 2 - gap + 2)
    lower = QRect(area.left(), area.center().y() + 1, area.width(), area.height() // 2 - gap + 2)
    title = case.title or f"{specialty_words(case)} · {scenario_words(case)}"
    _say(painter, theme, upper, title, "text", 13, bold=True)
    person = f"{case.patient.name}   {sex_and_age(case.patient, now.date())}"
    who = f"{person}   ·   {specialty_words(case)}   ·   {scenario_words(case)}"
    _say(painter, theme, lower, who, "quiet", 12)


def _progress(painter: QPainter, theme: Theme, area: QRect, entry: Entry) -> int:
    """What is here, as a word with a symbol, and a bar while it comes; the right edge of what stands before it."""
    width = theme.px(132)
    box = QRect(area.right() - width - theme.px(14), area.top(), width, area.height())
    words, token, drawing = _here(entry)
    mark = pixmap(theme, drawing, token, 14, painter.device().devicePixelRatioF())
    painter.drawPixmap(box.left(), box.center().y() - theme.px(7), mark)
    _say(painter, theme, box.adjusted(theme.px(20), 0, 0, 0), words, token, 12)
    if entry.fetching and entry.holding.promised:
        track = QRectF(box.left(), area.bottom() - theme.px(11), width, 3)
        painter.fillRect(track, theme.colour("line"))
        share = min(1.0, entry.holding.present / entry.holding.promised)
        painter.fillRect(QRectF(track.left(), track.top(), track.width() * share, 3), theme.colour("accent"))
    return box.left() - theme.px(10)


def _here(entry: Entry) -> tuple[str, str, str]:
    here = entry.holding
    if entry.fetching:
        return f"{here.present} of {here.promised or '…'}", "text", "download"
    if here.complete:
        return "offline-ready", "good", "check-circle"
    if here.troubled:
        return troubled_words(here), "watch", "warning"
    if here.present:
        return f"{here.present} of {here.promised or '…'} here", "watch", "half"
    return "not fetched", "quiet", "circle"


def _say(  # noqa: PLR0917 - painters pass what they paint with
    painter: QPainter,
    theme: Theme,
    box: QRect,
    words: str,
    token: str,
    size: int,
    *,
    bold: bool = False,
    wrap: bool = False,
) -> None:
    font = QFont(theme.family)
    font.setPixelSize(theme.px(size))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(QColor(theme.colours[token]))
    shown = plain(words, 200)
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    if wrap:
        painter.drawText(box, int(align | Qt.TextFlag.TextWordWrap), shown)
    else:
        painter.drawText(
            box, int(align), painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, box.width())
        )
