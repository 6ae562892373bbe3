"""A credential on a PKCS#11 token: the key never leaves it; the token itself counts wrong PINs."""

import contextlib
from datetime import datetime
from typing import Any

from workstation.signing.credential import Certified, Tries, locked, read_certificate
from workstation.signing.errors import CredentialRefused, Defect, RefusedBecause

LONGEST_CHAIN = 8


class TokenCredential:
    """A private key on a token, in an open session."""

    def __init__(self, session: Any, key: Any, certified: Certified, pin: str) -> None:
        self._session = session
        self._key = key
        self._certified = certified
        self._pin = pin

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
            # PKCS#11 v2.40 4.4.1: keys for legally binding signatures ask for the PIN at every single one.
            again = {"pin": self._pin} if _asks_always(self._key) else {}
            if self._certified.key == "rsa":
                return bytes(self._key.sign(message, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS, **again))
            digest = hashlib.sha256(message).digest()
            return bytes(encode_ecdsa_signature(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA, **again)))
        except pkcs11.PKCS11Error as error:
            sentence = (
                "The token did not sign: it was removed or refuses. Nothing was signed. Plug it in and try again."
            )
            raise CredentialRefused(RefusedBecause.NO_TOKEN, sentence) from error

    def close(self) -> None:
        """End the session and forget the PIN; a token that was pulled out has ended it already."""
        if self._session is not None:
            _end(self._session)
        self._session = self._key = None
        self._pin = ""


def open_token(module: str, token: str, pin: str, tries: Tries) -> TokenCredential:
    """Open a token by its PIN and take the key that is meant for signatures.

    Of several keys with a certificate the one certified for non-repudiation comes first, then digital signature;
    among equals the one that is valid longest: renewed cards keep the old pair.

    Args:
        module: path of the PKCS#11 library.
        token: the token's label; "" takes the only one that is plugged in.
        pin: as typed.
        tries: counts wrong PINs beside the token's own count.

    Raises:
        CredentialRefused: locked, wrong PIN, no such library or token, or no key with a certificate on it.
    """
    import pkcs11

    locked(tries)
    found = _token(module, token)
    try:
        session = found.open(user_pin=pin)
    except pkcs11.PinLocked as error:
        raise _locked_itself() from error
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise _wrong_pin(found, tries) from error
    except (pkcs11.UserPinNotInitialized, pkcs11.PinExpired) as error:
        sentence = "The token wants a new PIN. Nothing was signed. Set it with the token's own program."
        raise CredentialRefused(RefusedBecause.LOCKED, sentence) from error
    except pkcs11.PKCS11Error as error:
        raise _gone(token) from error
    tries.right()
    try:
        return _best_key(session, pin)
    except pkcs11.PKCS11Error as error:
        _end(session)
        raise _gone(token) from error
    except CredentialRefused:
        _end(session)
        raise


def _token(module: str, label: str) -> Any:
    import pkcs11

    try:
        # A null path would search this program itself for the library's entry point.
        library = pkcs11.lib(module or "-")
    except pkcs11.PKCS11Error as error:
        sentence = (
            "The PKCS#11 module cannot be loaded. Choose the library that came with the token (.so, .dll, .dylib)."
        )
        raise CredentialRefused(RefusedBecause.UNREADABLE, sentence) from error
    wanted = {"token_label": label} if label else {"token_flags": pkcs11.TokenFlag.TOKEN_INITIALIZED}
    for last in (False, True):
        try:
            return library.get_token(**wanted)
        except pkcs11.MultipleTokensReturned as error:
            sentence = (
                "Several tokens fit. Nothing was signed. Pull out the others, or type the label of the right one."
            )
            raise CredentialRefused(RefusedBecause.NO_TOKEN, sentence) from error
        except pkcs11.PKCS11Error as error:
            if last:
                raise _gone(label) from error
            _look_again(library)
    raise Defect("a token was neither found nor missing")


def _look_again(library: Any) -> None:
    """Some modules see a token that was plugged in later only after a new start (C_Finalize, C_Initialize)."""
    import pkcs11

    with contextlib.suppress(pkcs11.PKCS11Error):
        library.reinitialize()


def _best_key(session: Any, pin: str) -> TokenCredential:
    from pkcs11 import Attribute, ObjectClass

    stored = [
        (bytes(item[Attribute.ID]), bytes(item[Attribute.VALUE]))
        for item in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    ]
    ders = [der for _identity, der in stored]
    pairs = [
        (key, read_certificate(der, _issuers(der, ders)))
        for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        for identity, der in stored
        if identity == bytes(key[Attribute.ID])
    ]
    if not pairs:
        sentence = "The token holds no private key with its certificate. Nothing was signed. Choose another token."
        raise CredentialRefused(RefusedBecause.UNREADABLE, sentence)
    key, certified = max(pairs, key=lambda pair: _suits(pair[1]))
    return TokenCredential(session, key, certified, pin)


def _suits(certified: Certified) -> tuple[bool, bool, datetime]:
    """Orders certificates by how well they suit a signature; a certificate without usages is for everything."""
    anything = not certified.usages
    return (
        anything or "non_repudiation" in certified.usages,
        anything or "digital_signature" in certified.usages,
        certified.not_after,
    )


def _issuers(der: bytes, stored: list[bytes]) -> list[bytes]:
    """The issuers among the stored certificates, nearest first, without a self-signed root's own issuer."""
    from asn1crypto import x509

    known = [(x509.Certificate.load(one), one) for one in stored]
    current, chain = x509.Certificate.load(der), list[bytes]()
    while len(chain) < LONGEST_CHAIN and current.issuer != current.subject:
        above = next((pair for pair in known if pair[0].subject == current.issuer), None)
        if above is None:
            break
        chain.append(above[1])
        current = above[0]
    return chain


def _asks_always(key: Any) -> bool:
    from pkcs11 import Attribute, PKCS11Error

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except PKCS11Error:
        return False  # older modules do not know the attribute


def _wrong_pin(token: Any, tries: Tries) -> CredentialRefused:
    """The refusal of a wrong PIN: the token's own count decides, and it does not tell the number that is left."""
    from pkcs11 import PKCS11Error, TokenFlag

    tries.wrong()
    try:
        flags = token.flags
    except PKCS11Error:
        flags = TokenFlag(0)
    if flags & TokenFlag.USER_PIN_LOCKED:
        return _locked_itself()
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        sentence = "The PIN is wrong. Nothing was signed. One more wrong PIN locks the token."
        return CredentialRefused(RefusedBecause.WRONG_PASSPHRASE, sentence, tries_left=1)
    sentence = "The PIN is wrong. Nothing was signed. A token locks itself after a few wrong PINs."
    return CredentialRefused(RefusedBecause.WRONG_PASSPHRASE, sentence, tries_left=tries.left())


def _locked_itself() -> CredentialRefused:
    sentence = "The token is locked after too many wrong PINs. Nothing was signed. Unlock it with its own program."
    return CredentialRefused(RefusedBecause.LOCKED, sentence, tries_left=0)


def _gone(label: str) -> CredentialRefused:
    named = f"The token “{label}”" if label else "A token"
    sentence = f"{named} cannot be reached. Nothing was signed. Plug it in and try again."
    return CredentialRefused(RefusedBecause.NO_TOKEN, sentence)


def _end(session: Any) -> None:
    from pkcs11 import PKCS11Error

    with contextlib.suppress(PKCS11Error):
        session.close()
