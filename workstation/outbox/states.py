"""The states of a parcel as one table (service profile, "Delivery"), and the journal from which a restart goes on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from workstation.cases.refusals import Defect
from workstation.outbox.parcel import Parcel, ParcelState

S = ParcelState
BEGIN, DONE = "begin", "done"


class ParcelEvent(StrEnum):
    """What may happen to a parcel."""

    SIGN = "sign"
    STAMP = "stamp"
    QUEUE = "queue"
    BEGIN_UPLOAD = "begin-upload"
    START_OVER = "start-over"
    STORE = "store"
    VERIFY = "verify"
    FORGET = "forget"
    ASK_A_PERSON = "ask-a-person"
    GO_ON = "go-on"


class Step(StrEnum):
    """What a parcel needs next."""

    QUEUE = "queue"
    CHECK = "check"
    STORE = "store"
    READ_BACK = "read-back"
    COMMIT = "commit"
    VERIFY = "verify"


# Beyond the profile's words: a reread (412, an instance that vanished) starts over in the queue, and what was stored
# but cannot be verified goes to a person, too.
TRANSITIONS: Mapping[tuple[ParcelState, ParcelEvent], ParcelState] = MappingProxyType(
    {
        (S.FROZEN, ParcelEvent.SIGN): S.SIGNED,
        (S.SIGNED, ParcelEvent.STAMP): S.TIMESTAMPED,
        (S.TIMESTAMPED, ParcelEvent.QUEUE): S.QUEUED,
        (S.QUEUED, ParcelEvent.BEGIN_UPLOAD): S.UPLOADING,
        (S.QUEUED, ParcelEvent.ASK_A_PERSON): S.NEEDS_A_PERSON,
        (S.UPLOADING, ParcelEvent.STORE): S.STORED_UNVERIFIED,
        (S.UPLOADING, ParcelEvent.START_OVER): S.QUEUED,
        (S.UPLOADING, ParcelEvent.ASK_A_PERSON): S.NEEDS_A_PERSON,
        (S.STORED_UNVERIFIED, ParcelEvent.VERIFY): S.VERIFIED,
        (S.STORED_UNVERIFIED, ParcelEvent.START_OVER): S.QUEUED,
        (S.STORED_UNVERIFIED, ParcelEvent.ASK_A_PERSON): S.NEEDS_A_PERSON,
        (S.VERIFIED, ParcelEvent.FORGET): S.FORGOTTEN,
        (S.NEEDS_A_PERSON, ParcelEvent.GO_ON): S.QUEUED,
    }
)

ON_ITS_WAY = frozenset({S.SIGNED, S.TIMESTAMPED, S.QUEUED, S.UPLOADING, S.STORED_UNVERIFIED})
_UPLOAD = (Step.STORE, Step.READ_BACK, Step.COMMIT)


def needs_a_person(parcel: Parcel) -> bool:
    """Whether nothing goes on by itself: in that state, or resting before the queue with a problem and no next time."""
    rests = parcel.state in ON_ITS_WAY and bool(parcel.problem) and parcel.not_before is None
    return rests or parcel.state is S.NEEDS_A_PERSON


def moved(parcel: Parcel, event: ParcelEvent) -> Parcel:
    """The parcel in the state that follows.

    Raises:
        Defect: the event cannot happen in this state.
    """
    try:
        return replace(parcel, state=TRANSITIONS[parcel.state, event])
    except KeyError:
        raise Defect(f"A parcel that is {parcel.state.value} was told '{event.value}'.") from None


def noted(parcel: Parcel, step: str, outcome: str, now: datetime) -> Parcel:
    """The parcel with one more line in its journal."""
    line = (now.isoformat(timespec="milliseconds"), step, outcome)
    return replace(parcel, journal=(*parcel.journal, line))


def next_step(parcel: Parcel) -> Step | None:
    """What comes next, from state and journal alone; None when nothing does before somebody else acts."""
    if parcel.state is S.UPLOADING:
        done = {step for _, step, outcome in _this_round(parcel) if outcome == DONE}
        return next(step for step in _UPLOAD if step not in done)
    return {S.TIMESTAMPED: Step.QUEUE, S.QUEUED: Step.CHECK, S.STORED_UNVERIFIED: Step.VERIFY}.get(parcel.state)


def was_begun(parcel: Parcel, step: Step) -> bool:
    """Whether the step was begun before the line that ends the journal, so that its outcome may be unknown."""
    return any(line[1:] == (step, BEGIN) for line in parcel.journal[:-1])


def refusals_since_a_person(parcel: Parcel, outcome: str) -> int:
    """How often a step ended with this outcome since a person last looked; the steps before it may have succeeded."""
    looks = [place for place, line in enumerate(parcel.journal) if line[1] == ParcelEvent.GO_ON]
    newest = parcel.journal[looks[-1] :] if looks else parcel.journal
    return sum(1 for line in newest if line[2] == outcome)


def _this_round(parcel: Parcel) -> tuple[tuple[str, str, str], ...]:
    """The journal after the last check that let the parcel go."""
    checks = [place for place, line in enumerate(parcel.journal) if line[1:] == (Step.CHECK, DONE)]
    return parcel.journal[checks[-1] + 1 :] if checks else ()
