"""The whole job in the real window on a folder of DICOM: numbers, documents, and nothing in plain on the disk."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pypdfium2
import pytest
from PIL import Image

from tests.journeys.made_folder import SIDE, SLICES, SPACING, ct_values, write_ct

# Names, identifiers, free text in the headers, one comment a slice, and a letter; none stands in the program itself.
FIELDS = {
    "PatientName": "Canaryfeather^Yellowwingtip", "PatientID": "CANARY-PID-0001", "StudyDescription": "CANARYSTUDYTEXT",
    "SeriesDescription": "CANARYSERIESTEXT", "AccessionNumber": "CANARYACCESSION1", "StudyID": "CANARYSTUDYID1",
    "ReferringPhysicianName": "Canaryreferrer^Plumage", "InstitutionName": "Canary Aviary Hospital",
    "PatientAddress": "Canarylane 17 Birdtown", "PatientComments": "canary comment on the patient",
    "RequestingPhysician": "Canaryrequester^Beak", "StationName": "CANARYSTATION1", "ProtocolName": "CANARYPROTOCOL",
}  # fmt: skip
COMMENTS = tuple(f"canary comment on slice {number:02d}" for number in range(15))
LETTER = tuple(f"Canaryletter sentence {number:02d} says nothing" for number in range(21))
NAMES = ("Canaryfeather", "Yellowwingtip")
CANARIES = (*NAMES, *(text for key, text in FIELDS.items() if key != "PatientName"), *COMMENTS, *LETTER)
SCREENS = ("worklist", "reading-room", "opinion", "preview", "signing", "receipt", "settings", "error")
SHAPE = ["kind", "value", "unit", "series_uid", "sop_uid", "frame", "voxels", "points_mm"]
FILES = (
    "opinion.pdf", "opinion-b-b.pdf", "opinion-sr.dcm", "key-objects.dcm", "bundle.json", "receipt.json", "demo.json",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What is left of one whole job, and every place in which something of the patient stood in plain."""

    status: int
    said: str
    out: Path
    found: tuple[str, ...]


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return ct_values()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray) -> Played:
    root = tmp_path_factory.mktemp("job")
    write_ct(root / "sent", values, fields=FIELDS, comments=COMMENTS, letter=LETTER)
    (root / "tmp").mkdir()
    command = [
        sys.executable, "-m", "workstation", "demo", "--headless", "--data", str(root / "sent"),
        "--out", str(root / "out"), "--data-dir", str(root / "data"),
    ]  # fmt: skip
    environment = os.environ | {"TMPDIR": str(root / "tmp"), "QT_QPA_PLATFORM": "offscreen"}
    with (root / "said").open("wb") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
        found: set[str] = set()
        while process.poll() is None:
            found |= set(_leaks(root))
            time.sleep(0.5)
    found |= set(_leaks(root))
    return Played(
        status=process.returncode, said=(root / "said").read_text("utf-8"), out=root / "out", found=tuple(sorted(found))
    )


@pytest.mark.journey
@pytest.mark.timeout(400)
def test_the_job_ends_with_a_verified_delivery_and_leaves_its_documents(played: Played) -> None:
    assert played.status == 0, played.said
    assert [name for name in FILES if not (played.out / name).is_file()] == []
    assert list((played.out / "trust").glob("*.pem"))
    receipt = json.loads((played.out / "receipt.json").read_text("utf-8"))
    assert receipt["verified_at"]
    assert all(one["read_back"] for one in receipt["artefacts"] if one["name"] != "seal.json")


@pytest.mark.journey
def test_every_screen_was_pictured(played: Played) -> None:
    for name in SCREENS:
        picture = np.asarray(Image.open(played.out / "screens" / f"{name}.png").convert("L"))
        assert picture.shape == (1080, 1920)
        assert len(np.unique(picture)) > 20, name


@pytest.mark.journey
def test_length_and_mean_are_what_the_files_say(played: Played, values: np.ndarray) -> None:
    measured = {one["kind"]: one for one in json.loads((played.out / "demo.json").read_text("utf-8"))["measurements"]}
    quarter, three = SIDE // 4, 3 * SIDE // 4
    assert measured["length"]["value"] == pytest.approx(SPACING * np.hypot(three - quarter, three - quarter), abs=0.01)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    inside = SPACING * np.hypot(rows - SIDE // 2, columns - SIDE // 2) <= 10.0 + 1e-9
    mean = float(values[SLICES // 2][inside].mean())
    assert measured["circle"]["value"] == pytest.approx(mean, abs=0.1)
    assert measured["circle"]["unit"] == "HU"
    assert len(measured["circle"]["voxels"]) == int(inside.sum())


@pytest.mark.journey
def test_the_printed_digits_are_in_the_pdf_and_in_the_report(played: Played) -> None:
    measured = json.loads((played.out / "demo.json").read_text("utf-8"))["measurements"]
    printed = [f"{one['value']:.1f} {one['unit']}" for one in measured]
    assert all(list(one) == SHAPE for one in measured)
    document = pypdfium2.PdfDocument((played.out / "opinion.pdf").read_bytes())
    text = " ".join("".join(page.get_textpage().get_text_bounded()) for page in document)
    assert all(number in " ".join(text.split()) for number in printed)
    report = pydicom.dcmread(BytesIO((played.out / "opinion-sr.dcm").read_bytes()))
    numbers = {float(one.MeasuredValueSequence[0].NumericValue) for one in _items(report.ContentSequence)}
    assert {float(number.split()[0]) for number in printed} <= numbers


@pytest.mark.journey
def test_verify_trusts_it_with_its_root_and_not_without(played: Played) -> None:
    pem = next((played.out / "trust").glob("*.pem"))
    verify = [sys.executable, "-m", "workstation", "verify", str(played.out / "opinion.pdf")]
    assert subprocess.run([*verify, "--trust", str(pem)], capture_output=True, check=False).returncode == 0
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 3


@pytest.mark.journey
def test_nothing_of_the_patient_stood_in_plain_during_or_after_the_job(played: Played) -> None:
    assert played.found == ()


@pytest.mark.journey
def test_a_demo_that_is_terminated_leaves_nothing_behind(tmp_path: Path) -> None:
    write_ct(tmp_path / "sent", ct_values())
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "workstation", "demo", "--headless", "--data", str(tmp_path / "sent")]
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp"), "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")], env=environment, stdout=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 60
    while not (tmp_path / "out" / "screens" / "settings.png").is_file():
        assert time.monotonic() < end, "the story did not begin"
        time.sleep(0.05)
    process.terminate()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "it was terminated" in said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    assert len(set(CANARIES)) == 50
    assert all(len(text) >= 10 for text in CANARIES)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "log.txt").write_bytes(b"x" + CANARIES[0].encode("utf-16-le"))
    (tmp_path / "data" / f"{CANARIES[1]}.bin").touch()
    (tmp_path / "data" / "image").write_bytes(bytes(128) + b"DICM")
    assert len(list(_leaks(tmp_path))) == 3


def _leaks(root: Path) -> Iterator[str]:
    """Files and names below the data folder, the temporary folder and shared memory in which a patient shows."""
    needles = [text.encode(code) for text in CANARIES for code in ("utf-8", "utf-16-le", "utf-16-be")]
    for folder in (root / "data", root / "tmp", Path("/dev/shm")):
        for path in folder.rglob("*") if folder.is_dir() else ():
            if any(text in path.name for text in CANARIES):
                yield f"name {path.name}"
            content = _content(path)
            if content[128:132] == b"DICM" or any(needle in content for needle in needles):
                yield f"content of {path.relative_to(folder)}"
    said = root / "said"
    if said.exists() and any(needle in said.read_bytes() for needle in needles):
        yield "what the program says"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() and path.name != "ballast" else b""
    except OSError:
        return b""  # it went away while it was looked at


def _items(sequence: object) -> Iterator[pydicom.Dataset]:
    for item in sequence:  # type: ignore[attr-defined]
        if item.ValueType == "NUM":
            yield item
        yield from _items(item.get("ContentSequence", []))
