"""The worklist: filters on the left, cases by urgency in the middle, the chosen case on the right."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QPushButton, QSplitter, QStackedLayout, QWidget

from workstation.desktop.case_panel import CasePanel
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import StillCombo, become_screen, button, column, frame, row, rule
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel, tooltip
from workstation.desktop.worklist_entries import Entry, Group, Order, arranged, fits, ordered, time_left
from workstation.desktop.worklist_list import CaseList

EMPTY = {
    Group.MINE: "No case is yours to read.\nAccepted cases stand here, the most urgent first. Look under New.",
    Group.NEW: "Nothing new.\nA case that the service assigns to you appears here by itself; F5 looks now.",
    Group.WAITING: "Nothing is waiting.\nA case stands here while the patient or referrer answers your question.",
    Group.SENDING: "Everything signed is delivered.\nA signed opinion stands here until the service provably has it.",
    Group.DONE: "Nothing is finished yet.\nDelivered, handed-back and withdrawn cases stay here.",
}
NOT_FOUND = "No case has these words, in any group.\nEsc shows the list again."


class WorklistScreen(QWidget):
    """Shows entries; says what the reader wants done. ``arranged`` carries the group and the order that were chosen."""

    refresh_requested = Signal()
    arranged = Signal(str, str)

    def __init__(self, look: Look, clock: Callable[[], datetime]) -> None:
        super().__init__()
        become_screen(self, "worklist-screen")
        self._look = look
        self._clock = clock
        self._entries: Sequence[Entry] = ()
        self._group = Group.MINE
        self._order = Order.URGENT
        self._moved = False
        self._search = self._search_line()
        self._orders = self._order_choice()
        self.list = CaseList(look, clock)
        self.panel = CasePanel(look)
        self._filters = {group: self._filter(group) for group in Group}
        self._empty = PlainLabel(tone="quiet", wrap=True, name="worklist-empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._ground = frame("ground", "worklist-middle")
        self._middle = QStackedLayout()
        self.commands = Commands(self)
        self._arrange()
        self._bind()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these cases; the chosen one stays chosen."""
        self._entries = ordered(entries)
        for group, control in self._filters.items():
            self._count(group, control)
        if not self._moved and not self._shown():
            self._group = next((entry.group for entry in self._entries), Group.MINE)
        self._show_group()

    def update_entry(self, fresh: Entry) -> None:
        """Show one case anew, in its place."""
        self._entries = [fresh if entry.case.id == fresh.case.id else entry for entry in self._entries]
        self.list.entries.show_entries(self._shown())
        chosen = self.list.chosen()
        if chosen is not None and chosen.case.id == fresh.case.id:
            self.panel.show_entry(fresh, self._clock())

    def choose(self, case_id: str) -> bool:
        """Go to a case, in whatever group it stands; whether there is one."""
        entry = self.entry(case_id)
        if entry is None:
            return False
        self._search.clear()
        self._group = entry.group
        self._show_group()
        return self.list.choose(case_id)

    def show_group(self, group: Group) -> None:
        """Let only one group through."""
        self._moved = True
        self._group = group
        self._search.clear()
        self._show_group()
        self.arranged.emit(group.value, self._order.value)

    def arrange(self, group: str, order: str) -> None:
        """Show the group and the order that were chosen when the window was last open; other words change nothing."""
        if group in list(Group):
            self._moved, self._group = True, Group(group)
        if order in list(Order):
            self._order = Order(order)
            self._orders.setCurrentIndex(list(Order).index(self._order))
        self._show_group()

    def search(self) -> None:
        """Give the search line the keyboard."""
        self._search.setFocus()
        self._search.selectAll()

    def take_keyboard(self) -> None:
        """Give the list the keyboard, or the screen itself where no list is shown: its keys work then too."""
        (self.list if self._middle.currentWidget() is self.list else self).setFocus()

    def entries_of(self, group: Group) -> list[Entry]:
        """The cases of one group, most urgent first."""
        return [entry for entry in self._entries if entry.group is group]

    def entry(self, case_id: str) -> Entry | None:
        """The line of a case."""
        return next((entry for entry in self._entries if entry.case.id == case_id), None)

    def leave(self) -> bool:
        """Esc: close what is open here, then end the search; whether there was something."""
        if self.panel.leave_forms():
            return True
        searching = bool(self._search.text()) or self._search.hasFocus()
        self._search.clear()
        self.take_keyboard()
        return searching

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """In the search line the arrows move through the cases and Enter goes to them."""
        if watched is self._search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.take_keyboard()
                return True
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        self._look.measure(self.panel, QWidget.setMinimumWidth, 300)
        side = frame("side", "worklist-filters")
        self._look.measure(side, QWidget.setFixedWidth, 168)
        refresh = button(
            "Look for new cases", name="worklist-refresh", kind="quiet", keys="F5", chosen=self.refresh_requested.emit
        )
        side.setLayout(column(*self._filters.values(), None, refresh, spacing=2, margins=(8, 12, 8, 12)))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("worklist-split")
        split.setHandleWidth(4)
        head = row(self._search, None, self._orders, spacing=8, margins=(14, 8, 14, 8))
        self._ground.setLayout(column(head, rule(), self._middle, spacing=0))
        # Only now: a stacked layout shows its first widget, and without a parent that is a window of its own.
        self._middle.addWidget(self.list)
        self._middle.addWidget(self._empty)
        split.addWidget(self._ground)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        split.setSizes([1000, self._look.theme.px(440)])
        split.setChildrenCollapsible(False)
        whole = row(side, split, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _bind(self) -> None:
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())
        self.list.activated.connect(lambda _index: self.panel.open())
        self.panel.form_left.connect(self.take_keyboard)
        self.commands.add(
            Command(name="refresh", title="Look for new cases", keys="F5", act=self.refresh_requested.emit),
            Command(name="search", title="Search the cases", keys="/", act=self.search),
            Command(name="accept", title="Accept the chosen case", keys="A", act=self.panel.begin_accept),
            Command(name="hand-back", title="Hand the chosen case back", keys="H", act=self.panel.begin_hand_back),
            Command(name="fetch", title="Fetch the chosen case, or stop", keys="D", act=self.panel.toggle_fetch),
            Command(name="identity", title="Whose images are these?", keys="W", act=self.panel.ask_identity),
            Command(name="open", title="Open the chosen case", keys="Ctrl+Return", act=self.panel.answer),
            *(
                Command(
                    name=f"show-{group.name.lower()}",
                    title=f"Show: {group.value}",
                    keys=f"Ctrl+{number}",
                    act=lambda group=group: self.show_group(group),  # type: ignore[misc]
                )
                for number, group in enumerate(Group, start=1)
            ),
        )

    def _filter(self, group: Group) -> QPushButton:
        number = list(Group).index(group) + 1
        made = button(
            group.value, name=f"filter-{group.name.lower()}", kind="filter", keys=f"Ctrl+{number}",
            tip=f"Show: {group.value}", chosen=lambda: self.show_group(group),
        )  # fmt: skip
        made.setCheckable(True)
        if not hasattr(self, "_buttons"):
            self._buttons = QButtonGroup(self)
        self._buttons.addButton(made)
        return made

    def _search_line(self) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName("worklist-search")
        made.setAccessibleName("Search the cases")
        made.setPlaceholderText("Search name, birth date, number, title …  /")
        made.setToolTip(tooltip("Looks through every group  (/)"))
        self._look.measure(made, QWidget.setFixedWidth, 300)
        made.textChanged.connect(lambda _words: self._show_group())
        made.installEventFilter(self)
        return made

    def _order_choice(self) -> QComboBox:
        made = StillCombo()
        made.setObjectName("worklist-order")
        made.setAccessibleName("Order of the cases")
        made.setToolTip(tooltip("Order of the cases"))
        made.addItems([order.value for order in Order])
        made.activated.connect(lambda index: self._reorder(list(Order)[index]))
        return made

    def _reorder(self, order: Order) -> None:
        self._order = order
        self._show_group()
        self.take_keyboard()
        self.arranged.emit(self._group.value, order.value)

    def _count(self, group: Group, control: QPushButton) -> None:
        entries = self.entries_of(group)
        late = 0
        if group in (Group.MINE, Group.NEW):
            late = sum(bool(time_left(entry.case.deadline, self._clock())[1] == "danger") for entry in entries)
        words = f"{group.value}   {len(entries)}" if entries else group.value
        control.setText(f"{words}   ⚠ {late} late" if late else words)
        control.setAccessibleName(f"{group.value}: {len(entries)} cases{f', {late} late' if late else ''}")

    def _step(self, step: int) -> None:
        last = self.list.entries.rowCount() - 1
        line = self.list.currentIndex().row() + step
        self.list.setCurrentIndex(self.list.entries.index(max(0, min(last, line))))

    def _shown(self) -> list[Entry]:
        sought = self._search.text().strip()
        if sought:
            return arranged([entry for entry in self._entries if fits(entry, sought)], self._order)
        return arranged(self.entries_of(self._group), self._order)

    def _show_group(self) -> None:
        searching = bool(self._search.text().strip())
        self._mark_filter(None if searching else self._group)
        chosen = self.list.chosen()
        shown = self._shown()
        self.list.entries.show_entries(shown)
        self._empty.setText(NOT_FOUND if searching else EMPTY[self._group])
        listening = self.hasFocus() or self.list.hasFocus()
        self._middle.setCurrentWidget(self.list if shown else self._empty)
        if listening:
            self.take_keyboard()
        if shown and not (chosen is not None and self.list.choose(chosen.case.id)):
            self.list.choose(shown[0].case.id)
        self._show_chosen()

    def _mark_filter(self, shown: Group | None) -> None:
        """The filter that is in use; a search goes through every group, so none is."""
        self._buttons.setExclusive(False)
        for group, control in self._filters.items():
            control.setChecked(group is shown)
        self._buttons.setExclusive(True)

    def _show_chosen(self) -> None:
        entry = self.list.chosen()
        if entry is None or not self._shown():
            self.panel.clear()
        else:
            self.panel.show_entry(entry, self._clock())
