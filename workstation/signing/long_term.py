"""Long-term trust: does a time-stamped signature lead to the roots, judged at its last time-stamp, by the file alone?

Certificates expire and revocation answers grow old within hours, so today's clock cannot judge the past. The archive
time-stamp proves that signature, certificates and revocation data existed then (ETSI EN 319 102-1 5.6.3); only its own
authority has to be valid today, since nothing later vouches for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any


async def proven(reader: Any, author: Any, stamps: Sequence[Any], roots: Sequence[bytes], now: datetime) -> bool:
    """Whether the author and every time-stamp were trusted at the last time-stamp, and that one still counts.

    Args:
        reader: pyHanko's reader of the file.
        author: the author's embedded signature, already found intact.
        stamps: every document time-stamp, in order, already found intact; at least one.
        roots: DER certificates that are trusted.
        now: aware time.
    """
    then = stamped_at(stamps[-1])
    if expired(stamps[-1].signer_cert, now):
        return False
    return await _stamps_trusted(reader, stamps, roots, then) and await _author_trusted(author, roots, then)


def stamped_at(stamp: Any) -> datetime:
    """The time that a time-stamp says."""
    moment: datetime = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def expired(certificate: Any, now: datetime) -> bool:
    """Whether a certificate's time is over."""
    return bool(certificate.not_valid_after < now)


def is_trusted(certificates: Sequence[bytes], roots: Sequence[bytes], now: datetime) -> bool:
    """Whether a certificate, with the issuers that came along, leads to the roots at this moment.

    Args:
        certificates: DER, the signer's first.
        roots: DER certificates that are trusted.
        now: aware time.
    """
    import asyncio

    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.errors import PathError, ValidationError

    own, *others = [x509.Certificate.load(der) for der in certificates]
    known = [x509.Certificate.load(der) for der in roots]
    context = ValidationContext(trust_roots=known, allow_fetching=False, moment=now)
    try:
        validator: Any = CertificateValidator(own, intermediate_certs=others, validation_context=context)
        asyncio.run(validator.async_validate_usage(key_usage=set()))
    except (PathError, ValidationError, ValueError):
        return False
    return True


def common_name(certificate: bytes) -> str:
    """Whom a certificate (DER) names."""
    from asn1crypto import x509

    return str(x509.Certificate.load(certificate).subject.native.get("common_name", ""))


async def _author_trusted(author: Any, roots: Sequence[bytes], then: datetime) -> bool:
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
    from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
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
    at = ValidationTimingInfo(validation_time=then, best_signature_time=then, point_in_time_validation=True)
    result = await ades_lta_validation(author, rules, timing_info=at)
    # Signed offline, the CMS object holds no time-stamp of its own; the document time-stamps stand in its place
    # (ETSI EN 319 142-1 5.4.3), which the validator answers with SIG_CONSTRAINTS_FAILURE and a status that is good.
    passed = result.ades_subindic in (AdESPassed.OK, AdESIndeterminate.SIG_CONSTRAINTS_FAILURE)
    status = result.api_status
    return passed and status is not None and bool(status.bottom_line) and bool(status.trusted)


async def _stamps_trusted(reader: Any, stamps: Sequence[Any], roots: Sequence[bytes], then: datetime) -> bool:
    """Whether every time-stamp leads to the roots by the certificates and revocation data inside the file."""
    from asn1crypto import x509
    from pyhanko.sign.validation import async_validate_pdf_timestamp
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError

    try:
        kept = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return False
    known = {"trust_roots": [x509.Certificate.load(der) for der in roots], "allow_fetching": False, "moment": then}
    context = kept.as_validation_context(known)
    return all([(await async_validate_pdf_timestamp(one, validation_context=context)).trusted for one in stamps])
