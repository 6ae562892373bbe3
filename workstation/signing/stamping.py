"""From "signed, not time-stamped" to B-LTA: document time-stamp, validation data, archive time-stamp over all of it.

The last time-stamp ends the file: nothing that no time-stamp covers is left behind it.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from workstation.signing.errors import Refused, SigningRefused, TrustUnavailable
from workstation.signing.long_term import stamped_at
from workstation.signing.stages import Signed, Timestamped
from workstation.signing.trust_adapters import fetchers, time_stamper
from workstation.signing.trust_services import TrustServices

BETWEEN_CLOCKS = timedelta(minutes=5)  # of the authorities, whose answers come after the time-stamp
STAMP_RESERVED = 16_384  # hexadecimal digits for one time-stamp token with its certificates


def timestamp(signed: Signed, services: TrustServices, roots: Sequence[bytes]) -> Timestamped:
    """Time-stamp and add revocation data.

    Args:
        signed: at B-B.
        services: the trust services.
        roots: DER certificates that are trusted, for the signer and for the time-stamp authority.

    Raises:
        TrustUnavailable: a service gave no usable answer; ``signed`` is as good as before, try later.
        SigningRefused: the certificate is revoked, or its chain does not end in a trusted root.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko_certvalidator.errors import PathValidationError, ValidationError

    try:
        return asyncio.run(_timestamp(signed, services, roots))
    except Refused:
        raise
    except PathValidationError as error:
        raise SigningRefused(f"The certificate is not valid for a time-stamped signature: {_first(error)}") from error
    except (ValidationError, PdfError, OSError) as error:
        raise TrustUnavailable(f"No time-stamp was made: {_first(error)} It is tried again later.") from error


async def _timestamp(signed: Signed, services: TrustServices, roots: Sequence[bytes]) -> Timestamped:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
    from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info

    asking = time_stamper(services)
    stamper = PdfTimeStamper(asking)
    first = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(signed.pdf))
    await stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=STAMP_RESERVED, output=first)

    reader = PdfFileReader(BytesIO(first.getvalue()))
    author, *stamps = reader.embedded_signatures
    moment = stamped_at(stamps[0])
    context = _context(roots, services, moment)
    paths = await collect_validation_info(author, context, skip_timestamp=True)
    paths += await collect_validation_info(stamps[0], context, skip_timestamp=True)
    second = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(first.getvalue()))
    DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=None, paths=paths, validation_context=context)
    await stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=STAMP_RESERVED, output=second)
    return Timestamped(signed=signed, pdf=second.getvalue(), stamped_at=moment)


def _context(roots: Sequence[bytes], services: TrustServices, moment: datetime) -> Any:
    """Certificates and revocation answers are judged at the time-stamp's time: this computer's clock may be wrong."""
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in roots],
        allow_fetching=True,
        revocation_mode="hard-fail",
        moment=moment,
        time_tolerance=BETWEEN_CLOCKS,
        fetchers=fetchers(services),
    )


def _first(error: Exception) -> str:
    sentence = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return sentence if sentence.endswith(".") else f"{sentence}."
