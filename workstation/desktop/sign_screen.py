"""Preview and sign: the very pages that will be signed, what is still open, the credential, and one button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QLineEdit, QProgressBar, QWidget

from workstation.desktop.banner import IdentityBanner
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import become_screen, button, column, frame, restyle, row, scrolled, tool_button
from workstation.desktop.document_view import DocumentView
from workstation.desktop.look import Look
from workstation.desktop.open_points import OpenPoints
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.soon import soon
from workstation.settings.choices import Choices

WIDTH = 400
CONFIRMATION = "SIGN"
CERTIFICATES = "Certificate files (*.p12 *.pfx);;All files (*)"


class SignScreen(QWidget):
    """Says what the reader wants; the signing desk does it. The passphrase leaves the field with the signal."""

    left = Signal()
    sign_requested = Signal(str, str, str, str)

    def __init__(self, look: Look, preview: DocumentView) -> None:
        super().__init__()
        become_screen(self, "sign-screen")
        self.preview = preview
        self.points = OpenPoints(look)
        self.banner = IdentityBanner()
        self._may = False
        back = tool_button(look, "back", "Back to the images", name="sign-back", keys="Esc", chosen=self.left.emit)
        bar = frame("bar")
        title = PlainLabel("Preview and sign", tone="heading")
        bar.setLayout(row(back, self.banner, None, title, None, spacing=8, margins=(8, 4, 16, 4)))
        self._file = button("Certificate file", name="sign-with-file", kind="segment", tip="PKCS#12")
        self._token = button("Card or token", name="sign-with-token", kind="segment", tip="PKCS#11")
        self._path = _line("sign-file", "Certificate file", "Your certificate file (.p12 or .pfx)")
        self._choose = button("Choose…", name="sign-choose-file", chosen=self._choose_file)
        self._module = _line("sign-module", "Library of the card", "Library of the card's maker (PKCS#11 module)")
        self._slot = _line("sign-slot", "Name of the card", "Name of the card or token")
        self._secret = _line("sign-passphrase", "Passphrase or PIN", "Passphrase or PIN; it is not kept")
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._meaning = PlainLabel(wrap=True, name="sign-meaning")
        self._typed = _line("sign-confirmation", "Confirmation", f"Type {CONFIRMATION}")
        self._told = PlainLabel(tone="danger", wrap=True, name="sign-told")
        self._needed = PlainLabel(tone="small", wrap=True, name="sign-needed")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._go = button("Sign and send", name="sign-go", kind="primary", keys="Ctrl+⏎", chosen=self._ask)
        for line in (self._path, self._module, self._slot):
            line.returnPressed.connect(self._secret.setFocus)
        self._secret.returnPressed.connect(self._typed.setFocus)
        self._typed.returnPressed.connect(self._ask)
        for line in (self._path, self._module, self._slot, self._secret, self._typed):
            line.textChanged.connect(lambda _text: self._update())
        side = frame("side-right", "sign-side")
        look.measure(side, QWidget.setFixedWidth, WIDTH)
        inner = QWidget()
        inner.setLayout(column(self.points, self._card(), None, spacing=12, margins=(14, 14, 14, 14)))
        foot = column(self._told, self._needed, self._busy, self._go, spacing=6, margins=(14, 8, 14, 14))
        side.setLayout(column(scrolled(inner, "sign-scroll"), foot, spacing=0))
        below = row(preview, side, spacing=0)
        below.setStretch(0, 1)
        whole = column(bar, below, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.commands = Commands(self)
        self.commands.add(
            Command(name="sign", title="Sign and send", keys="Ctrl+Return", act=self._ask, possible=lambda: self._may),
            Command(name="back", title="Back to the images", act=self.left.emit),
        )

    def prepare(self, choices: Choices, meaning: str, signer: str) -> None:
        """Show the credential that is configured and what the signature means; every field of secrets is empty."""
        by_token = choices.text("signing.credential") == "token"
        (self._token if by_token else self._file).setChecked(True)
        self._path.setText(choices.text("signing.file"))
        self._module.setText(choices.text("signing.module"))
        self._slot.setText(choices.text("signing.slot"))
        self._meaning.setText(f"“{meaning}”\n{signer}")
        self.forget_secrets()
        self._show_fields()
        self.say("")

    def be_ready(self, *, ready: bool) -> None:
        """Whether the pages on the left are those that would be signed and nothing is open."""
        self._may = ready
        self._update()
        if ready and self.isVisible():
            first = next((line for line in self._credential() if not line.text().strip()), self._secret)
            soon(self, first.setFocus)

    def say(self, words: str, *, busy: bool = False) -> None:
        """Tell why it was not signed, or that it is being signed."""
        self._told.say(words, "quiet" if busy else "danger")
        self._told.setVisible(bool(words))
        self._busy.setVisible(busy)
        for part in (self._path, self._module, self._slot, self._secret, self._typed, self._file, self._token):
            part.setEnabled(not busy)
        self._choose.setEnabled(not busy)
        self._say_what_is_needed()
        self._go.setEnabled(not busy and self._complete())

    def refuse_secret(self, words: str) -> None:
        """The credential was refused: say why, and let it be typed again."""
        self._secret.clear()
        self.say(words)
        restyle(self._secret, "refused", "true")
        self._secret.setFocus()

    def forget_secrets(self) -> None:
        """Empty what must not stay in a field."""
        self._secret.clear()
        self._typed.clear()
        restyle(self._secret, "refused", "false")

    def _card(self) -> QFrame:
        group = QButtonGroup(self)
        for choice in (self._file, self._token):
            choice.setCheckable(True)
            group.addButton(choice)
            choice.toggled.connect(lambda _checked: self._show_fields())
        card = frame("card", "sign-card")
        confirm = PlainLabel(f"Type {CONFIRMATION} to confirm that you mean this:", tone="small", wrap=True)
        parts = (
            PlainLabel("Credential", tone="strong"),
            row(self._file, self._token, None, spacing=4),
            row(self._path, self._choose, spacing=4),
            self._module,
            self._slot,
            PlainLabel("Passphrase or PIN, asked at every signing", tone="small"),
            self._secret,
            4,
            PlainLabel("What the signature means", tone="strong"),
            self._meaning,
            confirm,
            self._typed,
        )
        card.setLayout(column(*parts, spacing=6, margins=(12, 10, 12, 12)))
        return card

    def _show_fields(self) -> None:
        by_token = self._token.isChecked()
        self._path.setVisible(not by_token)
        self._choose.setVisible(not by_token)
        self._module.setVisible(by_token)
        self._slot.setVisible(by_token)
        self._update()

    def _credential(self) -> tuple[QLineEdit, ...]:
        """The lines that say which credential it is."""
        return (self._module, self._slot) if self._token.isChecked() else (self._path,)

    def _lacking(self) -> list[str]:
        lines = [line.accessibleName().lower() for line in self._credential() if not line.text().strip()]
        lines += [] if self._secret.text() else ["its passphrase or PIN"]
        return lines + ([] if self._typed.text().strip().upper() == CONFIRMATION else [f"the word {CONFIRMATION}"])

    def _complete(self) -> bool:
        return self._may and not self._lacking()

    def _update(self) -> None:
        if not self._busy.isVisible():
            self._go.setEnabled(self._complete())
        self._say_what_is_needed()

    def _say_what_is_needed(self) -> None:
        """A button that cannot be pressed says why."""
        lacking = self._lacking() if self._may and not self._busy.isVisible() else []
        self._needed.setText(f"Still needed: {', '.join(lacking)}." if lacking else "")
        self._needed.setVisible(bool(lacking))

    def _choose_file(self) -> None:
        asked = QFileDialog(self, "Your certificate file", self._path.text(), CERTIFICATES)
        asked.setFileMode(QFileDialog.FileMode.ExistingFile)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(self._path.setText)
        asked.fileSelected.connect(lambda _path: self._secret.setFocus())
        asked.open()

    def _ask(self) -> None:
        if not self._complete() or self._busy.isVisible():
            return
        secret = self._secret.text()
        self.forget_secrets()
        kind = "token" if self._token.isChecked() else "file"
        first = self._module.text() if kind == "token" else self._path.text()
        self.sign_requested.emit(kind, first.strip(), self._slot.text().strip(), secret)


def _line(name: str, title: str, example: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setAccessibleName(title)
    line.setPlaceholderText(example)
    return line
