"""Forgetting a case's images: its key is destroyed; signed files, evidence pictures and audit stay."""

from datetime import datetime, timedelta

from workstation.cases.ports import AuditTrail, CaseShelf
from workstation.outbox.ports import ParcelShelf


def forget_case(case_id: str, *, shelf: CaseShelf, parcels: ParcelShelf, audit: AuditTrail) -> None:
    """Destroy the case's key and packs now.

    Raises:
        Refused: an opinion of the case is still on its way.
    """
    raise NotImplementedError


def may_be_forgotten(
    parcels: ParcelShelf, now: datetime, *, keep_for: timedelta = timedelta(days=14)
) -> tuple[str, ...]:
    """Cases whose every opinion was verified longer ago than ``keep_for``."""
    raise NotImplementedError
