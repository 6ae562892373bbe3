"""Rows of the whole program: start, first image, memory; against stated bounds, since no peer opens such a store."""

import sys
import time
from pathlib import Path
from statistics import median

from tests.benchmarks import data
from tests.benchmarks.rounds import Row, absolute, fresh

_IT = "tests.benchmarks.whole_program"
_WORKLIST_S, _START_TO_IMAGE_S = 2.0, 1.25
_CLICK_TO_IMAGE_S = {"raw": 0.1, "J2K": 0.15}
_OVERHEAD_MB = 600.0
_FEW = 60


def rows(rounds: int, slices: int = 600, root: Path = Path("build/bench-data")) -> list[Row]:
    """Every row; a program that does not start is named on stderr and leaves none."""
    found: list[Row] = []
    for syntax, click_s in _CLICK_TO_IMAGE_S.items():
        count = slices if syntax == "raw" else min(slices, _FEW)
        try:
            taken = _taken(syntax, count, rounds, root)
        except RuntimeError as failure:
            print(f"  the whole program left out: {str(failure).splitlines()[-1]}", file=sys.stderr)
            continue
        if syntax == "raw":
            volume_mb = count * data.SIZE * data.SIZE * 2 / 1e6
            found += [
                absolute("process start to painted worklist, unlocked at once", taken["worklist_s"], _WORKLIST_S, "s"),
                absolute("process start to first stored image", taken["first_s"], _START_TO_IMAGE_S, "s"),
                absolute("peak PSS, whole program", taken["megabytes"], volume_mb + _OVERHEAD_MB, "MB"),
            ]
        found.append(absolute(f"click on a stored case to first image, {syntax}", taken["click_s"], click_s, "s"))
    return found


def _taken(syntax: str, slices: int, rounds: int, root: Path) -> dict[str, float]:
    """Medians over fresh processes. The first start is not counted: it writes the bytecode an installation brings."""
    folder, store = data.series(root, syntax, slices), root / f"program-{syntax}-{slices}"
    fresh(_IT, "prepare", str(folder), str(store))
    fresh(_IT, "start_and_open", str(store), repr(time.monotonic()))
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        in_a_hurry = fresh(_IT, "start_and_open", str(store), repr(time.monotonic()))
        for name, value in (in_a_hurry | fresh(_IT, "click_in_running", str(store))).items():
            taken.setdefault(name, []).append(value)
    return {name: median(values) for name, values in taken.items()}
