"""Composing: the draft of a case, taken from the shelf where it was kept, or begun from what the case tells."""

from collections.abc import Mapping
from dataclasses import dataclass

from workstation.cases.case import Case
from workstation.cases.material import material_digest
from workstation.cases.ports import CaseShelf, ReceivedState, Specialist
from workstation.opinions.beginning import begin
from workstation.opinions.drafts import DraftShelf, restore
from workstation.opinions.opinion import Author, Opinion
from workstation.opinions.template import Template

CONFLICT = "conflict statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A draft and how often it was kept; revision 0 was never kept."""

    opinion: Opinion
    revision: int


def compose(
    case: Case, template: Template, specialist: Specialist, *, shelf: CaseShelf, drafts: DraftShelf
) -> Composition:
    """The kept draft, or a first one.

    Raises:
        Refused: the kept draft cannot be read (see ``workstation.opinions.errors``); it stays where it is.
    """
    kept = restore(drafts, case.id)
    if kept is not None:
        return Composition(opinion=kept[1], revision=kept[0])
    opinion = begin(
        case,
        template,
        author_of(specialist),
        conflicts=shelf.remembered(case.id, CONFLICT) or "",
        digests=_digests(case, shelf),
        seen_material=material_digest(case),
    )
    return Composition(opinion=opinion, revision=0)


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
        item.key: item.sha256 for item in shelf.received(case.id) if item.state is ReceivedState.PRESENT
    }
    return {key: digest for key, digest in received.items() if key in documents}
