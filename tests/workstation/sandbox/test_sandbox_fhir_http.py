"""FHIR over HTTP, read by pyfhircheck and by the eyes of a client."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session
from pyfhircheck import Validator
from pyfhircheck.config import ValidatorConfig

from workstation.sandbox.running import RunningSandbox

JSON = {"content-type": "application/fhir+json"}
# What pyfhircheck 0.2.0 calls wrong although R4 allows it (each looked up in the resource's page of the standard),
# and what one resource alone cannot show.
FALSE_ALARMS = (
    "Unknown element Observation.referenceRange[0].text",
    "Unknown element MedicationStatement.dosage[0].text",
    "Unknown element Patient.communication[0].language",
    "Binary.data must be EncodedBytes",
    "The extension https://second-opinion.example/",
    "Unknown element CapabilityStatement",
)


def everything(sandbox: RunningSandbox, specialist: OAuth2Session) -> Iterator[dict[str, Any]]:
    kinds = "Task ServiceRequest Patient Practitioner Organization Endpoint ImagingStudy DocumentReference Condition"
    for kind in (*kinds.split(), "MedicationStatement", "AllergyIntolerance", "Observation", "Binary"):
        address: str | None = f"{sandbox.fhir_url}/{kind}?_count=5"
        while address:
            bundle = specialist.get(address, timeout=10).json()
            yield from (entry["resource"] for entry in bundle.get("entry", []))
            address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)


def test_every_resource_of_a_case_is_legal_r4(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    validator = Validator(ValidatorConfig())
    resources = list(everything(sandbox, specialist))
    assert {"Task", "Observation", "Binary", "ImagingStudy"} <= {resource["resourceType"] for resource in resources}
    wrong = [
        (resource["resourceType"], issue.message)
        for resource in resources
        for issue in validator.validate_resource(resource).errors
        if not issue.message.startswith(FALSE_ALARMS)
    ]
    assert wrong == []


def test_pyfhircheck_would_see_a_wrong_status() -> None:
    task = {"resourceType": "Task", "status": "bogus", "intent": "order"}
    assert Validator(ValidatorConfig()).validate_resource(task).errors


def test_the_worklist_is_one_search(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    owner = sandbox.specialist.practitioner
    bundle = specialist.get(f"{sandbox.fhir_url}/Task?owner={owner}&_include=Task:focus", timeout=10).json()
    modes = [entry["search"]["mode"] for entry in bundle["entry"]]
    assert modes.count("match") == bundle["total"] == len(sandbox.cases)
    assert modes.count("include") == bundle["total"]
    other = specialist.get(f"{sandbox.fhir_url}/Task?owner={sandbox.colleague.practitioner}", timeout=10).json()
    assert other["total"] == 0
    assert "entry" not in other


def test_a_document_arrives_as_promised(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    bundle = specialist.get(f"{sandbox.fhir_url}/DocumentReference", timeout=10).json()
    for entry in bundle["entry"]:
        attachment = entry["resource"]["content"][0]["attachment"]
        assert attachment["url"].startswith(f"{sandbox.fhir_url}/Binary/")
        answer = specialist.get(attachment["url"], headers={"accept": "*/*"}, timeout=10)
        assert answer.headers["content-type"].partition(";")[0] == attachment["contentType"]
        assert len(answer.content) == attachment["size"]
        assert base64.b64encode(hashlib.sha1(answer.content).digest()).decode() == attachment["hash"]


def test_accepting_a_case_needs_the_version_seen(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    address = f"{sandbox.fhir_url}/Task/{sandbox.cases['communication-gap']}"
    read = specialist.get(address, timeout=10)
    accepted = {**read.json(), "status": "accepted"}
    assert specialist.put(address, json=accepted, headers=JSON, timeout=10).status_code == 428
    first = specialist.put(address, json=accepted, headers={**JSON, "if-match": read.headers["etag"]}, timeout=10)
    assert first.status_code == 200
    assert first.headers["etag"] != read.headers["etag"]
    stale = specialist.put(address, json=accepted, headers={**JSON, "if-match": read.headers["etag"]}, timeout=10)
    assert stale.status_code == 412
    assert stale.json()["resourceType"] == "OperationOutcome"
    history = specialist.get(f"{address}/_history", timeout=10).json()
    assert [entry["resource"]["status"] for entry in history["entry"]][:2] == ["accepted", "requested"]
    older = specialist.get(f"{address}/_history/1", timeout=10).json()
    assert older["status"] == "requested"
    again = specialist.get(address, headers={"if-none-match": first.headers["etag"]}, timeout=10)
    assert again.status_code == 304


def test_a_transaction_over_http_tells_what_it_made(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Second opinion"},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:http-1"}],
    }
    request = {"method": "POST", "url": "DiagnosticReport", "ifNoneExist": "identifier=urn:uuid:http-1"}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"fullUrl": "urn:uuid:a", "resource": report, "request": request}],
    }
    first = specialist.post(sandbox.fhir_url, json=bundle, headers=JSON, timeout=10, allow_redirects=False)
    entry = first.json()["entry"][0]["response"]
    assert entry["status"] == "201 Created"
    assert specialist.get(entry["location"], timeout=10).json()["code"] == {"text": "Second opinion"}
    second = specialist.post(sandbox.fhir_url, json=bundle, headers=JSON, timeout=10)
    assert second.json()["entry"][0]["response"]["status"] == "200 OK"
    assert second.json()["entry"][0]["response"]["location"] == entry["location"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", b"{", 400),
        ("", b"[]", 400),
        ("", b'{"resourceType": "Bundle", "type": "batch"}', 400),
        ("/Account", b'{"resourceType": "Account"}', 404),
        ("/DiagnosticReport", b'{"resourceType": "Observation"}', 400),
    ],
)
def test_bad_bodies_get_an_outcome(
    sandbox: RunningSandbox, specialist: OAuth2Session, path: str, body: bytes, status: int
) -> None:
    answer = specialist.post(sandbox.fhir_url + path, data=body, headers=JSON, timeout=10)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


def test_the_capability_statement_promises_what_the_tests_use(
    sandbox: RunningSandbox, specialist: OAuth2Session
) -> None:
    statement = specialist.get(f"{sandbox.fhir_url}/metadata", timeout=10).json()
    rest = statement["rest"][0]
    task = next(resource for resource in rest["resource"] if resource["type"] == "Task")
    assert {"owner", "status", "_lastUpdated", "identifier"} <= {item["name"] for item in task["searchParam"]}
    assert rest["interaction"] == [{"code": "transaction"}]
