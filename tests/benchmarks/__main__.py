"""``make bench``: every row beside its peers, a table, and ``build/bench.json``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import data, display, peers, program
from tests.benchmarks.rounds import Row, absolute, alternate, as_json, as_table, fresh, lower_is_better

# performance.md, section 9: goals against the fastest peer of each row, and some against a named one.
LOAD_GOALS = {
    "raw": {"vtkDICOMImageReader": 1.2, "SimpleITK": 3.5},
    "J2K": {"fastest": 1.25},
    "JPEG-LS": {"fastest": 2.0},
    "JPEG-LL": {"fastest": 3.0},
    "HTJ2K": {"fastest": 4.5},
    "RLE": {"fastest": 1.4},
}
# Peers that cannot read a syntax, or that would take minutes (performance.md, section 2).
CANNOT = {
    "J2K": {"vtkDICOMImageReader", "vtk-dicom", "dcm2niix"},
    "JPEG-LS": {"vtkDICOMImageReader"},
    "JPEG-LL": {"vtkDICOMImageReader"},
    "HTJ2K": {"vtkDICOMImageReader", "vtk-dicom"},
    "RLE": {"vtkDICOMImageReader", "SimpleITK", "python-gdcm"},
}
# Frames of 4 ms and more may cost 8 % more behind the wall, shorter ones 15 %.
ISOLATION_BOUNDS = {"JPEG-LS": 1.08, "HTJ2K": 1.15, "RLE": 1.15}
OURS, PEERS = "tests.benchmarks.ours", "tests.benchmarks.peers"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    options = _options(arguments)
    root = options.build / "bench-data"
    rows: list[Row] = []
    sections: dict[str, Callable[[Path, argparse.Namespace], list[Row]]] = {
        "load": _loads, "store": _stored, "scan": _scans, "memory": _memory,
        "isolation": _isolation, "display": _display, "program": _program,
    }  # fmt: skip
    for name, section in sections.items():
        if not options.only or name in options.only:
            rows.extend(_measured(name, section, root, options))
            (options.build / "bench.json").write_text(as_json(rows))
    print(as_table(rows))


def _measured(
    name: str, section: Callable[[Path, argparse.Namespace], list[Row]], root: Path, options: argparse.Namespace
) -> list[Row]:
    """A section's rows; one that cannot be measured here is named, and the others still are."""
    root.mkdir(parents=True, exist_ok=True)
    try:
        return section(root, options)
    except (RuntimeError, OSError, ImportError, KeyError) as failure:
        print(f"  section {name} left out: {type(failure).__name__}: {failure}", file=sys.stderr)
        return []


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--slices", type=int, default=600)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="load store scan memory isolation display program")
    parser.add_argument("--syntaxes", nargs="*", default=list(data.SYNTAXES))
    parser.add_argument("--build", type=Path, default=Path("build"), help="where data and bench.json are kept")
    parser.add_argument("--quick", action="store_true", help="60 slices, 500 files, 2 rounds")
    options = parser.parse_args(arguments)
    if options.quick:
        options.slices, options.files, options.rounds = 60, 500, 2
    return options


def _loads(root: Path, options: argparse.Namespace) -> list[Row]:
    rows = []
    for syntax in options.syntaxes:
        folder = str(data.series(root, syntax, options.slices))
        names = [name for name in peers.LOADS if name not in CANNOT.get(syntax, set()) and peers.here(name)]
        contenders = {"ours": (OURS, "load", folder)}
        contenders |= {name: (PEERS, peers.LOADS[name].__name__, folder) for name in names}
        medians = alternate(contenders, options.rounds)
        rows += lower_is_better(f"load {options.slices} x 512² {syntax}", medians, "s", LOAD_GOALS[syntax])
        rows += _first_image(syntax, folder, options.rounds)
    return rows


def _first_image(syntax: str, folder: str, rounds: int) -> list[Row]:
    taken = alternate({"ours": (OURS, "first_image", folder)}, rounds)
    goal_ms = 150.0 if syntax == "J2K" else 100.0
    return [absolute(f"first image {syntax}, workers warm", taken["ours"] * 1e3, goal_ms, "ms")]


def _stored(root: Path, options: argparse.Namespace) -> list[Row]:
    folder, store = data.series(root, "raw", options.slices), root / f"store-{options.slices}"
    fresh(OURS, "fill_store", str(folder), str(store))
    contenders = {
        "ours": (OURS, "load_stored", str(store)),
        "vtkDICOMImageReader": (PEERS, "load_vtk", str(folder)),
        "SimpleITK": (PEERS, "load_simpleitk", str(folder)),
    }
    name = f"load {options.slices} x 512² raw, encrypted"
    rows = lower_is_better(name, alternate(contenders, options.rounds), "s", {"vtkDICOMImageReader": 0.9})
    read = fresh(OURS, "read_stored", str(store))
    rate = 1.0 / read["rate"]
    rows.append(absolute("encrypted read, s per GB", rate * 1e3, 1e3 / 1200.0, "s/GB"))
    rows.append(absolute("encrypted random frame p99", read["p99_ms"], 5.0, "ms"))
    return rows


def _scans(root: Path, options: argparse.Namespace) -> list[Row]:
    folder = str(data.headers(root, options.files))
    contenders = {"ours": (OURS, "scan_headers", folder)}
    contenders |= {name: (PEERS, peers.SCANS[name].__name__, folder) for name in peers.SCANS if peers.here(name)}
    medians = alternate(contenders, options.rounds)
    return lower_is_better(f"scan {options.files} headers", medians, "s", {"vtk-dicom": 1.0, "pydicom": 20.0})


def _isolation(root: Path, options: argparse.Namespace) -> list[Row]:
    """Decoding behind the wall over decoding on threads of this process, bound by how long a frame takes."""
    rows = []
    for syntax in (name for name in ISOLATION_BOUNDS if name in options.syntaxes):
        folder = str(data.series(root, syntax, options.slices))
        contenders = {"isolated": (OURS, "decode_isolated", folder), "here": (OURS, "decode_here", folder)}
        taken = alternate(contenders, options.rounds)
        name = f"decoding {syntax}, isolated over in-process"
        rows.append(absolute(name, taken["isolated"] / taken["here"], ISOLATION_BOUNDS[syntax], "times"))
    return rows


def _memory(root: Path, options: argparse.Namespace) -> list[Row]:
    folder = str(data.series(root, "raw", options.slices))
    ours = fresh(OURS, "load_memory", folder)
    return [absolute("peak PSS, loader and workers", ours["megabytes"], ours["volume"] + 250, "MB")]


def _display(root: Path, options: argparse.Namespace) -> list[Row]:
    return display.rows(options.rounds, options.slices, root)


def _program(root: Path, options: argparse.Namespace) -> list[Row]:
    return program.rows(options.rounds, options.slices, root)


if __name__ == "__main__":
    main()
