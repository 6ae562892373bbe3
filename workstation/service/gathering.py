"""Gathering what belongs to one case, from the Task outwards, within the service's own origin."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from workstation.service import vocabulary as words
from workstation.service.fhir import FhirClient
from workstation.service.fhir_json import Node
from workstation.service.origin import Origin, require_origin
from workstation.service.reading import CaseResources, inputs
from workstation.service.references import local_reference

_HISTORY = ("Condition", "MedicationStatement", "AllergyIntolerance", "Observation")
_MOST_IDS = 40


def gather(fhir: FhirClient, task: Node, origin: Origin) -> CaseResources:
    """Everything the Task speaks of.

    Raises:
        ForeignOrigin: a reference, an Endpoint or an attachment lies elsewhere.
        Unintelligible: the Task has no request or no patient.
    """
    request = fhir.read(local_reference(task.text("focus", "reference"), origin))
    patient = fhir.read(local_reference(task.text("for", "reference"), origin))
    history = _named(request.nodes("supportingInfo"), origin, set(_HISTORY))
    found = CaseResources(
        task=task,
        request=request,
        patient=patient,
        history=tuple(_read_all(fhir, history)),
        documents=material(fhir, task, origin, words.DOCUMENTS),
        studies=material(fhir, task, origin, frozenset({words.IMAGING_STUDY})),
    )
    _require_own_addresses(fhir, found, origin)
    return found


def material(fhir: FhirClient, task: Node, origin: Origin, kinds: frozenset[str]) -> tuple[Node, ...]:
    """What the Task's inputs of these kinds refer to: studies or documents."""
    return tuple(_read_all(fhir, _named((one.node("valueReference") for one in inputs(task, kinds)), origin)))


def _named(references: Iterable[Node], origin: Origin, kinds: set[str] | None = None) -> list[str]:
    found = [local_reference(one.text("reference"), origin) for one in references if one.text("reference")]
    return [one for one in dict.fromkeys(found) if kinds is None or one.partition("/")[0] in kinds]


def _read_all(fhir: FhirClient, references: Iterable[str]) -> Iterator[Node]:
    """The resources in the order of their references; many of one type in one search."""
    wanted = list(references)
    kinds: Mapping[str, list[str]] = defaultdict(list)
    for reference in wanted:
        kind, _, name = reference.partition("/")
        kinds[kind].append(name)
    found: dict[str, Node] = {}
    for kind, names in kinds.items():
        for start in range(0, len(names), _MOST_IDS):
            ids = ",".join(names[start : start + _MOST_IDS])
            found |= {one.reference: one for one in fhir.search(kind, [("_id", ids)])}
    yield from (found.get(reference) or fhir.read(reference) for reference in wanted)


def _require_own_addresses(fhir: FhirClient, found: CaseResources, origin: Origin) -> None:
    for document in found.documents:
        for content in document.nodes("content"):
            require_origin(content.text("attachment", "url"), origin)
    named = (one.text("reference") for study in found.studies for one in study.nodes("endpoint"))
    for reference in sorted({local_reference(one, origin) for one in named}):
        require_origin(fhir.read(reference).text("address"), origin)
