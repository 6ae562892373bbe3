"""Handing the opinion over in FHIR: one transaction in which the Task keeps what is not ours, and reading back."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from workstation.cases.refusals import Conflict, Declined, Defect, ForeignOrigin, NotFound
from workstation.service.fhir import FhirClient
from workstation.service.fhir_json import Node
from workstation.service.origin import Origin
from workstation.service.references import local_reference

_OURS = ("status", "statusReason", "businessStatus", "lastModified", "executionPeriod")
_COMPLETED = "completed"
_BINARY = re.compile(r"(^|/)Binary/[A-Za-z0-9.-]{1,64}$")


def commit(fhir: FhirClient, task: Node, version: str, bundle: str) -> str:
    """Run the transaction with the Task of ``version``; returns the Task's new version.

    Args:
        fhir: the service.
        task: the Task as it is now.
        version: the version on which the decision to deliver was made.
        bundle: the signed opinion's transaction; conditional creates, and a Task entry or none.

    Raises:
        Conflict: the Task is at another version; nothing was sent, or nothing was overwritten.
    """
    if task.version != version:
        raise Conflict(
            "The case changed at the central service.",
            kept="The signed opinion is kept here; nothing was overwritten.",
            advice="See what changed, then decide.",
        )
    answer = fhir.transact(with_task(bundle, task, fhir.address(task.reference)))
    refused = [one.text("response", "status") for one in answer.nodes("entry") if not _fine(one)]
    if refused:
        raise _refused(refused[0])
    return fhir.read(task.reference).version


def with_task(bundle: str, task: Node, address: str) -> Mapping[str, object]:
    """The transaction whose Task entry is the Task as it is now, with our status and outputs laid over it."""
    whole = json.loads(bundle)
    entries = whole.get("entry")
    if whole.get("resourceType") != "Bundle" or whole.get("type") != "transaction" or not isinstance(entries, list):
        raise Defect("The opinion's bundle is no transaction.")
    others = [one for one in entries if one.get("resource", {}).get("resourceType") != "Task"]
    said = next((one["resource"] for one in entries if one not in others), _completed(others))
    return {**whole, "entry": [*others, {"fullUrl": address, **_task_entry(task, Node(data=said))}]}


def read_back(fhir: FhirClient, origin: Origin, identifier: str, kinds: Sequence[str]) -> Mapping[str, bytes]:
    """Everything of these types under our identifier, its Provenance and its Binaries: ``Type/id`` → canonical JSON."""
    found: dict[str, Node] = {}
    for kind in kinds:
        found |= _searched(fhir, kind, ("identifier", identifier))
    for target in list(found):
        found |= _searched(fhir, "Provenance", ("target", target))
    for reference in sorted({one for node in found.values() for one in _binaries(node.data, origin)}):
        found[reference] = fhir.read(reference)
    return {reference: _canonical(node) for reference, node in found.items()}


def _binaries(value: object, origin: Origin) -> Iterator[str]:
    """References to Binaries, wherever they stand; those elsewhere are left alone."""
    if isinstance(value, str) and _BINARY.search(value):
        with suppress(ForeignOrigin):
            yield local_reference(value, origin)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _binaries(one, origin)
    elif isinstance(value, list):
        for one in value:
            yield from _binaries(one, origin)


def _completed(entries: list[dict[str, object]]) -> dict[str, object]:
    """What a bundle without a Task means: completed, with every report as an output."""
    reports = [one for one in entries if Node(data=one).text("resource", "resourceType") == "DiagnosticReport"]
    outputs = [
        {"type": {"text": "diagnostic-report"}, "valueReference": {"reference": one["fullUrl"]}} for one in reports
    ]
    return {"status": _COMPLETED, "output": outputs}


def _task_entry(task: Node, said: Node) -> dict[str, object]:
    ours = {name: said.data[name] for name in _OURS if name in said.data}
    before = task.data.get("output")
    outputs = list(before) if isinstance(before, list) else []
    outputs += [one.data for one in said.nodes("output") if one.data not in outputs]
    resource = {**task.data, **ours} | ({"output": outputs} if outputs else {})
    request = {"method": "PUT", "url": task.reference, "ifMatch": f'W/"{task.version}"'}
    return {"resource": resource, "request": request}


def _fine(entry: Node) -> bool:
    return entry.text("response", "status")[:1] in {"", "2"}


def _refused(status: str) -> Conflict | Declined:
    """A peer that does not roll back says per entry what it refused."""
    kept = "The signed opinion is kept here."
    if status[:3] in {"409", "412"}:
        return Conflict("The case changed while the opinion was handed over.", kept=kept, advice="It is read again.")
    return Declined(
        f"The central service refused a part of the opinion ({status[:3]}).", kept=kept, advice="Call its help desk."
    )


def _searched(fhir: FhirClient, kind: str, criterion: tuple[str, str]) -> dict[str, Node]:
    try:
        return {one.reference: one for one in fhir.search(kind, [criterion])}
    except (NotFound, Declined):  # a service that keeps no such resources
        return {}


def _canonical(node: Node) -> bytes:
    import rfc8785

    return rfc8785.dumps(json.loads(json.dumps(node.data)))
