"""A parcel: one signed opinion with its destination, its identifiers and how far it has come."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ParcelState(StrEnum):
    """States of delivery (service profile, "Delivery"); forward only, but for a person's decision."""

    FROZEN = "frozen"
    SIGNED = "signed"
    TIMESTAMPED = "time-stamped"
    QUEUED = "queued"
    UPLOADING = "uploading"
    STORED_UNVERIFIED = "stored-unverified"
    VERIFIED = "verified"
    FORGOTTEN = "forgotten"
    NEEDS_A_PERSON = "needs-a-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One file of a parcel. ``name`` is e.g. ``opinion.pdf``; ``sop_uid`` is set for DICOM objects."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    sop_uid: str = ""
    study_uid: str = ""
    series_uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Signed bytes + destination + identifiers, minted and committed before the first byte leaves.

    Attributes:
        id: also the FHIR identifier value of everything the parcel creates (``urn:uuid:...``).
        case_version: Task version the opinion saw.
        seen_material: digest of the study and document versions the opinion saw.
        attempts, not_before, problem: retry schedule and the last refusal in words.
        journal: (time, step, outcome) of each step, before and after.
        task_version: Task version on which the decision to deliver was made; after the transaction, the one it made.
    """

    id: str
    case_id: str
    case_version: str
    opinion_digest: str
    revision: int
    state: ParcelState
    artefacts: tuple[Artefact, ...] = ()
    bundle: str = ""
    receipt: str = ""
    attempts: int = 0
    not_before: datetime | None = None
    problem: str = ""
    seen_material: str = ""
    journal: tuple[tuple[str, str, str], ...] = field(default=())
    task_version: str = ""
