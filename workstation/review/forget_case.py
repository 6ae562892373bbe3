"""Forgetting a case's images: its key is destroyed; signed files, evidence pictures and audit stay."""

from datetime import datetime, timedelta

from workstation.cases.ports import AuditTrail, CaseShelf
from workstation.cases.refusals import Refused
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.outbox.ports import ParcelShelf
from workstation.outbox.states import DONE, ParcelEvent, Step, moved, noted

_AT_REST = frozenset({ParcelState.VERIFIED, ParcelState.FORGOTTEN})


def forget_case(case_id: str, *, shelf: CaseShelf, parcels: ParcelShelf, audit: AuditTrail, now: datetime) -> None:
    """Destroy the case's key and packs now.

    Raises:
        Refused: an opinion of the case is still on its way.
    """
    ours = _of_case(case_id, parcels)
    if any(parcel.state not in _AT_REST for parcel in ours):
        raise Refused(
            "An opinion of this case is still on its way.",
            kept="Nothing was forgotten.",
            advice="Wait until the central service has it, or look in the outbox at what holds it up.",
        )
    shelf.forget_images(case_id)
    audit.record("images-forgotten", case_id=case_id)
    for parcel in ours:
        if parcel.state is ParcelState.VERIFIED:
            parcels.put(noted(moved(parcel, ParcelEvent.FORGET), ParcelEvent.FORGET, DONE, now))


def may_be_forgotten(
    parcels: ParcelShelf, now: datetime, *, keep_for: timedelta = timedelta(days=14)
) -> tuple[str, ...]:
    """Cases with an opinion whose every opinion was verified longer ago than ``keep_for``."""
    cases = dict.fromkeys(parcel.case_id for parcel in parcels.all())
    return tuple(case for case in cases if _is_over(_of_case(case, parcels), now - keep_for))


def _of_case(case_id: str, parcels: ParcelShelf) -> list[Parcel]:
    return [parcel for parcel in parcels.all() if parcel.case_id == case_id]


def _is_over(ours: list[Parcel], before: datetime) -> bool:
    unforgotten = [parcel for parcel in ours if parcel.state is not ParcelState.FORGOTTEN]
    return bool(unforgotten) and all(_verified_before(parcel, before) for parcel in unforgotten)


def _verified_before(parcel: Parcel, moment: datetime) -> bool:
    times = [when for when, step, outcome in parcel.journal if (step, outcome) == (Step.VERIFY, DONE)]
    return parcel.state is ParcelState.VERIFIED and bool(times) and datetime.fromisoformat(times[-1]) < moment
