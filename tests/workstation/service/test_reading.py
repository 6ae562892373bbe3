"""A case in FHIR becomes the nouns of this program, field by field."""

import base64
import copy
import json
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fakes.scripted_server import Said, ScriptedServer
from workstation.cases.case import CaseState, Document, DocumentKind, HistoryItem, Question, Scenario
from workstation.cases.refusals import ForeignOrigin, Unintelligible
from workstation.sandbox import vocabulary as theirs
from workstation.service import vocabulary as ours
from workstation.service.fhir import FhirClient
from workstation.service.fhir_json import Node
from workstation.service.gathering import gather
from workstation.service.origin import origin_of
from workstation.service.reading import case_state, read_case, read_patient, read_specialist
from workstation.service.session import BoundSession

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def coded(code, system="x"):
    return {"coding": [{"system": system, "code": code}]}


def resources(base):
    """A whole case by reference."""
    task = {
        "resourceType": "Task",
        "id": "7",
        "meta": {"versionId": "3", "lastUpdated": "2026-02-28T10:00:00Z"},
        "status": "in-progress",
        "description": "Lung nodule",
        "priority": "urgent",
        "identifier": [{"system": ours.CASE_NUMBER, "value": "SO-1"}],
        "focus": {"reference": "ServiceRequest/1"},
        "for": {"reference": f"{base}/fhir/Patient/1"},
        "owner": {"reference": "Practitioner/me"},
        "restriction": {"period": {"end": "2026-03-04T12:00:00+01:00"}},
        "input": [
            {"id": "q1", "type": coded("question"), "valueString": "Is it cancer?"},
            {"type": coded("question"), "valueString": "Must I be operated on?"},
            {"type": coded("original-report"), "valueReference": {"reference": "DocumentReference/1"}},
            {"type": coded("imaging-study"), "valueReference": {"reference": "ImagingStudy/1"}},
        ],
    }
    request = {
        "resourceType": "ServiceRequest",
        "id": "1",
        "category": [coded("cancer", "scenario"), coded("radiology", ours.SPECIALTY)],
        "requester": {"display": "Dr. Referrer"},
        "authoredOn": "2026-02-27",
        "extension": [
            {"url": ours.PROPOSED_TREATMENT, "valueString": "Lobectomy"},
            {"url": ours.RECORDS_LANGUAGE, "valueCode": "de"},
        ],
        "reasonCode": [{"text": "Suspected carcinoma"}],
        "supportingInfo": [{"reference": "Condition/1"}, {"reference": "Observation/1"}, {"reference": "Group/1"}],
    }
    document = {
        "resourceType": "DocumentReference",
        "id": "1",
        "meta": {"versionId": "2"},
        "category": [coded("original-report")],
        "description": "Report",
        "date": "2026-02-20",
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "url": f"{base}/fhir/Binary/9",
                    "size": 12,
                    "hash": base64.b64encode(bytes(range(20))).decode(),
                }
            }
        ],
    }
    imaging = {
        "resourceType": "ImagingStudy",
        "id": "1",
        "meta": {"versionId": "5"},
        "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
        "description": "CT chest",
        "started": "2026-02-19",
        "modality": [{"code": "CT"}],
        "endpoint": [{"reference": "Endpoint/1"}],
        "series": [{"uid": "1.2.3.1", "number": 2, "modality": {"code": "CT"}, "numberOfInstances": 40}],
    }
    return {
        "Task/7": task,
        "ServiceRequest/1": request,
        "Patient/1": {
            "resourceType": "Patient",
            "id": "1",
            "name": [{"text": "Ana Marković", "family": "Marković", "given": ["Ana"]}],
            "birthDate": "1961-05-04",
            "gender": "female",
            "identifier": [{"system": "urn:hospital", "value": "4711"}],
            "communication": [{"language": coded("sr")}],
        },
        "Condition/1": {"resourceType": "Condition", "id": "1", "code": {"text": "COPD"}, "onsetDateTime": "2019"},
        "Observation/1": {
            "resourceType": "Observation",
            "id": "1",
            "code": {"text": "Creatinine"},
            "valueQuantity": {"value": 1.1, "unit": "mg/dL"},
            "referenceRange": [{"text": "0.5-0.9"}],
            "interpretation": [coded("H")],
            "effectiveDateTime": "2026-02-01",
        },
        "DocumentReference/1": document,
        "ImagingStudy/1": imaging,
        "Endpoint/1": {"resourceType": "Endpoint", "id": "1", "address": f"{base}/dicomweb"},
    }


class Held:
    """Serves resources by id and by ``_id`` searches."""

    def __init__(self):
        self.resources = {}

    def __call__(self, asked):
        parts = urlsplit(asked.path)
        name = parts.path.removeprefix("/fhir/")
        if "/" in name:
            found = self.resources.get(name)
            return Said(body=json.dumps(found).encode()) if found else Said(status=404)
        ids = parse_qs(parts.query)["_id"][0].split(",")
        entries = [{"resource": self.resources[f"{name}/{one}"]} for one in ids if f"{name}/{one}" in self.resources]
        return Said(body=json.dumps({"resourceType": "Bundle", "entry": entries}).encode())


@pytest.fixture
def world():
    held = Held()
    with ScriptedServer(held) as server:
        held.resources = resources(server.base)
        session = BoundSession(server.base, clock=lambda: NOW)
        fhir = FhirClient(session, server.base + "/fhir", clock=lambda: NOW)
        yield held.resources, lambda: read_case(gather(fhir, fhir.read("Task/7"), origin_of(server.base)))
        session.close()


def test_every_field_of_a_case_is_read(world):
    _, read = world
    case = read()
    assert (case.id, case.version, case.state, case.priority) == ("7", "3", CaseState.IN_PROGRESS, "urgent")
    assert (case.title, case.scenario, case.specialty) == ("Lung nodule", Scenario.CANCER, "radiology")
    assert case.deadline == datetime(2026, 3, 4, 11, tzinfo=UTC)
    assert case.updated == datetime(2026, 2, 28, 10, tzinfo=UTC)
    assert case.questions == (
        Question(id="q1", text="Is it cancer?"),
        Question(id="question-2", text="Must I be operated on?"),
    )
    assert (case.proposed_treatment, case.records_language, case.referrer) == ("Lobectomy", "de", "Dr. Referrer")
    assert (case.case_number, case.working_diagnosis, case.asked) == ("SO-1", "Suspected carcinoma", "2026-02-27")
    assert case.patient.birth_date == date(1961, 5, 4)
    assert (case.patient.family, case.patient.given, case.patient.sex) == ("Marković", ("Ana",), "female")
    assert (case.patient.identifiers, case.patient.language) == ((("urn:hospital", "4711"),), "sr")
    assert case.history == (
        HistoryItem(kind="Condition", text="COPD", date="2019", reference="Condition/1"),
        HistoryItem(
            kind="Observation",
            text="Creatinine",
            detail="1.1 mg/dL, high (reference 0.5-0.9)",
            date="2026-02-01",
            reference="Observation/1",
        ),
    )
    (document,) = case.documents
    assert document == Document(
        id="1",
        kind=DocumentKind.ORIGINAL_REPORT,
        title="Report",
        content_type="application/pdf",
        size=12,
        sha1=bytes(range(20)).hex(),
        url=document.url,
        date="2026-02-20",
        version="2",
    )
    (study,) = case.studies
    assert (study.study_uid, study.version, study.promised, study.modalities) == ("1.2.3", "5", 40, ("CT",))
    assert (study.series[0].count, study.series[0].number, study.series[0].instances) == (40, 2, ())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda held: held["Endpoint/1"].update(address="https://attacker.example/dicomweb"),
        lambda held: held["DocumentReference/1"]["content"][0]["attachment"].update(url="https://attacker.example/x"),
        lambda held: held["DocumentReference/1"]["content"][0]["attachment"].update(url="file:///etc/passwd"),
        lambda held: held["Task/7"]["for"].update(reference="https://attacker.example/fhir/Patient/1"),
        lambda held: held["Task/7"]["input"][3]["valueReference"].update(reference="http://127.0.0.1:1/ImagingStudy/1"),
    ],
)
def test_a_case_that_points_elsewhere_is_refused_whole(world, spoil):
    held, read = world
    spoil(held)
    with pytest.raises(ForeignOrigin):
        read()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda held: held["Task/7"].update(status="paused"),
        lambda held: held["Task/7"].update(focus={}),
        lambda held: held["Task/7"]["restriction"]["period"].update(end="tomorrow"),
        lambda held: held["Task/7"]["restriction"]["period"].update(end="2026-03-04T12:00:00"),
        lambda held: held["ServiceRequest/1"].update(category=[]),
        lambda held: held["DocumentReference/1"]["content"][0]["attachment"].update(hash="not base64!"),
    ],
)
def test_what_cannot_be_read_is_refused_not_guessed(world, spoil):
    held, read = world
    spoil(held)
    with pytest.raises(Unintelligible) as refused:
        read()
    assert refused.value.kept


def test_awaiting_information_is_a_state_of_its_own(world):
    held, _ = world
    task = copy.deepcopy(held["Task/7"])
    task["businessStatus"] = coded("awaiting-information")
    assert case_state(Node(data=task)) is CaseState.AWAITING_INFORMATION
    assert case_state(Node(data={**task, "status": "cancelled"})) is CaseState.CANCELLED


@pytest.mark.parametrize("birth_date", ["", "1961", "1961-05", "unknown", "1961-13-40"])
def test_a_birth_date_that_is_no_day_is_unknown(birth_date):
    assert read_patient(Node(data={"birthDate": birth_date})).birth_date is None


def test_an_empty_patient_and_practitioner_are_read_as_empty():
    assert read_patient(Node()).name == ""
    assert read_specialist(Node(data={"resourceType": "Practitioner", "id": "1"})).reference == "Practitioner/1"


def test_service_and_embedded_service_speak_the_same_words():
    names = [name for name in vars(ours) if name.isupper() and name not in {"QUESTION", "DOCUMENTS", "IMAGING_STUDY"}]
    shared = [name for name in names if hasattr(theirs, name)]
    assert len(shared) >= 9
    assert {name: getattr(ours, name) for name in shared} == {name: getattr(theirs, name) for name in shared}
