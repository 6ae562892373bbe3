"""Handing a case back: the service is told first; only what it confirms is forgotten here."""

from datetime import datetime

from workstation.cases.case import Case, CaseState
from workstation.cases.lifecycle import CaseEvent, may
from workstation.cases.ports import AuditTrail, CaseShelf, CaseSource
from workstation.cases.refusals import Refused
from workstation.outbox.ports import ParcelShelf
from workstation.review.forget_case import forget_case

REASON = "handing back"
_HANDED_BACK = frozenset({CaseState.REJECTED, CaseState.FAILED})


def hand_back(
    case: Case,
    *,
    reason: str,
    service: CaseSource,
    shelf: CaseShelf,
    parcels: ParcelShelf,
    audit: AuditTrail,
    now: datetime,
) -> Case:
    """Reject a new case, or give up an accepted one whose opinion is not signed; then forget its images and documents.

    The reason is kept before anything is sent, so that a lost answer is made good by ``forget_handed_back``.

    Returns:
        The case as the service now has it.

    Raises:
        Refused: no reason is given, an opinion of the case is signed, or the service refuses; nothing is forgotten.
    """
    _require_possible(case, reason, parcels)
    shelf.remember(case.id, REASON, reason)
    new = case.state is CaseState.REQUESTED
    moved = service.reject(case, reason=reason) if new else service.give_up(case, reason=reason)
    shelf.put(moved)
    audit.record("case handed back", case_id=case.id)
    forget_case(case.id, shelf=shelf, parcels=parcels, audit=audit, now=now)
    return moved


def forget_handed_back(*, shelf: CaseShelf, parcels: ParcelShelf, audit: AuditTrail, now: datetime) -> tuple[str, ...]:
    """Forget what is left of cases that the service has back by now, though its answer was lost; their ids."""
    left = [case.id for case in shelf.all() if case.state in _HANDED_BACK and _is_left(case.id, shelf)]
    for case_id in left:
        forget_case(case_id, shelf=shelf, parcels=parcels, audit=audit, now=now)
    return tuple(left)


def _require_possible(case: Case, reason: str, parcels: ParcelShelf) -> None:
    if not reason.strip():
        raise Refused("Nothing was handed back: no reason was given.", kept="The case is still yours.")
    if any(parcel.case_id == case.id for parcel in parcels.all()):
        raise Refused(
            "An opinion of this case is signed.",
            kept="Nothing was changed.",
            advice="A signed opinion is amended, not taken back; look in the outbox where it is.",
        )
    event = CaseEvent.REJECT if case.state is CaseState.REQUESTED else CaseEvent.GIVE_UP
    if not may(case.state, event):
        raise Refused(
            f"A case that is {case.state.value} cannot be handed back.",
            kept="Nothing was changed.",
            advice="Refresh the worklist to see where the case stands.",
        )


def _is_left(case_id: str, shelf: CaseShelf) -> bool:
    return bool(shelf.remembered(case_id, REASON)) and bool(shelf.received(case_id))
