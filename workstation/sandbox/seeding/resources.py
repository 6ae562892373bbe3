"""The FHIR resources of a case, made from its description; the layout is told in ``sandbox/vocabulary.py``."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from workstation.sandbox import vocabulary as words
from workstation.sandbox.seeding.description import Description
from workstation.sandbox.seeding.elements import Resource, concept, known, language

REPORT_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "original-report": ("18748-4", "Diagnostic imaging study"),
    "pathology-report": ("11526-1", "Pathology study"),
    "letter": ("57133-1", "Referral note"),
    "other": ("34133-9", "Summary of episode note"),
}
LOINC: Final = "http://loinc.org"
DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of the packet with its bytes."""

    kind: str
    title: str
    content: bytes
    content_type: str
    date: str
    language: str = "en"


def staff(people: Sequence[Mapping[str, Any]], placer: Mapping[str, Any], base_url: str) -> list[Resource]:
    """Practitioners, the placer and the imaging endpoint: what every case refers to."""
    return [
        *(_practitioner(person) for person in people),
        {"resourceType": "Organization", "id": placer["id"], "active": True, "name": placer["name"]},
        {
            "resourceType": "Endpoint",
            "id": "dicomweb",
            "status": "active",
            "connectionType": {
                "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
                "code": "dicom-wado-rs",
            },
            "payloadType": [{"text": "DICOM"}],
            "payloadMimeType": ["application/dicom"],
            "address": f"{base_url}/dicomweb",
        },
    ]


def patient(description: Description) -> Resource:
    """The Patient."""
    person = description["patient"]
    name = {
        "use": "official",
        "text": " ".join([*person["given"], person["family"]]),
        "family": person["family"],
        "given": person["given"],
    }
    resource: Resource = {
        "resourceType": "Patient",
        "id": f"patient-{description['name']}",
        "identifier": [{"system": words.PATIENT_NUMBER, "value": person["number"]}],
        "name": [name],
        "gender": person["gender"],
        "communication": [{"language": language(person["language"]), "preferred": True}],
    }
    if person.get("birth_date"):
        resource["birthDate"] = person["birth_date"]
    if person.get("country"):
        resource["address"] = [{"country": person["country"], **known("city", person.get("city"))}]
    return resource


def document(paper: Paper, identity: str, patient_reference: str, base_url: str) -> list[Resource]:
    """The DocumentReference of a document and the Binary with its bytes."""
    code, display = REPORT_TYPES[paper.kind]
    sha1 = hashlib.sha1(paper.content, usedforsecurity=False)  # the digest FHIR asks for
    attachment = {
        "contentType": paper.content_type,
        "language": paper.language,
        "url": f"{base_url}/fhir/Binary/{identity}",
        "size": len(paper.content),
        "hash": base64.b64encode(sha1.digest()).decode(),
        "title": paper.title,
        "creation": paper.date,
    }
    reference = {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": code, "display": display}]},
        "category": [concept(words.DOCUMENT_KIND, paper.kind)],
        "subject": {"reference": patient_reference},
        "date": f"{paper.date}T09:00:00Z",
        "description": paper.title,
        "content": [{"attachment": attachment}],
    }
    data = base64.b64encode(paper.content).decode()
    return [
        {"resourceType": "Binary", "id": identity, "contentType": paper.content_type, "data": data},
        reference,
    ]


def imaging_study(series: Sequence[tuple[Mapping[str, Any], int]], identity: str, patient_reference: str) -> Resource:
    """The ImagingStudy of archived series.

    Args:
        series: DICOM JSON attributes of one instance of each series, and how many instances the series has.
        identity: logical id.
        patient_reference: whose it is.
    """
    first = series[0][0]
    modalities = sorted({_dicom(attributes, "00080060") for attributes, _ in series} - {""})
    date, clock = _dicom(first, "00080020"), _dicom(first, "00080030")
    resource: Resource = {
        "resourceType": "ImagingStudy",
        "id": identity,
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{_dicom(first, '0020000D')}"}],
        "status": "available",
        "modality": [{"system": DICOM, "code": modality} for modality in modalities],
        "subject": {"reference": patient_reference},
        "endpoint": [{"reference": "Endpoint/dicomweb"}],
        "numberOfSeries": len(series),
        "numberOfInstances": sum(count for _, count in series),
        "description": _dicom(first, "00081030") or "Imaging study",
        "series": [_series(attributes, count) for attributes, count in series],
    }
    if len(date) == len("20260101"):
        resource["started"] = _started(date, clock)
    return resource


def service_request(
    description: Description, patient_reference: str, supporting: Sequence[Resource], now: datetime
) -> Resource:
    """The ServiceRequest in the Task's focus."""
    extensions = [
        {"url": words.RECORDS_LANGUAGE, "valueCode": description["records_language"]},
        {"url": words.ANSWER_LANGUAGE, "valueCode": description["answer_language"]},
        {"url": words.CONSENT_SCOPE, "valueString": description["consent"]},
    ]
    if description.get("jurisdiction"):
        extensions.append({"url": words.JURISDICTION, "valueCode": description["jurisdiction"]})
    if description.get("proposed_treatment"):
        extensions.append({"url": words.PROPOSED_TREATMENT, "valueString": description["proposed_treatment"]})
    return {
        "resourceType": "ServiceRequest",
        "id": f"request-{description['name']}",
        "extension": extensions,
        "identifier": [{"system": words.CASE_NUMBER, "value": description["case_number"]}],
        "status": "active",
        "intent": "order",
        "category": [
            concept(words.SCENARIO, description["scenario"]),
            concept(words.SPECIALTY, description["specialty"]),
        ],
        "priority": description["priority"],
        "code": {"text": description["title"]},
        "subject": {"reference": patient_reference},
        "authoredOn": _instant(now - timedelta(hours=description["asked_hours_ago"])),
        "requester": {"display": description["referrer"]},
        "reasonCode": [{"text": description["diagnosis"]}],
        **known("supportingInfo", [{"reference": f"{item['resourceType']}/{item['id']}"} for item in supporting]),
        "note": [{"text": question["text"]} for question in description["questions"]],
    }


def task(
    description: Description,
    *,
    patient_reference: str,
    owner: str,
    placer: str,
    documents: Sequence[Resource],
    studies: Sequence[Resource],
    now: datetime,
) -> Resource:
    """The Task: the case itself."""
    asked = now - timedelta(hours=description["asked_hours_ago"])
    return {
        "resourceType": "Task",
        "id": f"case-{description['name']}",
        "identifier": [{"system": words.CASE_NUMBER, "value": description["case_number"]}],
        "status": "requested",
        "intent": "order",
        "priority": description["priority"],
        "code": {"text": "Second opinion"},
        "description": description["title"],
        "focus": {"reference": f"ServiceRequest/request-{description['name']}"},
        "for": {"reference": patient_reference},
        "authoredOn": _instant(asked),
        "lastModified": _instant(asked),
        "requester": {"reference": placer},
        "owner": {"reference": owner},
        "restriction": {"period": {"end": _instant(asked + timedelta(hours=description["deadline_hours"]))}},
        "input": [
            *(_question(question) for question in description["questions"]),
            *(_document_input(reference) for reference in documents),
            *(_reference_input("imaging-study", study) for study in studies),
        ],
    }


def _practitioner(person: Mapping[str, Any]) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": person["id"],
        "identifier": [{"system": words.LICENCE, "value": person["licence"]}],
        "active": True,
        "name": [
            {"text": person["name"], "family": person["family"], "given": person["given"], "prefix": person["prefix"]}
        ],
        "gender": person["gender"],
        "qualification": [
            {
                "identifier": [{"system": words.LICENCE, "value": person["licence"]}],
                "code": concept(words.SPECIALTY, specialty),
                "issuer": {"display": person["jurisdiction"]},
            }
            for specialty in person["specialties"]
        ],
        "communication": [language(code) for code in person["languages"]],
    }


def _series(attributes: Mapping[str, Any], count: int) -> Resource:
    number = _dicom(attributes, "00200011")
    return {
        "uid": _dicom(attributes, "0020000E"),
        **known("number", int(number) if number.isdigit() else None),
        "modality": {"system": DICOM, "code": _dicom(attributes, "00080060") or "OT"},
        **known("description", _dicom(attributes, "0008103E")),
        "numberOfInstances": count,
    }


def _question(question: Mapping[str, str]) -> Resource:
    return {"id": question["id"], "type": concept(words.TASK_INPUT, "question"), "valueString": question["text"]}


def _document_input(reference: Resource) -> Resource:
    kind = reference["category"][0]["coding"][0]["code"]
    return _reference_input("original-report" if kind == "original-report" else "document", reference)


def _reference_input(code: str, resource: Resource) -> Resource:
    reference = {"reference": f"{resource['resourceType']}/{resource['id']}", "display": resource["description"]}
    return {"type": concept(words.TASK_INPUT, code), "valueReference": reference}


def _dicom(attributes: Mapping[str, Any], tag: str) -> str:
    values = attributes.get(tag, {}).get("Value") or [""]
    return "" if values[0] is None else str(values[0])


def _started(date: str, clock: str) -> str:
    day = f"{date[:4]}-{date[4:6]}-{date[6:8]}"
    digits = clock.partition(".")[0]
    # FHIR wants a zone with a time and DICOM seldom tells one: the time is given only when it is whole.
    return f"{day}T{digits[:2]}:{digits[2:4]}:{digits[4:6]}Z" if len(digits) == len("120000") else day


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
