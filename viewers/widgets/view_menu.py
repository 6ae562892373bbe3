"""The menu under a right click: what fits the thing under it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from viewers.display.presets import Preset
from viewers.widgets.tools import Action

_ON_MARK = ((Action.CITE, "Cite in the opinion\tEnter"), (Action.DELETE, "Delete\tDel"))
_ON_PICTURE = (
    (Action.FIT, "Fit\tF"),
    (Action.RESET, "Reset view\tShift+Esc"),
    (Action.ROTATE, "Rotate\tR"),
    (Action.FLIP, "Flip\tShift+F"),
    (Action.INVERT, "Invert\tShift+I"),
    (Action.KEY_IMAGE, "Key image\tK"),
    (Action.MAXIMISE, "This view alone\tX"),
)


class ViewMenu(QMenu):
    """A menu that destroys itself when it closes. Signals: ``action_chosen(Action)``, ``preset_chosen(str)``."""

    action_chosen = Signal(object)
    preset_chosen = Signal(str)

    def __init__(self, parent: QWidget, *, presets: tuple[Preset, ...], on_mark: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if on_mark:
            self._offer(_ON_MARK)
            self.addSeparator()
        if presets:
            self._offer_windows(presets)
        self._offer(_ON_PICTURE)

    def _offer_windows(self, presets: tuple[Preset, ...]) -> None:
        windows = self.addMenu("Window")
        for preset in presets:
            entry = windows.addAction(f"{preset.name}\t{preset.key}" if preset.key else preset.name)
            entry.triggered.connect(lambda _checked=False, chosen=preset.id: self.preset_chosen.emit(chosen))

    def _offer(self, entries: tuple[tuple[Action, str], ...]) -> None:
        for action, words in entries:
            entry = self.addAction(words)
            entry.triggered.connect(lambda _checked=False, chosen=action: self.action_chosen.emit(chosen))
