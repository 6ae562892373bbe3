"""Composing: the draft of a case, taken from the shelf where it was kept, or begun from what the case tells."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from workstation.cases.case import Case
from workstation.cases.material import material_digest
from workstation.cases.ports import CaseShelf, ReceivedState, Specialist
from workstation.opinions.beginning import begin
from workstation.opinions.drafts import DraftShelf, restore
from workstation.opinions.opinion import Author, Opinion
from workstation.opinions.renewing import renew
from workstation.opinions.template import Template
from workstation.review.held import held

CONFLICT, CHANGED = "conflict statement", "changed since read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A draft and how often it was kept; revision 0 was never kept.

    Attributes:
        opinion: as it was kept.
        renewed: the same on the case as it is now; ``opinion`` itself where nothing changed.
        differences: what changed in the case since the draft was kept, sentences for the reader.
        changed: keys of studies and documents that came, or became others, since the draft was kept.
    """

    opinion: Opinion
    renewed: Opinion
    revision: int
    differences: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def compose(
    case: Case, template: Template, specialist: Specialist, *, shelf: CaseShelf, drafts: DraftShelf
) -> Composition:
    """The kept draft, brought up to what the case says now, or a first one.

    Raises:
        Refused: the kept draft cannot be read (see ``workstation.opinions.errors``); it stays where it is.
    """
    first = begin(
        case,
        template,
        author_of(specialist),
        conflicts=shelf.remembered(case.id, CONFLICT) or "",
        digests=_digests(case, shelf),
        seen_material=material_digest(case),
    )
    kept = restore(drafts, case.id)
    if kept is None:
        return Composition(opinion=first, renewed=first, revision=0)
    revision, opinion = kept
    renewed = renew(opinion, first)
    changed = changed_material(case.id, shelf) | set(renewed.changed)
    shelf.remember(case.id, CHANGED, json.dumps(sorted(changed)))
    return Composition(opinion=opinion, renewed=renewed.opinion, revision=revision, differences=renewed.differences)


def changed_material(case_id: str, shelf: CaseShelf) -> set[str]:
    """Keys of studies and documents that are new, or others than were read, since the draft was begun."""
    return set(json.loads(shelf.remembered(case_id, CHANGED) or "[]"))


def author_of(specialist: Specialist) -> Author:
    """The signed-in specialist as author."""
    return Author(
        reference=specialist.reference,
        name=specialist.name,
        licence=specialist.licence,
        specialty=specialist.specialty,
    )


def _digests(case: Case, shelf: CaseShelf) -> dict[str, str]:
    documents = {document.id for document in case.documents}
    received: Mapping[str, str] = {
        item.key: item.sha256 for item in held(case, shelf) if item.state is ReceivedState.PRESENT
    }
    return {key: digest for key, digest in received.items() if key in documents}
