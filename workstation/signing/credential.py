"""A signing credential, unlocked: one protocol for a PKCS#12 file and a PKCS#11 token, and what is checked of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a signing certificate says: who, by whom, when, for what.

    Attributes:
        der: the certificate; ``chain`` the issuers' certificates that came with it, nearest first.
        licence: subject serialNumber, "" where the certificate has none.
        usages: names of the key usage bits that are set (RFC 5280 4.2.1.3).
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
    def certified(self) -> Certified: ...

    def sign(self, message: bytes) -> bytes:
        """Sign with SHA-256: PKCS#1 v1.5 for RSA, DER-encoded (r, s) for P-256.

        Raises:
            CredentialRefused: the token is gone or refuses.
        """
        ...

    def close(self) -> None: ...
