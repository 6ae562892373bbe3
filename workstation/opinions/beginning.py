"""The first draft of a case's opinion: what the case already tells is filled in, nothing else."""

from datetime import date

from workstation.cases.case import Case, Document, Patient, Study
from workstation.opinions.opinion import Asked, Author, CaseStamp, Entry, Material, Opinion, Row, Subject
from workstation.opinions.template import Template

MEANING = "I am the author of this second opinion and answer for its content."


KINDS = {  # FHIR's resource types in a reader's words
    "Condition": "Condition",
    "MedicationStatement": "Medication",
    "AllergyIntolerance": "Allergy",
    "Observation": "Measured",
}


def begin(
    case: Case,
    template: Template,
    author: Author,
    *,
    conflicts: str = "",
    digests: dict[str, str] | None = None,
    seen_material: str = "",
) -> Opinion:
    """The opinion to start from.

    Args:
        case: the case with its manifest, as far as it was read.
        template: the form.
        author: the signed-in specialist.
        conflicts: what was declared when the case was accepted.
        digests: document id → SHA-256 (hex) of the bytes as received.
        seen_material: digest of the study and document versions.
    """
    known = digests or {}
    documents = tuple(_document(item, known.get(item.id, "")) for item in case.documents)
    return Opinion(
        template_id=template.id,
        template_digest=template.digest,
        case=stamp(case, seen_material),
        author=author,
        materials=(*(_study(item) for item in case.studies), *documents),
        entries=_prefilled(case, author, conflicts),
    )


def stamp(case: Case, seen_material: str = "") -> CaseStamp:
    """What the opinion keeps of its case."""
    return CaseStamp(
        id=case.id,
        version=case.version,
        title=case.title,
        scenario=case.scenario.value,
        subject=_subject(case.patient, case.patient_reference),
        questions=tuple(Asked(id=item.id, text=item.text) for item in case.questions),
        proposed_treatment=case.proposed_treatment,
        service_request=case.service_request,
        referrer=case.referrer,
        asked=case.asked,
        deadline=case.deadline.isoformat() if case.deadline else "",
        seen_material=seen_material,
    )


def _prefilled(case: Case, author: Author, conflicts: str) -> dict[str, Entry]:
    request = {
        "scenario": case.scenario.value,
        "referrer": case.referrer or "The patient",
        "needed_by": case.deadline.date().isoformat() if case.deadline else "",
    }
    attestation = {
        "name": author.name,
        "licence": author.licence,
        "specialty": author.specialty,
        "conflicts": conflicts,
        "meaning": MEANING,
    }
    history = tuple(
        Row(id=item.reference or str(number), values={"item": _joined(item.kind, item.text, item.detail, item.date)})
        for number, item in enumerate(case.history, start=1)
    )
    return {
        "request": Entry(values=request),
        "history": Entry(rows=history),
        "attestation": Entry(values=attestation),
    }


def _joined(kind: str, text: str, detail: str, when: str) -> str:
    tail = ", ".join(part for part in (detail, when) if part)
    return f"{KINDS.get(kind, kind)}: {text}" + (f" ({tail})" if tail else "")


def _subject(patient: Patient, reference: str) -> Subject:
    return Subject(
        reference=reference,
        name=patient.name,
        birth_date=_iso(patient.birth_date),
        sex=patient.sex,
        identifiers=patient.identifiers,
        language=patient.language,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _study(study: Study) -> Material:
    images = sum(series.count or len(series.instances) for series in study.series)
    detail = ", ".join(part for part in ("/".join(study.modalities), f"{images} images" if images else "") if part)
    title = study.description or "Imaging study"
    return Material(
        key=study.study_uid, kind="study", title=title, detail=detail, date=study.date, version=study.version
    )


def _document(document: Document, sha256: str) -> Material:
    return Material(
        key=document.id,
        kind=document.kind.value,
        title=document.title,
        detail=document.content_type,
        date=document.date,
        sha256=sha256,
        version=document.version,
    )
