"""The history of a case in FHIR: conditions, medication, allergies and observations."""

from collections.abc import Mapping
from typing import Any, Final

from workstation.sandbox.seeding.description import Description
from workstation.sandbox.seeding.elements import Resource, concept, known

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def history(description: Description, patient_reference: str) -> list[Resource]:
    """Conditions, medication, allergies and observations."""
    makers = (
        ("conditions", _condition),
        ("medications", _medication),
        ("allergies", _allergy),
        ("observations", _observation),
    )
    return [
        make(item, f"{description['name']}-{key}-{index + 1}", patient_reference)
        for key, make in makers
        for index, item in enumerate(description.get(key, []))
    ]


def _condition(item: Mapping[str, Any], identity: str, patient_reference: str) -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return {
        "resourceType": "Condition",
        "id": identity,
        "clinicalStatus": {"coding": [{"system": system, "code": item.get("status", "active")}]},
        "code": {"text": item["text"]},
        "subject": {"reference": patient_reference},
        **known("onsetDateTime", item.get("since")),
        **known("note", [{"text": item["note"]}] if item.get("note") else None),
    }


def _medication(item: Mapping[str, Any], identity: str, patient_reference: str) -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "id": identity,
        "status": item.get("status", "active"),
        "medicationCodeableConcept": {"text": item["text"]},
        "subject": {"reference": patient_reference},
        **known("effectivePeriod", {"start": item["since"]} if item.get("since") else None),
        "dosage": [{"text": item["dosage"]}],
    }


def _allergy(item: Mapping[str, Any], identity: str, patient_reference: str) -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    return {
        "resourceType": "AllergyIntolerance",
        "id": identity,
        "clinicalStatus": {"coding": [{"system": system, "code": "active"}]},
        "code": {"text": item["text"]},
        "patient": {"reference": patient_reference},
        **known("recordedDate", item.get("recorded")),
        "reaction": [{"manifestation": [{"text": item["reaction"]}]}],
    }


def _observation(item: Mapping[str, Any], identity: str, patient_reference: str) -> Resource:
    coding = [{"system": LOINC, "code": item["loinc"]}] if item.get("loinc") else []
    resource: Resource = {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {**known("coding", coding), "text": item["text"]},
        "subject": {"reference": patient_reference},
        "effectiveDateTime": item["date"],
    }
    if "value" in item:
        quantity = {"value": item["value"], "unit": item["unit"], "system": UCUM, "code": item["ucum"]}
        resource["valueQuantity"] = quantity
    else:
        resource["valueString"] = item["result"]
    if item.get("interpretation"):
        resource["interpretation"] = [concept(INTERPRETATION, item["interpretation"])]
    if item.get("range"):
        resource["referenceRange"] = [{"text": item["range"]}]
    return resource
