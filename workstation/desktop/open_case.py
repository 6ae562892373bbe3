"""A case while it is read: its images, its draft, its marks, what was seen; read from and kept on the shelves."""

import json
from dataclasses import dataclass, field, replace

from viewers.measure.measurement import Measurement
from workstation.cases.case import Case, CaseState
from workstation.cases.lifecycle import CLOSED
from workstation.cases.offline import offline_state
from workstation.cases.ports import CaseShelf, Received, ReceivedState
from workstation.desktop.seen import NAME as SEEN
from workstation.desktop.seen import Seen, seen_as_text, seen_from_text
from workstation.desktop.workplace import Workplace, known_specialist
from workstation.opinions.opinion import Opinion
from workstation.opinions.rules import Facts
from workstation.opinions.template import Template, load
from workstation.review.cite import mark_as_plain, mark_from_plain
from workstation.review.compose import Composition, changed_material, compose
from workstation.review.first_image import remember_first
from workstation.review.held import held
from workstation.review.open_study import OpenedStudies, open_study
from workstation.review.settle_identity import identity_doubts
from workstation.review.worklist import WITHDRAWN

MARKS, WHERE = "marks", "where"


class NobodySignedIn(Exception):
    """An opinion needs an author; the window asks to sign in."""


@dataclass(slots=True, kw_only=True)
class OpenCase:
    """Everything of one opened case.

    Attributes:
        where: display set id that was open last, or "".
        here: ids of documents that are on this computer.
        missing: what was promised and is not here.
        changed: keys of studies and documents that came, or became others, since the draft was begun.
        undecided: images of which nobody decided whether they are the patient's, in words.
        received: what was here of the case when it was opened.
    """

    case: Case
    studies: OpenedStudies
    template: Template
    composition: Composition
    seen: Seen
    marks: tuple[Measurement, ...]
    where: str
    here: frozenset[str]
    missing: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    undecided: tuple[str, ...] = ()
    received: tuple[Received, ...] = ()
    kept: dict[str, str] = field(default_factory=dict)


def read_case(case_id: str, place: Workplace) -> OpenCase:
    """Read a case from the store; runs in the executor.

    Raises:
        NobodySignedIn: no specialist is known yet.
        Refused, OSError: of the store and the draft, each with what to do next.
    """
    shelf = place.shelves.cases
    case = shelf.get(case_id)
    specialist = known_specialist(place.shelves.texts)
    if case is None or specialist is None:
        raise NobodySignedIn("Sign in once, so that the opinion has an author. The case is kept.")
    template = load()
    received = held(case, shelf)
    here = frozenset(item.key for item in received if item.state is ReceivedState.PRESENT)
    marks = json.loads(shelf.remembered(case_id, MARKS) or "[]")
    studies = open_study(case, shelf, place.workers)
    where = shelf.remembered(case_id, WHERE) or ""
    remember_first(studies, shelf, where)
    composition = compose(case, template, specialist, shelf=shelf, drafts=place.shelves.drafts)
    seen = seen_from_text(shelf.remembered(case_id, SEEN))
    seen.documents -= set(composition.changed)
    return OpenCase(
        case=case,
        studies=studies,
        template=template,
        composition=composition,
        seen=seen,
        marks=tuple(mark_from_plain(plain) for plain in marks),
        where=where,
        here=frozenset(document.id for document in case.documents if document.id in here),
        missing=_missing(case, received),
        changed=frozenset(changed_material(case_id, shelf)),
        undecided=_undecided(case, shelf),
        received=received,
    )


def _missing(case: Case, received: tuple[Received, ...]) -> tuple[str, ...]:
    """What was promised and cannot be looked at, in words; signing without it wants a reason."""
    state = offline_state(case, received)
    documents = {document.id for document in case.documents}
    lacking = {*state.missing, *state.quarantined, *state.unreadable}
    images, papers = len(lacking - documents), len(lacking & documents)
    unknown = [study for study in case.studies if not any(series.instances for series in study.series)]
    told = (
        f"{_counted(images, 'image')} that the service promised" if images else "",
        f"{_counted(papers, 'document')} that the service promised" if papers else "",
        f"{_counted(state.unlisted, 'image')} that the service counts but does not list" if state.unlisted else "",
        *(f"every image of the study “{study.description or study.date or 'without a name'}”" for study in unknown),
    )
    return tuple(words for words in told if words)


def _undecided(case: Case, shelf: CaseShelf) -> tuple[str, ...]:
    """Images in doubt that were neither taken for the patient's nor left out, study by study."""
    names = {study.study_uid: study.description or study.date or "without a name" for study in case.studies}
    waiting = [doubt for doubt in identity_doubts(case, shelf) if not doubt.left_out]
    return tuple(f"{_counted(one.images, 'image')} of the study “{names[one.study_uid]}”" for one in waiting)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def is_outdated(opened: OpenCase, shelf: CaseShelf) -> bool:
    """Whether the case, or what is here of it, is another than when it was opened."""
    now = shelf.get(opened.case.id)
    return now is not None and (now != opened.case or held(now, shelf) != opened.received)


def keep_reading(opened: OpenCase, marks: tuple[Measurement, ...], where: str, place: Workplace) -> None:
    """Keep marks, what was seen and where one was, as far as it changed; runs in the executor."""
    texts = {
        MARKS: json.dumps([mark_as_plain(mark) for mark in marks]),
        SEEN: seen_as_text(opened.seen),
        WHERE: where,
    }
    shelf = place.shelves.cases
    if opened.kept.get(WHERE) != where:
        remember_first(opened.studies, shelf, where)
    for name, text in texts.items():
        if opened.kept.get(name) != text:
            shelf.remember(opened.case.id, name, text)
            opened.kept[name] = text


def facts_of(opened: OpenCase, now: Case) -> Facts:
    """What the rules before signing must know besides the opinion; ``now``: the case as it is on the shelf."""
    return Facts(
        task_version=now.version,
        not_ours=_not_ours(now, opened.composition.opinion.author.reference),
        not_displayed=opened.seen.not_displayed(opened.studies.display_sets),
        not_received=opened.missing,
        changed=_unread(opened),
        undecided=opened.undecided,
    )


def _not_ours(now: Case, me: str) -> str:
    if now.state is CaseState.AWAITING_INFORMATION:
        return "The case waits for information that was asked for."
    if now.business_status == WITHDRAWN or now.owner not in ("", me):
        return "The case was withdrawn, or given to somebody else."
    return f"The case is {now.state.value} at the central service." if now.state in CLOSED else ""


def _unread(opened: OpenCase) -> tuple[str, ...]:
    """Titles of what changed and was not opened since."""
    read = opened.seen.documents | opened.seen.studies(opened.studies.display_sets)
    titles = {item.key: item.title for item in opened.composition.renewed.materials}
    return tuple(titles[key] for key in sorted(opened.changed & titles.keys()) if key not in read)


def restamped(opinion: Opinion, case: Case) -> Opinion:
    """The opinion with the case's present version, after the specialist's own step (beginning to read) moved it."""
    return replace(opinion, case=replace(opinion.case, version=case.version))
