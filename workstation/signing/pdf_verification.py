"""Verification of a signed PDF: its bytes, its revisions, its signature, its time-stamps, and who vouches for them."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from workstation.signing.coverage import NotCovered, covered
from workstation.signing.envelope_check import faults
from workstation.signing.files import FIELD
from workstation.signing.long_term import expired, proven, stamped_at
from workstation.signing.verdict import Level, Outcome, Verdict

_ALLOWED = ("NONE", "LTA_UPDATES")
NO_ROOTS = "No trusted authority was named. Name one with --trust PEM."
ONLY_STAMPS = "After the author's signature only validation data and time-stamps were added."


def verify_pdf(content: bytes, roots: Sequence[bytes], *, now: datetime | None = None) -> Verdict:
    """What can be said of a signed PDF, without a network.

    Args:
        content: the file.
        roots: DER certificates that are trusted, for signer and time-stamps; none makes every signer unknown.
        now: aware time, this computer's where it is not given. A time-stamped file is judged as it stood at its last
            time-stamp; one without is judged now.
    """
    try:
        ranges = covered(content)
    except NotCovered as wrong:
        return Verdict(outcome=Outcome.CHANGED, problems=(str(wrong),))
    if not ranges:
        return Verdict(outcome=Outcome.UNREADABLE, problems=("It carries no signature.",))
    _quiet()
    try:
        judged = asyncio.run(_judged(content, roots, now or datetime.now(UTC)))
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


async def _judged(content: bytes, roots: Sequence[bytes], now: datetime) -> Verdict:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature

    reader = PdfFileReader(BytesIO(content))
    author = next(one for one in reader.embedded_regular_signatures if one.field_name == FIELD)
    status = await async_validate_pdf_signature(author, signer_validation_context=_context(roots, now))
    problems = _problems(status)
    stamps = reader.embedded_timestamp_signatures
    trusted = bool(status.trusted)
    for number, stamp in enumerate(stamps, start=1):
        problems += await _stamp_problems(stamp, number, now)
    if stamps and roots and not problems:
        trusted = await proven(reader, author, stamps, roots, now)
    outcome = Outcome.CHANGED if problems else Outcome.TRUSTED if trusted else Outcome.UNKNOWN_SIGNER
    return Verdict(
        outcome=outcome,
        problems=tuple(problems) or _distrust(outcome, roots, [author, *stamps][-1], now),
        signer=_name(author.signer_cert),
        meaning=str(author.sig_object.get("/Reason", "")),
        claimed_at=author.self_reported_timestamp,
        stamped_at=stamped_at(stamps[0]) if stamps else None,
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


async def _stamp_problems(stamp: Any, number: int, now: datetime) -> list[str]:
    from pyhanko.sign.validation import async_validate_pdf_timestamp

    status = await async_validate_pdf_timestamp(stamp, validation_context=_context((), now))
    if not status.intact:
        return [f"Time-stamp {number} was made for other bytes than these."]
    return [] if status.valid else [f"Time-stamp {number} does not fit what it stamps."]


def _context(roots: Sequence[bytes], now: datetime) -> Any:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    authorities = [x509.Certificate.load(der) for der in roots]
    return ValidationContext(trust_roots=authorities, allow_fetching=False, moment=now)


def _distrust(outcome: Outcome, roots: Sequence[bytes], last: Any, now: datetime) -> tuple[str, ...]:
    """Why the signer is not known; ``last``: of the author, or of the last time-stamp, which vouches for the rest."""
    if outcome is not Outcome.UNKNOWN_SIGNER:
        return ()
    if not roots:
        return (NO_ROOTS,)
    if expired(last.signer_cert, now):
        end = f"{last.signer_cert.not_valid_after:%Y-%m-%d}"
        return (f"The certificate expired on {end}, and no later time-stamp proves that this was made before.",)
    return ("The certificate does not lead to the authority that was named.",)


def _name(certificate: Any) -> str:
    return str(certificate.subject.native.get("common_name", ""))
