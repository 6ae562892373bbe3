"""A signing credential, unlocked: one protocol for a PKCS#12 file and a PKCS#11 token, and what is checked of it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workstation.signing.errors import CredentialRefused, RefusedBecause

LEAST_RSA_BITS = 3072
CURVE = "secp256r1"
SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})
TITLES = frozenset({"dr", "prof", "professor", "doctor", "med", "md", "phd", "mr", "mrs", "ms", "pd", "priv", "doz"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a signing certificate says: who, by whom, when, for what.

    Attributes:
        der: the certificate; ``chain`` the issuers' certificates that came with it, nearest first.
        licence: subject serialNumber, "" where the certificate has none.
        usages: names of the key usage bits that are set (RFC 5280 4.2.1.3); empty where it does not limit its usage.
        key: ``rsa`` or ``ec``; ``strong`` when it is RSA of at least 3072 bits or P-256.
    """

    der: bytes
    chain: tuple[bytes, ...]
    name: str
    licence: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    usages: frozenset[str]
    key: str
    strong: bool


class Credential(Protocol):
    """An unlocked credential; it forgets its key when ``close`` is called."""

    @property
    def certified(self) -> Certified:
        """Its certificate, read."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign with SHA-256: PKCS#1 v1.5 for RSA, DER-encoded (r, s) for P-256.

        Raises:
            CredentialRefused: the token is gone or refuses.
        """
        ...

    def close(self) -> None:
        """Forget the key; signing afterwards is a defect."""
        ...


class Tries(Protocol):
    """Counts wrong passphrases in a row, durably; the storage fulfils it."""

    def left(self) -> int:
        """How many tries remain."""
        ...

    def wrong(self) -> int:
        """Note a wrong passphrase; how many tries remain after it."""
        ...

    def right(self) -> None:
        """Note a right passphrase: the count begins anew."""
        ...


class CountedTries:
    """Tries counted in memory, for one run of the program."""

    def __init__(self, limit: int = 5) -> None:
        self._limit = limit
        self._wrong = 0

    def left(self) -> int:
        """How many tries remain."""
        return max(0, self._limit - self._wrong)

    def wrong(self) -> int:
        """Note a wrong passphrase."""
        self._wrong += 1
        return self.left()

    def right(self) -> None:
        """Begin anew."""
        self._wrong = 0


def read_certificate(der: bytes, chain: Iterable[bytes]) -> Certified:
    """The certificate's facts.

    Raises:
        CredentialRefused: the bytes are no certificate.
    """
    from asn1crypto import x509

    try:
        certificate = x509.Certificate.load(der, strict=True)
        subject = certificate.subject.native
        validity = certificate["tbs_certificate"]["validity"].native
        usages = certificate.key_usage_value
        key = certificate.public_key
        strong = key.bit_size >= LEAST_RSA_BITS if key.algorithm == "rsa" else key.curve[1] == CURVE
        return Certified(
            der=der,
            chain=tuple(chain),
            name=_first(subject.get("common_name", "")),
            licence=_first(subject.get("serial_number", "")),
            issuer=certificate.issuer.human_friendly,
            serial=f"{certificate.serial_number:x}",
            not_before=validity["not_before"],
            not_after=validity["not_after"],
            usages=frozenset(usages.native) if usages else frozenset(),
            key=key.algorithm,
            strong=bool(strong),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CredentialRefused(RefusedBecause.UNREADABLE, "The certificate cannot be read. Choose another.") from error


def check(certified: Certified, *, name: str, licence: str, now: datetime) -> None:
    """Refuse a certificate that must not sign for this person now.

    Args:
        certified: the certificate.
        name: the signed-in specialist's name; titles, order and accents do not matter.
        licence: the specialist's licence; decides where the certificate has a serialNumber.
        now: aware time.

    Raises:
        CredentialRefused: with the reason.
    """
    if now < certified.not_before:
        sentence = f"The certificate is valid only from {certified.not_before:%Y-%m-%d %H:%M} UTC. Check the clock."
        raise CredentialRefused(RefusedBecause.NOT_YET_VALID, sentence)
    if now > certified.not_after:
        sentence = f"The certificate expired on {certified.not_after:%Y-%m-%d}. Ask its issuer for a new one."
        raise CredentialRefused(RefusedBecause.EXPIRED, sentence)
    if certified.usages and not certified.usages & SIGNING_USAGES:
        sentence = "The certificate is not for signatures (key usage). Choose the one for signing."
        raise CredentialRefused(RefusedBecause.WRONG_USAGE, sentence)
    if not certified.strong:
        sentence = "The key is too weak: RSA of at least 3072 bits or P-256 is asked for."
        raise CredentialRefused(RefusedBecause.WEAK_KEY, sentence)
    if not same_person(certified, name=name, licence=licence):
        sentence = f"The certificate is that of {certified.name}, but {name} is signed in."
        raise CredentialRefused(RefusedBecause.OTHER_PERSON, sentence)


def same_person(certified: Certified, *, name: str, licence: str) -> bool:
    """Whether the certificate is the specialist's: by licence where both have one, else by name."""
    if certified.licence and licence:
        return certified.licence.casefold() == licence.casefold()
    return bool(_words(name)) and _words(certified.name) == _words(name)


def locked(tries: Tries) -> None:
    """Refuse when no try is left.

    Raises:
        CredentialRefused: too many wrong passphrases.
    """
    if tries.left() <= 0:
        sentence = "Too many wrong passphrases: this credential is locked. Unlock the program again to go on."
        raise CredentialRefused(RefusedBecause.LOCKED, sentence, tries_left=0)


def wrong_passphrase(tries: Tries) -> CredentialRefused:
    """Note a wrong passphrase; the refusal that says how many tries remain."""
    left = tries.wrong()
    sentence = f"The passphrase is wrong; {left} {'try remains' if left == 1 else 'tries remain'}."
    return CredentialRefused(RefusedBecause.WRONG_PASSPHRASE, sentence, tries_left=left)


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)


def _words(name: str) -> frozenset[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " for c in plain)
    return frozenset(word for word in kept.split() if word not in TITLES)
