"""Signing an opinion: freeze, render and prepare it for the preview; then sign exactly those bytes into a parcel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from workstation.cases.ports import AuditTrail
from workstation.cases.refusals import Refused
from workstation.opinions.freezing import Frozen, freeze
from workstation.opinions.opinion import Opinion
from workstation.opinions.rules import Facts
from workstation.opinions.template import Template
from workstation.outbox.parcel import Artefact, Parcel, ParcelState
from workstation.outbox.ports import ParcelShelf
from workstation.outbox.states import DONE, ParcelEvent, noted
from workstation.reporting.source_image import SourceImage
from workstation.signing.credential import Credential
from workstation.signing.stages import Signed, ToBeSigned


class AlreadySigned(Refused):
    """The case has a signed opinion of this revision: two would reach the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is shown before signing and nothing else is signed: ``to_sign.pdf`` are the pages, byte for byte."""

    frozen: Frozen
    to_sign: ToBeSigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What signing works with.

    Attributes:
        files: the files of a signed document that the outbox keeps.
        unlock: opens the credential; the caller closes it.
    """

    parcels: ParcelShelf
    audit: AuditTrail
    clock: Callable[[], datetime]
    files: Callable[[Signed, Frozen], tuple[Artefact, ...]]
    unlock: Callable[[], Credential]


def prepare_opinion(
    opinion: Opinion,
    template: Template,
    *,
    sources: Mapping[str, SourceImage],
    facts: Facts,
    now: datetime,
    new_uuid: Callable[[], UUID],
) -> Preview:
    """Freeze the opinion and render what would be signed.

    Raises:
        NotReady: something is missing, blocks or wants an explanation.
        Refused: of reporting: a character no shipped font can show, a page that does not say what the opinion says.
    """
    from workstation.reporting.composing import compose
    from workstation.signing.preparing import prepare

    frozen = freeze(opinion, template, now=now, new_uuid=new_uuid, facts=facts)
    return Preview(frozen=frozen, to_sign=prepare(frozen, compose(frozen, sources)))


def sign_opinion(preview: Preview, bench: Bench) -> Parcel:
    """Sign the preview and put it into the outbox in one durable step; nothing is sent yet.

    Raises:
        AlreadySigned: this revision was signed before; nothing was signed again.
        CredentialRefused: with its reason; nothing was signed, the draft is as it was.
    """
    from workstation.signing.signing_act import sign

    opinion = preview.frozen.opinion
    _refuse_a_second(opinion, bench.parcels)
    credential = bench.unlock()
    try:
        signed = sign(preview.to_sign, credential, author=opinion.author, now=bench.clock())
    finally:
        credential.close()
    parcel = Parcel(
        id=preview.frozen.identifier,
        case_id=opinion.case.id,
        case_version=opinion.case.version,
        opinion_digest=preview.frozen.digest,
        revision=opinion.revision,
        state=ParcelState.SIGNED,
        artefacts=bench.files(signed, preview.frozen),
        seen_material=opinion.case.seen_material,
    )
    kept = noted(replace(parcel), ParcelEvent.SIGN, DONE, bench.clock())
    bench.parcels.put(kept)
    bench.audit.record("opinion signed", case_id=opinion.case.id, detail=parcel.id)
    return kept


def _refuse_a_second(opinion: Opinion, parcels: ParcelShelf) -> None:
    if any(one.case_id == opinion.case.id and one.revision >= opinion.revision for one in parcels.all()):
        raise AlreadySigned(
            "This case has a signed opinion already.",
            kept="It is in the outbox, and nothing was signed again.",
            advice="Look there how far it has come.",
        )
