"""The frozen opinion: its canonical bytes, their digest, and every identifier that delivery will use, minted once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from workstation.opinions.completeness import missing
from workstation.opinions.errors import NotReady
from workstation.opinions.json_form import read, write
from workstation.opinions.opinion import Opinion
from workstation.opinions.rules import Facts, concerns, same_template
from workstation.opinions.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class MintedUids:
    """DICOM UIDs of what will be written: SOP instances and their series."""

    sr: str
    sr_series: str
    kos: str
    kos_series: str
    pdf: str
    pdf_series: str
    study: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """An opinion that no longer changes.

    Attributes:
        canonical: RFC 8785 JSON, what ``opinion.json`` holds.
        digest: SHA-256 (hex) of ``canonical``; printed on every page.
        frozen_at: aware; the claimed time of signing, printed on the page and written into the signature.
        identifier: ``urn:uuid:…`` of everything the delivery creates.
    """

    opinion: Opinion
    template: Template
    canonical: bytes
    digest: str
    frozen_at: datetime
    identifier: str
    uids: MintedUids


def freeze(
    opinion: Opinion,
    template: Template,
    *,
    now: datetime,
    new_uuid: Callable[[], UUID],
    facts: Facts | None = None,
) -> Frozen:
    """Freeze the opinion and mint its identifiers.

    Args:
        opinion: complete, with every block settled.
        template: the template it was written on.
        now: aware time, to the second.
        new_uuid: source of one random UUID; every identifier derives from it.
        facts: what the rules must know besides.

    Raises:
        NotReady: something is missing, blocks or still needs an explanation.
    """
    reasons = unready(opinion, template, facts)
    if reasons:
        raise NotReady(reasons)
    canonical = write(opinion)
    root = new_uuid()
    return Frozen(
        opinion=opinion,
        template=template,
        canonical=canonical,
        digest=hashlib.sha256(canonical).hexdigest(),
        frozen_at=now.replace(microsecond=0),
        identifier=f"urn:uuid:{root}",
        uids=_mint(root),
    )


def unready(opinion: Opinion, template: Template, facts: Facts | None = None) -> tuple[str, ...]:
    """Why the opinion cannot be signed yet, as sentences; empty when it can."""
    if not same_template(opinion, template):
        return ("The opinion was written on another version of the template. Open it again to move it over.",)
    stops = tuple(concern.message for concern in concerns(opinion, facts) if concern.stops)
    return (*stops, *(item.message for item in missing(opinion, template)))


def thaw(
    canonical: bytes,
    template: Template,
    *,
    identifier: str,
    frozen_at: datetime,
    picture: Callable[[str], bytes],
) -> Frozen:
    """A frozen opinion again from its canonical bytes, with the identifiers that were minted then.

    Raises:
        DraftRefused: the bytes are no opinion, or a picture is gone or changed.
    """
    return Frozen(
        opinion=read(canonical, picture),
        template=template,
        canonical=canonical,
        digest=hashlib.sha256(canonical).hexdigest(),
        frozen_at=frozen_at,
        identifier=identifier,
        uids=_mint(UUID(identifier)),
    )


def uid(value: UUID) -> str:
    """The UUID as a DICOM UID (PS3.5 B.2)."""
    return f"2.25.{value.int}"


def _mint(root: UUID) -> MintedUids:
    names = ("sr", "sr_series", "kos", "kos_series", "pdf", "pdf_series", "study")
    return MintedUids(**{name: uid(uuid5(root, name)) for name in names})
