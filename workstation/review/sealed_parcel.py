"""The seal: a signed document as the outbox keeps it, and back, so that time-stamping can go on after a restart."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import cast

from workstation.opinions.freezing import Frozen, thaw
from workstation.opinions.template import Template
from workstation.outbox.parcel import Artefact, Parcel
from workstation.signing.files import HTML, KOS, MANIFEST, MANIFEST_SIGNATURE, PDF, SR
from workstation.signing.stages import Signed, SignedFile

OPINION, SEAL = "opinion.json", "seal.json"
COMPANIONS = (SR, KOS, HTML)
JSON, JWS, PDF_TYPE = "application/json", "application/jose", "application/pdf"


def sealed(signed: Signed, frozen: Frozen) -> tuple[Artefact, ...]:
    """Everything of a signed document that the outbox keeps; ``unsealed`` reads it back."""
    seal = {
        "claimed_at": signed.claimed_at.isoformat(),
        "signer_name": signed.signer_name,
        "meaning": signed.meaning,
        "certificates": [base64.b64encode(der).decode() for der in signed.certificates],
    }
    return (
        artefact(PDF, PDF_TYPE, signed.pdf),
        *(Artefact(**item.fields()) for item in signed.companions),  # type: ignore[arg-type]  # the same fields
        artefact(MANIFEST, JSON, signed.manifest_payload),
        artefact(MANIFEST_SIGNATURE, JWS, signed.manifest.encode()),
        artefact(OPINION, JSON, frozen.canonical),
        artefact(SEAL, JSON, json.dumps(seal, sort_keys=True).encode()),
    )


def unsealed(parcel: Parcel, template: Template, picture: Callable[[str], bytes]) -> tuple[Signed, Frozen]:
    """The signed document and its frozen opinion.

    Args:
        parcel: a signed one, as it rests on the shelf.
        template: the one that the opinion was written on.
        picture: bytes of a key picture by its SHA-256 (hex).
    """
    files = {item.name: item for item in parcel.artefacts}
    seal = json.loads(files[SEAL].content)
    claimed_at = datetime.fromisoformat(str(seal["claimed_at"]))
    signed = Signed(
        pdf=files[PDF].content,
        manifest=files[MANIFEST_SIGNATURE].content.decode(),
        manifest_payload=files[MANIFEST].content,
        claimed_at=claimed_at,
        signer_name=str(seal["signer_name"]),
        meaning=str(seal["meaning"]),
        companions=tuple(_signed_file(files[name]) for name in COMPANIONS if name in files),
        identifier=parcel.id,
        certificates=tuple(base64.b64decode(text) for text in cast("list[str]", seal["certificates"])),
    )
    frozen = thaw(files[OPINION].content, template, identifier=parcel.id, frozen_at=claimed_at, picture=picture)
    return signed, frozen


def artefact(name: str, content_type: str, content: bytes) -> Artefact:
    """A file that is no DICOM object, with its digest."""
    return Artefact(name=name, content_type=content_type, content=content, sha256=hashlib.sha256(content).hexdigest())


def _signed_file(item: Artefact) -> SignedFile:
    return SignedFile(
        name=item.name,
        content_type=item.content_type,
        content=item.content,
        sha256=item.sha256,
        sop_uid=item.sop_uid,
        study_uid=item.study_uid,
        series_uid=item.series_uid,
    )
