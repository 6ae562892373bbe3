"""The worklist: filters on the left, cases by urgency in the middle, the chosen case on the right."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSplitter, QStackedLayout, QWidget

from workstation.desktop.case_panel import CasePanel
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import become_screen, button, column, frame, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.worklist_entries import Entry, Group, ordered
from workstation.desktop.worklist_list import CaseList

EMPTY = {
    Group.MINE: "No case is yours to read.\nAccepted cases stand here, the most urgent first. Look under New.",
    Group.NEW: "Nothing new.\nA case that the service assigns to you appears here by itself; F5 looks now.",
    Group.WAITING: "Nothing is waiting.\nA case stands here while the patient or referrer answers your question.",
    Group.SENDING: "Everything signed is delivered.\nA signed opinion stands here until the service provably has it.",
    Group.DONE: "Nothing delivered yet.\nDelivered opinions and their receipts stay here.",
}


class WorklistScreen(QWidget):
    """Shows entries; says what the reader wants done."""

    refresh_requested = Signal()

    def __init__(self, look: Look, clock: Callable[[], datetime]) -> None:
        super().__init__()
        become_screen(self, "worklist-screen")
        self._look = look
        self._clock = clock
        self._entries: Sequence[Entry] = ()
        self._group = Group.MINE
        self._moved = False
        self.list = CaseList(look, clock)
        self.panel = CasePanel(look)
        self._filters = {group: self._filter(group) for group in Group}
        self._empty = PlainLabel(tone="quiet", wrap=True, name="worklist-empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._ground = frame("ground", "worklist-middle")
        self._middle = QStackedLayout(self._ground)
        self._middle.addWidget(self.list)
        self._middle.addWidget(self._empty)
        self.commands = Commands(self)
        self._arrange()
        self._bind()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these cases; the chosen one stays chosen."""
        self._entries = ordered(entries)
        for group, control in self._filters.items():
            number = sum(entry.group is group for entry in self._entries)
            control.setText(f"{group.value}   {number}" if number else group.value)
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
        entry = next((entry for entry in self._entries if entry.case.id == case_id), None)
        if entry is None:
            return False
        self._group = entry.group
        self._show_group()
        return self.list.choose(case_id)

    def show_group(self, group: Group) -> None:
        """Let only one group through."""
        self._moved = True
        self._group = group
        self._show_group()

    def entries_of(self, group: Group) -> list[Entry]:
        """The cases of one group, most urgent first."""
        return [entry for entry in self._entries if entry.group is group]

    def entry(self, case_id: str) -> Entry | None:
        """The line of a case."""
        return next((entry for entry in self._entries if entry.case.id == case_id), None)

    def leave(self) -> bool:
        """Esc: close what is open here; whether there was something."""
        return self.panel.leave_forms()

    def _arrange(self) -> None:
        self.panel.setMinimumWidth(self._look.theme.px(300))
        side = frame("side", "worklist-filters")
        side.setFixedWidth(self._look.theme.px(168))
        refresh = button(
            "Look for new cases", name="worklist-refresh", kind="quiet", keys="F5", chosen=self.refresh_requested.emit
        )
        side.setLayout(column(*self._filters.values(), None, refresh, spacing=2, margins=(8, 12, 8, 12)))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("worklist-split")
        split.setHandleWidth(4)
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
        self.commands.add(
            Command(name="refresh", title="Look for new cases", keys="F5", act=self.refresh_requested.emit),
            Command(name="accept", title="Accept the chosen case", keys="A", act=self.panel.begin_accept),
            Command(name="hand-back", title="Hand the chosen case back", keys="H", act=self.panel.begin_hand_back),
            Command(name="identity", title="Whose images are these?", keys="W", act=self.panel.ask_identity),
            Command(name="open", title="Open the chosen case", keys="Ctrl+Return", act=self.panel.open),
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

    def _shown(self) -> list[Entry]:
        return [entry for entry in self._entries if entry.group is self._group]

    def _show_group(self) -> None:
        self._filters[self._group].setChecked(True)
        chosen = self.list.chosen()
        shown = self._shown()
        self.list.entries.show_entries(shown)
        self._empty.setText(EMPTY[self._group])
        self._middle.setCurrentWidget(self.list if shown else self._empty)
        if shown and not (chosen is not None and self.list.choose(chosen.case.id)):
            self.list.choose(shown[0].case.id)
        self._show_chosen()

    def _show_chosen(self) -> None:
        entry = self.list.chosen()
        if entry is None or not self._shown():
            self.panel.clear()
        else:
            self.panel.show_entry(entry, self._clock())
