"""What the hand does in a view, as commands: tools, actions, windows and layouts, with the keys that the view knows."""

from PySide6.QtCore import QEvent, QKeyCombination
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from viewers.display.presets import presets
from viewers.widgets.image_area import ImageArea
from viewers.widgets.tools import ACTION_KEYS, TOOL_HINTS, TOOL_KEYS, Action, Key
from workstation.desktop.commands import Command
from workstation.desktop.reading_bar import LAYOUTS, ReadingBar

_ELSEWHERE = (Action.UNDO, Action.REDO, Action.LEAVE)


def view_commands(images: ImageArea, bar: ReadingBar) -> tuple[Command, ...]:
    """Every tool, action, window and layout of the image area; their keys are told here and bound in the views."""
    return (*_tools(images), *_actions(images), *_windows(images, bar), *_layouts(images, bar))


def _tools(images: ImageArea) -> list[Command]:
    return [
        Command(
            name=f"tool-{tool.value}",
            title=f"Tool: {TOOL_HINTS[tool].rpartition(' (')[0]}",
            told=QKeySequence(key).toString(),
            act=lambda tool=tool: images.choose_tool(tool),  # type: ignore[misc]
            possible=images.isVisible,
        )
        for key, tool in TOOL_KEYS.items()
    ]


def _actions(images: ImageArea) -> list[Command]:
    first = {action: key for key, action in reversed(ACTION_KEYS.items()) if action not in _ELSEWHERE}
    return [
        Command(
            name=f"view-{action.name.lower()}",
            title=f"View: {action.value}",
            told=QKeySequence(QKeyCombination(key.modifiers, key.key)).toString(),
            act=lambda key=key: _press(images, key),  # type: ignore[misc]
            possible=lambda: images.isVisible() and images.active_view() is not None,
        )
        for action, key in reversed(first.items())
    ]


def _windows(images: ImageArea, bar: ReadingBar) -> list[Command]:
    return [
        Command(
            name=f"window-{preset.id}",
            title=f"Window: {preset.name}",
            told=preset.key,
            act=lambda chosen=preset.id: images.choose_preset(chosen),  # type: ignore[misc]
            possible=lambda chosen=preset.id: images.isVisible() and bar.offers_preset(chosen),  # type: ignore[misc]
        )
        for preset in presets()
    ]


def _layouts(images: ImageArea, bar: ReadingBar) -> list[Command]:
    return [
        Command(
            name=f"layout-{layout.value.replace(' ', '-')}",
            title=f"Layout: {words}",
            act=lambda layout=layout: images.choose_layout(layout),  # type: ignore[misc]
            possible=lambda: images.isVisible() and bar.offers_layouts,
        )
        for layout, words in LAYOUTS.items()
    ]


def _press(images: ImageArea, key: Key) -> None:
    """A key of the view does what it does, also when it is chosen by its words."""
    view = images.active_view()
    if view is not None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(view, QKeyEvent(kind, key.key, key.modifiers))
