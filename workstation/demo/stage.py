"""The stage: the embedded service outside, a data folder of its own, the real window, and where results are left."""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QApplication

from workstation.demo import browser
from workstation.demo.player import Until
from workstation.desktop.main_window import MainWindow
from workstation.sandbox.running import RunningSandbox, spawn

PASSPHRASE = "a demo needs no secret"  # noqa: S105 - it is shown to whoever starts the demo


@dataclass(slots=True, kw_only=True)
class Outside:
    """The world outside the window: a service that can be reached, or not for a while, and a browser.

    Attributes:
        early: the service is there when its first sample case is; the others are painted meanwhile.
    """

    data: Path
    folders: Sequence[Path] = ()
    say: Callable[[str], None] = lambda _words: None
    early: bool = True
    running: RunningSandbox | None = None
    _starting: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> RunningSandbox:
        """Start the service, or start it again with what it held; returns when there is something to read."""
        samples = () if self.folders else None
        self.running = spawn(self.data, cases=samples, folders=self.folders, early=self.early, progress=self.say)
        return self.running

    def stop(self) -> None:
        """Let the service be unreachable."""
        if self.running is not None:
            self.running.stop()

    def start_again(self) -> Until:
        """Start the service from another thread; what to wait for."""
        self._starting = threading.Thread(target=self.start, name="service starts", daemon=True)
        self._starting.start()
        return Until(what="the service back", seen=self._is_back, seconds=120)

    def open_browser(self, address: str) -> bool:
        """Play the system browser: a person signs in there."""
        assert self.running is not None
        account = self.running.specialist
        browser.sign_in(address, account.username, account.password)
        return True

    def _is_back(self) -> bool:
        return self._starting is not None and not self._starting.is_alive()


@dataclass(slots=True, kw_only=True)
class Stage:
    """What a story plays on.

    Attributes:
        window: the real window.
        outside: the embedded service and the browser.
        case: the sample's name, or the folder's name.
        out: where screens and documents are left; None leaves nothing.
        middle: measure in the middle of the largest volume instead of at the sample's lesion.
    """

    window: MainWindow
    outside: Outside
    case: str
    out: Path | None
    middle: bool = False

    def picture(self, name: str) -> None:
        """Leave a picture of the window as it stands."""
        if self.out is None:
            return
        folder = self.out / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        QApplication.processEvents()  # what was just clicked is painted before it is pictured
        self.window.grab().save(str(folder / f"{name}.png"))

    @property
    def service(self) -> RunningSandbox:
        """The running service."""
        assert self.outside.running is not None
        return self.outside.running


def tell(words: str) -> None:
    """Say a line to whoever started the demo."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
