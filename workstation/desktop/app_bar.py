"""The bar of the whole program: where one is, what is ready for the road, who is signed in, and the lock."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton

from workstation.desktop.controls import button, row, tool_button
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.worklist_entries import Entry, Group
from workstation.outbox.states import needs_a_person

SCREENS = (("worklist", "Worklist", "worklist"), ("outbox", "Outbox", "outbox"), ("settings", "Settings", "settings"))


class AppBar(QFrame):
    """``screen_chosen`` carries ``worklist``, ``outbox`` or ``settings``."""

    screen_chosen = Signal(str)
    lock_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("app-bar")
        self.setProperty("role", "bar")
        self._look = look
        self._group = QButtonGroup(self)
        self._screens = {name: self._screen(name, title, drawing) for name, title, drawing in SCREENS}
        self._ready = PlainLabel(tone="good", name="bar-ready")
        self._fetching = PlainLabel(name="bar-fetching")
        self._unplug = PlainLabel(name="bar-unplug")
        self._online = PlainLabel(tone="quiet", name="bar-online")
        self._who = PlainLabel(tone="quiet", name="bar-who")
        self._sign_in = button("Sign in", name="bar-sign-in", chosen=self.sign_in_requested.emit)
        lock = tool_button(look, "lock", "Lock", name="bar-lock", keys="Ctrl+L", chosen=self.lock_requested.emit)
        self.setLayout(
            row(
                *self._screens.values(), None, self._ready, self._fetching, self._unplug, 8, self._online, self._who,
                self._sign_in, lock, spacing=10, margins=(8, 5, 8, 5),
            )
        )  # fmt: skip

    def show_screen(self, name: str) -> None:
        """Mark where one is."""
        if name in self._screens:
            self._screens[name].setChecked(True)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Say what can be read without a network and what is still on its way."""
        ready = sum(entry.holding.complete for entry in entries)
        fetching = sum(entry.fetching for entry in entries)
        unsent = [entry for entry in entries if entry.group is Group.SENDING]
        stuck = sum(entry.parcel is not None and needs_a_person(entry.parcel) for entry in unsent)
        self._ready.setText(f"● offline-ready {ready}" if ready else "")
        self._ready.setVisible(bool(ready))
        self._fetching.setText(f"↓ {fetching}")
        self._fetching.setVisible(bool(fetching))
        self._unplug.say(*safe_to_unplug(fetching=fetching, sending=len(unsent) - stuck))
        self._screens["outbox"].setText(f"Outbox  {len(unsent)}" if unsent else "Outbox")

    def show_connection(self, words: str, tone: str) -> None:
        """Say whether the service can be reached, and since when not."""
        self._online.say(words, tone)

    def show_specialist(self, name: str, *, signed_in: bool) -> None:
        """Say who works here."""
        self._who.setText(name)
        self._sign_in.setVisible(not signed_in)

    def _screen(self, name: str, title: str, drawing: str) -> QPushButton:
        made = button(title, name=f"go-{name}", kind="quiet", chosen=lambda: self.screen_chosen.emit(name))
        made.setCheckable(True)
        self._look.dress(made, drawing, "quiet")
        self._group.addButton(made)
        return made


def safe_to_unplug(*, fetching: int, sending: int) -> tuple[str, str]:
    """(words, tone): may the network be taken away now?"""
    if fetching:
        return "↓ keep the network: cases are arriving", "watch"
    if sending:
        return "↑ keep the network: an opinion is being sent", "watch"
    return "✓ safe to unplug", "good"
