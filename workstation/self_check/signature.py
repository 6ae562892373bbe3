"""Checks of signing: a document is signed with a throwaway key, verified, changed, and found out."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.self_check.bench import Bench
from workstation.self_check.check import Check, Wrong, same

if TYPE_CHECKING:
    from cryptography.x509 import KeyUsage, Name

    from workstation.opinions.freezing import Frozen
    from workstation.opinions.opinion import Author
    from workstation.reporting.composed import Composed
    from workstation.signing.stages import Signed

NAME = "Self Check"
PASSPHRASE = "thrown away"  # noqa: S105 - of a key that lives for a second
TRUSTED, CHANGED, UNKNOWN_SIGNER = 0, 1, 3
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Throwaway:
    """A key with its certificate as PKCS#12, and the authority that vouches for it as PEM."""

    p12: bytes
    root_pem: bytes


def checks(bench: Bench) -> Sequence[Check]:
    """Sign and verify; tokens are looked for, never asked."""
    return (
        Check(name="signed with a throwaway key", run=lambda: _signed(bench)),
        Check(name="time-stamps and tokens", run=_libraries),
    )


def _signed(bench: Bench) -> str:
    made = throwaway(datetime.now(UTC))
    signed = sign_document(made)
    folder = bench.folder
    document, root = folder / "signed.pdf", folder / "root.pem"
    document.write_bytes(signed.pdf)
    root.write_bytes(made.root_pem)
    same("the verdict on the signed document", _verdict(document, (root,)), TRUSTED)
    same("the verdict without the authority", _verdict(document, ()), UNKNOWN_SIGNER)
    changed = folder / "changed.pdf"
    changed.write_bytes(_one_bit_changed(signed.pdf))
    same("the verdict on the changed document", _verdict(changed, (root,)), CHANGED)
    return f"{len(signed.pdf) // 1024} KB, PAdES B-B, verified; one changed bit is found; an unknown authority is said"


def _libraries() -> str:
    """What time-stamping and smart cards need can be imported; neither network nor token is touched."""
    import pkcs11

    from workstation.signing import pkcs11 as tokens
    from workstation.signing import stamping

    if not callable(stamping.timestamp) or not callable(tokens.open_token):
        raise Wrong("time-stamping or tokens are missing")
    return f"PKCS#11 by {pkcs11.__name__}, RFC 3161 by pyHanko"


def throwaway(now: datetime) -> Throwaway:
    """A P-256 key, certified by an authority made for the purpose."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("Self Check Throwaway Authority"), _name(NAME)

    def certificate(subject: x509.Name, public: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder(root_name, subject, public, x509.random_serial_number(), now - DAY, now + DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        builder = builder.add_extension(_usage(authority=authority), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
        return builder.add_extension(issuer, critical=False).sign(root_key, hashes.SHA256())

    root = certificate(root_name, root_key.public_key(), authority=True)
    own = certificate(name, key.public_key(), authority=False)
    sealed = BestAvailableEncryption(PASSPHRASE.encode())
    p12 = serialize_key_and_certificates(b"self-check", key, own, [root], sealed)
    return Throwaway(p12=p12, root_pem=root.public_bytes(Encoding.PEM))


def sign_document(made: Throwaway) -> "Signed":
    """The document of the self-check, signed offline (PAdES B-B) by the program's own act."""
    from workstation.opinions.opinion import Author
    from workstation.signing.credential import CountedTries
    from workstation.signing.pkcs12 import open_file
    from workstation.signing.preparing import prepare
    from workstation.signing.signing_act import sign

    author = Author(reference="Practitioner/self-check", name=NAME, licence="", specialty="")
    now = datetime.now(UTC).replace(microsecond=0)
    frozen, composed = _frozen(author, now), _composed()
    credential = open_file(made.p12, PASSPHRASE, CountedTries())
    try:
        return sign(prepare(frozen, composed), credential, author=author, now=now)
    finally:
        credential.close()


def _frozen(author: "Author", now: datetime) -> "Frozen":
    """An opinion about nobody, frozen without the rules: there is no case to be complete about."""
    from workstation.opinions.freezing import Frozen, MintedUids
    from workstation.opinions.opinion import CaseStamp, Opinion, Subject
    from workstation.opinions.template import load

    template = load()
    nobody = Subject(reference="", name="Nobody", birth_date="", sex="")
    case = CaseStamp(id="self-check", version="1", title="Self-check", scenario="", subject=nobody, questions=())
    opinion = Opinion(template_id=template.id, template_digest=template.digest, case=case, author=author)
    names = ("sr", "sr_series", "kos", "kos_series", "pdf", "pdf_series", "study")
    return Frozen(
        opinion=opinion,
        template=template,
        canonical=b"{}",
        digest="0" * 64,
        frozen_at=now,
        identifier="urn:uuid:00000000-0000-4000-8000-000000000000",
        uids=MintedUids(**dict.fromkeys(names, "2.25.0")),
    )


def _composed() -> "Composed":
    from workstation.reporting.composed import Composed
    from workstation.self_check.documents import typeset

    rendered = typeset()
    return Composed(
        pdf=rendered.content,
        signature_page=rendered.signature_page,
        signature_box=rendered.signature_box,
        html="<!doctype html><title>Self-check</title>",
        sr=None,
        kos=None,
    )


def _verdict(document: Path, roots: Sequence[Path]) -> int:
    """What ``second-opinion verify`` answers."""
    from workstation.signing.verifying import main

    with redirect_stdout(io.StringIO()):
        return main(document, list(roots))


def _one_bit_changed(pdf: bytes) -> bytes:
    """One bit inside the first stream of the page, where the structure of the file survives."""
    place = pdf.index(b"stream") + 16
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def _name(common: str) -> "Name":
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _usage(*, authority: bool) -> "KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
