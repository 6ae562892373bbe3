"""Run one campaign: ``python -m tests.faults --name files --seed 1 --budget 20000``.

The module ``tests.faults.NAME_campaign`` has a function ``campaign(seed, budget) -> Report``.
"""

import argparse
import importlib
import importlib.util
import sys

from tests.faults.campaign import Report

NAMES = ("files", "codecs", "faults", "kills", "identity", "tamper", "texts")
UNKNOWN = 2


def main() -> int:
    """1 when an input failed, 2 when there is no such campaign."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--name", required=True, choices=NAMES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=int, default=500)
    asked = parser.parse_args()
    module = f"tests.faults.{asked.name}_campaign"
    if importlib.util.find_spec(module) is None:
        sys.stderr.write(f"{asked.name}: this campaign has not been written yet\n")
        return UNKNOWN
    report: Report = importlib.import_module(module).campaign(asked.seed, asked.budget)
    for seed, what in report.failures:
        sys.stdout.write(f"SEED={seed} {what}\n")
    for ending, count in report.endings.most_common():
        sys.stdout.write(f"{count:8} {ending}\n")
    sys.stdout.write(f"slowest input: {report.slowest_s:.2f} s\n")
    sys.stdout.write(f"{asked.name}: {report.tried} tried, {len(report.failures)} failed\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
