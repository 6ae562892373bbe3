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
    Withheld,
)

LONGEST_WAIT_S = 3600.0
_OK, _REDIRECT, _CLIENT, _SERVER = 200, 300, 400, 500
_KEPT = "What is on this computer is unchanged."
_WHO = "The central service did not accept who you are while {doing} ({status})."
_NOT_YOURS = "The central service does not let you do this ({status}): {doing}."
_GONE = "The central service does not have it ({status}): {doing}."
_FIRST = "Somebody else changed it first, noticed while {doing} ({status})."
_MEANINGS: Mapping[int, tuple[type[Refused], str, str]] = {
    401: (SignInRefused, _WHO, "Sign in again."),
    403: (Withheld, _NOT_YOURS, "Ask the central service whether the case is still yours."),
    404: (NotFound, _GONE, "Refresh the worklist."),
    410: (NotFound, _GONE, "Refresh the worklist."),
    409: (Conflict, _FIRST, "Read it again, then decide."),
    412: (Conflict, _FIRST, "Read it again, then decide."),
}
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

    ``doing`` says what was attempted, e.g. "reading the worklist", without patient text.

    Raises:
        Refused: what the status means.
    """
    if answer.ok:
        return answer
    raise refusal(answer.status, answer.headers, doing, now=now)


def refusal(status: int, headers: Mapping[str, str], doing: str, *, now: datetime) -> Refused:
    """What a status that is no 2xx means."""
    if status in _WAIT:
        return Throttled(
            f"The central service asked to wait ({status}) while {doing}.",
            retry_after_s=retry_after(headers, now),
            kept=_KEPT,
            advice="It is tried again by itself.",
        )
    kind, happened, advice = _MEANINGS.get(status, _of_class(status))
    return kind(happened.format(status=status, doing=doing), kept=_KEPT, advice=advice)


def _of_class(status: int) -> tuple[type[Refused], str, str]:
    said = "The central service answered {status} while {doing}."
    if status >= _SERVER:
        return ServerFailed, said, "Try again in a moment; if it stays, call the central service's help desk."
    if status < _CLIENT:
        return Unintelligible, said, "Redirections are not followed; check the service's address in the settings."
    return Declined, said, "Trying again will not help: call the central service's help desk."


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait (RFC 9110 10.2.3: seconds or a date), at most an hour; None where nothing sensible is said.

    A date is on the service's clock, which its ``Date`` header tells; ours may be wrong by hours.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT_S)
    moment = _moment(value)
    if moment is None:
        return None
    return min(max((moment - (_moment(headers.get("date", "")) or now)).total_seconds(), 0.0), LONGEST_WAIT_S)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
