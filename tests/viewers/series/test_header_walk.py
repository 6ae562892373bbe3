"""The bounded walk over headers: reads what pydicom writes, and survives what nobody should write."""

import struct
import time
import warnings
import zlib
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from viewers.isolation.errors import Refused
from viewers.series.header_job import inflate, read, read_many

SYNTAXES = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"]


def header(file: bytes, head: int | None = None) -> dict:
    return read(memoryview(file)[:head], {"size": len(file)})


def answer_of(file: bytes) -> dict:
    """The header, or the refusal as a sentence; anything else that is raised fails the test."""
    try:
        return header(file)
    except Refused as refusal:
        return {"refused": str(refusal)}


def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
    if vr in (b"OB", b"OW", b"SQ", b"UN", b"UT"):
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def bare(*elements: bytes) -> bytes:
    return bytes(128) + b"DICM" + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1\0") + b"".join(elements)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_native_encoding_says_the_same(write, syntax):
    found = header(write(syntax=syntax))
    assert found["syntax"] == syntax
    data = found["data"]
    assert data["PatientName"] == "Doe^Jane"
    assert data["Rows"] == 4
    assert data["PixelSpacing"] in ("2\\1", "2.0\\1.0")
    assert data["ImageType"] == "ORIGINAL\\PRIMARY\\AXIAL"
    assert found["pixels"]["length"] == 24


@pytest.mark.parametrize("syntax", SYNTAXES[:3])
def test_the_pixels_lie_where_the_header_says(write, syntax):
    file = write(syntax=syntax, PixelData=bytes(range(24)))
    pixels = header(file)["pixels"]
    found = file[pixels["offset"] : pixels["offset"] + pixels["length"]]
    assert sorted(found) == list(range(24))


def test_the_pixels_of_a_deflated_file_are_had_by_inflating(write):
    file = write(syntax=SYNTAXES[3], PixelData=bytes(range(24)))
    pixels = header(file)["pixels"]
    options = {"start": pixels["deflated"], "offset": pixels["offset"], "length": 24}
    assert inflate(memoryview(file), options)["data"] == bytes(range(24))


@pytest.mark.parametrize("undefined", [False, True])
def test_sequences_become_lists_of_mappings(write, undefined):
    item = Dataset()
    item.RadionuclideTotalDose = "5.8e8"
    item.is_undefined_length_sequence_item = undefined
    sequence = Sequence([item])
    file = write(RadiopharmaceuticalInformationSequence=sequence)
    found = header(file)["data"]["RadiopharmaceuticalInformationSequence"]
    assert found == [{"RadionuclideTotalDose": "5.8e8"}]


@pytest.mark.parametrize("name", ["no preamble", "no meta", "short preamble", "long preamble"])
def test_files_with_odd_beginnings_are_still_read(write, name):
    file = write()
    odd = {
        "no preamble": file[132:],
        "no meta": file[file.index(b"\x08\0\x08\0CS") :],
        "short preamble": file[1:],
        "long preamble": bytes(100) + file,
    }[name]
    assert header(odd)["data"]["PatientID"] == "7"


def test_a_file_that_lies_about_its_encoding_is_read_as_it_is(write):
    file = write(syntax=SYNTAXES[0])
    said = b"1.2.840.10008.1.2\0"
    at = file.index(b"1.2.840.10008.1.2\0")
    assert file[at : at + len(said)] == said
    lie = b"1.2.840.10008.1.2.1\0"
    patched = file[: at - 2] + struct.pack("<H", len(lie)) + lie + file[at + len(said) :]
    found = header(patched)
    assert found["data"]["PatientID"] == "7"
    assert any("is implicit" in note for note in found["notes"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_cut_anywhere_ends_in_a_header_or_a_reason(write, data):
    file = write()
    cut = file[: data.draw(st.integers(0, len(file)))]
    found = answer_of(cut)
    assert found.get("refused") or isinstance(found["data"], dict)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=12))
def test_bytes_changed_anywhere_end_in_a_header_or_a_reason(write, changes):
    file = bytearray(write())
    for at, value in changes:
        file[at % len(file)] = value
    found = answer_of(bytes(file))
    assert found.get("refused") or "data" in found or "more" in found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(140, 700))
def test_a_short_head_asks_for_more_and_then_says_the_same(write, head):
    file = write()
    found = header(file, head)
    while "more" in found:
        assert found["more"] > head
        head = found["more"]
        found = header(file, head)
    assert found == header(file)


@pytest.mark.parametrize(("depth", "refused"), [(63, False), (64, False), (65, True), (200, True), (100_000, True)])
def test_nesting_is_followed_to_64_and_no_further(depth, refused):
    open_ended = b"".join(
        struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
        for _ in range(depth)
    )
    file = bare(element(8, 0x60, b"CS", b"SR"), open_ended)
    if refused:
        with pytest.raises(Refused, match="deeper than 64"):
            header(file)
    else:
        assert header(file)["data"]["Modality"] == "SR"


@pytest.mark.parametrize(
    ("group", "number", "vr"), [(0x20, 0x32, b"UN"), (0x20, 0x32, b"UT"), (8, 8, b"UN"), (0x28, 9, b"UN")]
)
def test_a_value_of_40_megabytes_is_passed_over_in_a_moment(group, number, vr):
    file = bare(element(8, 0x60, b"CS", b"CT"), element(group, number, vr, b"1\\" * (20 << 20)))
    started = time.process_time()
    found = header(file)
    assert time.process_time() - started < 1.0
    assert found["data"]["Modality"] == "CT"
    assert any("not read" in note for note in found["notes"])


def test_more_elements_than_any_file_has_are_refused():
    file = bare(element(8, 0x60, b"CS", b"CT"), element(9, 0x1001, b"LO", b"") * 300_000)
    with pytest.raises(Refused, match="more elements"):
        header(file)


def test_a_deflate_bomb_is_not_inflated_beyond_its_header(write):
    plain = write(syntax=SYNTAXES[1])
    body = plain[plain.index(b"\x08\0\x08\0CS") :]
    pixels = body.index(b"\xe0\x7f\x10\0")
    large = body[:pixels] + struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 256 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = packer.compress(large) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    file = bytes(128) + b"DICM" + element(2, 0x10, b"UI", SYNTAXES[3].encode()) + squeezed
    assert len(file) < 1 << 20
    found = header(file)
    assert found["pixels"]["length"] == 256 << 20
    options = {"start": found["pixels"]["deflated"], "offset": found["pixels"]["offset"], "length": 2 << 30}
    with pytest.raises(Refused, match="swells"):
        inflate(memoryview(file), options)


@pytest.mark.parametrize("length", [0, 1, 0x7FFFFFFF, 0xFFFFFFFE])
def test_lying_lengths_end_in_what_came_before(length):
    file = bare(
        element(8, 0x60, b"CS", b"CT"),
        struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, length),
        element(0x28, 0x10, b"US", b"\4\0"),
    )
    assert header(file)["data"]["Modality"] == "CT"


def test_a_batch_answers_in_order_with_refusals_in_their_places(write):
    good, empty = write(), b""
    heads = [good, b"MZ\x90\0" + bytes(60), empty, good]
    answer = read_many(memoryview(b"".join(heads)), {"heads": [[len(head), len(head)] for head in heads]})
    kinds = ["refused" in each for each in answer["answers"]]
    assert kinds == [False, True, True, False]
    assert "Windows program" in answer["answers"][1]["refused"]
    assert "empty" in answer["answers"][2]["refused"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0....JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("Befund: unauffällig\n".encode(), "text/plain"),
        (b"<html><body>hello</body></html>", "text/html"),
        (b"\0\0\0\x18ftypmp42....", "video/mp4"),
        (
            b"PK\x03\x04......word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_documents_are_known_by_their_content(content, kind):
    found = header(content + b" " * 40)
    assert found["dicom"] is False
    assert found["document"] == kind


def test_private_elements_count_only_under_their_creators_name():
    creator = element(9, 0x10, b"LO", b"GEMS_PETD_01")
    value = element(9, 0x100D, b"DT", b"20260101100000.00 ")
    known = header(bare(element(8, 0x60, b"CS", b"PT"), creator, value))["data"]
    stranger = header(bare(element(8, 0x60, b"CS", b"PT"), element(9, 0x10, b"LO", b"SOMEBODY ELSE "), value))["data"]
    assert known["GemsScanDateTime"] == "20260101100000.00"
    assert "GemsScanDateTime" not in stranger


def test_every_text_of_the_character_set_samples_is_what_pydicom_reads(shared_data: Path):
    compared = 0
    for path in sorted((shared_data / "dicom" / "charsets").iterdir()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = str(pydicom.dcmread(path).get("PatientName", ""))
        assert header(path.read_bytes())["data"].get("PatientName", "").rstrip("=") == expected, path.name
        compared += bool(expected)
    assert compared >= 14


def test_every_real_header_agrees_with_pydicom(shared_data: Path):
    keywords = ("SOPInstanceUID", "SeriesInstanceUID", "Modality", "Rows", "Columns", "BitsStored", "InstanceNumber")
    folders = (
        "ct-tilt-ge",
        "mr-dwi-philips",
        "pet-ct-acrin",
        "us-echo",
        "xa",
        "photometric",
        "objects",
        "syntaxes",
        "wsi",
    )
    compared = 0
    for folder in folders:
        for path in sorted((shared_data / "dicom" / folder).rglob("*")):
            if not path.is_file() or (compared % 5 and folder in ("mr-dwi-philips", "pet-ct-acrin")):
                compared += 1
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
                expected = {keyword: str(dataset.get(keyword, "") or "") for keyword in keywords}
            data = header(path.read_bytes())["data"]
            assert {keyword: str(data.get(keyword, "")) for keyword in keywords} == expected, path.name
            compared += 1
    assert compared > 400
