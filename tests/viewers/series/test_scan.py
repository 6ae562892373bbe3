"""The scan: every file ends as a header or with a reason; copies, alarms, indexes, kept headers, stopping."""

import json
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEGBaseline8Bit

from viewers.series.receive import header_of, receive
from viewers.series.scan import scan


def test_every_file_is_in_exactly_one_list(here, memory, write):
    source = memory(
        {"a": write(), "b": b"MZ" + bytes(99), "c": b"", "d": b"%PDF-1.4 ...", "e": write(drop=["PixelData"])}
    )
    found = scan(source, here)
    assert [header.key for header in found.headers] == ["a", "d"]
    reasons = {each.key: each.reason for each in found.skipped}
    assert set(reasons) == {"b", "c", "e"}
    assert "program" in reasons["b"]
    assert "empty" in reasons["c"]
    assert "no pixel data" in reasons["e"]


def test_an_exact_copy_is_skipped_and_says_of_what(here, memory, write):
    found = scan(memory({"b": write(), "a": write()}), here)
    assert [header.key for header in found.headers] == ["a"]
    assert [(each.key, each.reason) for each in found.skipped] == [("b", "duplicate of a")]


def test_one_identity_with_two_contents_alarms_on_both(here, memory, write):
    found = scan(memory({"a": write(), "b": write(RescaleSlope=2)}), here)
    assert len(found.headers) == 2
    assert all("may have been changed" in header.notes[-1] for header in found.headers)


def test_equal_documents_are_copies_and_documents_of_equal_length_are_not(here, memory):
    found = scan(memory({"a": b"%PDF-1", "b": b"%PDF-1", "c": b"%PDF-2"}), here)
    assert [header.key for header in found.headers] == ["a", "c"]
    assert not any(header.notes for header in found.headers)


def test_a_kept_header_is_not_parsed_again_and_says_the_same(here, memory, write):
    files = {"a": write()}
    kept = {each.key: json.loads(json.dumps(each.mapping)) for each in receive(memory(files), ["a"], here)}
    here.jobs.clear()
    again = scan(memory(files, kept), here)
    assert here.jobs == []
    assert again.headers == scan(memory(files), here).headers


def test_a_long_header_is_asked_for_piece_by_piece(here, memory, write):
    file = write(TextValue="x" * 60_000)
    found = scan(memory({"a": file}), here)
    assert found.headers[0].pixels is not None
    assert found.headers[0].text("PatientID") == "7"
    assert here.jobs == ["viewers.series.header_job:read_many", "viewers.series.header_job:read"]


def test_a_batch_that_kills_its_worker_is_read_one_by_one(here, memory, write):
    class Dies(type(here)):
        def parse(self, job, payload, options=None):
            if job.endswith("read_many"):
                return {"refused": "the worker died"}
            return super().parse(job, payload, options)

    assert len(scan(memory({"a": write(), "b": write(SOPInstanceUID="1.9")}), Dies()).headers) == 2


def test_progress_is_told_and_can_stop(here, memory, write):
    files = {f"{number:03}": write(SOPInstanceUID=f"1.{number}") for number in range(300)}
    told: list[tuple[int, int]] = []

    def stop(done: int, everything: int) -> bool:
        told.append((done, everything))
        return False

    found = scan(memory(files), here, stop)
    assert told[0] == (64, 300)
    assert len(found.headers) + len(found.skipped) == 300


def test_unreadable_files_are_skipped_with_the_systems_reason(here, memory, write):
    class Broken(memory):
        def read(self, key, offset=0, length=None):
            if key == "bad":
                raise OSError(5, "Input/output error")
            return super().read(key, offset, length)

    found = scan(Broken({"bad": b"xx", "good": write()}), here)
    assert found.skipped[0].reason == "It cannot be read: Input/output error."


def test_fragments_are_found_with_and_without_an_offset_table(here, memory, write):
    frames = [b"\xff\xd8" + bytes([number]) * 10 for number in range(3)]
    for table in (True, False):
        data = pydicom.encaps.encapsulate(frames, has_bot=table)
        file = write(syntax=JPEGBaseline8Bit, NumberOfFrames=3, PixelData=data)
        header = scan(memory({"a": file}), here).headers[0]
        assert header.pixels is not None
        assert header.pixels.complete
        assert [file[offset : offset + length] for offset, length in header.pixels.fragments] == frames
        assert len(header.pixels.table) == (3 if table else 0)


def test_a_sequence_of_fragments_that_is_cut_is_marked(here, memory, write):
    data = pydicom.encaps.encapsulate([b"\xff\xd8" + bytes(50)])
    file = write(syntax=JPEGBaseline8Bit, PixelData=data)
    cut = file[:-30]
    header = scan(memory({"a": cut}), here).headers[0]
    assert not header.pixels.complete
    assert any("ends within its pixels" in note for note in header.notes)


def test_the_index_of_a_medium_is_followed_and_missing_files_are_named(here, memory, write):
    index = Dataset()
    index.DirectoryRecordSequence = []
    for name in (["IMAGES", "IM1"], ["IMAGES", "GONE"]):
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = name
        index.DirectoryRecordSequence.append(record)
    file = write(
        SOPClassUID="1.2.840.10008.1.3.10", SOPInstanceUID="1.9", DirectoryRecordSequence=index.DirectoryRecordSequence,
        drop=["PixelData"],
    )  # fmt: skip
    found = scan(memory({"cd/DICOMDIR": file, "cd/images/im1": write()}), here)
    assert [(each.key, each.reason) for each in found.skipped] == [("cd/DICOMDIR", "index")]
    assert found.notes == ("The index cd/DICOMDIR names 1 files that are not here, such as CD/IMAGES/GONE.",)


@pytest.mark.parametrize("size", [0, 1, 7, 131, 132, 140])
def test_stumps_are_refused_with_a_reason(here, memory, write, size):
    found = scan(memory({"a": write()[:size]}), here)
    assert not found.headers
    assert found.skipped[0].reason


def test_a_header_survives_json(here, memory, write):
    source = memory({"a": write(WindowCenter=[40, -600], WindowWidth=[400, 1500])})
    (received,) = receive(source, ["a"], here)
    size = source.size("a")
    assert header_of("a", size, json.loads(json.dumps(received.mapping))) == header_of("a", size, received.mapping)


def test_dicomdirs_of_every_kind_are_indexes(here, shared_data: Path):
    from viewers.series.open_source import open_source

    found = scan(open_source(shared_data / "dicom" / "dicomdir"), here)
    indexes = [each.key for each in found.skipped if each.reason == "index"]
    assert len(indexes) == 8
    assert len(found.headers) + len(found.skipped) == 89


def test_an_archive_within_an_archive_is_not_opened(here, memory):
    found = scan(memory({"a": b"PK\x03\x04" + bytes(60)}), here)
    assert "archive" in found.skipped[0].reason
