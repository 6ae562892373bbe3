"""Parcels with two DICOM objects, a PDF and a bundle."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from workstation.outbox.parcel import Artefact, Parcel, ParcelState

IDENTIFIER = "urn:uuid:6f1d9c1e-8f0a-4d38-9f0e-000000000001"
REPORT = "urn:uuid:6f1d9c1e-8f0a-4d38-9f0e-00000000000a"


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def an_artefact(name: str, content: bytes, sop_uid: str = "") -> Artefact:
    """A file of a parcel."""
    return Artefact(
        name=name,
        content_type="application/dicom" if sop_uid else "application/pdf",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        sop_uid=sop_uid,
        study_uid="1.2.3" if sop_uid else "",
        series_uid="1.2.3.9" if sop_uid else "",
    )


def a_bundle(identifier: str = IDENTIFIER) -> str:
    """A report and its provenance, created when they are not there."""
    report = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": identifier}],
        "status": "final",
        "code": {"text": "second opinion"},
        "conclusion": "benign",
    }
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": REPORT}],
        "recorded": "2026-03-01T12:00:00Z",
        "agent": [{"who": {"reference": "Practitioner/me"}}],
        "entity": [{"role": "source", "what": {"identifier": {"value": identifier}}}],
    }
    made = {"method": "POST", "url": "DiagnosticReport", "ifNoneExist": f"identifier={identifier}"}
    entries = [
        {"fullUrl": REPORT, "resource": report, "request": made},
        {"resource": provenance, "request": {"method": "POST", "url": "Provenance"}},
    ]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def a_parcel(state: ParcelState = ParcelState.TIMESTAMPED) -> Parcel:
    """A parcel ready to go."""
    return Parcel(
        id=IDENTIFIER,
        case_id="case-1",
        case_version="7",
        opinion_digest="d" * 64,
        revision=1,
        state=state,
        artefacts=(
            an_artefact("opinion.pdf", b"%PDF signed"),
            an_artefact("opinion-sr.dcm", b"structured report", "1.2.3.9.1"),
            an_artefact("key-objects.dcm", b"key objects", "1.2.3.9.2"),
        ),
        bundle=a_bundle(),
        seen_material="m",
    )


def signed_parcel() -> Parcel:
    """A parcel that still needs its time-stamps and bundle."""
    return replace(a_parcel(ParcelState.SIGNED), bundle="")
