"""The offer: a small card beside the window with the demo's credential, and a button that plays the whole job."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.demo.player import Player, Story
from workstation.demo.stage import PASSPHRASE, Stage
from workstation.demo.story import from_the_worklist, sign_in

HUMAN_PAUSE_MS = 350
WORDS = (
    "Everything here is the real program; only the patients are invented and the service runs on this computer. "
    "Work through it yourself, or watch the whole job being played by mouse and keys."
)
SIGNING_IN = "Signing you in. The worklist opens in a moment."
SIGNED_IN = "You are signed in."
PLAYING = "Playing. Hands off the mouse until it says so."
DELIVERED = "Delivered and verified. The window is yours again."
_BESIDE_FILTERS, _ABOVE_EDGE = 240, 80


class Offer(QWidget):
    """Stays on top of the window; closing it ends nothing."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.window, Qt.WindowType.Tool)
        self._stage = stage
        self.setObjectName("demo-offer")
        self.setWindowTitle("Demo")
        account = stage.service.specialist
        words = QLabel(WORDS)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        facts = QFormLayout()
        for title, text in (
            ("Passphrase for this computer", PASSPHRASE),
            ("Address of the service", stage.service.fhir_url),
            ("Credential (PKCS#12)", str(account.credential)),
            ("Its passphrase", account.passphrase),
        ):
            facts.addRow(title, _copyable(title, text))
        self._told = QLabel("")
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self._play = QPushButton("Play the whole job")
        self._play.setObjectName("demo-play")
        self._play.clicked.connect(self._start)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._play)
        whole = QVBoxLayout(self)
        whole.addWidget(words)
        whole.addLayout(facts)
        whole.addWidget(self._told)
        whole.addLayout(buttons)
        self.setMinimumWidth(460)

    def begin(self) -> None:
        """Lie below the cases, and bring the window to its worklist as a person would: passphrase, address, browser."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        self.move(room.left() + _BESIDE_FILTERS, room.bottom() - self.height() - _ABOVE_EDGE)
        self._run(sign_in(self._stage), SIGNING_IN, SIGNED_IN)
        self._player.finished.connect(lambda: self._play.setEnabled(True))

    def _start(self) -> None:
        self._stage.window.activateWindow()
        self._run(from_the_worklist(self._stage), PLAYING, DELIVERED)

    def _run(self, story: Story, during: str, after: str) -> None:
        self._play.setEnabled(False)
        self._told.setText(during)
        self._player = Player(story, pause_ms=HUMAN_PAUSE_MS, parent=self)
        self._player.finished.connect(lambda: self._told.setText(after))
        self._player.failed.connect(lambda why: self._told.setText(f"The player stopped: {why}"))
        self._player.start()


def _copyable(title: str, text: str) -> QLineEdit:
    line = QLineEdit(text)
    line.setReadOnly(True)
    line.setAccessibleName(title)
    line.setToolTip("Click to copy")
    line.selectionChanged.connect(lambda: QApplication.clipboard().setText(text))
    return line
