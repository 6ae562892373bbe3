"""Tools, actions and keys: what the hand can do in a view, as data."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt

from viewers.measure.measurement import MarkKind


class Tool(StrEnum):
    """What the left button does; the middle one always pans, the right one zooms, the wheel scrolls."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    SCROLL = "scroll"
    CROSSHAIR = "crosshair"
    LENGTH = "length"
    ELLIPSE = "ellipse"
    CIRCLE = "circle"


class Action(StrEnum):
    """What a key or a menu asks for, apart from tools and presets."""

    NEXT = "next image"
    PREVIOUS = "previous image"
    NEXT_TEN = "ten images on"
    PREVIOUS_TEN = "ten images back"
    FIRST = "first image"
    LAST = "last image"
    NEXT_SERIES = "next series"
    PREVIOUS_SERIES = "previous series"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    FIT = "fit"
    RESET = "reset view"
    ROTATE = "rotate"
    FLIP = "flip"
    INVERT = "invert"
    OVERLAYS = "overlays"
    CROSSHAIR_LINES = "crosshair lines"
    MAXIMISE = "one view alone"
    LAYOUT = "next layout"
    CINE = "play or pause"
    KEY_IMAGE = "key image"
    CITE = "cite"
    DELETE = "delete mark"
    UNDO = "undo"
    REDO = "redo"
    LEAVE = "leave the tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key with its modifiers."""

    key: Qt.Key
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier


MARKS = {Tool.LENGTH: MarkKind.LENGTH, Tool.ELLIPSE: MarkKind.ELLIPSE, Tool.CIRCLE: MarkKind.CIRCLE}

TOOL_KEYS: dict[Qt.Key, Tool] = {
    Qt.Key.Key_W: Tool.WINDOW,
    Qt.Key.Key_T: Tool.PAN,
    Qt.Key.Key_Z: Tool.ZOOM,
    Qt.Key.Key_S: Tool.SCROLL,
    Qt.Key.Key_H: Tool.CROSSHAIR,
    Qt.Key.Key_D: Tool.LENGTH,
    Qt.Key.Key_E: Tool.ELLIPSE,
    Qt.Key.Key_O: Tool.CIRCLE,
}
TOOL_HINTS: dict[Tool, str] = {
    Tool.WINDOW: "Window: drag right for wider, up for brighter (W)",
    Tool.PAN: "Move the picture (T; middle button in every tool)",
    Tool.ZOOM: "Zoom: drag up or down (Z; right button in every tool)",
    Tool.SCROLL: "Scroll through images by dragging (S; wheel in every tool)",
    Tool.CROSSHAIR: "Crosshair: click a point to see it in every plane (H)",
    Tool.LENGTH: "Length: drag, or click both ends (D)",
    Tool.ELLIPSE: "Ellipse: drag from corner to corner (E)",
    Tool.CIRCLE: "Circle: drag from its centre (O)",
}

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
ACTION_KEYS: dict[Key, Action] = {
    Key(key=Qt.Key.Key_Down): Action.NEXT,
    Key(key=Qt.Key.Key_Up): Action.PREVIOUS,
    Key(key=Qt.Key.Key_Down, modifiers=_SHIFT): Action.NEXT_TEN,
    Key(key=Qt.Key.Key_Up, modifiers=_SHIFT): Action.PREVIOUS_TEN,
    Key(key=Qt.Key.Key_Home): Action.FIRST,
    Key(key=Qt.Key.Key_End): Action.LAST,
    Key(key=Qt.Key.Key_Right): Action.NEXT_SERIES,
    Key(key=Qt.Key.Key_Left): Action.PREVIOUS_SERIES,
    Key(key=Qt.Key.Key_Plus): Action.ZOOM_IN,
    Key(key=Qt.Key.Key_Minus): Action.ZOOM_OUT,
    Key(key=Qt.Key.Key_F): Action.FIT,
    Key(key=Qt.Key.Key_Escape, modifiers=_SHIFT): Action.RESET,
    Key(key=Qt.Key.Key_R): Action.ROTATE,
    Key(key=Qt.Key.Key_F, modifiers=_SHIFT): Action.FLIP,
    Key(key=Qt.Key.Key_I, modifiers=_SHIFT): Action.INVERT,
    Key(key=Qt.Key.Key_I): Action.OVERLAYS,
    Key(key=Qt.Key.Key_H, modifiers=_SHIFT): Action.CROSSHAIR_LINES,
    Key(key=Qt.Key.Key_X): Action.MAXIMISE,
    Key(key=Qt.Key.Key_L): Action.LAYOUT,
    Key(key=Qt.Key.Key_C): Action.CINE,
    Key(key=Qt.Key.Key_K): Action.KEY_IMAGE,
    Key(key=Qt.Key.Key_Return): Action.CITE,
    Key(key=Qt.Key.Key_Enter, modifiers=Qt.KeyboardModifier.KeypadModifier): Action.CITE,
    Key(key=Qt.Key.Key_Delete): Action.DELETE,
    Key(key=Qt.Key.Key_Backspace): Action.DELETE,
    Key(key=Qt.Key.Key_Z, modifiers=_CTRL): Action.UNDO,
    Key(key=Qt.Key.Key_Y, modifiers=_CTRL): Action.REDO,
    Key(key=Qt.Key.Key_Z, modifiers=_CTRL | _SHIFT): Action.REDO,
    Key(key=Qt.Key.Key_Escape): Action.LEAVE,
}


def meaning_of(key: int, modifiers: Qt.KeyboardModifier) -> Tool | Action | str | None:
    """What a key means in a view: a tool, an action, a preset's digit, or nothing."""
    pressed = Qt.Key(key)
    plain = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    found = ACTION_KEYS.get(Key(key=pressed, modifiers=modifiers)) or ACTION_KEYS.get(Key(key=pressed, modifiers=plain))
    if found is not None:
        return found
    if plain == Qt.KeyboardModifier.NoModifier:
        digit = chr(key) if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 else None
        return TOOL_KEYS.get(pressed) or digit
    if plain == _SHIFT and pressed is Qt.Key.Key_Plus:  # on many keyboards the plus needs Shift
        return Action.ZOOM_IN
    return None


def cursor_of(tool: Tool) -> Qt.CursorShape:
    """The cursor that says the tool."""
    return {
        Tool.WINDOW: Qt.CursorShape.ArrowCursor,
        Tool.PAN: Qt.CursorShape.OpenHandCursor,
        Tool.ZOOM: Qt.CursorShape.SizeFDiagCursor,
        Tool.SCROLL: Qt.CursorShape.SizeVerCursor,
        Tool.CROSSHAIR: Qt.CursorShape.PointingHandCursor,
    }.get(tool, Qt.CursorShape.CrossCursor)
