"""Rows of the whole program: start, first image, memory; against stated bounds, since no peer opens such a store."""

import sys
from pathlib import Path
from statistics import median

from tests.benchmarks import data
from tests.benchmarks.rounds import Row, absolute, fresh

_IT = "tests.benchmarks.whole_program"
_WORKLIST_S, _START_TO_IMAGE_S, _CLICK_TO_IMAGE_S = 2.0, 1.25, 0.1
_OVERHEAD_MB = 600.0


def rows(rounds: int, slices: int = 600, root: Path = Path("build/bench-data")) -> list[Row]:
    """Every row; a program that does not start is named on stderr and leaves none."""
    folder, store = data.series(root, "raw", slices), root / f"program-{slices}"
    volume_mb = slices * data.SIZE * data.SIZE * 2 / 1e6
    try:
        fresh(_IT, "prepare", str(folder), str(store))
        taken = [fresh(_IT, "open_case", str(store)) for _ in range(rounds)]
    except RuntimeError as failure:
        print(f"  the whole program left out: {str(failure).splitlines()[-1]}", file=sys.stderr)
        return []
    middle = {name: median(each[name] for each in taken) for name in taken[0]}
    return [
        absolute("process start to worklist, unlocked at once", middle["worklist_s"], _WORKLIST_S, "s"),
        absolute("process start to first stored image", middle["first_s"], _START_TO_IMAGE_S, "s"),
        absolute("click on a stored case to first image", middle["click_s"], _CLICK_TO_IMAGE_S, "s"),
        absolute("peak PSS, whole program", middle["megabytes"], volume_mb + _OVERHEAD_MB, "MB"),
    ]
