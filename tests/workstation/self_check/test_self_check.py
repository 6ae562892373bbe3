"""The self-check passes here, and each of its checks can fail with a reason that names what is wrong."""

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from viewers.isolation.wall import Protection
from viewers.series.codecs import samples
from workstation.self_check import (
    decoding,
    documents,
    numbers,
    pictures,
    resources,
    running,
    safekeeping,
    shipped,
    signature,
)
from workstation.self_check.bench import Bench
from workstation.self_check.check import Check, Wrong, near, nothing, outcome_of, same


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def named(checks, name):
    return next(check for check in checks if check.name == name)


def breaking(error):
    def broken():
        raise error

    return Check(name="broken", run=broken)


def test_this_installation_passes_from_any_folder_without_a_display(tmp_path):
    program = [sys.executable, "-c", "import sys; from workstation.self_check import main; sys.exit(main())"]
    root = str(Path(__file__).resolve().parents[3])
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": root, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    ran = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    lines = ran.stdout.splitlines()
    assert [line for line in lines[:-1] if not line.startswith("✓ ")] == [], ran.stderr
    assert ran.returncode == 0
    assert re.fullmatch(r"(\d+) of \1 checks passed", lines[-1])
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("second-opinion")] == []


def test_a_failing_check_says_why_and_hides_no_other(capsys):
    checks = [
        breaking(Wrong("the map is upside down")),
        breaking(KeyError("maps")),
        Check(name="fine", run=lambda: "2"),
    ]
    assert running.report(checks) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "✗ broken  the map is upside down",
        "✗ broken  KeyError: 'maps'",
        "✓ fine    2",
        "1 of 3 checks passed",
    ]


def test_a_check_that_fails_in_several_ways_says_all():
    group = ExceptionGroup("several", [ValueError("first"), OSError("second")])
    assert outcome_of(breaking(group)).words == "ValueError: first; OSError: second"


def test_comparisons_name_both_sides():
    same("x", 1, 1)
    near("x", 1.0, 1.1, 0.2)
    nothing([])
    for wrong, words in (
        (lambda: same("the count", 2, 3), "the count is 2, not 3"),
        (lambda: near("the length", 2.0, 3.0, 0.5), "the length is 2, not 3"),
        (lambda: near("the length", float("nan"), 3.0, 0.5), "the length is nan, not 3"),
        (lambda: nothing(["a", "b"]), "a; b"),
    ):
        with pytest.raises(Wrong, match=re.escape(words)):
            wrong()


@pytest.mark.parametrize("check", resources.checks(), ids=lambda check: check.name)
def test_every_resource_is_read(check, qapp):
    assert outcome_of(check).passed, outcome_of(check).words


def test_a_missing_folder_of_resources_is_named(tmp_path, monkeypatch):
    (tmp_path / "icons").mkdir()
    monkeypatch.setattr(resources, "RESOURCES", tmp_path)
    for name, words in (("icons", "resources/icons holds no"), ("help", "resources/help holds no")):
        outcome = outcome_of(named(resources.checks(), name))
        assert not outcome.passed
        assert words in outcome.words


@pytest.mark.qt_log_ignore("Cannot read file .*torn.svg")
def test_a_damaged_drawing_and_a_damaged_case_are_named(tmp_path, monkeypatch):
    (tmp_path / "icons").mkdir()
    (tmp_path / "icons" / "torn.svg").write_text("<svg")
    for folder in ("cases", "story"):
        (tmp_path / "samples" / folder).mkdir(parents=True)
        (tmp_path / "samples" / folder / "torn.json").write_text("{")
    monkeypatch.setattr(resources, "RESOURCES", tmp_path)
    assert "torn.svg" in outcome_of(named(resources.checks(), "icons")).words
    assert "torn.json" in outcome_of(named(resources.checks(), "sample cases")).words


def test_every_sample_is_decoded_by_every_decoder_behind_the_wall(bench):
    checks = decoding.checks(bench)
    assert len(checks) == len(samples.all_samples()) + 3
    outcomes = [outcome_of(check) for check in checks]
    assert [outcome.words for outcome in outcomes if not outcome.passed] == []
    assert "imagecodecs OpenJPH; pylibjpeg-openjpeg" in named_words(outcomes, "decode HTJ2K lossless")


def named_words(outcomes, name):
    return next(outcome.words for outcome in outcomes if outcome.name == name)


def test_a_decoder_that_fails_is_named(bench):
    sample = next(item for item in samples.all_samples() if item.name == "RLE")
    broken = dataclasses.replace(sample.request, payload=bytes(len(sample.request.payload)))
    with pytest.raises(Exception, match=r".+"):
        decoding._decoded(bench, dataclasses.replace(sample, request=broken))
    exacting = next(item for item in samples.all_samples() if item.name == "JPEG 2000")
    with pytest.raises(Wrong, match="imagecodecs OpenJPEG: values differ by up to"):
        decoding._decoded(bench, dataclasses.replace(exacting, tolerance=0))


def test_a_decoder_without_a_sample_is_named(monkeypatch):
    kept = tuple(sample for sample in samples.all_samples() if sample.name != "JPEG XL lossless")
    monkeypatch.setattr(samples, "all_samples", lambda: kept)
    assert "imagecodecs libjxl" in outcome_of(Check(name="", run=decoding._bundled)).words


def test_an_unreadable_index_of_samples_is_said_and_stops_nothing(tmp_path, monkeypatch):
    shutil.copytree(samples.FOLDER, tmp_path / "codecs")
    (tmp_path / "codecs" / samples.INDEX).write_text(json.dumps([{"name": "x"}]))
    samples.all_samples.cache_clear()
    monkeypatch.setattr(samples, "FOLDER", tmp_path / "codecs")
    try:
        checks = decoding.checks(Bench())
        assert not outcome_of(named(checks, "codecs")).passed
    finally:
        samples.all_samples.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's sandbox is not used yet")
def test_a_wall_without_seccomp_is_no_wall(monkeypatch):
    class Unwalled:
        @staticmethod
        def in_force():
            return Protection(measures=("separate process", "memory and time limits"), missing=("No seccomp here.",))

    bench = Bench()
    bench.__dict__["pool"] = Unwalled()
    said = outcome_of(named(decoding.checks(bench), "isolated workers"))
    assert not said.passed
    assert said.words == "not in force: no new privileges, seccomp. No seccomp here."


def test_documents_are_read_back_and_drawn(bench, monkeypatch):
    assert all(outcome_of(check).passed for check in documents.checks(bench))
    monkeypatch.setattr(bench.pool, "parse", lambda *_: {"pixels": b"\xff" * 30, "width": 5, "height": 2})
    assert outcome_of(named(documents.checks(bench), "page drawn in a worker")).words == "the page is blank"


def test_pictures_have_the_values_of_their_formula(qapp):
    assert [outcome_of(check).words for check in pictures.checks() if not outcome_of(check).passed] == []


def test_a_picture_with_a_wrong_window_is_found(monkeypatch):
    brighter = pictures._grey() + 1
    monkeypatch.setattr(pictures, "_grey", lambda: brighter)
    assert "the grey level of 40 HU is" in outcome_of(named(pictures.checks(), "plane on the grid")).words


def test_numbers_are_those_known_before(bench):
    assert [outcome_of(check).words for check in numbers.checks(bench) if not outcome_of(check).passed] == []


def test_the_store_is_written_and_read_again(tmp_path):
    assert "nothing of it is readable" in safekeeping._store(tmp_path / "store")


def test_an_old_sqlite_is_refused(monkeypatch):
    monkeypatch.setattr("workstation.storage.database.sqlite_version", lambda: (3, 51, 1))
    with pytest.raises(Wrong, match=r"SQLite 3\.51\.1 may lose committed pages"):
        safekeeping._sqlite()


def test_plain_text_in_the_store_would_be_found(tmp_path, monkeypatch):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "leak.txt").write_bytes(b"..." + safekeeping.CANARY)
    with pytest.raises(Wrong, match=r"leak\.txt"):
        safekeeping._store(tmp_path / "store")


def test_signing_verifies_and_one_changed_bit_is_found(bench):
    outcome = outcome_of(named(signature.checks(bench), "signed with a throwaway key"))
    assert outcome.passed, outcome.words


def test_a_bundle_that_holds_what_must_not_be_shipped_fails_and_an_installation_only_says_so(monkeypatch):
    monkeypatch.setattr(shipped, "NOT_SHIPPED", ("json", "no_such_module", "no_such_package.module"))
    check = named(shipped.checks(), "left out")
    assert outcome_of(check).words == "installed, not used here: json"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert outcome_of(check).words == "the bundle holds json"


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(shipped, "DECODERS", ("pydicom", "no-such-library"))
    assert outcome_of(named(shipped.checks(), "libraries")).words == "not installed: no-such-library"
