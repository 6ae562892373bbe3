"""``python -m viewers inspect`` and ``render``: what scripts get, and what they are told when they cannot."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage

from viewers.__main__ import main

ROWS, COLUMNS = 24, 20
KEYS = {
    "id", "series_uid", "files", "kind", "modality", "description", "frames", "rows", "columns", "spacing_mm", "origin_mm",  # noqa: E501 - a table reads best in lines
    "direction", "unit", "statistics", "regular", "tilt_deg", "gaps", "calibration", "suv", "warnings",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _one_pool(pool, monkeypatch):
    """Workers are started once for all these tests, as a second in each would add up; one test starts its own."""
    monkeypatch.setattr("viewers.__main__.Pool", lambda **_: nullcontext(pool))


def gradient(x, y, z):
    return 10 * x + 4 * y + 7 * z


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten axial slices, 2 mm apart, pixels 1.5 mm down and 0.75 mm across, whose values are linear in place."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    cd = tmp_path / "cd"
    cd.mkdir()
    for number in range(10):
        dataset = Dataset()
        pixels = gradient(columns * 0.75, rows * 1.5, number * 2.0).round().astype(np.int16)
        for keyword, value in {
            "SOPClassUID": CTImageStorage, "SOPInstanceUID": f"1.2.{number}", "StudyInstanceUID": "1.2", "Modality": "CT",  # noqa: E501 - a table reads best in lines
            "SeriesInstanceUID": "1.3", "FrameOfReferenceUID": "1.4", "PatientName": "Müller^Ana", "PatientID": "7",
            "SpecificCharacterSet": "ISO_IR 192", "SeriesDescription": "thorax", "Rows": ROWS, "Columns": COLUMNS,
            "ImagePositionPatient": [0, 0, number * 2], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [1.5, 0.75], "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2",
            "BitsAllocated": 16, "BitsStored": 16, "HighBit": 15, "PixelRepresentation": 1, "RescaleSlope": "1",
            "RescaleIntercept": "0", "WindowCenter": "100", "WindowWidth": "300", "PixelData": pixels.tobytes(),
        }.items():  # fmt: skip
            setattr(dataset, keyword, value)
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        pydicom.dcmwrite(cd / f"{number}.dcm", dataset, enforce_file_format=True)
    (cd / "copy.dcm").write_bytes((cd / "0.dcm").read_bytes())
    (cd / "setup.exe").write_bytes(b"MZ" + bytes(100))
    (cd / "letter.txt").write_text("Dear colleague")
    return cd


def rendered(folder: Path, tmp_path: Path, *arguments: str) -> np.ndarray:
    out = tmp_path / "out.png"
    assert main(["render", str(folder), "--out", str(out), *arguments]) == 0
    return cv2.imread(str(out), cv2.IMREAD_UNCHANGED)


def grey(values, centre, width):
    """PS3.3 C.11.2.1.2.1 written out again."""
    shade = ((values - (centre - 0.5)) / (width - 1) + 0.5) * 255
    return np.clip(shade, 0, 255)


def test_inspect_tells_everything_as_json(folder, capsys):
    assert main(["inspect", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    by_kind = {each["kind"]: each for each in told["display_sets"]}
    volume = by_kind["volume"]
    assert set(volume) >= KEYS
    assert (volume["files"], volume["frames"], volume["rows"], volume["columns"]) == (10, 10, ROWS, COLUMNS)
    assert volume["spacing_mm"] == [1.5, 0.75, 2]
    assert volume["origin_mm"] == [0, 0, 0]
    assert volume["direction"] == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert (volume["regular"], volume["tilt_deg"], volume["gaps"]) == (True, 0, [])
    assert (volume["unit"], volume["suv"]) == ("HU", None)
    assert volume["statistics"]["min"] == 0
    assert volume["statistics"]["max"] == round(gradient(19 * 0.75, 23 * 1.5, 18))
    assert volume["calibration"]["source"] == "pixel spacing"
    assert volume["patient"]["name"] == "Müller^Ana"
    document = by_kind["document"]
    assert (document["description"], document["frames"], document["statistics"]) == ("letter.txt", None, None)
    assert document["rows"] is document["unit"] is document["calibration"] is None
    assert {each["path"]: each["reason"] for each in told["skipped"]} == {
        "copy.dcm": "duplicate of 0.dcm",
        "setup.exe": "The file is a Windows program: not opened.",
    }


def test_the_program_starts_its_own_workers(folder):
    done = subprocess.run(
        [sys.executable, "-m", "viewers", "inspect", str(folder), "--json"], capture_output=True, check=True, text=True,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert len(json.loads(done.stdout)["display_sets"]) == 2


def test_inspect_for_people_names_what_is_not_shown(folder, capsys):
    assert main(["inspect", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "10 x 24 x 20" in told
    assert "not shown" in told


def test_a_path_that_is_not_there_is_an_error(tmp_path, capsys):
    assert main(["inspect", str(tmp_path / "nothing"), "--json"]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="only there may a file name be no text")
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_names_that_no_screen_can_write_are_told_all_the_same(folder, encoding):
    """CDs hold names in old encodings; a report that breaks off at one hides every file after it."""
    (folder / "letter.txt").rename(folder / os.fsdecode(b"Brief_\xe4.txt"))
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for more in (["--json"], []):
        run = subprocess.run(
            [sys.executable, "-m", "viewers", "inspect", str(folder), *more], capture_output=True, env=environment,
            check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert b"Brief_" in run.stdout
        if more:
            assert any("Brief_" in each["description"] for each in json.loads(run.stdout)["display_sets"])


def test_a_reader_who_has_seen_enough_is_no_error(folder):
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "viewers", "inspect", str(folder), "--json"]
    run = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (run.returncode, run.stderr) == (0, b"")


def test_an_empty_folder_is_no_error(tmp_path, capsys):
    assert main(["inspect", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["display_sets"] == []
    assert main(["inspect", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "There is no file here.\n"


def test_a_frame_is_rendered_on_its_own_pixels(folder, tmp_path):
    picture = rendered(folder, tmp_path, "--frame", "3", "--window", "100,300")
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    expected = grey(gradient(columns * 0.75, rows * 1.5, 4.0).round(), 100, 300)
    assert picture.shape == (ROWS, COLUMNS)
    assert np.abs(picture - expected).max() <= 1


X, Y, Z = (0.75, COLUMNS), (1.5, ROWS), (2.0, 10)  # step in mm and count along each axis of the patient


def along(pixels: int, pixel_mm: float, axis: tuple[float, int]) -> np.ndarray:
    """Patient mm of each picture pixel: about the middle of the voxels, none beyond the centres of the outermost."""
    step, count = axis
    middle = (count - 1) / 2 * step
    return np.clip(middle + (np.arange(pixels) - (pixels - 1) / 2) * pixel_mm, 0, (count - 1) * step)


@pytest.mark.parametrize(
    ("plane", "position", "across", "down"), [("axial", 7.3, X, Y), ("coronal", 10.9, X, Z), ("sagittal", 5.2, Y, Z)]
)
def test_planes_between_voxels_are_interpolated_before_windowing(folder, tmp_path, plane, position, across, down):  # noqa: PLR0917 - a table
    """Without a size the pixels are square and as fine as the finest voxel side, so anatomy keeps its shape."""
    picture = rendered(folder, tmp_path, "--plane", plane, "--position", str(position), "--window", "150,200")
    wide_mm, high_mm = across[0] * across[1], down[0] * down[1]
    finest = min(across[0], down[0])
    assert picture.shape == (round(high_mm / finest), round(wide_mm / finest))
    u = along(picture.shape[1], finest, across)[None, :]
    v = along(picture.shape[0], finest, down)[:, None]
    if plane != "axial":
        v = v[::-1]  # the head is on top
    places = {"axial": (u, v, position), "coronal": (u, position, v), "sagittal": (position, u, v)}[plane]
    assert np.abs(picture - grey(gradient(*places), 150, 200)).max() <= 1.5


def test_without_a_size_pixels_are_exactly_the_finest_of_the_volume(folder, tmp_path):
    """Ten slices of 1.7 mm are 22.67 pixels of 0.75 mm high; no pixel is stretched to make them 23 even ones."""
    for number in range(10):
        dataset = pydicom.dcmread(folder / f"{number}.dcm")
        dataset.ImagePositionPatient = [0, 0, number * 1.7]
        dataset.save_as(folder / f"{number}.dcm")
    picture = rendered(folder, tmp_path, "--plane", "coronal", "--position", "10.5", "--window", "100,300")
    assert picture.shape == (23, COLUMNS)
    x, depth = along(COLUMNS, 0.75, X), along(23, 0.75, (1.7, 10))[::-1]
    values = gradient(x[None, :], 10.5, depth[:, None] / 1.7 * 2.0)
    assert np.abs(picture.astype(int) - grey(values, 100, 300)).max() <= 1


def test_size_keeps_the_shape_of_the_patient(folder, tmp_path):
    picture = rendered(
        folder, tmp_path, "--plane", "axial", "--position", "4", "--size", "300x720", "--window", "100,300"
    )
    assert picture.shape == (720, 300)
    inside = picture > 0
    wide = np.flatnonzero(inside[360]).size
    high = np.flatnonzero(inside[:, 250]).size
    assert wide * (24 * 1.5) / (20 * 0.75) == pytest.approx(high, rel=0.05)


def test_a_slab_projects_what_lies_in_it(folder, tmp_path):
    place = ["--plane", "axial", "--position", "8", "--slab", "8", "--window", "150,200"]
    thin = rendered(folder, tmp_path, "--plane", "axial", "--position", "8", "--window", "150,200").astype(int)
    high, low, mean = (
        rendered(folder, tmp_path, *place, "--mode", mode).astype(int) for mode in ("mip", "minip", "mean")
    )
    middle = (slice(4, 12), slice(4, 12))
    assert np.all(high[middle] > thin[middle])
    assert np.all(low[middle] < thin[middle])
    assert np.abs(mean[middle] - thin[middle]).max() <= 1


def test_a_preset_is_bound_by_its_id(folder, tmp_path):
    picture = rendered(folder, tmp_path, "--frame", "1", "--preset", "ct-bone")
    same = rendered(folder, tmp_path, "--frame", "1", "--window", "400,2000")
    assert np.array_equal(picture, same)


def test_a_preset_for_hu_is_not_laid_over_other_values(folder, tmp_path, capsys):
    for path in folder.glob("?.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = MRImageStorage
        dataset.Modality = "MR"
        dataset.save_as(path)
    (folder / "copy.dcm").unlink()
    assert main(["render", str(folder), "--out", str(tmp_path / "x.png"), "--preset", "ct-lung"]) == 2
    assert "for HU, and these values are none" in capsys.readouterr().err


def test_negative_numbers_are_numbers_and_no_options(folder, tmp_path):
    """The window of lungs has a negative centre, and half of every patient lies at negative places."""
    apart = rendered(folder, tmp_path, "--plane", "sagittal", "--position", "-.25", "--window", "-60,150")
    joined = rendered(folder, tmp_path, "--plane", "sagittal", "--position=-0.25", "--window=-60,150")
    assert np.array_equal(apart, joined)


def test_values_between_nothing_and_one_have_their_window(folder, tmp_path):
    for path in folder.glob("?.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.RescaleSlope = "0.001"
        dataset.save_as(path)
    picture = rendered(folder, tmp_path, "--frame", "1", "--window", "0.1,0.15")
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    exact = (gradient(columns * 0.75, rows * 1.5, 0).round() / 1000 - 0.025) / 0.15 * 255
    assert np.abs(picture - exact.clip(0, 255)).max() <= 1


def test_nothing_is_mixed_from_a_value_and_padding_when_a_frame_is_fitted(folder, tmp_path):
    dataset = pydicom.dcmread(folder / "0.dcm")
    pixels = dataset.pixel_array.copy()
    pixels[pixels >= 150] = 1000
    dataset.PixelData = pixels.tobytes()
    dataset.add_new("PixelPaddingValue", "SS", 1000)
    dataset.save_as(folder / "0.dcm")
    picture = rendered(folder, tmp_path, "--frame", "1", "--size", f"{COLUMNS * 3}x{ROWS * 6}", "--window", "75,150")
    assert 0 < picture.max() < 255  # a mixture of the two would be white
    assert picture[-1, -1] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "nothing"], "no such set"), (["--series", "9.9"], "no such set"), (["--frame", "11"], "frames 1 to 10"),  # noqa: E501 - a table reads best in lines
        (["--frame", "0"], "frames 1 to 10"), (["--preset", "nothing"], "There are: default, automatic, ct-"),
        (["--plane", "coronal", "--position", "900"], "outside of the images, which reach from 0.0 to 34.5 mm"),
        (["--plane", "axial", "--position", "-900"], "outside of the images, which reach from 0.0 to 18.0 mm"),
    ],
)  # fmt: skip
def test_what_cannot_be_rendered_says_why(folder, tmp_path, capsys, arguments, told):
    assert main(["render", str(folder), "--out", str(tmp_path / "x.png"), *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("name", ["x.gif", "x.jpg", "x.dcm"])
def test_a_png_is_not_written_under_another_kinds_name(folder, tmp_path, capsys, name):
    assert main(["render", str(folder), "--out", str(tmp_path / name)]) == 2
    assert "end in .png" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--window", "a"],
        ["--window", "40,0"],
        ["--window", "nan,9"],
        ["--slab", "-1"],
        ["--position", "inf"],
        ["--size", "0x9"],
        ["--size", "9"],
        ["--plane", "x"],
    ],
)
def test_nonsense_is_refused_by_the_parser(folder, tmp_path, arguments):
    with pytest.raises(SystemExit):
        main(["render", str(folder), "--out", str(tmp_path / "x.png"), *arguments])


def test_a_series_is_chosen_by_its_uid(folder, tmp_path):
    assert rendered(folder, tmp_path, "--series", "1.3").shape == (ROWS, COLUMNS)


def test_a_voi_table_is_used_where_the_file_has_no_window(folder, tmp_path):
    for path in folder.glob("?.dcm"):
        dataset = pydicom.dcmread(path)
        item = Dataset()
        item.add_new("LUTDescriptor", "SS", [400, 0, 8])
        item.add_new("LUTData", "OW", (np.arange(400) % 200).astype("<u2").tobytes())
        dataset.VOILUTSequence = [item]
        del dataset.WindowCenter, dataset.WindowWidth
        dataset.save_as(path)
    picture = rendered(folder, tmp_path, "--frame", "1")
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    values = gradient(columns * 0.75, rows * 1.5, 0).round().clip(0, 399)
    assert np.array_equal(picture, values % 200)
