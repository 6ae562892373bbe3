"""The worklist kept in step with the service: what is new, what changed, what was withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workstation.cases.case import Case
from workstation.cases.ports import AuditTrail, CaseShelf, CaseSource, TokenShelf

OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case that differs from what was stored; ``differences`` are sentences for the reader."""

    case: Case
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchronised:
    """What a synchronisation found; the shelf holds the new state already."""

    new: tuple[Case, ...] = ()
    changed: tuple[CaseChange, ...] = ()
    withdrawn: tuple[CaseChange, ...] = ()


def synchronise(
    source: CaseSource, shelf: CaseShelf, cursors: TokenShelf, audit: AuditTrail, *, clock: Callable[[], datetime]
) -> Synchronised:
    """Read what changed since the last time (5 min overlap) and, by id, every local case that was not among it."""
    raise NotImplementedError
