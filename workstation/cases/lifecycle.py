"""The life of a case as one table: which event leads from which state to which (HL7 clinical order workflow)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workstation.cases.case import CaseState
from workstation.cases.refusals import Refused


class CaseEvent(StrEnum):
    """What may happen to a case. ``answer`` and ``cancel`` are the placer's, the others the owner's."""

    ACCEPT = "accept"
    REJECT = "reject"
    BEGIN = "begin"
    ASK = "ask"
    ANSWER = "answer"
    COMPLETE = "complete"
    GIVE_UP = "give-up"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[CaseState, CaseEvent], CaseState] = MappingProxyType(
    {
        (CaseState.REQUESTED, CaseEvent.ACCEPT): CaseState.ACCEPTED,
        (CaseState.REQUESTED, CaseEvent.REJECT): CaseState.REJECTED,
        (CaseState.REQUESTED, CaseEvent.CANCEL): CaseState.CANCELLED,
        (CaseState.ACCEPTED, CaseEvent.BEGIN): CaseState.IN_PROGRESS,
        (CaseState.ACCEPTED, CaseEvent.GIVE_UP): CaseState.FAILED,
        (CaseState.ACCEPTED, CaseEvent.CANCEL): CaseState.CANCELLED,
        (CaseState.IN_PROGRESS, CaseEvent.ASK): CaseState.AWAITING_INFORMATION,
        (CaseState.IN_PROGRESS, CaseEvent.COMPLETE): CaseState.COMPLETED,
        (CaseState.IN_PROGRESS, CaseEvent.GIVE_UP): CaseState.FAILED,
        (CaseState.IN_PROGRESS, CaseEvent.CANCEL): CaseState.CANCELLED,
        (CaseState.AWAITING_INFORMATION, CaseEvent.ANSWER): CaseState.IN_PROGRESS,
        (CaseState.AWAITING_INFORMATION, CaseEvent.GIVE_UP): CaseState.FAILED,
        (CaseState.AWAITING_INFORMATION, CaseEvent.CANCEL): CaseState.CANCELLED,
    }
)

OPEN = frozenset({CaseState.REQUESTED, CaseState.ACCEPTED, CaseState.IN_PROGRESS, CaseState.AWAITING_INFORMATION})
CLOSED = frozenset(CaseState) - OPEN


def after(state: CaseState, event: CaseEvent) -> CaseState:
    """The state that follows.

    Raises:
        Refused: the event cannot happen in this state.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(
            f"A case that is {state.value} cannot be changed by '{event.value}'.",
            kept="Nothing was changed.",
            advice="Refresh the worklist to see where the case stands.",
        ) from None


def may(state: CaseState, event: CaseEvent) -> bool:
    """Whether the event can happen in this state."""
    return (state, event) in TRANSITIONS
