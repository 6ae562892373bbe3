"""The menu under a right click: what fits the thing under it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from viewers.display.presets import presets_for
from viewers.measure.measurement import Measurement
from viewers.widgets.commands import perform
from viewers.widgets.tools import Action

if TYPE_CHECKING:
    from viewers.widgets.image_area import ImageArea

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


def view_menu(area: "ImageArea", mark: Measurement | None) -> QMenu:
    """The menu for a mark, or for the picture; it destroys itself when it closes."""
    menu = QMenu(area)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if mark is not None:
        _add(menu, area, _ON_MARK)
        menu.addSeparator()
    shown = area.display_set()
    if shown is not None and not shown.colour:
        view = area.active_view()
        picture = None if view is None else view.picture()
        windows = menu.addMenu("Window")
        for preset in presets_for(shown.unit if picture is None else picture.unit):
            entry = windows.addAction(f"{preset.name}\t{preset.key}" if preset.key else preset.name)
            entry.triggered.connect(lambda _checked=False, chosen=preset.id: area.choose_preset(chosen))
    _add(menu, area, _ON_PICTURE)
    return menu


def _add(menu: QMenu, area: "ImageArea", entries: tuple[tuple[Action, str], ...]) -> None:
    for action, words in entries:
        entry = menu.addAction(words)
        entry.triggered.connect(lambda _checked=False, chosen=action: perform(area, chosen))
