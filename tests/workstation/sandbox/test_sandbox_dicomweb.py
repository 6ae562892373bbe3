"""DICOMweb against dicomweb-client, an independent client, and the answers of PS3.18 read from the body."""

import base64
import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from dicomweb_client.api import DICOMwebClient
from pydicom.uid import generate_uid

from tests.workstation.sandbox.sandbox_client import ct_slice
from workstation.sandbox.running import RunningSandbox


@pytest.fixture
def client(sandbox: RunningSandbox, specialist: OAuth2Session) -> DICOMwebClient:
    session = requests.Session()
    session.headers["authorization"] = f"Bearer {specialist.token['access_token']}"
    return DICOMwebClient(sandbox.dicomweb_url, session=session)


@pytest.fixture(scope="session")
def box(box_folder: Path) -> dict[str, Path]:
    """Files of the folder by SOP Instance UID."""
    return {str(pydicom.dcmread(file).SOPInstanceUID): file for file in sorted(box_folder.glob("*.dcm"))}


@pytest.fixture(scope="session")
def study(box: dict[str, Path]) -> str:
    return str(pydicom.dcmread(next(iter(box.values()))).StudyInstanceUID)


def part10(dataset: pydicom.Dataset) -> bytes:
    file = BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def stow(sandbox: RunningSandbox, specialist: OAuth2Session, parts: list[bytes], study: str = "") -> requests.Response:
    boundary = b"XyZ"
    body = b"".join(
        b"--" + boundary + b"\r\nContent-Type: application/dicom\r\n\r\n" + part + b"\r\n" for part in parts
    )
    headers = {"content-type": 'multipart/related; type="application/dicom"; boundary=XyZ'}
    address = f"{sandbox.dicomweb_url}/studies" + (f"/{study}" if study else "")
    answer: requests.Response = specialist.post(address, data=body + b"--XyZ--", headers=headers, timeout=20)
    return answer


def uids(answer: requests.Response, sequence: str) -> list[str]:
    return [item["00081155"]["Value"][0] for item in answer.json().get(sequence, {}).get("Value", [])]


def reasons(answer: requests.Response, sequence: str = "00081198") -> list[int]:
    return [item["00081197"]["Value"][0] for item in answer.json().get(sequence, {}).get("Value", [])]


def test_dicomweb_client_pages_through_every_instance(client: DICOMwebClient, study: str, box: dict[str, Path]) -> None:
    found: list[dict[str, Any]] = []
    while page := client.search_for_instances(study, offset=len(found), limit=1000):
        assert len(page) <= 100
        found += page
    assert {item["00080018"]["Value"][0] for item in found} == set(box)


def test_one_page_says_how_much_is_left(sandbox: RunningSandbox, specialist: OAuth2Session, study: str) -> None:
    answer = specialist.get(f"{sandbox.dicomweb_url}/studies/{study}/instances", timeout=10)
    assert len(answer.json()) == 100
    assert "30 additional results" in answer.headers["warning"]
    rest = specialist.get(f"{sandbox.dicomweb_url}/studies/{study}/instances?offset=100", timeout=10)
    assert len(rest.json()) == 30
    assert "warning" not in rest.headers


def test_studies_and_series_carry_their_counts(client: DICOMwebClient, study: str) -> None:
    (found,) = client.search_for_studies(search_filters={"StudyInstanceUID": study})
    assert found["00201206"]["Value"] == [2]
    assert found["00201208"]["Value"] == [130]
    assert found["00080061"]["Value"] == ["CT"]
    series = client.search_for_series(study)
    assert sorted(item["00201209"]["Value"][0] for item in series) == [10, 120]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"PatientID": "F-1"}, 1),
        ({"PatientName": "Folder*"}, 1),
        ({"PatientName": "folder^pat?ent"}, 1),
        ({"PatientName": "Nobody*"}, 0),
        ({"StudyDate": "20260101-20260401"}, 1),
        ({"StudyDate": "20260302-"}, 0),
        ({"ModalitiesInStudy": "CT", "PatientID": "F-1"}, 1),
        ({"00100020": "F-1", "ModalitiesInStudy": "US"}, 0),
    ],
)
def test_studies_are_found_by_what_they_hold(client: DICOMwebClient, filters: dict[str, str], count: int) -> None:
    assert len(client.search_for_studies(search_filters=filters)) >= count
    if count == 0:
        assert client.search_for_studies(search_filters={**filters, "PatientID": "F-1"}) == []


def test_nothing_found_is_204_and_nonsense_is_400(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    studies = f"{sandbox.dicomweb_url}/studies"
    assert specialist.get(f"{studies}?PatientID=nobody", timeout=10).status_code == 204
    assert specialist.get(f"{studies}?Colour=red", timeout=10).status_code == 400
    assert specialist.get(f"{studies}?limit=many", timeout=10).status_code == 400


def test_an_instance_comes_back_byte_for_byte_with_its_digest(
    sandbox: RunningSandbox, specialist: OAuth2Session, box: dict[str, Path], study: str
) -> None:
    sop, file = next(iter(box.items()))
    series = pydicom.dcmread(file).SeriesInstanceUID
    address = f"{sandbox.dicomweb_url}/studies/{study}/series/{series}/instances/{sop}"
    accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
    answer = specialist.get(address, headers={"accept": accept}, timeout=10)
    assert int(answer.headers["content-length"]) == len(answer.content)
    boundary = answer.headers["content-type"].split("boundary=")[1].encode()
    head, _, rest = answer.content.partition(b"\r\n\r\n")
    body = rest.removesuffix(b"\r\n--" + boundary + b"--\r\n")
    assert body == file.read_bytes()
    digest = base64.b64encode(hashlib.sha256(body).digest())
    assert b"Content-Digest: sha-256=:" + digest + b":" in head


def test_dicomweb_client_retrieves_the_data_set(client: DICOMwebClient, box: dict[str, Path], study: str) -> None:
    sop, file = list(box.items())[5]
    original = pydicom.dcmread(file)
    retrieved = client.retrieve_instance(study, str(original.SeriesInstanceUID), sop)
    assert retrieved.PixelData == original.PixelData
    metadata = client.retrieve_instance_metadata(study, str(original.SeriesInstanceUID), sop)
    assert metadata["00100020"]["Value"] == ["F-1"]
    assert "7FE00010" not in metadata


def test_a_compressed_instance_is_not_served_as_if_it_were_plain(
    sandbox: RunningSandbox, specialist: OAuth2Session
) -> None:
    dataset = ct_slice(generate_uid(), generate_uid(), 1)
    dataset.compress(pydicom.uid.RLELossless, generate_instance_uid=False)
    assert stow(sandbox, specialist, [part10(dataset)]).status_code == 200
    address = (
        f"{sandbox.dicomweb_url}/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
        f"/instances/{dataset.SOPInstanceUID}"
    )
    plain = specialist.get(address, headers={"accept": 'multipart/related; type="application/dicom"'}, timeout=10)
    assert plain.status_code == 406
    for syntax in ("*", pydicom.uid.RLELossless):
        accept = f'multipart/related; type="application/dicom"; transfer-syntax={syntax}'
        assert specialist.get(address, headers={"accept": accept}, timeout=10).status_code == 200


def test_dicomweb_client_stores_and_the_answer_names_the_instance(client: DICOMwebClient) -> None:
    dataset = pydicom.dcmread(BytesIO(part10(ct_slice(generate_uid(), generate_uid(), 1))))
    answer = client.store_instances([dataset], study_instance_uid=str(dataset.StudyInstanceUID))
    assert answer.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == dataset.SOPInstanceUID
    assert "FailedSOPSequence" not in answer


def test_the_same_bytes_again_are_stored_and_other_bytes_are_a_duplicate(
    sandbox: RunningSandbox, specialist: OAuth2Session
) -> None:
    dataset = ct_slice(generate_uid(), generate_uid(), 1)
    first = part10(dataset)
    dataset.PixelData = b"\x09\x00" * 16
    other = part10(dataset)
    assert stow(sandbox, specialist, [first]).status_code == 200
    again = stow(sandbox, specialist, [first])
    assert (again.status_code, uids(again, "00081199")) == (200, [dataset.SOPInstanceUID])
    refused = stow(sandbox, specialist, [other])
    assert (refused.status_code, uids(refused, "00081198"), reasons(refused)) == (
        409,
        [dataset.SOPInstanceUID],
        [0x0111],
    )
    address = f"{sandbox.dicomweb_url}/studies/{dataset.StudyInstanceUID}"
    held = specialist.get(address, headers={"accept": "multipart/related; transfer-syntax=*"}, timeout=10).content
    assert first in held
    assert other not in held


def test_another_study_in_the_address_is_refused_and_the_rest_is_stored(
    sandbox: RunningSandbox, specialist: OAuth2Session
) -> None:
    good, bad = ct_slice(generate_uid(), generate_uid(), 1), ct_slice(generate_uid(), generate_uid(), 1)
    answer = stow(sandbox, specialist, [part10(good), part10(bad), b"not dicom"], study=str(good.StudyInstanceUID))
    assert answer.status_code == 202
    assert uids(answer, "00081199") == [good.SOPInstanceUID]
    assert (uids(answer, "00081198"), reasons(answer)) == ([bad.SOPInstanceUID], [0x0110])
    assert reasons(answer, "0008119A") == [0xC000]


def test_a_request_cut_short_stores_nothing(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    dataset = ct_slice(generate_uid(), generate_uid(), 1)
    body = b"--XyZ\r\nContent-Type: application/dicom\r\n\r\n" + part10(dataset)
    headers = {"content-type": 'multipart/related; type="application/dicom"; boundary=XyZ'}
    answer = specialist.post(f"{sandbox.dicomweb_url}/studies", data=body, headers=headers, timeout=10)
    assert answer.status_code == 400
    assert "boundary" in answer.text
    found = specialist.get(f"{sandbox.dicomweb_url}/instances?SOPInstanceUID={dataset.SOPInstanceUID}", timeout=10)
    assert found.status_code == 204


def test_storage_commitment_knows_what_it_holds(
    sandbox: RunningSandbox, specialist: OAuth2Session, box: dict[str, Path]
) -> None:
    here, missing = next(iter(box)), generate_uid()
    items = [
        {
            "00081150": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]},
            "00081155": {"vr": "UI", "Value": [uid]},
        }
        for uid in (here, missing)
    ]
    address = f"{sandbox.dicomweb_url}/commitment-requests/{generate_uid()}"
    answer = specialist.post(address, json={"00081199": {"vr": "SQ", "Value": items}}, timeout=10)
    assert (uids(answer, "00081199"), uids(answer, "00081198")) == ([here], [missing])
    assert specialist.get(address, timeout=10).json() == answer.json()
    wadl = specialist.options(f"{sandbox.dicomweb_url}/", timeout=10).text
    assert "commitment-requests" in wadl


@pytest.mark.parametrize("path", ["studies/1.2.3", "studies/1.2/series/3", "studies/..%2f..%2fetc/metadata"])
def test_what_is_not_there_is_404(sandbox: RunningSandbox, specialist: OAuth2Session, path: str) -> None:
    assert specialist.get(f"{sandbox.dicomweb_url}/{path}", timeout=10).status_code == 404
