"""Delivering: time-stamp where needed, then drive the parcel through the outbox until the service provably has it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from workstation.cases.ports import AuditTrail
from workstation.cases.refusals import Defect, Refused, Unreachable, retry_time
from workstation.outbox.delivery import go_on, refused_parcel, run_step
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.outbox.ports import Courier, ParcelShelf
from workstation.outbox.states import (
    BEGIN,
    DONE,
    ON_ITS_WAY,
    ParcelEvent,
    Step,
    moved,
    needs_a_person,
    next_step,
    noted,
)
from workstation.signing.errors import Refused as SigningRefused
from workstation.signing.errors import TrustUnavailable

_DOING = {
    ParcelState.SIGNED: "Getting a time-stamp",
    Step.QUEUE: "Putting the opinion in the queue",
    Step.CHECK: "Asking whether the case is unchanged",
    Step.STORE: "Sending the signed objects",
    Step.READ_BACK: "Reading the signed objects back",
    Step.COMMIT: "Handing the opinion over",
    Step.VERIFY: "Reading the opinion back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryProgress:
    """A step that begins or ended. ``sentence`` is for the reader; ``next_try`` where waiting is all there is to do.

    ``parcel`` as it is on the shelf, so that nobody reads its megabytes again to show it.
    """

    parcel_id: str
    case_id: str
    state: ParcelState
    sentence: str
    next_try: datetime | None = None
    parcel: Parcel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTools:
    """What a delivery works with.

    Attributes:
        complete: makes a complete parcel of a signed one (time-stamps, Encapsulated PDF, FHIR bundle); keeps the state;
            may raise the ``Refused`` of signing or of the service, and the parcel then waits.
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
    parcel = _stored(parcel_id, tools)
    while _may_go_on(parcel, tools):
        tools.report(_progress(parcel, _DOING[_upcoming(parcel)]))
        before = parcel
        parcel = _stamped(parcel, tools) if parcel.state is ParcelState.SIGNED else _stepped(parcel, tools)
        _record(before, parcel, tools)
        tools.report(_progress(parcel, _outcome(parcel)))
        if parcel.state is before.state and parcel.problem and parcel.not_before is None:
            break
    return parcel


def due(parcels: ParcelShelf, now: datetime) -> tuple[Parcel, ...]:
    """Parcels whose next step may be tried now; what rests with a problem is a person's."""
    waiting = [one for one in parcels.all() if one.state in ON_ITS_WAY and not needs_a_person(one)]
    return tuple(one for one in waiting if not one.not_before or one.not_before <= now)


def try_again(parcel_id: str, tools: DeliveryTools) -> Parcel:
    """A person looked at a parcel that waited or needed one and decided to go on: it is tried at once."""
    go_on(_stored(parcel_id, tools), tools.parcels, tools.clock())
    tools.audit.record("delivery-resumed", detail=parcel_id)
    return deliver(parcel_id, tools)


def _stored(parcel_id: str, tools: DeliveryTools) -> Parcel:
    parcel = tools.parcels.get(parcel_id)
    if parcel is None:
        raise Defect("A parcel was to be delivered that is not on the shelf.")
    return parcel


def _may_go_on(parcel: Parcel, tools: DeliveryTools) -> bool:
    waits = parcel.not_before is not None and parcel.not_before > tools.clock()
    return parcel.state in ON_ITS_WAY and not waits and not tools.cancelled()


def _upcoming(parcel: Parcel) -> ParcelState | Step:
    step = next_step(parcel)
    return parcel.state if step is None else step


def _stepped(parcel: Parcel, tools: DeliveryTools) -> Parcel:
    return run_step(parcel, tools.courier, tools.parcels, tools.clock, draw=tools.draw)


def _stamped(parcel: Parcel, tools: DeliveryTools) -> Parcel:
    """From signed to time-stamped; what the trust services refuse is tried again later."""
    begun = noted(parcel, ParcelEvent.STAMP, BEGIN, tools.clock())
    tools.parcels.put(begun)
    try:
        whole = tools.complete(begun)
    except TrustUnavailable as refused:
        after = _waiting(begun, Unreachable(str(refused)), tools)
    except Refused as refused:
        after = _waiting(begun, refused, tools)
    except SigningRefused as refused:
        after = _waiting(begun, Refused(str(refused)), tools)
    else:
        done = replace(moved(whole, ParcelEvent.STAMP), attempts=0, not_before=None, problem="")
        after = noted(done, ParcelEvent.STAMP, DONE, tools.clock())
    tools.parcels.put(after)
    return after


def _waiting(parcel: Parcel, refused: Refused, tools: DeliveryTools) -> Parcel:
    return refused_parcel(parcel, refused, step=ParcelEvent.STAMP, draw=tools.draw(), now=tools.clock())


def _record(before: Parcel, after: Parcel, tools: DeliveryTools) -> None:
    if after.state is not before.state:
        tools.audit.record(f"parcel-{after.state.value}", case_id=after.case_id, detail=after.id)


def _progress(parcel: Parcel, sentence: str) -> DeliveryProgress:
    return DeliveryProgress(
        parcel_id=parcel.id,
        case_id=parcel.case_id,
        state=parcel.state,
        sentence=sentence,
        next_try=parcel.not_before,
        parcel=parcel,
    )


def _outcome(parcel: Parcel) -> str:
    if parcel.state is ParcelState.VERIFIED:
        return "Delivered: the central service holds exactly what you signed."
    if parcel.problem and parcel.not_before:
        return f"{parcel.problem} Tried again at {retry_time(parcel.not_before)}."
    return parcel.problem or "Done."
