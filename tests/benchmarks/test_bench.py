"""The benchmark answers with rows, whatever peers are installed; nothing here looks at a time."""

import json

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks import data, ours
from tests.benchmarks.rounds import absolute, alternate, lower_is_better

_KEYS = {"name", "ours", "peer", "theirs", "unit", "ratio", "goal", "met"}


@pytest.mark.timeout(300)
def test_a_tiny_run_leaves_rows_of_what_was_asked_for(tmp_path):
    sizes = ["--slices", "4", "--files", "6", "--rounds", "1", "--syntaxes", "raw", "--build", str(tmp_path)]
    bench.main([*sizes, "--only", "load", "scan"])
    rows = json.loads((tmp_path / "bench.json").read_text())
    assert all(row.keys() == _KEYS and row["ours"] > 0 and row["ratio"] > 0 for row in rows)
    names = {row["name"] for row in rows}
    assert {"load 4 x 512² raw", "first image raw, workers warm", "scan 6 headers"} <= names


@pytest.mark.timeout(120)
def test_isolated_decoding_is_compared_with_the_same_work_done_here(tmp_path):
    folder = data.series(tmp_path, "RLE", 3)
    isolated, here = ours.decode_isolated(folder), ours.decode_here(folder)
    assert isolated["sum"] == here["sum"] != 0


def test_ratios_say_how_many_times_better_and_the_goal_belongs_to_the_fastest_peer():
    slow, fast = lower_is_better("load", {"ours": 2.0, "slow": 8.0, "fast": 3.0}, "s", {"fastest": 1.4})
    assert (slow.ratio, slow.goal, slow.met) == (4.0, None, None)
    assert (fast.ratio, fast.goal, fast.met) == (1.5, 1.4, True)
    assert absolute("first image", 200.0, 100.0, "ms").met is False


def test_a_peer_that_fails_is_named_and_left_out(capsys):
    taken = alternate({"gone": ("tests.benchmarks.peers", "no_such_peer")}, 2)
    assert taken == {}
    assert capsys.readouterr().err.count("gone left out") == 1


def test_quick_is_small():
    options = bench._options(["--quick"])
    assert (options.slices, options.files, options.rounds) == (60, 500, 2)
