"""Signing in at the central service: its address, a private authority, the system browser; or working offline."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from workstation.desktop.controls import become_screen, button, column, frame, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel

WAITING = "The browser is open for the sign-in. Come back here when it says you may close it."


class SignInScreen(QWidget):
    """Asks where the service is and signs in there through the browser."""

    sign_in_requested = Signal(str, str)
    cancelled = Signal()
    offline_requested = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        become_screen(self, "sign-in-screen")
        self._sign = PlainLabel()
        look.adorn(self._sign, "server", "accent", 28)
        self._address = _line("sign-in-address", "Address of the central service", "https://service.example/fhir")
        self._authority = _line(
            "sign-in-authority", "Private certificate authority (PEM file)", "only where it is needed"
        )
        self._words = PlainLabel(wrap=True, name="sign-in-words")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._go = button("Sign in with the browser", name="sign-in-go", kind="primary", keys="⏎", chosen=self._ask)
        self._stop = button("Cancel", name="sign-in-cancel", keys="Esc", chosen=self.cancelled.emit)
        self._offline = button(
            "Work offline", name="sign-in-offline", kind="quiet", tip="With the cases on this computer",
            chosen=self.offline_requested.emit,
        )  # fmt: skip
        self.setFocusProxy(self._address)  # Enter signs in from there
        self._address.returnPressed.connect(self._ask)
        self._authority.returnPressed.connect(self._ask)
        card = frame("panel", "sign-in-card")
        look.measure(card, QWidget.setFixedWidth, 460)
        card.setLayout(
            column(
                self._sign,
                PlainLabel("Sign in", tone="title"),
                PlainLabel(
                    "Your browser asks for name and password; this program never sees them. "
                    "The certificate of the service is always checked.",
                    tone="quiet",
                    wrap=True,
                ),
                4,
                PlainLabel("Address of the central service", tone="small"),
                self._address,
                PlainLabel("Private certificate authority (PEM file), if the service has one", tone="small"),
                self._authority,
                self._busy,
                self._words,
                row(self._go, self._stop, None, self._offline),
                spacing=8,
                margins=(28, 28, 28, 24),
            )
        )
        self.setLayout(column(None, row(None, card, None), None, None))
        self.say("")

    def prepare(self, address: str, authority: str, *, may_work_offline: bool) -> None:
        """Show what is configured."""
        self._address.setText(address)
        self._authority.setText(authority)
        self._offline.setVisible(may_work_offline)
        self.say("")
        self._address.setFocus()

    def say(self, words: str, *, busy: bool = False) -> None:
        """Tell why the sign-in did not work, or that the browser has it."""
        self._words.say(words, "quiet" if busy else "danger")
        self._words.setVisible(bool(words))
        self._busy.setVisible(busy)
        self._stop.setVisible(busy)
        self._go.setVisible(not busy)
        for part in (self._address, self._authority, self._offline):
            part.setEnabled(not busy)

    def _ask(self) -> None:
        self.sign_in_requested.emit(self._address.text(), self._authority.text())


def _line(name: str, title: str, example: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setAccessibleName(title)
    line.setPlaceholderText(example)
    return line
