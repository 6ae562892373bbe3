"""The signed manifest: digests of everything signed in one act, as a detached JWS by the same credential (RFC 7515)."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from workstation.signing.credential import Credential
from workstation.signing.files import PDF
from workstation.signing.stages import ToBeSigned

FORMAT = "second-opinion-manifest/1"
P256_BYTES = 32
LONGEST = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestCheck:
    """A manifest whose signature holds: digests by file name, the signer's certificate and chain (DER)."""

    digests: dict[str, str]
    uids: dict[str, str]
    opinion_digest: str
    claimed_at: str
    certificates: tuple[bytes, ...]


def payload(document: ToBeSigned) -> bytes:
    """Canonical JSON (RFC 8785) of what the manifest binds together."""
    import rfc8785

    files = [
        {"name": item.name, "sha256": item.sha256, "sop_uid": item.sop_uid, "content_type": item.content_type}
        for item in document.companions
    ]
    plain = {
        "format": FORMAT,
        "identifier": document.identifier,
        "opinion_sha256": document.opinion_digest,
        "pdf": {"name": PDF, "signed_ranges_sha256": document.document_digest.hex()},
        "files": files,
        "case": document.case_id,
        "case_version": document.case_version,
        "revision": document.revision,
        "predecessor_sha256": document.predecessor,
        "claimed_at": _iso(document.claimed_at),
    }
    return rfc8785.dumps(cast("dict[str, str]", plain))


def sign_payload(content: bytes, credential: Credential) -> str:
    """A detached JWS (RFC 7515 appendix F) with the certificate chain in ``x5c``."""
    certified = credential.certified
    algorithm = "RS256" if certified.key == "rsa" else "ES256"
    chain = [base64.b64encode(der).decode() for der in (certified.der, *certified.chain)]
    header = _encoded(json.dumps({"alg": algorithm, "x5c": chain}, separators=(",", ":")).encode())
    signature = credential.sign(f"{header}.{_encoded(content)}".encode())
    if algorithm == "ES256":
        signature = _joined(signature)
    return f"{header}..{_encoded(signature)}"


def check_manifest(content: bytes, signature: str) -> ManifestCheck | None:
    """The manifest, or None when it is not what was signed.

    Trust in the certificates is the caller's to decide.
    """
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    try:
        header, empty, mark = signature.strip().split(".")
        fields = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
        certificates = tuple(base64.b64decode(item, validate=True) for item in fields["x5c"])
        public = _public_key(certificates[0])
        key = RSAKey.import_key(public) if fields["alg"] == "RS256" else ECKey.import_key(public)
        registry = jws.JWSRegistry(algorithms=[fields["alg"]])
        registry.max_header_length = registry.max_payload_length = LONGEST  # a certificate chain stands in the header
        jws.deserialize_compact(f"{header}.{_encoded(content)}.{mark}", key, registry=registry)
        if empty or set(fields) != {"alg", "x5c"}:
            return None
        return _checked(json.loads(content), certificates)
    except (ValueError, KeyError, TypeError, IndexError, JoseError):
        return None


def digest(content: bytes) -> str:
    """SHA-256 (hex)."""
    return hashlib.sha256(content).hexdigest()


def _checked(plain: dict[str, object], certificates: Sequence[bytes]) -> ManifestCheck:
    if plain["format"] != FORMAT:
        raise ValueError(FORMAT)
    files = cast("list[dict[str, str]]", plain["files"])
    pdf = cast("dict[str, str]", plain["pdf"])
    return ManifestCheck(
        digests={**{item["name"]: item["sha256"] for item in files}, pdf["name"]: pdf["signed_ranges_sha256"]},
        uids={item["sop_uid"]: item["sha256"] for item in files if item["sop_uid"]},
        opinion_digest=str(plain["opinion_sha256"]),
        claimed_at=str(plain["claimed_at"]),
        certificates=tuple(certificates),
    )


def _public_key(der: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = x509.load_der_x509_certificate(der).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _joined(der: bytes) -> bytes:
    """(r, s) of ECDSA as RFC 7518 3.4 wants it."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
