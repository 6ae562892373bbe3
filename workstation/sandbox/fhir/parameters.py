"""Search parameters as data: which element of which resource each one looks at, and the terms a resource yields."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

Json = Mapping[str, object]

COMMON: Final[Mapping[str, str]] = MappingProxyType(
    {"_tag": "meta.tag", "_security": "meta.security", "_profile": "meta.profile", "identifier": "identifier"}
)
PARAMETERS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "AllergyIntolerance": {"patient": "patient", "code": "code"},
        "AuditEvent": {"entity": "entity.what", "type": "type"},
        "Binary": {},
        "Communication": {
            "patient": "subject", "subject": "subject", "based-on": "basedOn", "part-of": "partOf", "status": "status",
            "category": "category", "sender": "sender", "recipient": "recipient",
        },
        "Composition": {"patient": "subject", "subject": "subject", "status": "status", "type": "type"},
        "Condition": {"patient": "subject", "subject": "subject", "code": "code", "category": "category"},
        "DiagnosticReport": {
            "patient": "subject", "subject": "subject", "based-on": "basedOn", "status": "status", "code": "code",
            "category": "category",
        },
        "DocumentReference": {
            "patient": "subject", "subject": "subject", "status": "status", "type": "type", "category": "category",
        },
        "Endpoint": {"status": "status", "connection-type": "connectionType"},
        "ImagingStudy": {
            "patient": "subject", "subject": "subject", "modality": "modality", "status": "status",
            "endpoint": "endpoint", "based-on": "basedOn",
        },
        "MedicationStatement": {"patient": "subject", "subject": "subject", "status": "status"},
        "Observation": {
            "patient": "subject", "subject": "subject", "code": "code", "category": "category", "status": "status",
        },
        "Organization": {"name": "name"},
        "Patient": {"family": "name.family", "birthdate": "birthDate", "gender": "gender"},
        "Practitioner": {"family": "name.family"},
        "PractitionerRole": {"practitioner": "practitioner", "specialty": "specialty"},
        "Provenance": {"target": "target", "agent": "agent.who", "entity": "entity.what"},
        "Questionnaire": {"url": "url", "version": "version", "status": "status"},
        "QuestionnaireResponse": {
            "patient": "subject", "subject": "subject", "based-on": "basedOn", "status": "status",
            "questionnaire": "questionnaire",
        },
        "ServiceRequest": {
            "patient": "subject", "subject": "subject", "status": "status", "category": "category", "code": "code",
            "requester": "requester",
        },
        "Task": {
            "patient": "for", "subject": "for", "owner": "owner", "requester": "requester", "status": "status",
            "business-status": "businessStatus", "focus": "focus", "priority": "priority", "code": "code",
            "based-on": "basedOn",
        },
    }
)  # fmt: skip


def terms(resource: Json) -> Iterator[tuple[str, str]]:
    """Every (parameter, value) under which the resource is found."""
    for parameter, path in {**COMMON, **PARAMETERS[str(resource["resourceType"])]}.items():
        for element in elements(resource, path):
            for value in _values(element):
                yield parameter, value


def elements(resource: object, path: str) -> Iterator[object]:
    """The elements at a dotted path, through every list on the way."""
    if isinstance(resource, list):
        for item in resource:
            yield from elements(item, path)
    elif not path:
        yield resource
    elif isinstance(resource, Mapping):
        head, _, rest = path.partition(".")
        if head in resource:
            yield from elements(resource[head], rest)


def _values(element: object) -> Iterator[str]:
    if isinstance(element, str):
        yield element
        return
    if not isinstance(element, Mapping):
        return
    if isinstance(reference := element.get("reference"), str):
        yield local_reference(reference)
    for coding in _mappings(element.get("coding")):
        yield from _token(coding.get("system"), coding.get("code"))
    yield from _token(element.get("system"), element.get("code") or element.get("value"))


def _token(system: object, value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield f"{system if isinstance(system, str) else ''}|{value}"


def _mappings(value: object) -> Iterator[Json]:
    yield from (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def local_reference(reference: str) -> str:
    """``Type/id`` of an absolute or relative reference, without version."""
    parts = reference.partition("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:])
