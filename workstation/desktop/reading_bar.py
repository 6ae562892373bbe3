"""The bar above the images: whose case, the tools, windows and layouts, and the way to the opinion and back."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QToolButton

from viewers.display.layout import Layout
from viewers.display.presets import Preset
from viewers.widgets.tools import TOOL_HINTS, Tool
from workstation.desktop.banner import IdentityBanner
from workstation.desktop.controls import row, rule, tool_button
from workstation.desktop.look import Look
from workstation.desktop.plain_text import plain

DRAWINGS = {
    Tool.WINDOW: "contrast",
    Tool.PAN: "pan",
    Tool.ZOOM: "zoom",
    Tool.SCROLL: "scroll",
    Tool.CROSSHAIR: "crosshair",
    Tool.LENGTH: "length",
    Tool.ELLIPSE: "ellipse",
    Tool.CIRCLE: "circle-roi",
}
LAYOUTS = {
    Layout.MPR_GRID: "Three planes in a grid",
    Layout.MPR_ROW: "Three planes in a row",
    Layout.SINGLE: "One plane",
}


class ReadingBar(QFrame):
    """Buttons and menus; the reading room hears what was chosen."""

    back_requested = Signal()
    tool_chosen = Signal(Tool)
    preset_chosen = Signal(str)
    layout_chosen = Signal(Layout)
    undo_requested = Signal()
    redo_requested = Signal()
    reset_requested = Signal()
    palette_requested = Signal()
    opinion_toggled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("reading-bar")
        self.setProperty("role", "bar")
        self._look = look
        self.banner = IdentityBanner()
        back = tool_button(
            look, "back", "Back to the worklist", name="reading-back", keys="Esc", chosen=self.back_requested.emit
        )
        self._tools = {tool: self._tool(tool) for tool in Tool}
        self._windows = self._menu("contrast", "Window", "reading-window", "1 to 9")
        self._layouts = self._menu("layout", "Layout", "reading-layout", "L")
        self._layout_actions = self._fill_layouts()
        undo = tool_button(look, "undo", "Undo", name="reading-undo", keys="Ctrl+Z", chosen=self.undo_requested.emit)
        redo = tool_button(look, "redo", "Redo", name="reading-redo", keys="Ctrl+Y", chosen=self.redo_requested.emit)
        reset = tool_button(
            look, "reset", "Reset the view", name="reading-reset", keys="Shift+Esc", chosen=self.reset_requested.emit
        )
        palette = tool_button(
            look, "search", "Find a command", name="reading-palette", keys="Ctrl+K", chosen=self.palette_requested.emit
        )
        self._opinion = tool_button(
            look, "panel-right", "Opinion beside the images", name="reading-opinion", keys="Ctrl+O", checkable=True,
            chosen=self.opinion_toggled.emit,
        )  # fmt: skip
        line = row(
            back, self.banner, None, *self._tools.values(), _gap(), self._windows, self._layouts, _gap(), undo, redo,
            reset, _gap(), palette, self._opinion, spacing=2, margins=(8, 4, 8, 4),
        )  # fmt: skip
        self.setLayout(line)

    def show_tool(self, tool: Tool) -> None:
        """Show which tool the left button has."""
        self._tools[tool].setChecked(True)

    def show_opinion(self, *, shown: bool) -> None:
        """Show whether the opinion stands beside the images."""
        self._opinion.setChecked(shown)

    def offer_presets(self, presets: Sequence[Preset]) -> None:
        """Offer the windows that make sense for what is shown."""
        menu = self._windows.menu()
        menu.clear()
        for preset in presets:
            action = QAction(plain(preset.name).replace("&", "&&"), menu)
            action.setObjectName(f"preset-{preset.id}")
            if preset.key:
                action.setText(f"{action.text()}\t{preset.key}")
            action.triggered.connect(lambda _checked=False, chosen=preset.id: self.preset_chosen.emit(chosen))
            menu.addAction(action)
        self._windows.setEnabled(bool(presets))

    def offers_preset(self, preset_id: str) -> bool:
        """Whether this window makes sense for what is shown."""
        offered = {action.objectName() for action in self._windows.menu().actions()}
        return self._windows.isEnabled() and f"preset-{preset_id}" in offered

    @property
    def offers_layouts(self) -> bool:
        """Whether what is shown has more than one layout."""
        return self._layouts.isEnabled()

    def show_layout(self, layout: Layout, *, volume: bool) -> None:
        """Show the layout in use; a clip or a single image has only one."""
        self._layouts.setEnabled(volume)
        self._layout_actions[layout].setChecked(True)

    def _tool(self, tool: Tool) -> QToolButton:
        made = tool_button(
            self._look, DRAWINGS[tool], TOOL_HINTS[tool], name=f"tool-{tool.value}", checkable=True,
            chosen=lambda: self.tool_chosen.emit(tool),
        )  # fmt: skip
        if not hasattr(self, "_group"):
            self._group = QButtonGroup(self)
        self._group.addButton(made)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _menu(self, drawing: str, title: str, name: str, keys: str) -> QToolButton:
        made = tool_button(self._look, drawing, title, name=name, keys=keys)
        made.setText(f"{title} ▾")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.setObjectName(f"{name}-menu")
        made.setMenu(menu)
        return made

    def _fill_layouts(self) -> dict[Layout, QAction]:
        menu, group = self._layouts.menu(), QActionGroup(self)
        made = {}
        for layout, words in LAYOUTS.items():
            action = QAction(words, menu)
            action.setObjectName(f"layout-{layout.value.replace(' ', '-')}")
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, chosen=layout: self.layout_chosen.emit(chosen))
            group.addAction(action)
            menu.addAction(action)
            made[layout] = action
        return made


def _gap() -> QFrame:
    made = rule(upright=True)
    made.setFixedHeight(20)
    return made
