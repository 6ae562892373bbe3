"""When to try again, and when a person has to look: pure, so that each consequence can be read and tested."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workstation.cases.refusals import Conflict, CutShort, Refused, ServerFailed, Throttled, Unreachable

FIRST_S = 1.0
LONGEST_S = 300.0
MOST_REREADS = 5
_MOST_DOUBLINGS = 16


class Consequence(StrEnum):
    """What follows from a refusal."""

    WAIT = "wait"
    REREAD = "reread"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A consequence and from when on to try again (None: not by itself)."""

    consequence: Consequence
    not_before: datetime | None


def decide(refused: Refused, *, attempts: int, draw: float, now: datetime) -> Decision:
    """What to do after a refusal.

    Args:
        refused: what happened.
        attempts: how many tries of this step failed before.
        draw: in [0, 1), for the jitter.
        now: aware time.
    """
    if isinstance(refused, Conflict):
        enough = attempts >= MOST_REREADS
        return _person() if enough else _later(Consequence.REREAD, wait_s(attempts, draw), now)
    if isinstance(refused, Throttled):
        least = refused.retry_after_s or 0.0
        return _later(Consequence.WAIT, least + wait_s(attempts, draw), now)
    if isinstance(refused, Unreachable | ServerFailed | CutShort):
        return _later(Consequence.WAIT, wait_s(attempts, draw), now)
    return _person()


def wait_s(attempts: int, draw: float) -> float:
    """Full jitter: anything up to 1 s, 2 s, 4 s, … 5 min."""
    return draw * min(LONGEST_S, FIRST_S * 2.0 ** min(attempts, _MOST_DOUBLINGS))


def _later(consequence: Consequence, seconds: float, now: datetime) -> Decision:
    return Decision(consequence=consequence, not_before=now + timedelta(seconds=seconds))


def _person() -> Decision:
    return Decision(consequence=Consequence.PERSON, not_before=None)
