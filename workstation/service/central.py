"""The central service as a source of cases and a courier of opinions (ports ``CaseSource`` and ``Courier``)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from workstation.cases.case import Case, CaseState, Document, PromisedInstance, Study
from workstation.cases.lifecycle import CaseEvent, after
from workstation.cases.material import digest_of
from workstation.cases.ports import Specialist, TokenShelf
from workstation.cases.refusals import Conflict, ForeignOrigin, NotFound, Unintelligible, Withheld
from workstation.outbox.parcel import Artefact
from workstation.outbox.ports import TaskView
from workstation.service import vocabulary as words
from workstation.service.address import ServiceAddress
from workstation.service.committing import commit, read_back
from workstation.service.dicomweb import DicomWebClient
from workstation.service.fhir import FhirClient
from workstation.service.fhir_json import Node
from workstation.service.gathering import gather, material
from workstation.service.origin import require_origin
from workstation.service.reading import case_state, read_case, read_document, read_specialist, read_study
from workstation.service.references import local_reference
from workstation.service.session import BoundSession
from workstation.service.tokens import StoredTokens

MOST_DOCUMENT_BYTES = 256 * 1024 * 1024


class CentralService:
    """A signed-in client. Safe to use from several threads; tokens are read from and rotated in ``tokens``.

    Args:
        address: where the service lives.
        tokens: where ``sign_in`` left the tokens.
        clock: aware UTC time, injected.
    """

    def __init__(self, address: ServiceAddress, tokens: TokenShelf, *, clock: Callable[[], datetime]) -> None:
        self._address = address
        self._bearer = StoredTokens(address, tokens, clock=clock)
        self._session = BoundSession(
            address.fhir, clock=clock, ca_file=address.ca_file, bearer=self._bearer, proxy=address.proxy,
            timeout_s=address.timeout_s,
        )  # fmt: skip
        self._fhir = FhirClient(self._session, address.fhir, clock=clock)
        self._dicomweb = DicomWebClient(self._session, dicomweb_root(address), clock=clock)
        self._clock = clock

    @property
    def clock_skew(self) -> timedelta | None:
        """The service's clock minus this computer's, from the last ``Date`` header; None before the first answer."""
        return self._session.skew

    def specialist(self) -> Specialist:
        """Who is signed in."""
        return read_specialist(self._fhir.read(self._me()))

    def cases(self) -> Sequence[Case]:
        """Every case owned by the specialist, without manifests."""
        return [self.case(case_id) for case_id in self.case_ids_since(None)]

    def case_ids_since(self, moment: datetime | None) -> Sequence[str]:
        """Ids of the cases owned by the specialist that changed at or after ``moment`` (None: all)."""
        criteria = [("owner", self._me())]
        if moment is not None:
            criteria.append(("_lastUpdated", f"ge{moment.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"))
        found = (task.text("id") for task in self._fhir.search("Task", criteria) if task.kind == "Task")
        return list(dict.fromkeys(found))

    def case(self, case_id: str) -> Case:
        """One case, read anew."""
        return self._case(self._fhir.read(f"Task/{case_id}"))

    def accept(self, case: Case, *, conflict_statement: str) -> Case:
        """From requested to accepted, with the conflict-of-interest statement as a note."""
        note = {
            "authorReference": {"reference": self._me()},
            "time": self._clock().isoformat(timespec="seconds"),
            "text": conflict_statement,
        }
        return self._move(case, CaseEvent.ACCEPT, note=note)

    def reject(self, case: Case, *, reason: str) -> Case:
        """From requested to rejected."""
        return self._move(case, CaseEvent.REJECT, reason=reason)

    def give_up(self, case: Case, *, reason: str) -> Case:
        """From accepted, in-progress or awaiting-information to failed."""
        return self._move(case, CaseEvent.GIVE_UP, reason=reason)

    def begin(self, case: Case) -> Case:
        """From accepted to in-progress."""
        return self._move(case, CaseEvent.BEGIN)

    def manifest(self, study: Study) -> Study:
        """The study with its series and promised instances."""
        return self._dicomweb.manifest(study)

    def instance(self, promised: PromisedInstance) -> Iterator[bytes]:
        """The instance's bytes in pieces."""
        return self._dicomweb.instance(promised)

    def document(self, document: Document) -> Iterator[bytes]:
        """The document's bytes in pieces."""
        url = require_origin(document.url, self._session.origin)
        most = document.size if document.size is not None else MOST_DOCUMENT_BYTES
        with self._session.stream(url, "fetching a document", accept="*/*", most_bytes=most) as (_, pieces):
            yield from pieces

    def task(self, case_id: str) -> TaskView:
        """What the service says of the case now."""
        try:
            task = self._fhir.read(f"Task/{case_id}")
            documents = material(self._fhir, task, self._session.origin, words.DOCUMENTS)
            studies = material(self._fhir, task, self._session.origin, frozenset({words.IMAGING_STUDY}))
        except (Withheld, NotFound):
            return TaskView(version="", status="", owner_is_me=False, material_digest="")
        owner = task.text("owner", "reference")
        mine = bool(owner) and local_reference(owner, self._session.origin) == self._me()
        return TaskView(
            version=task.version,
            status=task.text("status"),
            owner_is_me=mine and case_state(task) is not CaseState.AWAITING_INFORMATION,
            material_digest=digest_of(map(read_study, studies), map(read_document, documents)),
        )

    def store(self, artefacts: Sequence[Artefact]) -> Mapping[str, str]:
        """STOW-RS; "" for what was stored, else what the service said."""
        return self._dicomweb.store(artefacts)

    def read_back(self, artefact: Artefact) -> bytes | None:
        """The bytes that the service holds under the artefact's SOP Instance UID."""
        return self._dicomweb.read_back(artefact)

    def commit(self, case_id: str, version: str, bundle: str) -> str:
        """The FHIR transaction with the Task of ``version``; returns the Task's new version."""
        return commit(self._fhir, self._fhir.read(f"Task/{case_id}"), version, bundle)

    def find(self, identifier: str, kinds: Sequence[str]) -> Mapping[str, bytes]:
        """What the service holds under our identifier: ``Type/id`` → canonical JSON."""
        return read_back(self._fhir, self._session.origin, identifier, kinds)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _me(self) -> str:
        return local_reference(self._bearer.user, self._session.origin)

    def _case(self, task: Node) -> Case:
        case = read_case(gather(self._fhir, task, self._session.origin))
        return replace(case, owner=self._local(case.owner))

    def _local(self, owner: str) -> str:
        """A service may write its own references with its address; an owner elsewhere stays as it is written."""
        with suppress(ForeignOrigin, Unintelligible):
            return local_reference(owner, self._session.origin)
        return owner

    def _move(
        self, case: Case, event: CaseEvent, *, note: Mapping[str, object] | None = None, reason: str = ""
    ) -> Case:
        task = self._fhir.read(f"Task/{case.id}")
        if task.version != case.version:
            raise Conflict(
                "The case changed at the central service since you saw it.",
                kept="Nothing was changed.",
                advice="Refresh the worklist, look at the case again, then decide.",
            )
        wanted = {**task.data, "status": after(case_state(task), event).value}
        if note:
            before = task.data.get("note")
            wanted["note"] = [*(before if isinstance(before, list) else []), note]
        if reason:
            wanted["statusReason"] = {"text": reason}
        return self._case(self._fhir.update(wanted, version=case.version))


def dicomweb_root(address: ServiceAddress) -> str:
    """The DICOMweb root: the configured one, else ``dicomweb`` beside the FHIR base."""
    if address.dicomweb:
        return address.dicomweb
    parts = urlsplit(address.fhir)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').rpartition('/')[0]}/dicomweb"
