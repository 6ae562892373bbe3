"""An answer of the service and what its status means, as one of the refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from workstation.cases.refusals import (
    Conflict,
    Declined,
    NotFound,
    Refused,
    ServerFailed,
    SignInRefused,
    Throttled,
    Unintelligible,
)

LONGEST_WAIT_S = 3600.0
_OK, _REDIRECT, _SERVER = 200, 300, 500
_WAIT = frozenset({408, 425, 429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers (names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the status is a 2xx."""
        return _OK <= self.status < _REDIRECT


def accepted(answer: Answer, doing: str, *, now: datetime) -> Answer:
    """The answer itself when it is a 2xx.

    Args:
        doing: what was attempted, e.g. "reading the worklist"; no patient text.

    Raises:
        Refused: what the status means.
    """
    if answer.ok:
        return answer
    raise refusal(answer.status, answer.headers, doing, now=now)


def refusal(status: int, headers: Mapping[str, str], doing: str, *, now: datetime) -> Refused:
    """What a status that is no 2xx means."""
    said = f"The central service answered {status} while {doing}."
    kept = "What is on this computer is unchanged."
    if status in _WAIT:
        return Throttled(
            said, retry_after_s=retry_after(headers, now), kept=kept, advice="It is tried again by itself."
        )
    if status >= _SERVER:
        return ServerFailed(said, kept=kept, advice="Try again in a moment; if it stays, call its help desk.")
    if status in {401, 403}:
        advice = "Sign in again." if status == 401 else "Ask the central service whether the case is still yours."  # noqa: PLR2004
        return SignInRefused(f"The central service did not accept who you are while {doing}.", kept=kept, advice=advice)
    if status in {404, 410}:
        return NotFound(f"The central service does not have it: {doing}.", kept=kept, advice="Refresh the worklist.")
    if status in {409, 412}:
        return Conflict(
            f"Somebody else changed it first, noticed while {doing}.", kept=kept, advice="Read it again, then decide."
        )
    if _REDIRECT <= status < 400:  # noqa: PLR2004
        return Unintelligible(said, kept=kept, advice="Redirections are not followed; check the service's address.")
    return Declined(said, kept=kept, advice="Trying again will not help: call the central service's help desk.")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait (RFC 9110 10.2.3: seconds or a date), at most an hour; None where nothing sensible is said."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT_S)
