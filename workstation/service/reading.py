"""FHIR resources read as the nouns of a case; what is absent stays empty, what is contradictory is refused."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workstation.cases.case import (
    Case,
    CaseState,
    Document,
    DocumentKind,
    HistoryItem,
    Patient,
    PromisedSeries,
    Question,
    Scenario,
    Study,
)
from workstation.cases.ports import Specialist
from workstation.cases.refusals import Unintelligible
from workstation.service import vocabulary as words
from workstation.service.fhir_json import Node

# HL7 ObservationInterpretation in words: a lone "L" behind a number could be read as litres.
INTERPRETATIONS = {
    "N": "normal",
    "H": "high",
    "L": "low",
    "HH": "critically high",
    "LL": "critically low",
    "A": "abnormal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResources:
    """Everything of one case as it was read."""

    task: Node
    request: Node
    patient: Node
    history: Sequence[Node] = ()
    documents: Sequence[Node] = ()
    studies: Sequence[Node] = ()


def read_case(found: CaseResources) -> Case:
    """The case.

    Raises:
        Unintelligible: a state, deadline or scenario that cannot be read.
    """
    task, request = found.task, found.request
    return Case(
        id=task.text("id"),
        version=task.version,
        state=case_state(task),
        title=task.text("description"),
        scenario=_scenario(request),
        specialty=next((code for system, code in request.codes("category") if system == words.SPECIALTY), ""),
        deadline=_moment(task.text("restriction", "period", "end")),
        priority=task.text("priority") or "routine",
        patient=read_patient(found.patient),
        patient_reference=task.text("for", "reference"),
        owner=task.text("owner", "reference"),
        service_request=task.text("focus", "reference"),
        questions=tuple(_questions(task)),
        proposed_treatment=request.extension(words.PROPOSED_TREATMENT).text("valueString"),
        history=tuple(_history(one) for one in found.history),
        documents=tuple(read_document(one) for one in found.documents),
        studies=tuple(read_study(one) for one in found.studies),
        business_status=business_status(task),
        records_language=request.extension(words.RECORDS_LANGUAGE).text("valueCode") or "en",
        referrer=request.text("requester", "display"),
        asked=request.text("authoredOn"),
        case_number=_identifier(task, words.CASE_NUMBER),
        answer_language=request.extension(words.ANSWER_LANGUAGE).text("valueCode") or "en",
        jurisdiction=request.extension(words.JURISDICTION).text("valueCode"),
        consent_scope=request.extension(words.CONSENT_SCOPE).text("valueString"),
        updated=_moment(task.text("meta", "lastUpdated")),
        working_diagnosis=request.text("reasonCode", 0, "text"),
    )


def read_patient(found: Node) -> Patient:
    """The patient."""
    name = found.node("name", 0)
    family, given = name.text("family"), name.texts("given")
    return Patient(
        name=" ".join((name.text("text") or " ".join((*given, family))).split()),
        family=family,
        given=given,
        birth_date=_day(found.text("birthDate")),
        sex=found.text("gender"),
        identifiers=tuple((one.text("system"), one.text("value")) for one in found.nodes("identifier")),
        language=found.text("communication", 0, "language", "coding", 0, "code") or "en",
    )


def read_specialist(found: Node) -> Specialist:
    """Who is signed in."""
    return Specialist(
        reference=found.reference,
        name=found.text("name", 0, "text"),
        licence=_identifier(found, words.LICENCE),
        specialty=found.text("qualification", 0, "code", "coding", 0, "code"),
        jurisdiction=found.text("qualification", 0, "issuer", "display"),
        languages=tuple(one.text("coding", 0, "code") for one in found.nodes("communication")) or ("en",),
    )


def case_state(task: Node) -> CaseState:
    """Where the case stands; awaiting information is a business status of one in progress.

    Raises:
        Unintelligible: a status outside the profile.
    """
    try:
        state = CaseState(task.text("status"))
    except ValueError:
        raise Unintelligible(
            "The central service names a state of a case that this program does not know.",
            kept="The case was left as it is on this computer.",
            advice="Update this program, or call the central service's help desk.",
        ) from None
    awaiting = state is CaseState.IN_PROGRESS and business_status(task) == words.AWAITING_INFORMATION
    return CaseState.AWAITING_INFORMATION if awaiting else state


def business_status(task: Node) -> str:
    """Code of the business status, "" where there is none."""
    return task.text("businessStatus", "coding", 0, "code")


def inputs(task: Node, codes: frozenset[str]) -> tuple[Node, ...]:
    """The inputs of these types."""
    return tuple(one for one in task.nodes("input") if one.text("type", "coding", 0, "code") in codes)


def _questions(task: Node) -> list[Question]:
    asked = inputs(task, frozenset({words.QUESTION}))
    return [
        Question(id=one.text("id") or f"question-{place}", text=one.text("valueString"))
        for place, one in enumerate(asked, start=1)
    ]


def _scenario(request: Node) -> Scenario:
    for _, code in request.codes("category"):
        if code in set(Scenario):
            return Scenario(code)
    raise Unintelligible(
        "The central service does not say why a second opinion is asked.",
        kept="The case was left as it is on this computer.",
        advice="Call the central service's help desk.",
    )


def _history(found: Node) -> HistoryItem:
    kind = found.kind
    text, detail, when = {
        "Condition": (found.text("code", "text"), found.text("note", 0, "text"), found.text("onsetDateTime")),
        "MedicationStatement": (
            found.text("medicationCodeableConcept", "text"),
            found.text("dosage", 0, "text"),
            found.text("effectivePeriod", "start"),
        ),
        "AllergyIntolerance": (
            found.text("code", "text"),
            found.text("reaction", 0, "manifestation", 0, "text"),
            found.text("recordedDate"),
        ),
        "Observation": (found.text("code", "text"), _measured(found), found.text("effectiveDateTime")),
    }.get(kind, (found.text("code", "text"), "", ""))
    return HistoryItem(kind=kind, text=text, detail=detail, date=when, reference=found.reference)


def _measured(found: Node) -> str:
    quantity = found.node("valueQuantity")
    value = quantity.data.get("value")
    parts = (
        f"{value} {quantity.text('unit')}".strip() if isinstance(value, int | float) else found.text("valueString"),
        INTERPRETATIONS.get(code := found.text("interpretation", 0, "coding", 0, "code"), code),
    )
    reference = found.text("referenceRange", 0, "text")
    return ", ".join(part for part in parts if part) + (f" (reference {reference})" if reference else "")


def read_document(found: Node) -> Document:
    """A document that was sent along."""
    attachment = found.node("content", 0, "attachment")
    codes = {code for _, code in found.codes("category")}
    return Document(
        id=found.text("id"),
        kind=next((kind for kind in DocumentKind if kind.value in codes), DocumentKind.OTHER),
        title=found.text("description") or attachment.text("title"),
        content_type=attachment.text("contentType"),
        size=attachment.integer("size"),
        sha1=_hex(attachment.text("hash")),
        url=attachment.text("url"),
        date=found.text("date"),
        version=found.version,
    )


def read_study(found: Node) -> Study:
    """A study, as far as the ImagingStudy tells."""
    uid = _identifier(found, words.DICOM_UID).removeprefix("urn:oid:")
    series = tuple(
        PromisedSeries(
            study_uid=uid,
            series_uid=one.text("uid"),
            modality=one.text("modality", "code"),
            description=one.text("description"),
            number=one.integer("number"),
            count=one.integer("numberOfInstances") or 0,
        )
        for one in found.nodes("series")
    )
    return Study(
        study_uid=uid,
        description=found.text("description"),
        date=found.text("started"),
        modalities=tuple(one.text("code") for one in found.nodes("modality")),
        series=series,
        version=found.version,
        promised=found.integer("numberOfInstances") or sum(one.count for one in series),
    )


def _identifier(found: Node, system: str) -> str:
    return next((one.text("value") for one in found.nodes("identifier") if one.text("system") == system), "")


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unintelligible("The central service names a moment that is none.", kept="The case was left as it is.")
    return moment


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _hex(hash_base64: str) -> str:
    """FHIR writes the SHA-1 of an attachment as base64 (Attachment.hash)."""
    try:
        return base64.b64decode(hash_base64, validate=True).hex()
    except (binascii.Error, ValueError):
        raise Unintelligible("The digest of a document cannot be read.", kept="The case was left as it is.") from None
