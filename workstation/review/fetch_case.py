"""Fetching a case: manifest first, then documents and images, each encrypted as it arrives, compared and recorded."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import StrEnum

from workstation.cases.case import Case
from workstation.cases.ports import AuditTrail, CaseShelf, CaseSource, Parser


class Stage(StrEnum):
    """What the fetch is busy with."""

    MANIFEST = "manifest"
    DOCUMENTS = "documents"
    IMAGES = "images"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesProgress:
    """How far one series has come. ``present`` counts stored instances, ``troubled`` those refused or quarantined."""

    series_uid: str
    study_uid: str
    modality: str
    description: str
    promised: int
    present: int = 0
    troubled: int = 0
    received_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchProgress:
    """A snapshot of the whole fetch; every report carries all of it, so that the newest one is enough.

    Attributes:
        series: in the order in which they are fetched.
        documents_promised, documents_present: counts.
        received_bytes: received in this run.
        latest_series_uid: the series that just got an instance ("" at the start): its first image may be readable.
        problems: sentences for the reader, oldest first.
    """

    case_id: str
    stage: Stage
    series: tuple[SeriesProgress, ...] = ()
    documents_promised: int = 0
    documents_present: int = 0
    received_bytes: int = 0
    latest_series_uid: str = ""
    problems: tuple[str, ...] = ()

    @property
    def promised(self) -> int:
        """Instances and documents that are promised."""
        return sum(one.promised for one in self.series) + self.documents_promised

    @property
    def present(self) -> int:
        """Instances and documents that are stored."""
        return sum(one.present for one in self.series) + self.documents_present


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchTools:
    """What a fetch works with.

    Attributes:
        executor: 4 to 6 threads; tests pass a synchronous one.
        header_job: dotted name of the job that reads a header mapping.
        check_job: dotted name of the job that says whether pixel data can be decoded; "" = not asked.
        free_bytes: free space of the disk that holds the shelf.
        cancelled: True stops after the instances under way; what is complete stays, the next fetch goes on.
    """

    source: CaseSource
    shelf: CaseShelf
    parser: Parser
    audit: AuditTrail
    executor: Executor
    header_job: str
    check_job: str = ""
    free_bytes: Callable[[], int] = field(default=lambda: 2**63)
    report: Callable[[FetchProgress], None] = field(default=lambda _progress: None)
    cancelled: Callable[[], bool] = field(default=lambda: False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How a fetch ended. ``case`` is stored with its manifest; ``offline_ready`` when nothing promised is lacking."""

    case: Case
    progress: FetchProgress
    offline_ready: bool
    missing: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()


def fetch_case(case: Case, tools: FetchTools) -> Fetched:
    """Bring everything the case promises to this computer; what is here already is not fetched again.

    Raises:
        Refused: the service refused (see ``workstation.service``), the reader cancelled (``Cancelled``), or the disk is
            full; what was complete is kept and the next call goes on with what is missing.
    """
    raise NotImplementedError
