"""The first screen: make a passphrase, or unlock with it; nothing of any case is behind it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from workstation.desktop.controls import become_screen, button, column, frame, restyle, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel

if TYPE_CHECKING:
    from workstation.storage.store import Lockwork

SHORTEST = 10


class GateScreen(QWidget):
    """Asks for a passphrase. Signals say what the reader wants; the window does it."""

    creation_requested = Signal(str)
    unlock_requested = Signal(str)
    keyring_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        become_screen(self, "gate-screen")
        self._creating = False
        self._sign = PlainLabel(name="gate-sign")
        look.adorn(self._sign, "lock", "accent", 28)
        self._title = PlainLabel(tone="title", name="gate-title")
        self._text = PlainLabel(tone="quiet", wrap=True, name="gate-text")
        self._first = _secret("gate-passphrase", "Passphrase")
        self._again = _secret("gate-passphrase-again", "The same passphrase again")
        self._words = PlainLabel(wrap=True, tone="danger", name="gate-words")
        self._go = button("Unlock", name="gate-go", kind="primary", keys="⏎", chosen=self._ask)
        self._keyring = button(
            "Use this computer's keyring", name="gate-keyring", kind="quiet", chosen=self.keyring_requested.emit
        )
        self._first.returnPressed.connect(self._ask)
        self._again.returnPressed.connect(self._ask)
        card = frame("panel", "gate-card")
        look.measure(card, QWidget.setFixedWidth, 420)
        card.setLayout(
            column(
                self._sign, self._title, self._text, 4, self._first, self._again, self._words,
                row(self._go, None, self._keyring),
                spacing=10, margins=(28, 28, 28, 24),
            )
        )  # fmt: skip
        self.setLayout(column(None, row(None, card, None), None, None))

    def prepare(self, lockwork: "Lockwork", *, locked: bool = False, who: str = "") -> None:
        """Show what the data folder needs: a new passphrase, or the one it has."""
        self._creating = not lockwork.exists
        self._title.setText(_title(creating=self._creating, locked=locked))
        self._text.setText(_text(creating=self._creating, locked=locked, who=who))
        self._again.setVisible(self._creating)
        self._keyring.setVisible(lockwork.by_keyring and not locked)
        self._go.setText("Encrypt and begin" if self._creating else "Unlock")
        for line in (self._first, self._again):
            line.clear()
        self.say("")
        self._first.setFocus()

    def say(self, words: str, *, busy: bool = False) -> None:
        """Tell why it did not open, or that it is being opened."""
        self._words.say(words, "quiet" if busy else "danger")
        self._words.setVisible(bool(words))
        for part in (self._go, self._first, self._again, self._keyring):
            part.setEnabled(not busy)
        restyle(self._first, "refused", "true" if words and not busy else "false")
        if words and not busy:
            self._first.selectAll()
            self._first.setFocus()

    def _ask(self) -> None:
        passphrase = self._first.text()
        if not self._creating:
            self.unlock_requested.emit(passphrase)
        elif len(passphrase) < SHORTEST:
            self.say(f"A passphrase has at least {SHORTEST} characters. A short sentence is easy to keep in mind.")
        elif passphrase != self._again.text():
            self.say("The two passphrases differ. Type the same one twice.")
        else:
            self.creation_requested.emit(passphrase)


def _secret(name: str, title: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setAccessibleName(title)
    line.setPlaceholderText(title)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    return line


def _title(*, creating: bool, locked: bool) -> str:
    if creating:
        return "Protect this computer's cases"
    return "Locked" if locked else "Second Opinion"


def _text(*, creating: bool, locked: bool, who: str) -> str:
    if creating:
        return (
            "Everything received is encrypted on this disk from the first byte. Choose the passphrase that opens it. "
            "It works without a network, and nobody can restore it for you."
        )
    if locked:
        return f"{who}\nYour work is saved. The passphrase brings you back to where you were.".strip()
    return "The cases on this computer are encrypted. Unlocking needs no network."
