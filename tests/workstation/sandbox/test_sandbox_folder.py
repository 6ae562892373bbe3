"""Any folder of DICOM as a case: its first patient, every byte as it lies there, the papers beside it."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom.uid import generate_uid

from tests.workstation.sandbox.sandbox_client import ct_slice, signed_in
from workstation.sandbox.database import Database
from workstation.sandbox.dicomweb.archive import Archive
from workstation.sandbox.running import spawn
from workstation.sandbox.seeding.folder import EmptyFolderError, describe_folder

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    database = Database(tmp_path / "db")
    yield Archive(database, tmp_path / "received")
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Brought on CD"
    (folder / "DICOM" / "A").mkdir(parents=True)
    for number in range(3):
        dataset = ct_slice("1.2.3", "1.2.3.4", number)
        dataset.save_as(folder / "DICOM" / "A" / f"IM{number}", enforce_file_format=True)
    return folder


def test_what_the_files_say_becomes_the_case(folder: Path, archive: Archive, tmp_path: Path) -> None:
    (folder / "Befund.pdf").write_bytes(b"%PDF-1.4 x")
    (folder / "histology.txt").write_text("x", "utf-8")
    (folder / "photo.JPG").write_bytes(b"\xff\xd8")
    (folder / "autorun.exe").write_bytes(b"MZ")
    description, papers, studies = describe_folder(folder, archive, tmp_path / "converted", NOW)
    assert studies == ["1.2.3"]
    assert description["name"] == "brought-on-cd"
    assert description["title"] == "CT of a box"
    assert description["patient"]["family"] == "Folder"
    assert description["patient"]["birth_date"] == "1970-01-02"
    assert description["patient"]["gender"] == "female"
    assert {paper.title: paper.kind for paper in papers} == {
        "Befund": "original-report",
        "histology": "pathology-report",
        "photo": "other",
    }


def test_a_second_patient_is_left_out(folder: Path, archive: Archive, tmp_path: Path) -> None:
    other = ct_slice("1.2.9", "1.2.9.4", 1)
    other.PatientID = "SOMEBODY-ELSE"
    other.save_as(folder / "z.dcm", enforce_file_format=True)
    _description, _papers, studies = describe_folder(folder, archive, tmp_path / "converted", NOW)
    assert studies == ["1.2.3"]


def test_a_data_set_without_its_header_is_served_with_one(folder: Path, archive: Archive, tmp_path: Path) -> None:
    bare = ct_slice("1.2.3", "1.2.3.5", 9)
    uid = str(bare.SOPInstanceUID)
    del bare.file_meta
    bare.save_as(folder / "bare", implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert (folder / "bare").read_bytes()[128:132] != b"DICM"
    describe_folder(folder, archive, tmp_path / "converted", NOW)
    found = archive.find(uid)
    assert found is not None
    assert pydicom.dcmread(found.path).SOPInstanceUID == uid
    assert found.path.read_bytes()[128:132] == b"DICM"


def test_the_same_instance_twice_is_one_and_other_bytes_of_its_uid_are_left_out(
    folder: Path, archive: Archive, tmp_path: Path
) -> None:
    original = folder / "DICOM" / "A" / "IM0"
    (folder / "copy").write_bytes(original.read_bytes())
    changed = pydicom.dcmread(original)
    changed.PixelData = b"\x01\x00" * 16
    changed.save_as(folder / "zz-changed")
    describe_folder(folder, archive, tmp_path / "converted", NOW)
    found = archive.find(str(changed.SOPInstanceUID))
    assert found is not None
    assert found.sha256 == hashlib.sha256(original.read_bytes()).hexdigest()
    assert len(archive.instances("study = ?", ["1.2.3"])) == 3


def test_a_patient_without_name_or_birth_date_is_called_unnamed(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    dataset = ct_slice(generate_uid(), generate_uid(), 1)
    dataset.PatientName, dataset.PatientBirthDate, dataset.PatientID = "", "", ""
    dataset.save_as(folder / "1", enforce_file_format=True)
    description, _, _ = describe_folder(folder, archive, tmp_path / "converted", NOW)
    assert description["patient"]["family"] == "Unnamed"
    assert description["patient"]["birth_date"] == ""


def test_a_folder_without_dicom_is_refused(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.txt").write_text("x", "utf-8")
    with pytest.raises(EmptyFolderError):
        describe_folder(tmp_path / "text", archive, tmp_path / "converted", NOW)


@pytest.mark.slow
def test_real_ct_is_served_byte_for_byte(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "dicom" / "ct-chest-nlst"
    with spawn(tmp_path, folders=[folder]) as running:
        client = signed_in(running, running.specialist)
        task = client.get(f"{running.fhir_url}/Task/{running.cases['ct-chest-nlst']}", timeout=10).json()
        reference = next(item["valueReference"] for item in task["input"] if "valueReference" in item)
        study = client.get(f"{running.fhir_url}/{reference['reference']}", timeout=10).json()
        assert study["numberOfInstances"] == 91
        uid = study["identifier"][0]["value"].removeprefix("urn:oid:")
        told = DICOMwebClient(running.dicomweb_url, session=client).search_for_instances(uid)
        here = {hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}
        accept = {"accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
        for item in told:
            body = client.get(item["00081190"]["Value"][0], headers=accept, timeout=10).content
            content = body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
            assert hashlib.sha256(content).hexdigest() in here
        assert len(told) == 91
