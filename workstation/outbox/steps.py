"""The steps of delivery, each idempotent: run again after any interruption it finds out what happened and goes on."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from workstation.cases.refusals import Changed, Conflict, Declined, ServerFailed
from workstation.outbox.comparison import Agreement, compare, kinds_of
from workstation.outbox.parcel import Artefact, Parcel
from workstation.outbox.ports import Courier, TaskView
from workstation.outbox.receipt import make_receipt
from workstation.outbox.states import ParcelEvent, Step, moved, was_begun

_IN_PROGRESS, _COMPLETED = "in-progress", "completed"
_KEPT = "The signed opinion is kept on this computer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What a step works with."""

    courier: Courier
    clock: Callable[[], datetime]


def queue(parcel: Parcel, _journey: Journey) -> Parcel:
    """Time-stamped and complete: into the queue."""
    return moved(parcel, ParcelEvent.QUEUE)


def check(parcel: Parcel, journey: Journey) -> Parcel:
    """Is the case still ours, and made of what the opinion saw?

    Raises:
        Changed: it is not; a person sees what changed.
    """
    view = journey.courier.task(parcel.case_id)
    if view.status == _COMPLETED and _agreement(parcel, journey).whole:
        return moved(replace(parcel, task_version=view.version), ParcelEvent.BEGIN_UPLOAD)
    _require_unchanged(parcel, view)
    return moved(replace(parcel, task_version=view.version), ParcelEvent.BEGIN_UPLOAD)


def store(parcel: Parcel, journey: Journey) -> Parcel:
    """Send the DICOM objects; after an unknown outcome only those that are not there.

    Raises:
        Declined: the service refuses one, or holds other bytes under its name.
    """
    objects = [one for one in parcel.artefacts if one.sop_uid]
    unsure = was_begun(parcel, Step.STORE)
    missing = [one for one in objects if not (unsure and _is_held(one, journey.courier))]
    said = journey.courier.store(missing) if missing else {}
    for one in missing:
        answer = said.get(one.sop_uid, "the service said nothing about it")
        if answer and not _is_held(one, journey.courier):
            raise Declined(
                f"The central service did not store {one.name}: {answer}.",
                kept=_KEPT,
                advice="Call the central service's help desk, then try again.",
            )
    return parcel


def read_back(parcel: Parcel, journey: Journey) -> Parcel:
    """Every object as the service holds it now must be what was signed.

    Raises:
        Conflict: one is not there; the parcel starts over.
        Declined: one has other bytes.
    """
    for one in parcel.artefacts:
        if one.sop_uid and not _is_held(one, journey.courier):
            raise Conflict(f"The central service does not have {one.name} any more.", kept=_KEPT, advice="Sent again.")
    return parcel


def commit(parcel: Parcel, journey: Journey) -> Parcel:
    """The transaction, on the Task as it is now; one that happened before is recognised, not repeated.

    Raises:
        Changed: the case is not any more what the opinion saw.
        Conflict: the Task moved on meanwhile; it is read again and decided again.
    """
    view = journey.courier.task(parcel.case_id)
    if view.status == _COMPLETED and _agreement(parcel, journey).whole:
        return moved(replace(parcel, task_version=view.version), ParcelEvent.STORE)
    _require_unchanged(parcel, view)
    version = journey.courier.commit(parcel.case_id, view.version, parcel.bundle)
    return moved(replace(parcel, task_version=version), ParcelEvent.STORE)


def verify(parcel: Parcel, journey: Journey) -> Parcel:
    """Read the bundle and the Task back; only then is it delivered, with a receipt.

    Raises:
        ServerFailed: something is not there yet.
        Declined: something differs from what was sent.
    """
    agreement = _agreement(parcel, journey)
    if agreement.different:
        raise Declined(
            f"The central service holds something else than was sent ({', '.join(agreement.different)}).",
            kept=_KEPT,
            advice="Call the central service's help desk.",
        )
    view = journey.courier.task(parcel.case_id)
    if not agreement.whole or view.status != _COMPLETED:
        raise ServerFailed("The central service does not show the whole opinion yet.", kept=_KEPT, advice="Wait.")
    receipt = make_receipt(parcel, agreement, task_version_now=view.version, now=journey.clock())
    return moved(replace(parcel, receipt=receipt), ParcelEvent.VERIFY)


STEPS: Mapping[Step, Callable[[Parcel, Journey], Parcel]] = MappingProxyType(
    {
        Step.QUEUE: queue,
        Step.CHECK: check,
        Step.STORE: store,
        Step.READ_BACK: read_back,
        Step.COMMIT: commit,
        Step.VERIFY: verify,
    }
)


def _require_unchanged(parcel: Parcel, view: TaskView) -> None:
    wrong = []
    if not view.owner_is_me:
        wrong.append("The case is not yours any more, or information is awaited for it.")
    if view.status != _IN_PROGRESS:
        wrong.append(f"The case is {view.status or 'withdrawn'} at the central service.")
    if parcel.seen_material and view.material_digest != parcel.seen_material:
        wrong.append("Images or documents of the case changed after the opinion was signed.")
    if wrong:
        raise Changed(
            " ".join(wrong),
            differences=tuple(wrong),
            kept=_KEPT,
            advice="Open the case, see what changed, then decide.",
        )


def _is_held(artefact: Artefact, courier: Courier) -> bool:
    """Whether the service holds exactly these bytes.

    Raises:
        Declined: it holds others under the same name.
    """
    found = courier.read_back(artefact)
    if found is None:
        return False
    if hashlib.sha256(found).hexdigest() != artefact.sha256:
        raise Declined(
            f"The central service holds other bytes than were signed under the name of {artefact.name}.",
            kept=_KEPT,
            advice="Call the central service's help desk; the copy there must not be used.",
        )
    return True


def _agreement(parcel: Parcel, journey: Journey) -> Agreement:
    return compare(parcel.bundle, journey.courier.find(parcel.id, kinds_of(parcel.bundle)))
