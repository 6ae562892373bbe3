"""What is true of the files of every synthetic study."""

import hashlib
import shutil
import subprocess
from dataclasses import replace

import pydicom
import pytest

from viewers.phantoms import STUDIES, UnknownStudyError, write_study

NAMES = sorted(STUDIES)


def digests(study):
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in study.files]


@pytest.mark.parametrize("name", ["chest-ct", "echo"])
def test_the_same_arguments_give_the_same_bytes(name, quick, person, tmp_path):
    again = write_study(name, tmp_path, person=person, study_date="20260310", detail="quick")
    assert digests(again) == digests(quick(name))
    assert again.answers == quick(name).answers


def test_another_seed_gives_other_anatomy_and_other_identifiers(quick, person, tmp_path):
    other = write_study("echo", tmp_path, person=person, study_date="20260310", seed=1, detail="quick")
    assert other.study_uid != quick("echo").study_uid
    first, second = (pydicom.dcmread(s.files[0]) for s in (quick("echo"), other))
    assert first.PixelData != second.PixelData


def test_another_person_gives_other_identifiers_but_the_same_heart(quick, person, tmp_path):
    other = write_study("echo", tmp_path, person=replace(person, patient_id="X"), study_date="20260310", detail="quick")
    first, second = (pydicom.dcmread(s.files[0]) for s in (quick("echo"), other))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.PixelData == second.PixelData


@pytest.mark.parametrize("name", NAMES)
def test_every_file_belongs_to_its_person_and_study_and_is_named_by_a_number(name, quick, person):
    study = quick(name)
    headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in study.files]
    assert {str(h.PatientName) for h in headers} == {person.name}
    assert {h.PatientID for h in headers} == {person.patient_id}
    assert {h.IssuerOfPatientID for h in headers} == {person.issuer}
    assert {h.StudyInstanceUID for h in headers} == {study.study_uid}
    assert {h.StudyDescription for h in headers} == {study.description}
    assert len({h.SOPInstanceUID for h in headers}) == len(headers)
    assert all(path.name.isdigit() for path in study.files)
    assert all(
        uid.startswith("2.25.") and len(uid) <= 64 for h in headers for uid in (h.SOPInstanceUID, h.SeriesInstanceUID)
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_names_a_series_that_was_written(name, quick):
    study = quick(name)
    series = {pydicom.dcmread(path, stop_before_pixels=True).SeriesInstanceUID for path in study.files}
    assert study.answers
    assert {answer.series_uid for answer in study.answers} <= series
    assert all(answer.tolerance > 0 for answer in study.answers)


@pytest.mark.parametrize("name", NAMES)
def test_dciodvfy_finds_no_error(name, quick):
    tool = shutil.which("dciodvfy")
    if tool is None:
        pytest.skip("dciodvfy (Debian package dicom3tools) is not installed")
    seen = {}
    for path in quick(name).files:
        header = pydicom.dcmread(path, stop_before_pixels=True)
        seen.setdefault((header.SeriesInstanceUID, header.get("DiffusionBValue"), header.SOPClassUID), path)
    for path in seen.values():
        said = subprocess.run([tool, str(path)], capture_output=True, text=True, check=False).stderr
        assert "Error" not in said, said


def test_a_name_that_is_not_in_the_catalogue_is_refused_with_the_names_that_are(person, tmp_path):
    with pytest.raises(UnknownStudyError, match="chest-ct"):
        write_study("knee", tmp_path, person=person, study_date="20260310")
