"""Intention resolved against reality: what a view really shows, decided once, purely, into one frozen state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from viewers.display.cuts import Cut, index_near
from viewers.display.presets import OWN
from viewers.display.view_state import Interpolation, PlaneName, Slab, ViewState
from viewers.series.display_set import Window

LEAST_ZOOM, MOST_ZOOM = 0.1, 40.0
_TURNS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reality:
    """What the data of one display set allow.

    Attributes:
        cuts: the planes a volume can be shown in; empty for images that make no volume.
        frames: how many stored frames.
        first_frame: index of the frame shown when nobody asked.
        window: the window when nobody asked.
        inverted: whether low values are shown bright when nobody asked.
        colour: RGB: windows do not apply.
        own: by index of the stored frame: its file's windows and VOI LUTs, each a preset of its own (``presets.OWN``
            and its number from 0). Images that make no volume begin each with their own.
    """

    cuts: Mapping[PlaneName, Cut]
    frames: int
    first_frame: int
    window: Window
    inverted: bool
    colour: bool
    own: Callable[[int], tuple[Window, ...]] = lambda _frame: ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One view as it is: every choice made, every number within its bounds.

    Attributes:
        plane: the cut.
        index, count: place in scrolling order, from 0, and how many there are.
        position_mm: coordinate along the normal, None for images that make no volume.
        inverted: black and white exchanged, the file's own inversion and the reader's together.
    """

    plane: PlaneName
    index: int
    count: int
    position_mm: float | None
    zoom: float
    pan: tuple[float, float]
    rotation_deg: int
    flipped: bool
    window: Window
    inverted: bool
    colormap: str
    slab: Slab | None
    interpolation: Interpolation


def resolve(intention: ViewState, reality: Reality) -> Shown:
    """Fit what is wanted to what there is: a plane that cannot be becomes the acquired one, places are clamped."""
    plane = intention.plane if intention.plane in reality.cuts else PlaneName.ACQUIRED
    cut = reality.cuts.get(plane)
    index = _index(intention, reality, cut)
    return Shown(
        plane=plane,
        index=index,
        count=reality.frames if cut is None else cut.count,
        position_mm=None if cut is None else float(cut.positions_mm[index]),
        zoom=min(max(intention.zoom, LEAST_ZOOM), MOST_ZOOM),
        pan=intention.pan,
        rotation_deg=round(intention.rotation_deg / 90) % _TURNS * 90,
        flipped=intention.flipped,
        window=intention.window or _own(intention.preset, reality.own(index)) or reality.window,
        inverted=intention.inverted != reality.inverted,
        colormap="grey" if reality.colour else intention.colormap,
        slab=None if cut is None else _slab(intention.slab),
        interpolation=intention.interpolation,
    )


def _index(intention: ViewState, reality: Reality, cut: Cut | None) -> int:
    if cut is None or cut.plane is PlaneName.ACQUIRED:
        wanted = reality.first_frame if intention.frame is None else intention.frame
        return min(max(wanted, 0), max(reality.frames - 1, 0))
    if intention.position_mm is None:
        return cut.count // 2
    return index_near(cut, intention.position_mm)


def _own(preset: str, own: tuple[Window, ...]) -> Window | None:
    """The file's own window that the preset names, else its first; None where it has none."""
    number = preset.removeprefix(OWN) if preset.startswith(OWN) else ""
    named = int(number) if number.isdigit() else 0
    return own[named if named < len(own) else 0] if own else None


def _slab(slab: Slab | None) -> Slab | None:
    return slab if slab is not None and slab.thickness_mm > 0 else None
