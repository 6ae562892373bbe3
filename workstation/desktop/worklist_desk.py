"""The worklist desk: keeps the worklist in step with the service, fetches cases, accepts them and hands them back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from shutil import disk_usage
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.cases.case import Case, CaseState
from workstation.cases.refusals import Cancelled, Conflict, Refused
from workstation.desktop.errands import Errand, Errands, Leash
from workstation.desktop.incomplete import incomplete
from workstation.desktop.problem import Problem, problem_of
from workstation.desktop.soon import soon
from workstation.desktop.worklist_entries import Entry, Group, holding, newest_parcels, ordered, span
from workstation.desktop.worklist_screen import WorklistScreen
from workstation.desktop.workplace import Workplace
from workstation.review.fetch_progress import FetchProgress

if TYPE_CHECKING:  # fetching brings half the program along, and the worklist is to be seen first
    from workstation.review.fetch_case import Fetched, FetchTools
    from workstation.review.worklist import Synchronised

LOCAL = "local cases"
MOST_SKEW = timedelta(minutes=2)


class WorklistDesk(QObject):
    """Signals: ``listed`` carries the entries, ``connection`` (words, tone), ``problem`` what to tell with its help."""

    listed = Signal(object)
    connection = Signal(str, str)
    problem = Signal(object, object)
    arrived = Signal(str)
    handed_back = Signal(str)

    def __init__(self, screen: WorklistScreen, place: Workplace, errands: Errands) -> None:
        super().__init__(errands)
        self._screen = screen
        self._place = place
        self._errands = errands
        self._fetches: dict[str, Errand[Fetched]] = {}
        self._progress: dict[str, FetchProgress] = {}
        self._stopped: set[str] = set()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        screen.refresh_requested.connect(lambda: self.refresh(asked=True))
        screen.panel.accept_requested.connect(self.accept)
        screen.panel.hand_back_requested.connect(self.hand_back)
        screen.panel.fetch_requested.connect(self.fetch)
        screen.panel.fetch_cancelled.connect(self.stop_fetch)

    def begin(self) -> None:
        """Show what is on this computer, then look at the service, now and from time to time."""
        if not self._errands.busy(LOCAL):
            self.show_local()
        self.pace()
        self.refresh()

    def pace(self) -> None:
        """Look as often as the reader chose, from now on."""
        self._timer.start(1000 * self._place.choices.whole("service.refresh"))

    def end(self) -> None:
        """Stop looking and fetching; what arrived is kept."""
        self._timer.stop()
        for case_id in list(self._fetches):
            self.stop_fetch(case_id)

    def show_local(self) -> None:
        """Show the cases that are on this computer."""
        self._errands.send(
            LOCAL,
            lambda _leash: self._entries(),
            arrived=self._list,
            failed=self._fail("The worklist could not be read"),
        )

    def refresh(self, *, asked: bool = False) -> None:
        """Ask the service for what is new; without a sign-in only what is here is shown."""
        if not self._place.signed_in():
            self.connection.emit("not signed in", "watch")
            return
        self.connection.emit("looking …", "quiet")
        self._errands.send(
            "refresh",
            lambda _leash: self._synchronised(),
            arrived=self._refreshed,
            failed=lambda error: self._not_refreshed(error, asked=asked),
        )

    def accept(self, case_id: str, statement: str) -> None:
        """Accept a case with the reader's word on conflicts of interest, then fetch it; asking twice is asking once."""
        if self._errands.busy(f"accept {case_id}"):
            return
        case = self._case(case_id)
        shelf = self._place.shelves.cases

        def accept(_leash: Leash) -> Case:
            from workstation.review.compose import CONFLICT

            accepted = self._place.service().accept(case, conflict_statement=statement)
            shelf.put(accepted)
            shelf.remember(case_id, CONFLICT, statement)
            self._place.shelves.audit.record("case accepted", case_id=case_id)
            return accepted

        self._errands.send(
            f"accept {case_id}",
            accept,
            arrived=self._accepted,
            failed=self._fail("The case could not be accepted", again=lambda: self.accept(case_id, statement)),
        )

    def hand_back(self, case_id: str, reason: str) -> None:
        """Hand a case back with a reason; asking twice is asking once."""
        if self._errands.busy(f"reject {case_id}"):
            return
        case, place = self._case(case_id), self._place
        self.stop_fetch(case_id)

        def give(_leash: Leash) -> Case:
            from workstation.review.hand_back import hand_back

            shelves, now = place.shelves, place.clock()
            return hand_back(
                case, reason=reason, service=place.service(), shelf=shelves.cases, parcels=shelves.parcels,
                audit=shelves.audit, now=now,
            )  # fmt: skip

        self._errands.send(
            f"reject {case_id}",
            give,
            arrived=lambda _case: self._handed_back(case_id),
            failed=self._fail("The case could not be handed back", again=lambda: self.hand_back(case_id, reason)),
        )

    def _handed_back(self, case_id: str) -> None:
        self.handed_back.emit(case_id)
        self.show_local()

    def fetch(self, case_id: str) -> None:
        """Fetch what a case promises and is not here yet."""
        if case_id in self._fetches:
            return
        self._stopped.discard(case_id)
        case = self._case(case_id)

        def fetch(leash: Leash) -> "Fetched":
            from workstation.review.fetch_case import fetch_case

            return fetch_case(case, self._tools(leash))

        self._fetches[case_id] = self._errands.send(
            f"fetch {case_id}",
            fetch,
            arrived=lambda fetched: self._fetched(case_id, fetched),
            failed=lambda error: self._not_fetched(case_id, error),
            reported=self._report,
        )
        self.show_local()

    def stop_fetch(self, case_id: str) -> None:
        """Stop a download after the images under way; ``fetch`` goes on with what is missing."""
        errand = self._fetches.get(case_id)
        if errand is not None:
            errand.stop.set()

    def next_case(self, after: str) -> str:
        """The most urgent case to read apart from ``after``; "" where there is none."""
        mine = [entry.case.id for entry in self._screen.entries_of(Group.MINE) if entry.case.id != after]
        return mine[0] if mine else ""

    def _tools(self, leash: Leash) -> "FetchTools":
        from workstation.review.fetch_case import FetchTools

        place = self._place
        return FetchTools(
            source=place.service(),
            shelf=place.shelves.cases,
            parser=place.workers,
            audit=place.shelves.audit,
            executor=place.fetchers,
            check_job=place.check_job,
            free_bytes=lambda: disk_usage(place.folder).free,
            report=leash.report,
            cancelled=leash.cancelled,
        )

    def _entries(self) -> list[Entry]:
        from workstation.review.held import held

        shelves = self._place.shelves
        parcels = newest_parcels(shelves.parcels.all())
        return [
            Entry(case=case, holding=holding(case, held(case, shelves.cases)), parcel=parcels.get(case.id))
            for case in shelves.cases.all()
        ]

    def _list(self, entries: Sequence[Entry]) -> None:
        shown = [self._with_progress(entry) for entry in entries]
        self._screen.show_entries(shown)
        for progress in self._progress.values():
            self._screen.panel.show_progress(progress)
        self.listed.emit(shown)

    def _with_progress(self, entry: Entry) -> Entry:
        progress = self._progress.get(entry.case.id)
        fetching = entry.case.id in self._fetches
        if progress is None or not progress.promised:
            return replace(entry, fetching=fetching)
        here = replace(entry.holding, promised=progress.promised, present=progress.present)
        return replace(entry, fetching=fetching, holding=here if fetching else entry.holding)

    def _case(self, case_id: str) -> Case:
        entry = self._screen.entry(case_id)
        assert entry is not None
        return entry.case

    def _synchronised(self) -> "tuple[Synchronised, list[Entry]]":
        from workstation.review.hand_back import forget_handed_back
        from workstation.review.worklist import synchronise

        shelves = self._place.shelves
        service = self._place.service()
        found = synchronise(service, shelves.cases, shelves.texts, shelves.audit)
        forget_handed_back(shelf=shelves.cases, parcels=shelves.parcels, audit=shelves.audit, now=self._place.clock())
        return found, self._entries()

    def _refreshed(self, answer: "tuple[Synchronised, list[Entry]]") -> None:
        found, entries = answer
        self.connection.emit(*self._online())
        self._list(entries)
        for change in found.withdrawn:
            words = " ".join(change.differences) or "A case was withdrawn."
            self.problem.emit(Problem(happened=words, kept="Your draft is kept and locked.", next=""), None)
        self._fetch_what_is_mine(entries)

    def _online(self) -> tuple[str, str]:
        """Since when, and whether this computer's clock can be believed: deadlines and signatures are read off it."""
        words = f"● online, {self._place.clock().astimezone():%H:%M}"
        skew = self._place.service().clock_skew
        if skew is None or abs(skew) <= MOST_SKEW:
            return words, "quiet"
        side = "behind" if skew > timedelta() else "ahead"
        return f"{words}  ·  this computer's clock is {span(abs(skew))} {side}", "watch"

    def _fetch_what_is_mine(self, entries: Sequence[Entry]) -> None:
        """Accepted cases come by themselves, the most urgent first, one after the other."""
        wanted = (CaseState.ACCEPTED, CaseState.IN_PROGRESS)
        waiting = [e for e in entries if e.case.state in wanted and not e.holding.complete and e.parcel is None]
        waiting = [entry for entry in waiting if entry.case.id not in self._stopped]
        if waiting and not self._fetches:
            self.fetch(ordered(waiting)[0].case.id)

    def _not_refreshed(self, error: BaseException, *, asked: bool) -> None:
        since = f"{self._place.clock().astimezone():%H:%M}"
        self.connection.emit(f"○ offline at {since}", "watch")
        if asked or not isinstance(error, Refused):
            self.problem.emit(
                problem_of("The worklist was not refreshed", error, action="Look again"),
                lambda: self.refresh(asked=True),
            )

    def _accepted(self, case: Case) -> None:
        entry = self._screen.entry(case.id)
        if entry is not None:  # the reader's next step stands where the case now stands
            self._screen.update_entry(replace(entry, case=case))
            self._screen.choose(case.id)
        self.show_local()
        soon(self, lambda: self._fetch_accepted(case))

    def _fetch_accepted(self, case: Case) -> None:
        if self._screen.entry(case.id) is not None:
            self.fetch(case.id)

    def _report(self, progress: object) -> None:
        assert isinstance(progress, FetchProgress)
        before = self._progress.get(progress.case_id)
        self._progress[progress.case_id] = progress
        entry = self._screen.entry(progress.case_id)
        if entry is None:
            return
        if before is None or not before.series:
            self.show_local()
        self._screen.update_entry(self._with_progress(replace(entry, fetching=True)))
        self._screen.panel.show_progress(progress)

    def _fetched(self, case_id: str, fetched: "Fetched") -> None:
        self._fetches.pop(case_id, None)
        self._progress.pop(case_id, None)
        self.show_local()
        self.arrived.emit(case_id)
        if not fetched.offline_ready:  # asking for the same again and again would bring nothing new
            self._stopped.add(case_id)
            self.problem.emit(incomplete(fetched.offline), None)
        self._errands.send(
            "after fetch",
            lambda _leash: self._prepared(fetched.case),
            arrived=self._fetch_what_is_mine,
            failed=lambda _error: None,
        )

    def _prepared(self, case: Case) -> list[Entry]:
        from workstation.review.first_image import prepare_first

        with suppress(OSError):  # opening the case says what is wrong with its bytes
            prepare_first(case, self._place.shelves.cases, self._place.workers)
        return self._entries()

    def _not_fetched(self, case_id: str, error: BaseException) -> None:
        self._fetches.pop(case_id, None)
        self._progress.pop(case_id, None)
        self._stopped.add(case_id)
        self.show_local()
        if not isinstance(error, Cancelled):
            self.problem.emit(
                problem_of("The case was not fetched completely", error, action="Go on"), lambda: self.fetch(case_id)
            )

    def _fail(self, step: str, *, again: Callable[[], object] | None = None) -> Callable[[BaseException], object]:
        """Tells a failure; where somebody else was first, looking again is what helps."""

        def tell(error: BaseException) -> None:
            if isinstance(error, Conflict):
                self.problem.emit(problem_of(step, error, action="Look again"), self.refresh)
            else:
                self.problem.emit(problem_of(step, error, action="Try again" if again else ""), again)

        return tell
