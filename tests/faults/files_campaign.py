"""The campaign ``files``: injured DICOM files through the scan, the splitting and a decode of what they show."""

import json
import resource
from functools import partial
from typing import cast

from tests.faults.campaign import Broken, Report, dice, run
from tests.faults.healthy_files import healthy_files
from tests.faults.memory_source import MemorySource
from tests.faults.mutate_file import injure
from viewers.isolation.pool import Pool
from viewers.volumes.inspection import inspection
from viewers.volumes.jobs import JOBS

PARENT_MAY_GROW_KB = 600 << 10


def campaign(seed: int, budget: int) -> Report:
    """Try ``budget`` injured files; the parent's memory must stay bounded."""
    healthy_files()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Pool(preload=JOBS) as pool:
        report = run(partial(attempt, pool), seed, budget)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > PARENT_MAY_GROW_KB:
        report.failures.append((seed, f"FAILED: the parent grew by {grown >> 10} MB"))
    return report


def attempt(pool: Pool, seed: int) -> str:
    """Injure one file, inspect it, look at what comes back."""
    chance = dice(seed)
    content = injure(chance.choice(healthy_files()), chance)
    return ending_of(inspection(MemorySource({"injured": content}), pool))


def ending_of(found: dict[str, object]) -> str:
    """One word about an inspection that keeps its promises."""
    json.dumps(found, allow_nan=False, ensure_ascii=False)
    sets = cast("list[dict[str, object]]", found["display_sets"])
    skipped = cast("list[dict[str, object]]", found["skipped"])
    if sum(cast("int", each["files"]) for each in sets) + len(skipped) != 1:
        raise Broken(f"the file was counted {len(sets)} + {len(skipped)} times")
    for each in skipped:
        if not each["reason"]:
            raise Broken("skipped without a reason")
    if skipped:
        return "skipped with a reason"
    if any(each["statistics"] for each in sets):
        return "shown, marked" if any(each["warnings"] for each in sets) else "shown"
    return "listed, with a reason" if any(each["warnings"] for each in sets) else "listed"
