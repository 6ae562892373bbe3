"""Commands: what a key or a menu entry does to an image area."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from viewers.display.presets import preset_by_key
from viewers.display.view_state import ViewState
from viewers.widgets.stack_view import StackView
from viewers.widgets.tools import Action, Tool
from viewers.widgets.view_looks import fitted, flipped, scaled, turned

if TYPE_CHECKING:
    from viewers.widgets.image_area import ImageArea

_ZOOM_STEP = 1.25
_STEPS = {Action.NEXT: 1, Action.PREVIOUS: -1, Action.NEXT_TEN: 10, Action.PREVIOUS_TEN: -10}
_FAR = 10**6
_LOOKS: dict[Action, Callable[[ViewState], ViewState]] = {
    Action.ZOOM_IN: lambda state: scaled(state, _ZOOM_STEP),
    Action.ZOOM_OUT: lambda state: scaled(state, 1 / _ZOOM_STEP),
    Action.FIT: fitted,
    Action.ROTATE: turned,
    Action.FLIP: flipped,
    Action.INVERT: lambda state: replace(state, inverted=not state.inverted),
}


def perform(area: "ImageArea", meaning: Tool | Action | str) -> None:
    """Do what a key means: a tool, an action, or the digit of a window preset."""
    if isinstance(meaning, Tool):
        area.choose_tool(meaning)
    elif isinstance(meaning, Action):
        _act(area, meaning)
    else:
        view = area.active_view()
        picture = None if view is None else view.picture()
        preset = None if picture is None else preset_by_key(meaning, picture.unit)
        if preset is not None:
            area.choose_preset(preset.id)


def _act(area: "ImageArea", action: Action) -> None:
    view = area.active_view()
    if view is not None and action in _STEPS:
        view.want_steps(_STEPS[action])
    elif view is not None and action in (Action.FIRST, Action.LAST):
        view.want_steps(_FAR if action is Action.LAST else -_FAR)
    elif view is not None and action in _LOOKS:
        state = view.state()
        if state is not None:
            area.apply(view, _LOOKS[action](state))
    else:
        _act_on_area(area, action)


def _act_on_area(area: "ImageArea", action: Action) -> None:
    stage = area.stage()
    does: dict[Action, Callable[[], object]] = {
        Action.UNDO: area.undo,
        Action.REDO: area.redo,
        Action.DELETE: area.remove_selected,
        Action.RESET: area.reset_view,
        Action.OVERLAYS: area.toggle_captions,
        Action.KEY_IMAGE: area.key_image_requested.emit,
        Action.CITE: lambda: _cite(area),
        Action.LEAVE: lambda: _leave(area),
        Action.NEXT_SERIES: lambda: area.series_step_requested.emit(1),
        Action.PREVIOUS_SERIES: lambda: area.series_step_requested.emit(-1),
    }
    if isinstance(stage, StackView):
        does[Action.CINE] = stage.toggle
    elif stage is not None:
        does[Action.MAXIMISE] = stage.toggle_maximised
        does[Action.LAYOUT] = stage.next_layout
        does[Action.CROSSHAIR_LINES] = stage.toggle_lines
    do = does.get(action)
    if do is not None:
        do()


def _leave(area: "ImageArea") -> None:
    if not area.forget_tool():
        area.leaving_requested.emit()


def _cite(area: "ImageArea") -> None:
    mark = area.selected()
    if mark is not None:
        area.citation_requested.emit(mark)
