"""Rows of the display path: window/level, oblique planes, scrolling, linked views, and the window's own thread."""

import sys
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks import data
from tests.benchmarks.rounds import Row, absolute, alternate, fresh, lower_is_better

_OURS, _PEERS, _TICK = "tests.benchmarks.on_screen", "tests.benchmarks.on_screen_peers", "tests.benchmarks.ticking"
# name, our function, {peer: (its function, goal of performance.md section 9)}
_RACES: tuple[tuple[str, str, dict[str, tuple[str, float]]], ...] = (
    ("W/L 512² to screen pixels", "window_level", {"vtkImageMapToWindowLevelColors": ("window_level", 11.0)}),
    ("oblique 512² trilinear", "oblique", {"vtkImageReslice, 2 threads": ("oblique", 1.3)}),
    ("oblique 512² MIP 10 mm", "oblique_slab", {"vtkImageReslice, 2 threads": ("oblique_slab", 1.75)}),
    (
        "scroll step, 1 view 1000², overlays",
        "scroll",
        {"VTK slice mapper": ("scroll", 8.0), "VTK slice mapper and text": ("scroll_with_text", 20.0)},
    ),
    ("scroll step, 3 linked views 800²", "linked", {"VTK, 3 renderers": ("linked", 5.0)}),
)
_TICKED_SLICES = 120


def rows(rounds: int, slices: int = 600, root: Path = Path("build/bench-data")) -> list[Row]:
    """Every row; without VTK only those that need no peer."""
    found: list[Row] = []
    if find_spec("vtkmodules") is None:
        print("  VTK left out: it is not installed, so the display has no peer", file=sys.stderr)
    else:
        for name, ours, peers in _RACES:
            found += _race(name, ours, peers, rounds, slices)
    return found + _ticks(root, min(slices, _TICKED_SLICES))


def _race(name: str, ours: str, peers: dict[str, tuple[str, float]], rounds: int, slices: int) -> list[Row]:
    contenders = {"ours": (_OURS, ours, str(slices))}
    contenders |= {peer: (_PEERS, function, str(slices)) for peer, (function, _) in peers.items()}
    medians = alternate(contenders, rounds, "ms")
    if "ours" not in medians:
        return []
    return lower_is_better(name, medians, "ms", {peer: goal for peer, (_, goal) in peers.items()})


def _ticks(root: Path, slices: int) -> list[Row]:
    """How long the window's thread was held up while a JPEG 2000 series was decoded and shown."""
    folder = data.series(root, "J2K", slices)
    try:
        taken = fresh(_TICK, "while_decoding", str(folder))
    except RuntimeError as failure:
        print(f"  ticks left out: {str(failure).splitlines()[-1]}", file=sys.stderr)
        return []
    return [
        absolute("window's thread held up, J2K, p99", taken["p99_ms"], 4.0, "ms"),
        absolute("window's thread held up, J2K, longest", taken["longest_ms"], 50.0, "ms"),
    ]
