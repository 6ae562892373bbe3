"""Ports of a case: where it comes from, where it rests, how its bytes are read and parsed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from workstation.cases.case import Case, Document, PromisedInstance, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialist:
    """Who is signed in: the practitioner's reference, name, licence and specialty as the service knows them."""

    reference: str
    name: str
    licence: str
    specialty: str
    jurisdiction: str = ""
    languages: tuple[str, ...] = ("en",)


class CaseSource(Protocol):
    """The central service as a source of cases. Every method may raise the service's ``Refused`` tree."""

    def specialist(self) -> Specialist: ...
    def cases(self) -> Sequence[Case]:
        """The worklist: every case owned by the specialist, without manifests."""
        ...

    def case_ids_since(self, moment: datetime | None) -> Sequence[str]:
        """Ids of the specialist's cases that changed at or after ``moment`` on the service's clock (None: all)."""
        ...

    def case(self, case_id: str) -> Case: ...
    def accept(self, case: Case, *, conflict_statement: str) -> Case: ...
    def reject(self, case: Case, *, reason: str) -> Case: ...
    def give_up(self, case: Case, *, reason: str) -> Case:
        """From accepted, in-progress or awaiting-information to failed."""
        ...

    def begin(self, case: Case) -> Case:
        """From accepted to in-progress."""
        ...

    def manifest(self, study: Study) -> Study:
        """The study with its series and promised instances (QIDO-RS, always paged)."""
        ...

    def instance(self, promised: PromisedInstance) -> Iterator[bytes]:
        """The instance's bytes in pieces, exactly as the service holds them; raises when the answer is cut short."""
        ...

    def document(self, document: Document) -> Iterator[bytes]: ...


class ReceivedState(StrEnum):
    """What became of a promised item."""

    MISSING = "missing"
    PRESENT = "present"
    QUARANTINED = "quarantined"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A received instance or document: its key, digest (SHA-256, hex), size and state, and why when not present."""

    key: str
    series_uid: str
    size: int
    sha256: str
    state: ReceivedState
    reason: str = ""


class Writing(Protocol):
    """An item being received; nothing of it is readable before ``commit``, nothing of it remains after ``discard``."""

    def write(self, piece: bytes) -> None: ...
    def commit(
        self, header: Mapping[str, object] | None, *, state: ReceivedState = ReceivedState.PRESENT, reason: str = ""
    ) -> Received:
        """Make the item durable (fsync) with its digest and the header mapping parsed at receipt."""
        ...

    def discard(self) -> None: ...


class InstanceSource(Protocol):
    """Same shape as the viewers' ``FrameSource``: bytes of a stored case's instances by SOP Instance UID."""

    def keys(self) -> Sequence[str]: ...
    def holds(self, key: str) -> bool:
        """Whether ``key`` is one of the keys, without a look at the others."""
        ...

    def header(self, key: str) -> Mapping[str, object] | None: ...
    def size(self, key: str) -> int: ...
    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes: ...


class Parser(Protocol):
    """Same shape as the viewers' ``Parser``."""

    def parse(
        self, job: str, payload: bytes | memoryview, options: Mapping[str, object] | None = None
    ) -> dict[str, object]: ...


class CaseShelf(Protocol):
    """Cases at rest on this computer, encrypted, one key per case."""

    def put(self, case: Case) -> None: ...
    def get(self, case_id: str) -> Case | None: ...
    def all(self) -> Sequence[Case]: ...
    def receive(self, case_id: str, key: str, series_uid: str, *, document: bool = False) -> Writing:
        """Begin to receive an instance (key: SOP Instance UID) or a document (key: document id)."""
        ...

    def received(self, case_id: str) -> Sequence[Received]: ...
    def instances(self, case_id: str) -> InstanceSource: ...
    def document(self, case_id: str, document_id: str) -> bytes: ...
    def remember(self, case_id: str, name: str, value: str) -> None:
        """Keep a small named text with the case (accepted conflict statement, where one was, what was seen)."""
        ...

    def remembered(self, case_id: str, name: str) -> str | None: ...
    def forget_images(self, case_id: str) -> None:
        """Destroy the case's key and its packs; signed files, evidence pictures and audit stay."""
        ...


class AuditTrail(Protocol):
    """Append-only, hash-chained record of what was done; ids and events only, no patient text."""

    def record(self, event: str, *, case_id: str = "", detail: str = "") -> None: ...
    def verify(self) -> int:
        """Number of entries whose chain holds.

        Raises:
            Refused: the chain is broken; names the first entry that does not fit.
        """
        ...


class TokenShelf(Protocol):
    """Small secret texts at rest, encrypted: tokens, cursors."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, value: str) -> None:
        """Keep the text durably."""
        ...

    def remove(self, name: str) -> None: ...
