"""Rounds: every contender once, in turn, each in a fresh process, so that a noisy neighbour disturbs all alike."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: ``ratio`` says how many times better than the peer we are, for times and rates alike."""

    name: str
    ours: float
    peer: str
    theirs: float
    unit: str
    ratio: float
    goal: float | None
    met: bool | None


def fresh(module: str, contender: str, *arguments: str) -> dict[str, float]:
    """Run ``module:contender(*arguments)`` in a new interpreter; it prints its measurements as its last line."""
    code = (
        f"import json, sys; from {module} import {contender} as it; "
        "from pathlib import Path; print(json.dumps(it(*map(Path, sys.argv[1:]))), flush=True)"
    )
    # an installed program has its bytecode; a benchmark that compiles it anew would time the compiler
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise RuntimeError(f"{module}:{contender} failed: {done.stderr[-2000:]}")
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def alternate(contenders: Mapping[str, tuple[str, ...]], rounds: int, quantity: str = "seconds") -> dict[str, float]:
    """Median of ``quantity`` over interleaved rounds; a contender is (module, function, arguments...).

    A contender that fails is named on stderr and left out.
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    failed: set[str] = set()
    for _ in range(rounds):
        for name, (module, function, *arguments) in contenders.items():
            if name in failed:
                continue
            try:
                taken[name].append(fresh(module, function, *arguments)[quantity])
            except RuntimeError as failure:
                failed.add(name)
                print(f"  {name} left out: {str(failure).strip().splitlines()[-1]}", file=sys.stderr)
    return {name: statistics.median(values) for name, values in taken.items() if values}


def lower_is_better(name: str, medians: Mapping[str, float], unit: str, goals: Mapping[str, float]) -> list[Row]:
    """Rows of ``ours`` against every peer of ``medians``; a goal belongs to a peer, or to the ``fastest``."""
    peers = {peer: value for peer, value in medians.items() if peer != "ours"}
    fastest = min(peers, key=lambda peer: peers[peer], default="")
    wanted = {peer: goals.get(peer, goals.get("fastest") if peer == fastest else None) for peer in peers}
    return [_row(name, medians["ours"], (peer, theirs), unit, wanted[peer]) for peer, theirs in peers.items()]


def absolute(name: str, ours: float, bound: float, unit: str) -> Row:
    """A row against a stated bound instead of a peer; reported, never asserted."""
    return _row(name, ours, ("stated goal", bound), unit, 1.0)


def as_json(rows: Sequence[Row]) -> str:
    """The rows as ``build/bench.json`` holds them."""
    return json.dumps([asdict(row) for row in rows], indent=1)


def as_table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    head = f"{'name':44} {'ours':>10} {'theirs':>10} {'unit':8} {'ratio':>7} {'goal':>6}  met  peer"
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    goal = "" if row.goal is None else f"{row.goal:.2f}"
    met = {None: "   ", True: "yes", False: "NO "}[row.met]
    numbers = f"{row.ours:10.4g} {row.theirs:10.4g} {row.unit:8} {row.ratio:7.2f} {goal:>6}"
    return f"{row.name:44} {numbers}  {met}  {row.peer}"


def _row(name: str, ours: float, other: tuple[str, float], unit: str, goal: float | None) -> Row:
    (peer, theirs), ratio = other, other[1] / ours
    met = None if goal is None else ratio >= goal
    return Row(name=name, ours=ours, peer=peer, theirs=theirs, unit=unit, ratio=ratio, goal=goal, met=met)
