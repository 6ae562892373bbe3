"""A whole opinion as tests need it: complete, with two measurements on two images, and what can be varied of it."""

import hashlib
import itertools
import zlib
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from uuid import UUID

from workstation.opinions import edits
from workstation.opinions.evidence import Evidence, EvidenceValue, ImageReference
from workstation.opinions.freezing import Frozen, freeze
from workstation.opinions.opinion import Asked, Author, CaseStamp, Entry, Material, Opinion, Subject
from workstation.opinions.template import load

CT = "1.2.840.10008.5.1.4.1.1.2"
STUDY = "2.25.1001"
SERIES = "2.25.1002"
IMAGE = "2.25.1003"
OTHER_IMAGE = "2.25.1004"
FRAME_OF_REFERENCE = "2.25.1005"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))
AUTHOR = Author(reference="Practitioner/p1", name="Dr. Ada Moreau", licence="FR-10003", specialty="Thoracic radiology")


@cache
def png(columns: int = 96, rows: int = 64, grey: int = 90) -> bytes:
    """A grey PNG with a bright square, written by hand."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = columns.to_bytes(4, "big") + rows.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    lines = []
    for row in range(rows):
        inside = rows // 3 < row < rows // 2
        lines.append(bytes([0, *(230 if inside and 30 < c < 50 else (grey + row) % 256 for c in range(columns))]))
    body = zlib.compress(b"".join(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def length(identity: str = "e-length", picture: bytes | None = None, **changed: object) -> Evidence:
    """A length of 8.13 mm on IMAGE."""
    shown = png() if picture is None else picture
    fields: dict[str, object] = {
        "id": identity,
        "tracking_uid": "2.25.2001",
        "kind": "length",
        "label": "Length",
        "values": (EvidenceValue(name="length", value=8.1301, unit="mm", digits=1, uncertainty=0.5),),
        "method": "Distance between two points",
        "calibration": "Pixel Spacing 0.703 mm",
        "frame_of_reference_uid": FRAME_OF_REFERENCE,
        "points_mm": ((10.0, -20.0, 30.0), (18.0, -20.0, 31.5)),
        "images": (
            ImageReference(
                study_uid=STUDY,
                series_uid=SERIES,
                sop_class_uid=CT,
                sop_uid=IMAGE,
                frame=1,
                points_px=((100.0, 120.0), (111.4, 120.0)),
            ),
        ),
        "voxels": ((12, 120, 100), (12, 120, 111)),
        "view": {"plane": "axial", "window_centre": -600.0, "window_width": 1500.0, "mm_per_pixel": 0.35, "zoom": 2.0},
        "finding_site": "Upper lobe of lung",
        "laterality": "right",
        "picture": shown,
        "picture_sha256": hashlib.sha256(shown).hexdigest() if shown else "",
        "made_at": NOW,
        "series_description": "CHEST 1.0 lung",
        "modality": "CT",
    }
    return Evidence(**{**fields, **changed})


def density(identity: str = "e-density") -> Evidence:
    """A circle of 10 mm with a mean of −642.3 HU on OTHER_IMAGE."""
    values = (
        EvidenceValue(name="mean", value=-642.34, unit="HU", digits=1),
        EvidenceValue(name="standard deviation", value=31.2, unit="HU", digits=1),
        EvidenceValue(name="area", value=314.16, unit="mm2", digits=1),
    )
    image = ImageReference(
        study_uid=STUDY,
        series_uid=SERIES,
        sop_class_uid=CT,
        sop_uid=OTHER_IMAGE,
        frame=1,
        points_px=((50.0, 60.0), (64.2, 60.0)),
    )
    return length(
        identity,
        png(grey=40),
        tracking_uid="2.25.2002",
        kind="circle",
        label="Circle",
        values=values,
        method="Pixels with their centre within 10 mm",
        points_mm=((0.0, 0.0, 40.0), (10.0, 0.0, 40.0)),
        images=(image,),
        voxels=((13, 60, 50),),
    )


def begun() -> Opinion:
    """An opinion in which nothing but the case is known."""
    case = CaseStamp(
        id="case-17",
        version="4",
        title="Nodule of the right upper lobe, lobectomy proposed",
        scenario="major-surgery",
        subject=Subject(
            reference="Patient/pat-1",
            name="Zoë Müller-Łukasz",
            birth_date="1961-03-09",
            sex="female",
            identifiers=(("urn:oid:2.999.1", "MRN-4711"),),
        ),
        questions=(
            Asked(id="q1", text="Is the nodule in my right lung really cancer?"),
            Asked(id="q2", text="Do I need the operation now, or can I wait?"),
        ),
        proposed_treatment="Right upper lobectomy",
        service_request="ServiceRequest/sr-1",
        referrer="Dr. Okafor",
        deadline="2026-11-26T12:00:00+00:00",
        seen_material="ab" * 32,
    )
    template = load()
    return Opinion(
        template_id=template.id,
        template_digest=template.digest,
        case=case,
        author=AUTHOR,
        materials=(
            Material(key=STUDY, kind="study", title="CT of the chest", detail="CT, 214 images", date="2026-10-30"),
            Material(
                key="doc-1",
                kind="original-report",
                title="Report of the chest CT",
                detail="application/pdf",
                sha256="cd" * 32,
            ),
        ),
        entries={
            "request": Entry(values={"scenario": "major-surgery", "referrer": "Dr. Okafor", "needed_by": "2026-11-26"}),
            "attestation": Entry(
                values={
                    "name": AUTHOR.name,
                    "licence": AUTHOR.licence,
                    "specialty": AUTHOR.specialty,
                    "meaning": "I am the author of this second opinion and answer for its content.",
                }
            ),
        },
    )


FIELDS = {
    "request": {"consent": "records-and-images"},
    "history": {"summary": "Former smoker, 30 pack-years. COPD GOLD 2. No known malignancy."},
    "comparison": {"available": "compared", "detail": "CT of 2026-04-28, interval 6 months."},
    "findings": {"abnormal": "findings"},
    "impression": {
        "impression": "Part-solid nodule of the right upper lobe, growing: suspicious for adenocarcinoma "
        "(pT1a at most, pT2 < unlikely).",
        "diagnosis": "Suspected adenocarcinoma of the right upper lobe",
        "differential": "Organising pneumonia; focal fibrosis.",
        "staging": "cT1a cN0 (TNM, 9th edition)",
    },
    "necessity": {
        "verdict": "conditional",
        "conditions": "After PET/CT and a discussion in a tumour board.",
        "reasons": "Growth and a solid part of 8 mm; a lobectomy removes more lung than a segmentectomy.",
        "criterion": "Solid part ≥ 6 mm and growth",
        "measured": "8.1 mm",
        "met": "yes",
        "urgency": "soon",
    },
    "risk": {"comorbidity": "COPD: FEV1 is to be measured before any resection.", "contraindications": "None known."},
    "effect": {"effect": "treatment", "detail": "Segmentectomy is to be considered instead of lobectomy."},
    "critical": {"category": "none"},
    "limitations": {"specific": "No PET/CT was available. Ki-67 <1% & ER >90% are quoted from the report."},
    "summary": {
        "plain": "The spot in your right lung has grown in six months. That makes cancer likely, but it is not proven. "
        "A smaller operation than the one proposed may be enough. You have some weeks to decide, not months."
    },
    "attestation": {"conflicts": "None.", "viewed": "yes"},
}
ROWS = {
    "materials": {
        STUDY: {"status": "reviewed"},
        "doc-1": {"status": "partly", "reason": "Page 2 is a photograph out of focus."},
    },
    "adequacy": {STUDY: {"quality": "limited", "reason": "Breathing artefact at the bases.", "identity": "matches"}},
    "findings": {
        "1": {
            "site": "Right upper lobe, segment 2",
            "laterality": "right",
            "finding": "Part-solid nodule with a solid part of 8.1 mm; the pleura is drawn in.",
            "change": "larger",
            "confidence": "high",
            "in_original": "differently",
        }
    },
    "concordance": {
        "1": {
            "statement": "Nodule of the right upper lobe, 12 mm.",
            "verdict": "addition",
            "explanation": "The solid part measures 8.1 mm.",
        },
        "2": {
            "statement": "No change against the prior.",
            "verdict": "major",
            "kind": "interpretation",
            "explanation": "The prior shows 5 mm in the same window.",
            "consequence": "Growth makes surgery or biopsy necessary.",
        },
    },
    "answers": {
        "q1": {
            "can_answer": "yes",
            "answer": "Probably yes. The spot has grown and has a dense part of 8.1 mm. Only tissue can prove it.",
            "detail": "Part-solid nodule, solid part 8.1 mm, growth of 3 mm in 6 months.",
            "confidence": "moderate",
        },
        "q2": {"can_answer": "no", "why_not": "A PET/CT is missing; without it nobody can say how far it has spread."},
    },
    "necessity": {
        "1": {
            "option": "Watchful waiting: CT in 3 months",
            "benefit": "No operation if it shrinks.",
            "risk": "Loss of time if it is cancer.",
            "grounds": "Fleischner 2017",
            "candidacy": "perhaps",
        },
        "2": {"option": "Segmentectomy", "benefit": "Keeps lung.", "risk": "Local recurrence.", "candidacy": "yes"},
    },
    "further": {
        "1": {"test": "PET/CT", "why": "Stage before treatment.", "changes": "yes", "priority": "before-treatment"}
    },
}


@cache
def complete() -> Opinion:
    """An opinion to which nothing is missing."""
    opinion = begun()
    for section, fields in FIELDS.items():
        for name, text in fields.items():
            opinion = edits.put(opinion, section, name, text)
    for section, rows in ROWS.items():
        for row, values in rows.items():
            opinion = edits.add_row(opinion, section, row, values)
    opinion = edits.cite(opinion, length(), "findings", row="1")
    opinion = edits.cite(opinion, density(), "answers", row="q1")
    opinion = edits.cite(opinion, length(), "answers", row="q1")
    return edits.cite(opinion, length(), "concordance", row="2")


def frozen(opinion: Opinion | None = None, seed: int = 7) -> Frozen:
    """The opinion frozen with identifiers that are the same in every run."""
    counter = itertools.count(seed)
    return freeze(opinion or complete(), load(), now=NOW, new_uuid=lambda: UUID(int=next(counter), version=4))


def utc() -> datetime:
    """The frozen time in UTC."""
    return NOW.astimezone(UTC)
