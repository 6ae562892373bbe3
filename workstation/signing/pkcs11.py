"""A credential on a PKCS#11 token: the key never leaves it; the token itself counts wrong PINs."""

from typing import Any

from workstation.signing.credential import Certified, Tries, locked, read_certificate, wrong_passphrase
from workstation.signing.errors import CredentialRefused, Defect, RefusedBecause


class TokenCredential:
    """A private key on a token, in an open session."""

    def __init__(self, session: Any, key: Any, certified: Certified) -> None:
        self._session = session
        self._key = key
        self._certified = certified

    @property
    def certified(self) -> Certified:
        """Its certificate, read."""
        return self._certified

    def sign(self, message: bytes) -> bytes:
        """Sign with SHA-256 on the token."""
        import hashlib

        import pkcs11
        from pkcs11.util.ec import encode_ecdsa_signature

        if self._key is None:
            raise Defect("the credential was closed before signing")
        try:
            if self._certified.key == "rsa":
                return bytes(self._key.sign(message, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            raw = self._key.sign(hashlib.sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA)
            return bytes(encode_ecdsa_signature(raw))
        except pkcs11.PKCS11Error as error:
            raise _gone() from error

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()
        self._session = self._key = None


def open_token(module: str, token: str, pin: str, tries: Tries) -> TokenCredential:
    """Open a token by its PIN and take its first key that has a certificate.

    Args:
        module: path of the PKCS#11 library.
        token: the token's label.
        pin: as typed.
        tries: counts wrong PINs beside the token's own count.

    Raises:
        CredentialRefused: locked, wrong PIN, no such token, or no key with a certificate on it.
    """
    import pkcs11

    locked(tries)
    try:
        session = pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
    except pkcs11.PinLocked as error:
        sentence = "The token is locked after too many wrong PINs. Unlock it with its own program."
        raise CredentialRefused(RefusedBecause.LOCKED, sentence, tries_left=0) from error
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise wrong_passphrase(tries) from error
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise _gone() from error
    tries.right()
    try:
        return _first_key(session)
    except pkcs11.PKCS11Error as error:
        session.close()
        raise _gone() from error


def _first_key(session: Any) -> TokenCredential:
    from pkcs11 import Attribute, ObjectClass

    certificates = {
        bytes(item[Attribute.ID]): bytes(item[Attribute.VALUE])
        for item in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    }
    for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
        der = certificates.get(bytes(key[Attribute.ID]))
        if der:
            chain = [other for identity, other in certificates.items() if other != der and identity != b""]
            return TokenCredential(session, key, read_certificate(der, chain))
    session.close()
    sentence = "The token holds no private key with its certificate."
    raise CredentialRefused(RefusedBecause.UNREADABLE, sentence)


def _gone() -> CredentialRefused:
    return CredentialRefused(RefusedBecause.NO_TOKEN, "The token cannot be reached. Plug it in and try again.")
