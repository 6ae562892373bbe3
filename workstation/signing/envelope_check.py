"""The parts of a signature object that no signature covers: every one must be just what the rest demands of it.

A CMS object (RFC 5652) carries its version, algorithms, certificates and the signer's name outside what is signed. In
the last signature of a file nothing else covers them, so each is compared with what follows from the signed rest.
"""

from collections.abc import Sequence
from typing import Any

_VERSIONS = {"data": "v1", "tst_info": "v3"}


def faults(der: bytes, roots: Sequence[bytes]) -> tuple[str, ...]:
    """What is wrong with the unsigned parts, as sentences; empty when nothing is.

    Args:
        der: the CMS object.
        roots: DER certificates that are known; with them every embedded certificate can be checked.
    """
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(der, strict=True)
        if content["content_type"].native != "signed_data" or content.copy().dump(force=True) != der:
            return ("The signature object is not written as it was.",)
        return tuple(_faults(content["content"], roots))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return (f"The signature object cannot be read ({type(error).__name__}).",)


def _faults(signed: Any, roots: Sequence[bytes]) -> list[str]:
    (signer,) = signed["signer_infos"]
    kind = signed["encap_content_info"]["content_type"].native
    found = []
    if signed["version"].native != _VERSIONS.get(kind) or signer["version"].native != "v1":
        found.append("The version of the signature object was changed.")
    if [one.dump() for one in signed["digest_algorithms"]] != [signer["digest_algorithm"].dump()]:
        found.append("The digest algorithms of the signature object were changed.")
    if signer["unsigned_attrs"]:
        found.append("Something was added to the signature object.")
    return [*found, *_chain_faults(signed, signer, roots)]


def _chain_faults(signed: Any, signer: Any, roots: Sequence[bytes]) -> list[str]:
    from asn1crypto import x509

    embedded = [one.chosen for one in signed["certificates"]]
    trusted = [x509.Certificate.load(der) for der in roots]
    wanted = (signer["sid"].chosen["issuer"].dump(), signer["sid"].chosen["serial_number"].native)
    own = [one for one in embedded if (one.issuer.dump(), one.serial_number) == wanted]
    if not own:
        return ["The signer's certificate is not in the signature object."]
    others = [one for one in embedded if one.dump() != own[0].dump()]
    broken = any(_is_broken(one, [*embedded, *trusted]) for one in embedded)
    odd = any(_is_orphan(one, embedded) or _is_false_twin(one, trusted) for one in others)
    return ["A certificate in the signature object was changed."] if broken or odd else []


def _is_broken(certificate: Any, known: Sequence[Any]) -> bool:
    """Whether an issuer is at hand, by its name or by its key, and did not sign this certificate."""
    issuers = [one for one in known if _names_as_issuer(certificate, one)]
    return bool(issuers) and not any(_issued(certificate.dump(), one.dump()) for one in issuers)


def _names_as_issuer(certificate: Any, other: Any) -> bool:
    key = certificate.authority_key_identifier
    return bool(other.subject.dump() == certificate.issuer.dump() or (key is not None and key == other.key_identifier))


def _is_orphan(certificate: Any, embedded: Sequence[Any]) -> bool:
    """Whether a certificate stands there that issued none of the others."""
    return not any(one is not certificate and one.issuer.dump() == certificate.subject.dump() for one in embedded)


def _is_false_twin(certificate: Any, trusted: Sequence[Any]) -> bool:
    """Whether it passes for a trusted root, by name or by key, without being it."""
    twins = [
        one
        for one in trusted
        if one.subject.dump() == certificate.subject.dump() or one.public_key.dump() == certificate.public_key.dump()
    ]
    return bool(twins) and certificate.dump() not in [one.dump() for one in twins]


def _issued(certificate: bytes, issuer: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import load_der_x509_certificate

    try:
        load_der_x509_certificate(certificate).verify_directly_issued_by(load_der_x509_certificate(issuer))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True
