"""Window presets: named windows from ``resources/presets``, bound by id and offered only where their unit is shown."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from viewers.display.automatic import between, own_windows
from viewers.series.display_set import DisplaySet, Window

DEFAULT = "default"
AUTOMATIC = "automatic"
OWN = "own-"
_FILE = Path(__file__).resolve().parents[2] / "resources" / "presets" / "windows.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named window.

    Attributes:
        id: what keys, menus and kept views bind to.
        name: for the reader.
        unit: ``HU``, ``SUV``, or "" where it fits every unit.
        window: None for those that depend on the image: ``default``, ``automatic`` and the file's own.
        inverted: whether high values are dark, as readers of PET expect.
        key: digit of the keyboard, or "".
    """

    id: str
    name: str
    unit: str
    window: Window | None
    inverted: bool
    key: str


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset, in the order of the file."""
    return tuple(_preset(entry) for entry in json.loads(_FILE.read_text(encoding="utf-8"))["presets"])


def presets_for(unit: str) -> tuple[Preset, ...]:
    """The presets that make sense for values in ``unit`` (``HU``, ``SUVbw``, ``raw``, ...)."""
    return tuple(preset for preset in presets() if not preset.unit or unit.startswith(preset.unit))


def presets_of(display_set: DisplaySet) -> tuple[Preset, ...]:
    """The presets for a display set as it is shown: PET with a known factor is shown in SUV, colour has no windows."""
    if display_set.colour:
        return ()
    known = presets_for("SUVbw" if display_set.suv_factor is not None else display_set.unit)
    return (*known[:1], *_own(display_set), *known[1:])


def preset_by_id(preset_id: str) -> Preset:
    """The preset with this id.

    Raises:
        KeyError: there is none.
    """
    found = next((preset for preset in presets() if preset.id == preset_id), None)
    if found is None:
        raise KeyError(preset_id)
    return found


def preset_by_key(key: str, unit: str) -> Preset | None:
    """The preset on a digit key where values in ``unit`` are shown."""
    return next((preset for preset in presets_for(unit) if preset.key and preset.key == key), None)


def _own(display_set: DisplaySet) -> tuple[Preset, ...]:
    """The file's windows and VOI LUTs under its own names, where it has more than the one that is the default."""
    own = own_windows(display_set, len(display_set.frames) // 2)
    if len(own) < 2:  # noqa: PLR2004  one is the default
        return ()
    kinds = ("Window of the file" if window.lut is None else "VOI LUT of the file" for window in own)
    return tuple(
        Preset(id=f"{OWN}{number}", name=_named(kind, window), unit="", window=None, inverted=False, key="")
        for number, (kind, window) in enumerate(zip(kinds, own, strict=True))
    )


def _named(kind: str, window: Window) -> str:
    return f"{kind}: {window.explanation or f'{window.centre:g}, {window.width:g}'}"


def _preset(entry: dict[str, object]) -> Preset:
    return Preset(
        id=str(entry["id"]),
        name=str(entry["name"]),
        unit=str(entry["unit"]),
        window=_window(entry),
        inverted=bool(entry.get("inverted", False)),
        key=str(entry["key"]),
    )


def _window(entry: dict[str, object]) -> Window | None:
    name = str(entry["name"])
    if "width" in entry:
        return Window(centre=float(str(entry["centre"])), width=float(str(entry["width"])), explanation=name)
    if "low" in entry:
        exact = between(float(str(entry["low"])), float(str(entry["high"])))
        return Window(centre=exact.centre, width=exact.width, function=exact.function, explanation=name)
    return None
