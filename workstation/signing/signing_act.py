"""The act of signing: one credential, one moment, the PDF and the manifest."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Any

from workstation.opinions.opinion import Author
from workstation.signing.credential import Credential, check
from workstation.signing.errors import Defect
from workstation.signing.manifest import payload, sign_payload
from workstation.signing.stages import Signed, ToBeSigned


def sign(document: ToBeSigned, credential: Credential, *, author: Author, now: datetime) -> Signed:
    """Sign the prepared document and its manifest, offline (PAdES B-B).

    Args:
        document: as shown in the preview.
        credential: unlocked just now.
        author: the signed-in specialist; the certificate must be theirs.
        now: aware time, for the certificate's validity.

    Raises:
        CredentialRefused: with the reason; nothing was signed.
    """
    check(credential.certified, name=author.name, licence=author.licence, now=now)
    cms = asyncio.run(_cms(document.document_digest, credential))
    manifest = payload(document)
    certified = credential.certified
    return Signed(
        pdf=_filled(document, cms),
        manifest=sign_payload(manifest, credential),
        manifest_payload=manifest,
        claimed_at=document.claimed_at,
        signer_name=document.signer_name,
        meaning=document.meaning,
        companions=document.companions,
        identifier=document.identifier,
        certificates=(certified.der, *certified.chain),
        revision=document.revision,
        canonical=document.canonical,
        case_id=document.case_id,
        case_version=document.case_version,
        opinion_digest=document.opinion_digest,
    )


def differs_only_in_contents(document: ToBeSigned, signed: Signed) -> bool:
    """Whether what was signed is what was shown: every byte outside ``/Contents`` is the same."""
    start, end = document.contents
    same_length = len(document.pdf) == len(signed.pdf)
    return same_length and document.pdf[:start] == signed.pdf[:start] and document.pdf[end:] == signed.pdf[end:]


def _filled(document: ToBeSigned, cms: bytes) -> bytes:
    start, end = document.contents
    digits = cms.hex().upper().encode()
    if len(digits) > end - start:
        raise Defect("the place for the signature is too small for this certificate chain")
    output = BytesIO(document.pdf)
    output.seek(start)
    output.write(digits)
    return output.getvalue()


async def _cms(document_digest: bytes, credential: Credential) -> bytes:
    """The CMS object of PAdES B-B (ETSI EN 319 142-1): signing certificate v2, no signing time, no revocation data."""
    signer = _signer(credential)
    content = await signer.async_sign(document_digest, "sha256", use_pades=True)
    return bytes(content.dump())


def _signer(credential: Credential) -> Any:
    """A signer of pyHanko's over our protocol."""
    from asn1crypto import x509
    from pyhanko.sign.signers.pdf_cms import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certified = credential.certified
    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(x509.Certificate.load(der) for der in certified.chain)

    class OverProtocol(Signer):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
            if dry_run or digest_algorithm != "sha256":
                raise Defect("signatures are made once, with SHA-256")
            return credential.sign(data)

    certificate = x509.Certificate.load(certified.der)
    return OverProtocol(signing_cert=certificate, cert_registry=store)
