"""What is here of a case as it is promised now: a document that became another one at the service is not."""

from workstation.cases.case import Case, Document
from workstation.cases.ports import CaseShelf, Received


def held(case: Case, shelf: CaseShelf) -> tuple[Received, ...]:
    """Everything received, without documents of which the service has another version by now."""
    other = {document.id for document in case.documents if _is_another(case.id, document, shelf)}
    return tuple(one for one in shelf.received(case.id) if one.key not in other)


def note_version(case_id: str, document: Document, shelf: CaseShelf) -> None:
    """The version whose bytes are here now."""
    shelf.remember(case_id, _name(document), document.version)


def _is_another(case_id: str, document: Document, shelf: CaseShelf) -> bool:
    return shelf.remembered(case_id, _name(document)) not in (None, document.version)


def _name(document: Document) -> str:
    return f"document version {document.id}"
