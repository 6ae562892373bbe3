"""A credential from a PKCS#12 file: unlocked by its passphrase, wrong ones are counted."""

from typing import Any

from workstation.signing.credential import Certified, Tries, locked, read_certificate, wrong_passphrase
from workstation.signing.errors import CredentialRefused, Defect, RefusedBecause

LARGEST = 1_000_000


class FileCredential:
    """A private key in memory, from a PKCS#12 file."""

    def __init__(self, key: Any, certified: Certified) -> None:
        self._key = key
        self._certified = certified

    @property
    def certified(self) -> Certified:
        """Its certificate, read."""
        return self._certified

    def sign(self, message: bytes) -> bytes:
        """Sign with SHA-256."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding

        if self._key is None:
            raise Defect("the credential was closed before signing")
        if self._certified.key == "rsa":
            signature = self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        return bytes(signature)

    def close(self) -> None:
        """Forget the key."""
        self._key = None


def open_file(content: bytes, passphrase: str, tries: Tries) -> FileCredential:
    """Unlock a PKCS#12 file.

    Args:
        content: the file's bytes.
        passphrase: as typed.
        tries: counts wrong passphrases.

    Raises:
        CredentialRefused: locked, wrong passphrase, or no key and certificate in the file.
    """
    from asn1crypto import pkcs12
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    locked(tries)
    try:
        pkcs12.Pfx.load(content[:LARGEST], strict=True).native  # noqa: B018 - reads all of it
    except (ValueError, TypeError) as error:
        sentence = "The file is no PKCS#12 credential (.p12, .pfx). Choose another file."
        raise CredentialRefused(RefusedBecause.UNREADABLE, sentence) from error
    try:
        key, certificate, more = load_key_and_certificates(content, passphrase.encode())
    except ValueError as error:
        raise wrong_passphrase(tries) from error
    tries.right()
    if key is None or certificate is None:
        sentence = "The file holds no private key with its certificate. Choose another file."
        raise CredentialRefused(RefusedBecause.UNREADABLE, sentence)
    chain = [item.public_bytes(Encoding.DER) for item in more]
    return FileCredential(key, read_certificate(certificate.public_bytes(Encoding.DER), chain))
