"""Completing a parcel when the service can be reached: begin the case, time-stamp, build what goes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workstation.cases.case import CaseState
from workstation.cases.ports import CaseShelf, CaseSource
from workstation.opinions.template import Template
from workstation.outbox.parcel import Artefact, Parcel
from workstation.review.sealed_parcel import unsealed
from workstation.review.source_images import source_images
from workstation.signing.trust_services import TrustServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What completing works with.

    Attributes:
        picture: bytes of a key picture by its SHA-256 (hex).
        roots: DER certificates that are trusted, for the signer and for the time-stamps.
    """

    source: CaseSource
    shelf: CaseShelf
    picture: Callable[[str], bytes]
    template: Template
    services: TrustServices
    roots: Sequence[bytes]


def complete_parcel(parcel: Parcel, tools: Completion) -> Parcel:
    """The parcel with time-stamped document, DICOM objects and FHIR bundle; its state stays.

    Raises:
        Refused: of the service, or of signing (``TrustUnavailable`` where waiting helps).
    """
    from workstation.reporting.bundle import bundle
    from workstation.signing.final_files import final_files
    from workstation.signing.stamping import timestamp

    _begin_where_it_was_read_offline(parcel.case_id, tools)
    signed, frozen = unsealed(parcel, tools.template, tools.picture)
    stamped = timestamp(signed, tools.services, tools.roots)
    sources = source_images(frozen.opinion, tools.shelf.instances(parcel.case_id))
    files = final_files(stamped, frozen, sources)
    kept = {item.name: item for item in parcel.artefacts}
    final = {item.name: Artefact(**item.fields()) for item in files}  # type: ignore[arg-type]  # the same fields
    artefacts = tuple({**kept, **final}.values())
    handed_over = bundle(frozen, artefacts, signed.manifest, stamped_at=stamped.stamped_at)
    return replace(parcel, artefacts=artefacts, bundle=handed_over)


def _begin_where_it_was_read_offline(case_id: str, tools: Completion) -> None:
    """A case that was opened without a network is still accepted at the service; only a begun one can be completed."""
    case = tools.source.case(case_id)
    if case.state is CaseState.ACCEPTED:
        begun = tools.source.begin(case)
        known = tools.shelf.get(case_id)
        tools.shelf.put(replace(begun, studies=known.studies if known else begun.studies))
