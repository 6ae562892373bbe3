"""What the window remembers between two starts: its place on each set of screens, its splitters, the worklist's filter.

It is needed before the store is unlocked and holds nothing of any case, so it rests in plain beside the store.
"""

import json
import logging
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

FILE = "window.json"
_log = logging.getLogger(__name__)


class WindowMemory:
    """Small texts by name, kept in ``path`` when ``keep`` is called; without a path they live as long as the window."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._texts = _read(path) if path is not None else {}

    def text(self, name: str) -> str:
        """What was noted under this name, or ""."""
        return self._texts.get(name, "")

    def note(self, name: str, text: str) -> None:
        """Note a text; it is kept with the next ``keep``."""
        self._texts[name] = text

    def place(self, window: QMainWindow) -> bool:
        """Put the window where it was on these screens; whether it was ever there."""
        known = self.text(f"window {_screens()}")
        return bool(known) and window.restoreGeometry(_bytes(known))

    def divide(self, screen: QWidget) -> None:
        """Divide the splitters of a screen as they were on these screens, once, and note every later move."""
        for splitter in screen.findChildren(QSplitter):
            name = f"{splitter.objectName()} {_screens()}"
            if splitter.property("remembered") == name:
                continue
            splitter.setProperty("remembered", name)
            if self.text(name):
                splitter.restoreState(_bytes(self.text(name)))
            splitter.splitterMoved.connect(lambda *_, part=splitter: self._moved(part))

    def keep(self, window: QMainWindow) -> None:
        """Note where the window is and write everything down; a failure costs only comfort."""
        self.note(f"window {_screens()}", _text(window.saveGeometry()))
        if self._path is None or not self._path.parent.is_dir():
            return
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(self._texts, indent=1, sort_keys=True), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as failure:
            _log.warning("the window's place could not be kept: %s", type(failure).__name__)

    def _moved(self, splitter: QSplitter) -> None:
        self.note(str(splitter.property("remembered")), _text(splitter.saveState()))


def _read(path: Path) -> dict[str, str]:
    """Whatever cannot be read counts as nothing remembered."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    plain = kept if isinstance(kept, dict) else {}
    return {name: text for name, text in plain.items() if isinstance(text, str)}


def _screens() -> str:
    """The set of screens: sizes, places and scales."""
    shown = []
    for screen in QGuiApplication.screens():
        area = screen.geometry()
        shown.append(f"{area.width()}x{area.height()}{area.x():+}{area.y():+}@{screen.devicePixelRatio():g}")
    return " ".join(sorted(shown))


def _text(state: QByteArray) -> str:
    return state.toBase64().toStdString()


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))
