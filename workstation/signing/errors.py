"""What can go wrong when signing or verifying.

Refused
├── CredentialRefused       ``reason`` says why: see ``RefusedBecause``
├── TrustUnavailable        a trust service cannot be reached or answers with nonsense; the opinion stays "signed,
│                           not time-stamped" and goes on later
└── SigningRefused          the prepared document is not what was shown, or cannot carry a signature
Defect                      ours: a stage was skipped, the signed bytes differ from the preview
"""

from enum import StrEnum


class RefusedBecause(StrEnum):
    """Why a credential is refused."""

    UNREADABLE = "unreadable"
    WRONG_PASSPHRASE = "wrong-passphrase"  # noqa: S105 - a reason
    LOCKED = "locked"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    WRONG_USAGE = "wrong-usage"
    WEAK_KEY = "weak-key"
    OTHER_PERSON = "other-person"
    NO_TOKEN = "no-token"  # noqa: S105 - a reason


class Refused(Exception):
    """The world's fault; the sentence says what happened, what was kept and what to do next."""


class CredentialRefused(Refused):
    """The credential cannot sign this opinion.

    Attributes:
        reason: one of ``RefusedBecause``.
        tries_left: passphrase tries that remain, or None where that does not apply.
    """

    def __init__(self, reason: RefusedBecause, sentence: str, *, tries_left: int | None = None) -> None:
        """Keep the reason beside the sentence for the reader."""
        super().__init__(sentence)
        self.reason = reason
        self.tries_left = tries_left


class TrustUnavailable(Refused):
    """A trust service gave no usable answer."""


class SigningRefused(Refused):
    """The document cannot be signed as it is."""


class Defect(Exception):
    """A fault of this program, not of the world."""
