"""A case as the specialist sees it: patient, questions, packet of material, deadline and state."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CaseState(StrEnum):
    """Where the order stands (HL7 clinical order workflow, service profile "Lifecycle")."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in-progress"
    AWAITING_INFORMATION = "awaiting-information"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Scenario(StrEnum):
    """Why a second opinion is asked."""

    MAJOR_SURGERY = "major-surgery"
    CANCER = "cancer"
    RARE_DISEASE = "rare-disease"
    NO_IMPROVEMENT = "no-improvement"
    COMMUNICATION_GAP = "communication-gap"


class DocumentKind(StrEnum):
    """What a received document is."""

    ORIGINAL_REPORT = "original-report"
    PATHOLOGY_REPORT = "pathology-report"
    LETTER = "letter"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The patient as the central service names them. ``birth_date`` is None where it is not known."""

    name: str
    family: str
    given: tuple[str, ...]
    birth_date: date | None
    sex: str
    identifiers: tuple[tuple[str, str], ...]
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the patient, in their own words; each is an obligation to answer."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A received document, before and after its bytes arrive. ``sha1`` is the attachment's own digest (hex) or ""."""

    id: str
    kind: DocumentKind
    title: str
    content_type: str
    size: int | None
    sha1: str
    url: str
    date: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedInstance:
    """One SOP instance that the service promises, known before any pixel."""

    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class_uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedSeries:
    """A series of the packet with what the service says of it."""

    study_uid: str
    series_uid: str
    modality: str
    description: str
    number: int | None
    instances: tuple[PromisedInstance, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study of the packet. ``series`` is empty until the manifest was read.

    ``version`` is that of the ImagingStudy, ``promised`` the number of instances it states (0: it states none).
    """

    study_uid: str
    description: str
    date: str
    modalities: tuple[str, ...]
    series: tuple[PromisedSeries, ...] = ()
    version: str = ""
    promised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One line of the history: a condition, a medication, an allergy or an observation, with its FHIR reference."""

    kind: str
    text: str
    detail: str = ""
    date: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything the service says about one case.

    Attributes:
        id: the Task's logical id.
        version: the Task's version (ETag without quotes); every write names it.
        business_status: e.g. ``awaiting-information``; "" where there is none.
        deadline: end of Task.restriction.period, aware, or None.
        owner: reference of the practitioner who owns the Task.
        service_request: reference of the ServiceRequest in focus.
        updated: when the service last changed the Task, on the service's clock.
    """

    id: str
    version: str
    state: CaseState
    title: str
    scenario: Scenario
    specialty: str
    deadline: datetime | None
    priority: str
    patient: Patient
    patient_reference: str
    owner: str
    service_request: str
    questions: tuple[Question, ...] = ()
    proposed_treatment: str = ""
    history: tuple[HistoryItem, ...] = ()
    documents: tuple[Document, ...] = ()
    studies: tuple[Study, ...] = ()
    business_status: str = ""
    records_language: str = "en"
    referrer: str = ""
    asked: str = ""
    case_number: str = ""
    answer_language: str = "en"
    jurisdiction: str = ""
    consent_scope: str = ""
    working_diagnosis: str = ""
    updated: datetime | None = None
