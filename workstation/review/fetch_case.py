"""Fetching a case: manifest first, then documents and images, each encrypted as it arrives, compared and recorded."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace

from workstation.cases.case import Case, PromisedInstance, Study
from workstation.cases.material import in_reading_order
from workstation.cases.offline import OfflineState, bytes_wanted, offline_state
from workstation.cases.ports import AuditTrail, CaseShelf, CaseSource, Parser, Received, ReceivedState
from workstation.cases.refusals import Declined, NoSpace, NotFound, Unintelligible, Withheld
from workstation.review.fetch_progress import FetchProgress, SeriesProgress, Stage, Tally
from workstation.review.held import held
from workstation.review.receiving import DOUBT, Desk, receive_document, receive_instance, stopped
from workstation.review.settle_identity import settled_identities
from workstation.review.worklist import with_known_manifest

__all__ = ["FetchProgress", "FetchTools", "Fetched", "SeriesProgress", "Stage", "fetch_case"]

AT_ONCE = 6
_ONE_ITEM = (NotFound, Declined, Unintelligible, Withheld)
MISSING = (
    "The central service does not have an image that it promised. What is here can be read; the case stays marked as "
    "incomplete. Go on later, or ask the central service for the image."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchTools:
    """What a fetch works with.

    Attributes:
        executor: 4 to 6 threads; tests pass a synchronous one.
        parser: runs the jobs of ``viewers.series.header_job`` and ``check_job``.
        check_job: the job that decodes a frame (``viewers.series.codecs.remote.DECODE``), asked whether each image can
            be decoded before it counts as present; "" = not asked.
        free_bytes: free space of the disk that holds the shelf.
        report: called from any thread, each time with everything.
        cancelled: True stops; what is complete stays, the next fetch goes on.
    """

    source: CaseSource
    shelf: CaseShelf
    parser: Parser
    audit: AuditTrail
    executor: Executor
    check_job: str = ""
    free_bytes: Callable[[], int] = field(default=lambda: 2**63)
    report: Callable[[FetchProgress], None] = field(default=lambda _progress: None)
    cancelled: Callable[[], bool] = field(default=lambda: False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How a fetch ended. ``case`` is stored with its manifest; ``offline`` says what is here and what is not."""

    case: Case
    progress: FetchProgress
    offline: OfflineState

    @property
    def offline_ready(self) -> bool:
        """Whether the case can be read completely without a network."""
        return self.offline.ready


def fetch_case(case: Case, tools: FetchTools) -> Fetched:
    """Bring everything the case promises to this computer; what is here already is not fetched again.

    A single item that the service does not give, an unreadable one and one of another patient are told as problems and
    leave the rest of the case usable.

    Raises:
        Refused: the service cannot be reached or refuses altogether (see ``workstation.service``), the reader cancelled
            (``Cancelled``), or the disk is full (``NoSpace``); what was complete is kept and the next call goes on.
    """
    tally = Tally(case.id, tools.report)
    tools.audit.record("fetch-begun", case_id=case.id)
    case = _as_it_is_now(_with_manifest(case, tools, tally), tools.shelf)
    tools.shelf.put(case)
    here = held(case, tools.shelf)
    tally.begin(case, in_reading_order(case), [one for one in here if _is_done(one)])
    _require_space(case, here, tools)
    desk = _desk(case, tools)
    done = {one.key for one in here if _is_done(one)}
    tally.stage(Stage.DOCUMENTS)
    _fetch_documents(case, desk, done, tally)
    tally.stage(Stage.IMAGES)
    _fetch_images(case, desk, done, tools, tally)
    return _ended(case, tools, tally)


def _with_manifest(case: Case, tools: FetchTools, tally: Tally) -> Case:
    studies: list[Study] = []
    for study in case.studies:
        if tools.cancelled():
            raise stopped()
        try:
            studies.append(tools.source.manifest(study))
        except NotFound as refused:
            tally.problem(str(refused))
            studies.append(study)
    return replace(case, studies=tuple(studies))


def _as_it_is_now(case: Case, shelf: CaseShelf) -> Case:
    """The case as it stands on the shelf, with the manifests just read: it may have been begun meanwhile."""
    latest = shelf.get(case.id)
    return case if latest is None else with_known_manifest(latest, case)


def _is_done(one: Received) -> bool:
    """An image of another patient is asked for again: the service may have put it right. A doubt waits for a person."""
    doubtful = one.state is ReceivedState.QUARANTINED and one.reason.startswith(DOUBT)
    return one.state is ReceivedState.PRESENT or doubtful


def _require_space(case: Case, here: Iterable[Received], tools: FetchTools) -> None:
    needed, free = bytes_wanted(case, tuple(here)), tools.free_bytes()
    if needed > free:
        raise NoSpace(
            f"The case needs about {_megabytes(needed)} MB, this computer's disk has {_megabytes(free)} MB free.",
            kept="Nothing of the case was changed; what had arrived before is kept and can be read.",
            advice="Free some space, or forget the images of a delivered case, then fetch again.",
        )


def _megabytes(count: int) -> int:
    return -(-count // 1_000_000)


def _desk(case: Case, tools: FetchTools) -> Desk:
    return Desk(
        case_id=case.id,
        patient=case.patient,
        source=tools.source,
        shelf=tools.shelf,
        parser=tools.parser,
        check_job=tools.check_job,
        settled=settled_identities(case, tools.shelf),
        cancelled=tools.cancelled,
    )


def _fetch_documents(case: Case, desk: Desk, done: set[str], tally: Tally) -> None:
    for document in case.documents:
        if document.id in done:
            continue
        if desk.cancelled():
            raise stopped()
        try:
            tally.document(receive_document(desk, document))
        except _ONE_ITEM as refused:
            tally.problem(str(refused))


def _fetch_images(case: Case, desk: Desk, done: set[str], tools: FetchTools, tally: Tally) -> None:
    """A few at a time; after the first refusal that concerns everything no more are begun."""
    waiting: dict[Future[Received], PromisedInstance] = {}
    try:
        for promised in _in_order(case, done):
            if tools.cancelled():
                raise stopped()
            waiting[tools.executor.submit(receive_instance, desk, promised)] = promised
            if len(waiting) >= AT_ONCE:
                _collect(waiting, tally, tools)
        while waiting:
            _collect(waiting, tally, tools)
    finally:
        for future in waiting:
            future.cancel()
        _settle(waiting, tally)


def _in_order(case: Case, done: set[str]) -> Iterable[PromisedInstance]:
    return (one for series in in_reading_order(case) for one in series.instances if one.sop_uid not in done)


def _collect(waiting: dict[Future[Received], PromisedInstance], tally: Tally, tools: FetchTools) -> None:
    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in finished:
        promised = waiting.pop(future)
        try:
            received = future.result()
        except NotFound:
            tally.lost(promised.series_uid)
            tally.problem(MISSING)
            continue
        except _ONE_ITEM as refused:
            tally.lost(promised.series_uid)
            tally.problem(str(refused))
            continue
        tally.instance(received)
        if received.state is not ReceivedState.PRESENT:
            tally.problem(_told(received))
            what = {"instance": received.key, "state": received.state.value}
            tools.audit.record("item-withheld", case_id=tally.now.case_id, detail=json.dumps(what))


def _settle(waiting: dict[Future[Received], PromisedInstance], tally: Tally) -> None:
    """Those under way when the fetch stopped end before it does; what they brought counts."""
    for future in waiting:
        if not future.cancelled() and future.exception() is None:
            tally.instance(future.result())


def _told(received: Received) -> str:
    if received.state is ReceivedState.UNREADABLE:
        return f"An image cannot be read: {received.reason} It is not shown; the rest of the case can be read."
    if received.reason.startswith(DOUBT):
        return f"Images wait for your decision whose they are: {received.reason.removeprefix(DOUBT)}"
    return (
        f"An image of another patient, or another image, came in place of one of this case: {received.reason} "
        "It was locked away and is never shown; the rest of the case can be read. Tell the central service."
    )


def _ended(case: Case, tools: FetchTools, tally: Tally) -> Fetched:
    state = offline_state(case, held(case, tools.shelf))
    if state.unlisted:
        tally.problem(
            f"The central service counts {state.unlisted} more images than it lists. "
            "They cannot be fetched; ask the central service before you rely on these studies."
        )
    tally.stage(Stage.DONE)
    summary = {"promised": state.promised, "present": state.present, "quarantined": len(state.quarantined)}
    tools.audit.record("fetch-ended", case_id=case.id, detail=json.dumps(summary))
    return Fetched(case=case, progress=tally.now, offline=state)
