"""How far a fetch has come, as snapshots of which the newest is enough."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from workstation.cases.case import Case, PromisedSeries
from workstation.cases.ports import Received, ReceivedState


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


class Tally:
    """Counts what comes, from any thread, and reports each change."""

    def __init__(self, case_id: str, report: Callable[[FetchProgress], None]) -> None:
        self._report = report
        self._lock = threading.RLock()
        self._now = FetchProgress(case_id=case_id, stage=Stage.MANIFEST)

    @property
    def now(self) -> FetchProgress:
        """The newest snapshot."""
        return self._now

    def begin(self, case: Case, series: Sequence[PromisedSeries], here: Sequence[Received]) -> None:
        """What is promised and what is here from earlier runs."""
        documents = {one.id for one in case.documents}
        self._change(
            series=tuple(_series(one, here) for one in series),
            documents_promised=len(case.documents),
            documents_present=sum(1 for one in here if one.key in documents and one.state is ReceivedState.PRESENT),
        )

    def stage(self, stage: Stage) -> None:
        """The fetch goes on to its next part."""
        self._change(stage=stage)

    def problem(self, sentence: str) -> None:
        """Tell the reader, once."""
        with self._lock:
            if sentence and sentence not in self._now.problems:
                self._change(problems=(*self._now.problems, sentence))

    def document(self, received: Received) -> None:
        """A document arrived."""
        with self._lock:
            self._change(
                documents_present=self._now.documents_present + 1,
                received_bytes=self._now.received_bytes + received.size,
            )

    def instance(self, received: Received) -> None:
        """An instance arrived, good or not."""
        good = int(received.state is ReceivedState.PRESENT)
        self._count(received.series_uid, good=good, bad=1 - good, size=received.size)

    def lost(self, series_uid: str) -> None:
        """An instance was refused by the service."""
        self._count(series_uid, good=0, bad=1, size=0)

    def _count(self, series_uid: str, *, good: int, bad: int, size: int) -> None:
        with self._lock:
            series = tuple(
                one
                if one.series_uid != series_uid
                else replace(
                    one,
                    present=one.present + good,
                    troubled=one.troubled + bad,
                    received_bytes=one.received_bytes + size,
                )
                for one in self._now.series
            )
            latest = series_uid if good else self._now.latest_series_uid
            received_bytes = self._now.received_bytes + size
            self._change(series=series, latest_series_uid=latest, received_bytes=received_bytes)

    def _change(self, **what: object) -> None:
        with self._lock:
            self._now = replace(self._now, **what)  # type: ignore[arg-type]  # fields by name
            self._report(self._now)


def _series(promised: PromisedSeries, here: Sequence[Received]) -> SeriesProgress:
    keys = {one.sop_uid for one in promised.instances}
    stored = [one for one in here if one.key in keys]
    return SeriesProgress(
        series_uid=promised.series_uid,
        study_uid=promised.study_uid,
        modality=promised.modality,
        description=promised.description,
        promised=max(promised.count, len(promised.instances)),
        present=sum(1 for one in stored if one.state is ReceivedState.PRESENT),
        troubled=sum(1 for one in stored if one.state is ReceivedState.QUARANTINED),
    )
