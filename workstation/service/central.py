"""The central service as a source of cases and a courier of opinions (ports ``CaseSource`` and ``Courier``)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from workstation.cases.case import Case, Document, PromisedInstance, Study
from workstation.cases.ports import Specialist, TokenShelf
from workstation.outbox.parcel import Artefact
from workstation.outbox.ports import TaskView
from workstation.service.address import ServiceAddress


class CentralService:
    """A signed-in client. Safe to use from several threads; tokens are read from and rotated in ``tokens``.

    Args:
        address: where the service lives.
        tokens: where ``sign_in`` left the tokens.
        clock: aware UTC time, injected.
    """

    def __init__(self, address: ServiceAddress, tokens: TokenShelf, *, clock: Callable[[], datetime]) -> None:
        raise NotImplementedError

    @property
    def clock_skew(self) -> timedelta | None:
        """The service's clock minus this computer's, from the last ``Date`` header; None before the first answer."""
        raise NotImplementedError

    def specialist(self) -> Specialist:
        """Who is signed in."""
        raise NotImplementedError

    def cases(self) -> Sequence[Case]:
        """Every case owned by the specialist, without manifests."""
        raise NotImplementedError

    def cases_since(self, moment: datetime | None) -> Sequence[Case]:
        """Cases owned by the specialist that changed since ``moment`` (None: all)."""
        raise NotImplementedError

    def case(self, case_id: str) -> Case:
        """One case, read anew."""
        raise NotImplementedError

    def accept(self, case: Case, *, conflict_statement: str) -> Case:
        """requested → accepted, with the conflict-of-interest statement as a note."""
        raise NotImplementedError

    def reject(self, case: Case, *, reason: str) -> Case:
        """requested → rejected."""
        raise NotImplementedError

    def begin(self, case: Case) -> Case:
        """accepted → in-progress."""
        raise NotImplementedError

    def manifest(self, study: Study) -> Study:
        """The study with its series and promised instances."""
        raise NotImplementedError

    def instance(self, promised: PromisedInstance) -> Iterator[bytes]:
        """The instance's bytes in pieces."""
        raise NotImplementedError

    def document(self, document: Document) -> Iterator[bytes]:
        """The document's bytes in pieces."""
        raise NotImplementedError

    def task(self, case_id: str) -> TaskView:
        """What the service says of the case now."""
        raise NotImplementedError

    def store(self, artefacts: Sequence[Artefact]) -> Mapping[str, str]:
        """STOW-RS."""
        raise NotImplementedError

    def read_back(self, artefact: Artefact) -> bytes | None:
        """The bytes that the service holds under the artefact's SOP Instance UID."""
        raise NotImplementedError

    def commit(self, case_id: str, version: str, bundle: str) -> str:
        """The FHIR transaction; returns the Task's new version."""
        raise NotImplementedError

    def find(self, identifier: str) -> Mapping[str, bytes]:
        """What the service holds under our identifier."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection."""
        raise NotImplementedError
