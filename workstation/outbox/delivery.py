"""One step of a delivery, journaled before and after; whatever interrupts it, the next call goes on where it was."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from workstation.cases.refusals import Cancelled, Conflict, Refused
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.outbox.ports import Courier, ParcelShelf
from workstation.outbox.retry import Consequence, decide
from workstation.outbox.states import (
    BEGIN,
    DONE,
    TRANSITIONS,
    ParcelEvent,
    moved,
    next_step,
    noted,
    refusals_since_a_person,
)
from workstation.outbox.steps import STEPS, Journey


def run_step(
    parcel: Parcel,
    courier: Courier,
    shelf: ParcelShelf,
    clock: Callable[[], datetime],
    *,
    draw: Callable[[], float] = random.random,
) -> Parcel:
    """Do what the parcel needs next and keep the result; a refusal becomes a later try or a person's task.

    Returns:
        The parcel as it is on the shelf. It is the same parcel when nothing is to be done.
    """
    step = next_step(parcel)
    if step is None:
        return parcel
    begun = noted(parcel, step, BEGIN, clock())
    shelf.put(begun)
    try:
        done = STEPS[step](begun, Journey(courier=courier, clock=clock))
    except Cancelled:
        return begun
    except Refused as refused:
        after = refused_parcel(begun, refused, step=step, draw=draw(), now=clock())
    else:
        after = noted(replace(done, attempts=0, not_before=None, problem=""), step, DONE, clock())
    shelf.put(after)
    return after


def refused_parcel(parcel: Parcel, refused: Refused, *, step: str, draw: float, now: datetime) -> Parcel:
    """The parcel after a refusal: it waits, starts over, or needs a person."""
    tries = (
        refusals_since_a_person(parcel, type(refused).__name__) if isinstance(refused, Conflict) else parcel.attempts
    )
    decision = decide(refused, attempts=tries, draw=draw, now=now)
    told = replace(
        noted(parcel, step, type(refused).__name__, now),
        problem=str(refused),
        attempts=parcel.attempts + 1,
        not_before=decision.not_before,
    )
    if decision.consequence is Consequence.PERSON:
        return _asking(told)
    if decision.consequence is Consequence.REREAD and (told.state, ParcelEvent.START_OVER) in TRANSITIONS:
        return moved(told, ParcelEvent.START_OVER)
    return told


def go_on(parcel: Parcel, shelf: ParcelShelf, now: datetime) -> Parcel:
    """A person decided that the parcel may go on."""
    if parcel.state is ParcelState.NEEDS_A_PERSON:
        parcel = noted(moved(parcel, ParcelEvent.GO_ON), ParcelEvent.GO_ON, DONE, now)
    parcel = replace(parcel, attempts=0, not_before=None, problem="")
    shelf.put(parcel)
    return parcel


def _asking(parcel: Parcel) -> Parcel:
    """Before it is queued a parcel rests where it is, its problem told; afterwards it is a person's."""
    if (parcel.state, ParcelEvent.ASK_A_PERSON) in TRANSITIONS:
        return moved(parcel, ParcelEvent.ASK_A_PERSON)
    return parcel
