"""Small pieces that most FHIR resources are made of."""

from typing import Any

Resource = dict[str, Any]


def concept(system: str, code: str) -> Resource:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def language(code: str) -> Resource:
    """A CodeableConcept of a language (BCP 47)."""
    return {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}


def known(element: str, value: object) -> Resource:
    """The element, unless there is nothing to say: FHIR has no empty elements."""
    return {element: value} if value not in (None, "", []) else {}
