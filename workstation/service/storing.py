"""What goes into one STOW-RS request, and what its answer says of each instance whatever the status (PS3.18 10.5)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from workstation.cases.refusals import Refused, Unintelligible
from workstation.outbox.parcel import Artefact
from workstation.service import dicom_json as tags
from workstation.service.answers import Answer, refusal
from workstation.service.dicom_json import Record, records

MOST_BYTES = 20 * 1024 * 1024
MOST_INSTANCES = 50
DUPLICATE = 0x0111
NOT_MENTIONED = "the service said nothing about it"
_SAID: Mapping[int, str] = {
    0x0110: "the service could not process it",
    DUPLICATE: "the service has an instance of this name already",
    0x0122: "the service does not store this kind of object",
    0x0124: "the service does not allow it",
}
_OUT_OF_RESOURCES, _MISMATCH, _NOT_UNDERSTOOD = 0xA7, 0xA9, 0xC


def in_requests(artefacts: Sequence[Artefact]) -> Iterator[tuple[str, tuple[Artefact, ...]]]:
    """(study UID, instances of one request): at most 20 MB or 50; what alone is larger goes alone."""
    for study in dict.fromkeys(one.study_uid for one in artefacts):
        waiting: list[Artefact] = []
        for one in (one for one in artefacts if one.study_uid == study):
            size = sum(len(other.content) for other in waiting) + len(one.content)
            if waiting and (size > MOST_BYTES or len(waiting) == MOST_INSTANCES):
                yield study, tuple(waiting)
                waiting = []
            waiting.append(one)
        yield study, tuple(waiting)


def results(answer: Answer, sent: Sequence[str], *, now: datetime) -> Mapping[str, str]:
    """Per SOP Instance UID "" when the service says it is stored unchanged, else what it says.

    Raises:
        Refused: the answer has no results; then its status is all there is.
    """
    try:
        found = records(answer.body)[0]
    except (Unintelligible, IndexError):
        raise _without_results(answer, now) from None
    stored = {item.text(tags.REFERENCED_SOP_UID): _warning(item) for item in found.items(tags.REFERENCED)}
    failed = {item.text(tags.REFERENCED_SOP_UID): _reason(item) for item in found.items(tags.FAILED)}
    if not answer.ok and not stored and not failed:
        raise _without_results(answer, now)
    return {uid: failed.get(uid) or stored.get(uid, NOT_MENTIONED) for uid in sent}


def _without_results(answer: Answer, now: datetime) -> Refused:
    if answer.ok:
        return Unintelligible("The central service does not say what it stored.", kept="The opinion is kept here.")
    return refusal(answer.status, answer.headers, "storing the signed objects", now=now)


def _warning(item: Record) -> str:
    """A warning leaves the instance stored; whether it was changed, reading back tells."""
    if item.items(tags.ORIGINAL_ATTRIBUTES):
        return "the service changed it while storing"
    return ""


def _reason(item: Record) -> str:
    code = item.integer(tags.REASON)
    if code is None:
        return "the service gave no reason"
    if code >> 8 == _OUT_OF_RESOURCES:
        return "the service has no room for it"
    if code >> 8 == _MISMATCH:
        return f"the object does not fit its class (reason {code})"
    if code >> 12 == _NOT_UNDERSTOOD:
        return f"the service could not understand it (reason {code})"
    return _SAID.get(code, f"the service refused it (reason {code})")
