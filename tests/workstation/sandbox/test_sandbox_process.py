"""The service as a process: readiness, its parent's death, restarts, faults on the wire."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pydicom
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session

from tests.workstation.sandbox.sandbox_client import signed_in
from workstation.sandbox.process import environment
from workstation.sandbox.running import Fault, RunningSandbox, SandboxError, spawn

JSON = {"content-type": "application/fhir+json"}


def instance_address(sandbox: RunningSandbox, file: Path) -> str:
    header = pydicom.dcmread(file, stop_before_pixels=True)
    parts = f"studies/{header.StudyInstanceUID}/series/{header.SeriesInstanceUID}/instances/{header.SOPInstanceUID}"
    return f"{sandbox.dicomweb_url}/{parts}"


ACCEPT = {"accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}


@pytest.fixture
def address(sandbox: RunningSandbox, box_folder: Path) -> str:
    return instance_address(sandbox, min(box_folder.glob("*.dcm")))


def test_a_fault_with_retry_after_passes_after_its_times(
    sandbox: RunningSandbox, specialist: OAuth2Session, address: str
) -> None:
    sandbox.inject(Fault(kind="status", status=429, retry_after_s=3, method="GET", path="/instances/", times=2))
    answers = [specialist.get(address, headers=ACCEPT, timeout=10) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "3"


def test_a_cut_body_ends_like_a_whole_one_but_for_its_boundary(
    sandbox: RunningSandbox, specialist: OAuth2Session, address: str
) -> None:
    whole = specialist.get(address, headers=ACCEPT, timeout=10).content
    sandbox.inject(Fault(kind="cut", path="/instances/", after_bytes=400))
    cut = specialist.get(address, headers=ACCEPT, timeout=10)
    assert cut.status_code == 200
    assert len(cut.content) == 400 < len(whole)


def test_an_aborted_body_breaks_the_connection(
    sandbox: RunningSandbox, specialist: OAuth2Session, address: str
) -> None:
    sandbox.inject(Fault(kind="abort", path="/instances/", after_bytes=300))
    with pytest.raises(requests.exceptions.RequestException):
        specialist.get(address, headers=ACCEPT, timeout=10)
    assert specialist.get(address, headers=ACCEPT, timeout=10).status_code == 200


def test_a_corrupt_body_differs_in_one_bit(sandbox: RunningSandbox, specialist: OAuth2Session, address: str) -> None:
    boundary_free = lambda answer: answer.content.split(b"\r\n\r\n", 1)[1][:600]  # noqa: E731
    whole = boundary_free(specialist.get(address, headers=ACCEPT, timeout=10))
    sandbox.inject(Fault(kind="corrupt", path="/instances/", after_bytes=500))
    corrupt = boundary_free(specialist.get(address, headers=ACCEPT, timeout=10))
    assert sum((one ^ two).bit_count() for one, two in zip(whole, corrupt, strict=True)) == 1


def test_a_slow_body_arrives_whole(sandbox: RunningSandbox, specialist: OAuth2Session, address: str) -> None:
    whole = specialist.get(address, headers=ACCEPT, timeout=10)
    sandbox.inject(Fault(kind="slow", path="/instances/", bytes_per_s=2000))
    slow = specialist.get(address, headers=ACCEPT, timeout=10)
    assert len(slow.content) == len(whole.content)
    assert slow.elapsed.total_seconds() < len(whole.content) / 2000 + 10


def test_another_patients_name_travels_inside_the_right_instance(
    sandbox: RunningSandbox, specialist: OAuth2Session, address: str
) -> None:
    sandbox.inject(Fault(kind="wrong-patient", path="/instances/"))
    content = specialist.get(address, headers=ACCEPT, timeout=10).content
    assert b"Somebody^Else" in content
    assert b"Folder^Patient" not in content
    assert content.rstrip().endswith(b"--")
    assert b"Folder^Patient" in specialist.get(address, headers=ACCEPT, timeout=10).content


@pytest.mark.parametrize(("kind", "stored"), [("drop", False), ("drop-after", True)])
def test_a_lost_connection_may_or_may_not_have_done_its_work(
    sandbox: RunningSandbox, specialist: OAuth2Session, kind: str, *, stored: bool
) -> None:
    value = f"urn:uuid:{kind}"
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "x"},
        "identifier": [{"value": value}],
    }
    sandbox.inject(Fault(kind=kind, method="POST", path="DiagnosticReport"))  # type: ignore[arg-type]
    with pytest.raises(requests.exceptions.ConnectionError):
        specialist.post(f"{sandbox.fhir_url}/DiagnosticReport", json=report, headers=JSON, timeout=10)
    found = specialist.get(f"{sandbox.fhir_url}/DiagnosticReport?identifier={value}", timeout=10).json()
    assert found["total"] == int(stored)


def test_work_done_and_answered_with_an_error(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    report = {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "x"}}
    sandbox.inject(Fault(kind="after", method="POST", path="DiagnosticReport", status=504))
    before = specialist.get(f"{sandbox.fhir_url}/DiagnosticReport?_summary=count", timeout=10).json()["total"]
    answer = specialist.post(f"{sandbox.fhir_url}/DiagnosticReport", json=report, headers=JSON, timeout=10)
    assert answer.status_code == 504
    after = specialist.get(f"{sandbox.fhir_url}/DiagnosticReport?_summary=count", timeout=10).json()["total"]
    assert after == before + 1


def test_a_stale_etag_leads_to_412(sandbox: RunningSandbox, specialist: OAuth2Session, box_task: str) -> None:
    task = sandbox.read(f"Task/{box_task}")
    sandbox.write(task)
    address = f"{sandbox.fhir_url}/Task/{box_task}"
    sandbox.inject(Fault(kind="stale-etag", method="GET", path=f"Task/{box_task}$"))
    stale = specialist.get(address, timeout=10)
    body = {**stale.json(), "status": "accepted"}
    answer = specialist.put(address, json=body, headers={**JSON, "if-match": stale.headers["etag"]}, timeout=10)
    assert answer.status_code == 412


def test_faults_can_wait_and_be_called_off(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    address = f"{sandbox.fhir_url}/Patient"
    sandbox.inject(Fault(kind="status", path="/Patient", skip=1, times=-1))
    assert [specialist.get(address, timeout=10).status_code for _ in range(3)] == [200, 503, 503]
    sandbox.clear_faults()
    assert specialist.get(address, timeout=10).status_code == 200


def test_no_fault_can_be_asked_for_over_http(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    for path in ("/faults", "/control", "/inject", "/fhir/$inject", "/auth/faults"):
        assert specialist.post(sandbox.base_url + path, json={"do": "inject"}, timeout=10).status_code in {404, 405}


def test_the_placer_reassigns_a_case_and_new_images_arrive(
    sandbox: RunningSandbox, specialist: OAuth2Session, box_task: str, tmp_path: Path, box_folder: Path
) -> None:
    task = sandbox.read(f"Task/{box_task}")
    owner = task["owner"]
    sandbox.write({**task, "owner": {"reference": sandbox.colleague.practitioner}})
    search = f"{sandbox.fhir_url}/Task?owner={sandbox.specialist.practitioner}"
    mine = [entry["resource"]["id"] for entry in specialist.get(search, timeout=10).json()["entry"]]
    assert box_task not in mine
    assert specialist.get(f"{sandbox.fhir_url}/Task/{box_task}", timeout=10).status_code == 200
    sandbox.write({**task, "owner": owner})
    dataset = pydicom.dcmread(min(box_folder.glob("*.dcm")))
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{dataset.SOPInstanceUID[:50]}.77"
    dataset.StudyInstanceUID = f"{dataset.StudyInstanceUID[:50]}.78"  # the study itself is counted by other tests
    late = tmp_path / "late.dcm"
    dataset.save_as(late)
    series = f"{sandbox.dicomweb_url}/studies/{dataset.StudyInstanceUID}/series"
    assert specialist.get(series, timeout=10).status_code == 204
    sandbox.add_files([late])
    assert len(specialist.get(series, timeout=10).json()) == 1


def test_what_the_pipe_cannot_do_it_refuses(sandbox: RunningSandbox) -> None:
    with pytest.raises(SandboxError, match="Task/nobody"):
        sandbox.read("Task/nobody")
    with pytest.raises(SandboxError, match="KeyError"):
        sandbox.revoke("nobody")


def test_the_log_tells_methods_paths_and_answers_but_no_query(
    sandbox: RunningSandbox, specialist: OAuth2Session
) -> None:
    specialist.get(f"{sandbox.fhir_url}/Patient?identifier=secret-number", timeout=10)
    log = sandbox.requests()
    assert "GET /fhir/Patient 200" in log
    assert "secret-number" not in json.dumps(log)


def test_killed_and_started_again_it_has_everything_at_the_same_address(tmp_path: Path, box_folder: Path) -> None:
    first = spawn(tmp_path, folders=[box_folder])
    client = signed_in(first, first.specialist)
    address = f"{first.fhir_url}/Task/{first.cases[box_folder.name]}"
    read = client.get(address, timeout=10)
    body = {**read.json(), "status": "accepted"}
    assert client.put(address, json=body, headers={**JSON, "if-match": read.headers["etag"]}, timeout=10).ok
    first.kill()
    with pytest.raises(SandboxError, match="ended"):
        first.requests()
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(address, timeout=10)
    with spawn(tmp_path, folders=[box_folder]) as second:
        assert second.base_url == first.base_url
        assert second.specialist == first.specialist
        assert client.get(address, timeout=10).json()["status"] == "accepted"
        client.refresh_token(f"{second.base_url}/auth/token", timeout=10)


def test_it_ends_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom workstation.sandbox.running import spawn\n"
        "running = spawn(Path(sys.argv[1]), cases=['communication-gap'], detail='quick')\n"
        "print(running._process.pid, flush=True)\ntime.sleep(600)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=15)
    assert not child.is_running()


def test_a_taken_port_a_bad_name_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SandboxError, match=f"port {port} is taken"):
            spawn(tmp_path / "a", folders=[tmp_path], port=port)
    with pytest.raises(SandboxError, match="no sample case 'flu'"):
        spawn(tmp_path / "b", cases=["flu"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SandboxError, match="no DICOM instance"):
        spawn(tmp_path / "c", folders=[tmp_path / "empty"])
