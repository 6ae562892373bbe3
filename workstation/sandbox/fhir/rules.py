"""What may be written: required elements and codes of each resource, and who may move a Task from where to where."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from workstation.sandbox.fhir.outcome import FhirRefused
from workstation.sandbox.fhir.parameters import PARAMETERS

Json = Mapping[str, Any]

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AuditEvent": ("type", "recorded", "agent", "source"),
        "Binary": ("contentType",),
        "Communication": ("status",),
        "Composition": ("status", "type", "date", "author", "title"),
        "DiagnosticReport": ("status", "code"),
        "DocumentReference": ("status", "content"),
        "Observation": ("status", "code"),
        "Provenance": ("target", "recorded", "agent"),
        "QuestionnaireResponse": ("status",),
        "ServiceRequest": ("status", "intent", "subject"),
        "Task": ("status", "intent"),
    }
)
# Bindings of strength "required" in R4, for what a workstation writes.
_DIAGNOSTIC = ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown")
_WORK = ("draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold")
_EVENT = ("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown")
STATUS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "Communication": frozenset(_EVENT),
        "Composition": frozenset({"preliminary", "final", "amended", "entered-in-error"}),
        "DiagnosticReport": frozenset({*_DIAGNOSTIC, "partial", "appended"}),
        "DocumentReference": frozenset({"current", "superseded", "entered-in-error"}),
        "Observation": frozenset(_DIAGNOSTIC),
        "QuestionnaireResponse": frozenset({"in-progress", "completed", "amended", "entered-in-error", "stopped"}),
        "Task": frozenset({*_WORK, "failed", "completed", "entered-in-error"}),
    }
)
# (status now, status wanted), for the owner of the Task. Cancelling is the placer's, who writes over the pipe.
MOVES: Final = frozenset(
    {
        ("requested", "accepted"),
        ("requested", "rejected"),
        ("accepted", "in-progress"),
        ("accepted", "failed"),
        ("in-progress", "completed"),
        ("in-progress", "failed"),
    }
)
READ_ONLY: Final = frozenset({"Patient", "Practitioner", "ServiceRequest", "ImagingStudy", "Endpoint", "Organization"})
AWAITING: Final = "awaiting-information"


def check_resource(resource: Json, kind: str) -> None:
    """Refuse what is no legal resource of ``kind``.

    Raises:
        FhirRefused: 400, 404 or 422.
    """
    if resource.get("resourceType") != kind:
        raise FhirRefused(400, "invalid", f"The address says {kind}, the body says {resource.get('resourceType')!r}.")
    if kind not in PARAMETERS:
        raise FhirRefused(404, "not-supported", f"This service keeps no {kind}.")
    for element in REQUIRED.get(kind, ()):
        if not resource.get(element):
            raise FhirRefused(422, "required", f"{kind}.{element} is missing.")
    if kind in STATUS and resource["status"] not in STATUS[kind]:
        raise FhirRefused(422, "code-invalid", f"{resource['status']!r} is no status of a {kind}.")


def check_writer(resource: Json, before: Json | None, actor: str) -> None:
    """Refuse what this practitioner may not write.

    Args:
        resource: as it would be.
        before: as it is, None when it is new.
        actor: ``Practitioner/…`` who writes.

    Raises:
        FhirRefused: 403 or 422.
    """
    kind = resource["resourceType"]
    if kind in READ_ONLY:
        raise FhirRefused(403, "forbidden", f"A {kind} is kept by the service, not by the specialist.")
    if kind != "Task":
        return
    if before is None:
        raise FhirRefused(403, "forbidden", "A Task is made by the placer.")
    if _reference(before, "owner") != actor:
        raise FhirRefused(403, "forbidden", "Only the owner of a Task changes it; its owner is another now.")
    _check_unchanged(resource, before)
    _check_move(resource, before)
    _check_owner(resource, before, actor)


def _check_unchanged(resource: Json, before: Json) -> None:
    for element in ("focus", "for", "restriction", "requester", "intent", "identifier", "authoredOn"):
        if resource.get(element) != before.get(element):
            raise FhirRefused(422, "business-rule", f"Task.{element} belongs to the placer.")
    if resource.get("input") != before.get("input"):
        raise FhirRefused(422, "business-rule", "Task.input belongs to the placer; what you made goes into output.")


def _check_move(resource: Json, before: Json) -> None:
    now, wanted = before["status"], resource["status"]
    if now != wanted and (now, wanted) not in MOVES:
        raise FhirRefused(422, "business-rule", f"A Task cannot go from {now} to {wanted}.")
    if wanted in {"rejected", "failed"} and not resource.get("statusReason"):
        raise FhirRefused(422, "required", f"Task.statusReason is missing: say why it is {wanted}.")
    if now == wanted and now in {"completed", "rejected", "failed", "cancelled"}:
        raise FhirRefused(422, "business-rule", f"The Task is {now}; nothing of it changes any more.")


def _check_owner(resource: Json, before: Json, actor: str) -> None:
    owner = _reference(resource, "owner")
    if owner == actor:
        return
    waiting = AWAITING in {coding.get("code") for coding in resource.get("businessStatus", {}).get("coding", ())}
    if owner != _reference(before, "requester") or not waiting:
        raise FhirRefused(422, "business-rule", "The owner flips to the placer only to await information.")


def _reference(resource: Json, element: str) -> str:
    value = resource.get(element) or {}
    return str(value.get("reference", ""))
