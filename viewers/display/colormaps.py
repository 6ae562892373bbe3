"""Colour maps: from a grey level to a colour, read from ``resources/colormaps``."""

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GREY = "grey"
_FILE = Path(__file__).resolve().parents[2] / "resources" / "colormaps" / "maps.json"


def colormap_names() -> dict[str, str]:
    """Name for the reader of every colour map, by id."""
    return {str(entry["id"]): str(entry["name"]) for entry in _entries()}


@cache
def colormap(map_id: str) -> NDArray[np.uint8]:
    """The map as (256, 3) uint8, red, green, blue of every grey level, not writeable.

    Raises:
        KeyError: there is no such map.
    """
    entry = next((entry for entry in _entries() if entry["id"] == map_id), None)
    if entry is None:
        raise KeyError(map_id)
    stops = np.asarray(entry["stops"], np.float64)
    levels = np.arange(256)
    colours = np.stack([np.interp(levels, stops[:, 0], stops[:, channel]) for channel in (1, 2, 3)], axis=1)
    table = np.rint(colours).astype(np.uint8)
    table.flags.writeable = False
    return table


@cache
def _entries() -> tuple[dict[str, object], ...]:
    return tuple(json.loads(_FILE.read_text(encoding="utf-8"))["maps"])
