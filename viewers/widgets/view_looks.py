"""Looks: the states a view has after a preset, a turn, a flip, a zoom or a fit."""

from dataclasses import replace

from viewers.display.automatic import automatic_window
from viewers.display.presets import AUTOMATIC, DEFAULT, OWN, preset_by_id
from viewers.display.slices import usable
from viewers.display.view_state import ViewState
from viewers.widgets.feeds import Feed
from viewers.widgets.slice_view import SliceView

_TURN_DEG = 90


def preset_state(view: SliceView, feed: Feed, preset_id: str) -> ViewState | None:
    """The state with a preset, or None where there is nothing to apply it to."""
    state, picture = view.state(), view.picture()
    if state is None or picture is None or feed.reality.colour:
        return None
    if preset_id == DEFAULT or preset_id.startswith(OWN):
        return replace(state, window=None, preset=preset_id, inverted=False)
    if preset_id == AUTOMATIC:
        counting = usable(picture)
        values = picture.values if counting is None else picture.values[counting]
        return replace(state, window=automatic_window(values), preset=AUTOMATIC)
    preset = preset_by_id(preset_id)
    # a preset says how bright high values are; the file's own inversion is not the reader's
    inverted = preset.inverted != feed.reality.inverted
    return replace(state, window=preset.window, preset=preset.id, inverted=inverted)


def turned(state: ViewState) -> ViewState:
    """A quarter turn clockwise."""
    return replace(state, rotation_deg=(state.rotation_deg + _TURN_DEG) % 360)


def flipped(state: ViewState) -> ViewState:
    """Mirrored left to right as seen on the screen."""
    upright = state.rotation_deg % 180 == 0
    # a mirror before a quarter turn is a mirror top to bottom after it
    rotation = state.rotation_deg if upright else (state.rotation_deg + 180) % 360
    return replace(state, flipped=not state.flipped, rotation_deg=rotation)


def fitted(state: ViewState) -> ViewState:
    """The whole picture in the middle."""
    return replace(state, zoom=1.0, pan=(0.0, 0.0))


def scaled(state: ViewState, factor: float) -> ViewState:
    """Larger or smaller around the middle of the view."""
    return replace(state, zoom=state.zoom * factor)
