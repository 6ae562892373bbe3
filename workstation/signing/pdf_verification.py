"""Verification of a signed PDF: its bytes, its revisions, its signature, its time-stamps, and who vouches for them."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from workstation.signing.coverage import NotCovered, covered
from workstation.signing.envelope_check import faults
from workstation.signing.files import FIELD
from workstation.signing.verdict import Level, Outcome, Verdict

_ALLOWED = ("NONE", "LTA_UPDATES")
ONLY_STAMPS = "After the author's signature only validation data and time-stamps were added."


def verify_pdf(content: bytes, roots: Sequence[bytes]) -> Verdict:
    """What can be said of a signed PDF, without a network.

    Args:
        content: the file.
        roots: DER certificates that are trusted, for signer and time-stamps; none makes every signer unknown.
    """
    try:
        ranges = covered(content)
    except NotCovered as wrong:
        return Verdict(outcome=Outcome.CHANGED, problems=(str(wrong),))
    if not ranges:
        return Verdict(outcome=Outcome.UNREADABLE, problems=("It carries no signature.",))
    _quiet()
    try:
        judged = asyncio.run(_judged(content, roots))
    except Exception as error:  # noqa: BLE001 - pyHanko meets damage with errors of many libraries
        sentence = f"Its structure is broken where a signature needs it ({type(error).__name__})."
        return Verdict(outcome=Outcome.CHANGED, problems=(sentence,))
    hidden = faults(ranges[-1].der, roots)
    if hidden:
        problems = (*(judged.problems if judged.outcome is Outcome.CHANGED else ()), *hidden)
        return replace(judged, outcome=Outcome.CHANGED, problems=problems)
    return judged


def _quiet() -> None:
    """Quiet the library: it logs what it also answers, and here the answer is said in words."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


async def _judged(content: bytes, roots: Sequence[bytes]) -> Verdict:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature

    reader = PdfFileReader(BytesIO(content))
    author = next(one for one in reader.embedded_regular_signatures if one.field_name == FIELD)
    status = await async_validate_pdf_signature(author, signer_validation_context=_context(roots))
    problems = _problems(status)
    stamps = reader.embedded_timestamp_signatures
    trusted = bool(status.trusted)
    for number, stamp in enumerate(stamps, start=1):
        problems += await _stamp_problems(stamp, number)
    if stamps and roots and not problems:
        trusted = await _long_term(author, roots) and await _stamps_trusted(reader, stamps, roots)
    outcome = Outcome.CHANGED if problems else Outcome.TRUSTED if trusted else Outcome.UNKNOWN_SIGNER
    return Verdict(
        outcome=outcome,
        problems=tuple(problems) or _distrust(outcome, roots),
        signer=_name(author.signer_cert),
        meaning=str(author.sig_object.get("/Reason", "")),
        claimed_at=author.self_reported_timestamp,
        stamped_at=_stamped_at(stamps),
        level=Level.B_LTA if stamps else Level.B_B,
        notes=(ONLY_STAMPS,) if stamps and not problems else (),
    )


def _problems(status: Any) -> list[str]:
    found = []
    if not status.intact:
        found.append("The signed bytes are not those that the author signed: their digest differs.")
    elif not status.valid:
        found.append("The author's signature does not fit the signed bytes.")
    if status.modification_level is None or status.modification_level.name not in _ALLOWED:
        found.append("The document was changed after it was signed: more than time-stamps was added.")
    if status.docmdp_ok is False:
        found.append("The author allowed no changes, but there are some.")
    return found


async def _stamp_problems(stamp: Any, number: int) -> list[str]:
    from pyhanko.sign.validation import async_validate_pdf_timestamp

    status = await async_validate_pdf_timestamp(stamp, validation_context=_context(()))
    if not status.intact:
        return [f"Time-stamp {number} was made for other bytes than these."]
    return [] if status.valid else [f"Time-stamp {number} does not fit what it stamps."]


async def _long_term(author: Any, roots: Sequence[bytes]) -> bool:
    """Whether signer and time-stamps lead to the roots by the validation data inside the file alone."""
    from asn1crypto import x509
    from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
    from pyhanko.sign.validation.ades import ades_lta_validation
    from pyhanko.sign.validation.policy_decl import (
        PdfSignatureValidationSpec,
        RevinfoOnlineFetchingRule,
        RevocationInfoGatheringSpec,
        SignatureValidationSpec,
    )
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[x509.Certificate.load(der) for der in roots]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    rules = PdfSignatureValidationSpec(
        SignatureValidationSpec(cert_validation_policy=policy, revinfo_gathering_policy=offline)
    )
    result = await ades_lta_validation(author, rules)
    # Signed offline, the CMS object holds no time-stamp of its own; the document time-stamps stand in its place
    # (ETSI EN 319 142-1 5.4.3), which the validator answers with SIG_CONSTRAINTS_FAILURE and a status that is good.
    passed = result.ades_subindic in (AdESPassed.OK, AdESIndeterminate.SIG_CONSTRAINTS_FAILURE)
    status = result.api_status
    return passed and status is not None and bool(status.bottom_line) and bool(status.trusted)


async def _stamps_trusted(reader: Any, stamps: Sequence[Any], roots: Sequence[bytes]) -> bool:
    """Whether every time-stamp leads to the roots by the certificates and revocation data inside the file."""
    from asn1crypto import x509
    from pyhanko.sign.validation import async_validate_pdf_timestamp
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    kept = DocumentSecurityStore.read_dss(reader)
    known = {"trust_roots": [x509.Certificate.load(der) for der in roots], "allow_fetching": False}
    context = kept.as_validation_context(known)
    return all([(await async_validate_pdf_timestamp(one, validation_context=context)).trusted for one in stamps])


def _context(roots: Sequence[bytes]) -> Any:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[x509.Certificate.load(der) for der in roots], allow_fetching=False)


def _distrust(outcome: Outcome, roots: Sequence[bytes]) -> tuple[str, ...]:
    if outcome is not Outcome.UNKNOWN_SIGNER:
        return ()
    if not roots:
        return ("No trusted authority was named. Name one with --trust PEM.",)
    return ("The certificate does not lead to the authority that was named.",)


def _stamped_at(stamps: Sequence[Any]) -> datetime | None:
    if not stamps:
        return None
    moment: datetime = stamps[0].signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _name(certificate: Any) -> str:
    return str(certificate.subject.native.get("common_name", ""))
