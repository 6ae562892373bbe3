"""The self-check: every check in order, one line each, and whether all passed."""

import os
import sys
from collections.abc import Iterable, Sequence

from workstation.self_check import (
    decoding,
    documents,
    numbers,
    pictures,
    resources,
    safekeeping,
    shipped,
    signature,
)
from workstation.self_check.bench import Bench
from workstation.self_check.check import Check, line_of, outcome_of


def main() -> int:
    """Check this installation; 0 when everything is as it should be, 1 when not."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    if sys.platform == "linux":
        # nothing is shown, and a machine without a display is checked too
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with Bench() as bench:
        return report(checks_on(bench))


def checks_on(bench: Bench) -> Sequence[Check]:
    """Every check, in the order of the data's way through the program."""
    return (
        *shipped.checks(),
        *resources.checks(),
        *decoding.checks(bench),
        *documents.checks(bench),
        *pictures.checks(),
        *numbers.checks(bench),
        *signature.checks(bench),
        *safekeeping.checks(bench),
    )


def report(checks: Iterable[Check]) -> int:
    """Run the checks, write a line for each as it ends, and a last line; 1 when any failed."""
    listed = list(checks)
    width = max((len(check.name) for check in listed), default=0)
    failed = 0
    for check in listed:
        outcome = outcome_of(check)
        failed += not outcome.passed
        sys.stdout.write(f"{line_of(outcome, width)}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(listed) - failed} of {len(listed)} checks passed\n")
    return 1 if failed else 0
