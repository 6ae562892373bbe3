"""Delivering: time-stamp where needed, then drive the parcel through the outbox until the service provably has it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from workstation.cases.ports import AuditTrail
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.outbox.ports import Courier, ParcelShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryProgress:
    """A step that begins or ended. ``sentence`` is for the reader; ``next_try`` where waiting is all there is to do."""

    parcel_id: str
    case_id: str
    state: ParcelState
    sentence: str
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTools:
    """What a delivery works with.

    Attributes:
        complete: makes a time-stamped parcel of a signed one: time-stamps, Encapsulated PDF, FHIR bundle; may raise
            ``Refused``, and the parcel then waits.
        clock: aware UTC time.
        draw: a number in [0, 1) for the jitter of retries.
    """

    courier: Courier
    parcels: ParcelShelf
    audit: AuditTrail
    complete: Callable[[Parcel], Parcel]
    clock: Callable[[], datetime]
    report: Callable[[DeliveryProgress], None] = field(default=lambda _progress: None)
    draw: Callable[[], float] = field(default=random.random)
    cancelled: Callable[[], bool] = field(default=lambda: False)


def deliver(parcel_id: str, tools: DeliveryTools) -> Parcel:
    """Take the parcel as far as it goes now; call again at ``not_before``, or after a restart.

    Returns:
        The parcel as it is stored: ``VERIFIED`` with its receipt; ``NEEDS_A_PERSON`` with ``problem``; or on its way
        with ``not_before`` set when the service has to be waited for. Never raises for the service's refusals.
    """
    raise NotImplementedError


def due(parcels: ParcelShelf, now: datetime) -> tuple[Parcel, ...]:
    """Parcels whose next step may be tried now."""
    raise NotImplementedError


def try_again(parcel_id: str, tools: DeliveryTools) -> Parcel:
    """A person looked at a parcel that needed one and decided to go on: it is queued again."""
    raise NotImplementedError
