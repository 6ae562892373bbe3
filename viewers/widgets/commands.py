"""Commands: what a key or a menu entry does to an image area."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from viewers.display.presets import preset_by_key
from viewers.display.view_state import ViewState
from viewers.widgets.mpr_view import MprView
from viewers.widgets.slice_view import SliceView
from viewers.widgets.stack_view import StackView
from viewers.widgets.tools import Action, Tool
from viewers.widgets.view_looks import fitted, flipped, scaled, turned

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


class Commanded(Protocol):
    """What commands work on: an image area."""

    def active_view(self) -> SliceView | None: ...  # noqa: D102
    def stage(self) -> MprView | StackView | None: ...  # noqa: D102
    def apply(self, view: SliceView, state: ViewState) -> None: ...  # noqa: D102
    def choose_tool(self, tool: Tool) -> None: ...  # noqa: D102
    def choose_preset(self, preset_id: str) -> None: ...  # noqa: D102
    def undo(self) -> None: ...  # noqa: D102
    def redo(self) -> None: ...  # noqa: D102
    def remove_selected(self) -> None: ...  # noqa: D102
    def reset_view(self) -> None: ...  # noqa: D102
    def toggle_captions(self) -> None: ...  # noqa: D102
    def request_key_image(self) -> None: ...  # noqa: D102
    def request_citation(self) -> None: ...  # noqa: D102
    def request_series(self, step: int) -> None: ...  # noqa: D102
    def leave(self) -> None: ...  # noqa: D102


def perform(area: Commanded, meaning: Tool | Action | str) -> None:
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


def _act(area: Commanded, action: Action) -> None:
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


def _act_on_area(area: Commanded, action: Action) -> None:
    stage = area.stage()
    does: dict[Action, Callable[[], object]] = {
        Action.UNDO: area.undo,
        Action.REDO: area.redo,
        Action.DELETE: area.remove_selected,
        Action.RESET: area.reset_view,
        Action.OVERLAYS: area.toggle_captions,
        Action.KEY_IMAGE: area.request_key_image,
        Action.CITE: area.request_citation,
        Action.LEAVE: area.leave,
        Action.NEXT_SERIES: lambda: area.request_series(1),
        Action.PREVIOUS_SERIES: lambda: area.request_series(-1),
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
