"""The outbox: what was signed and is on its way, and the receipts of what arrived."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import become_screen, button, column, emptied, row, scrolled
from workstation.desktop.look import Look
from workstation.desktop.parcel_card import ParcelCard
from workstation.desktop.plain_text import PlainLabel
from workstation.outbox.parcel import Parcel
from workstation.outbox.states import ON_ITS_WAY

WIDTH = 980
EMPTY = (
    "Nothing was signed yet.\nA signed opinion appears here with every step of its way, "
    "and its receipt once the service provably has it."
)


class OutboxScreen(QWidget):
    """One card a parcel, the newest first."""

    again_requested = Signal(str)
    send_requested = Signal()
    next_case_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        become_screen(self, "outbox-screen")
        self._look = look
        self._cards: dict[str, ParcelCard] = {}
        self._order: list[str] = []
        self._empty = PlainLabel(EMPTY, tone="quiet", wrap=True, name="outbox-empty")
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        inner = QWidget()
        look.measure(inner, QWidget.setMaximumWidth, WIDTH)
        self._send = button("Send now", name="outbox-send", keys="F5", chosen=self.send_requested.emit)
        following = button(
            "Next case", name="outbox-next-case", kind="primary", keys="Ctrl+⏎", chosen=self.next_case_requested.emit
        )
        head = row(PlainLabel("Outbox", tone="title"), None, self._send, following)
        inner.setLayout(column(head, 8, self._empty, self._list, None, spacing=8, margins=(0, 24, 0, 24)))
        sheet = QWidget()
        centred = row(None, inner, None, margins=(24, 0, 24, 0))
        centred.setStretch(1, 100)
        sheet.setLayout(centred)
        self.setLayout(column(scrolled(sheet, "outbox-scroll"), spacing=0))
        self.commands = Commands(self)
        self.commands.add(
            Command(name="send", title="Send now", keys="F5", act=self.send_requested.emit),
            Command(
                name="next-case", title="Open the next case", keys="Ctrl+Return", act=self.next_case_requested.emit
            ),
        )

    def show_parcels(self, parcels: Sequence[Parcel], titles: Mapping[str, str]) -> None:
        """Show these parcels; ``titles`` are words by case id."""
        newest_first = list(reversed(parcels))
        self._empty.setVisible(not newest_first)
        self._send.setVisible(any(parcel.state in ON_ITS_WAY for parcel in parcels))
        if [parcel.id for parcel in newest_first] != self._order:
            emptied(self._list)
            self._cards.clear()
            self._order = [parcel.id for parcel in newest_first]
            for number, parcel in enumerate(newest_first, start=1):
                self._add(parcel, titles.get(parcel.case_id, f"case {parcel.case_id}"), number)
        for parcel in newest_first:
            self._cards[parcel.id].show_parcel(parcel, "")

    def show_step(self, parcel: Parcel, sentence: str) -> None:
        """Show what happens to one parcel just now."""
        card = self._cards.get(parcel.id)
        if card is not None:
            card.show_parcel(parcel, sentence)

    def _add(self, parcel: Parcel, title: str, number: int) -> None:
        card = ParcelCard(parcel, title, self._look, number)
        card.again_requested.connect(self.again_requested)
        self._cards[parcel.id] = card
        self._list.addWidget(card)
