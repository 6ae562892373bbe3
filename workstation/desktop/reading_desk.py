"""The reading desk: opens cases and series in the reading room, and keeps what was seen and measured."""

import logging
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from viewers.series.display_set import DisplaySet
from viewers.widgets.tools import Tool
from workstation.cases.case import Case, CaseState
from workstation.cases.refusals import Refused
from workstation.desktop.citing import Citing
from workstation.desktop.errands import Errands
from workstation.desktop.open_case import OpenCase, is_outdated, keep_reading, read_case, restamped
from workstation.desktop.opinion_draft import OpinionDraft
from workstation.desktop.problem import Problem, problem_of
from workstation.desktop.reading_room import ReadingRoom
from workstation.desktop.seen import pictured
from workstation.desktop.series_loading import SeriesLoading
from workstation.desktop.soon import soon
from workstation.desktop.timeline import Timeline
from workstation.desktop.workplace import Workplace
from workstation.opinions import edits
from workstation.review.cite import DISPLAY_SET
from workstation.review.first_image import FirstImage, first_image, first_shown

KEEP_MS = 800
OPENING = "open case"
STEP_MS = 20  # between the parts of a case: images are painted and keys are heard in between
UNSAVED = "What you wrote stays in the window and is saved as soon as the disk takes it."
WRITTEN_KEPT = "Everything you wrote is kept."
ASKED_AGAIN = "What changed is asked again: look at it, then say so in the opinion."
_log = logging.getLogger(__name__)


def unsaved(error: BaseException) -> Problem:
    """The problem of a draft that the disk did not take."""
    return replace(
        problem_of("The draft could not be saved", error), kept=UNSAVED, next="Free some space; leave the window open."
    )


class ReadingDesk(QObject):
    """One opened case at a time. ``opened`` says that its words and images can be worked with."""

    opened = Signal(str)
    failed = Signal(object)
    preview_requested = Signal()
    progress = Signal(str)

    def __init__(self, room: ReadingRoom, place: Workplace, errands: Errands) -> None:
        super().__init__(errands)
        self.room = self._room = room
        self._place = place
        self._errands = errands
        self._loading = SeriesLoading(room, place, errands)
        self._timeline = Timeline()
        self.case: OpenCase | None = None
        self.draft: OpinionDraft | None = None
        self._citing = Citing(room, place.clock)
        self._wanted = ""
        self._steps: tuple[Callable[[OpenCase], None], ...] = ()
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(KEEP_MS)
        self._keep.timeout.connect(self._keep_later)
        self._cases = place.shelves.cases
        self._connect()

    @property
    def stands_in(self) -> bool:
        """Whether one image stands for a series whose own first picture has not come yet."""
        return self._loading.stands_in

    def open(self, case_id: str) -> None:
        """Open a case; the one before is closed and everything of it blanked first."""
        if self.case is not None and self.case.case.id == case_id and not is_outdated(self.case, self._cases):
            self._room.focus_images()
            self.opened.emit(case_id)
            return
        try:
            self.keep()
        except OSError as error:
            self.failed.emit(unsaved(error))
            return
        self.close()
        self._wanted = case_id
        self._room.images.blank("Opening the case …")
        self._errands.send(
            OPENING,
            lambda _leash: first_image(case_id, self._place.shelves.cases, self._place.workers),
            arrived=lambda first: self._show_first_image(case_id, first),
            failed=lambda _error: self._read(case_id),  # whatever it is, reading the whole case tells it
        )

    def keep(self) -> None:
        """Put everything written and seen on the disk before this returns.

        Raises:
            OSError: the disk is full or broken; what was written is still in the window.
        """
        if self.draft is not None:
            self.draft.save_now()
        if self.case is not None:
            keep_reading(self.case, self._room.images.board().measurements, self.case.where, self._place)

    def close(self) -> None:
        """Close the case; nothing of it stays on the screen. Whoever must not lose anything asks ``keep`` first."""
        self._errands.recall(OPENING)
        self._steps, self._wanted = (), ""
        self._loading.close()
        try:
            self.keep()
        except OSError as failure:
            _log.error("closed without saving: %s", type(failure).__name__)
        self._keep.stop()
        self.case, self.draft = None, None
        self._citing.end()
        self._room.bar.banner.blank()
        self._room.images.blank()
        self._room.images.board().replace_all(())
        self._room.thumbnails.show_series([])
        self._room.studies.show_documents((), frozenset())
        self._room.document.blank()
        self._room.opinion.clear()
        self._room.status.clear()

    def undo(self) -> None:
        """Take back what was done last, in the images or in the opinion."""
        self._timeline.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._timeline.redo()

    def show_evidence(self, evidence_id: str) -> None:
        """Show the image of a piece of evidence as it was when it was cited."""
        item = self._citing.cited(evidence_id)
        if item is None or self.case is None:
            return
        display_set_id = str(item.view.get(DISPLAY_SET, ""))
        if self.case.studies.display_set(display_set_id) is None:
            return
        self._citing.put_mark_back(item)
        self.open_series(display_set_id, then=lambda: self._citing.show_again(item))

    def open_series(self, display_set_id: str, *, then: Callable[[], object] = lambda: None) -> None:
        """Show a series in the image area."""
        assert self.case is not None
        chosen = self.case.studies.display_set(display_set_id)
        if chosen is None:
            return
        self._room.show_images()
        self._room.thumbnails.mark_open(display_set_id)
        self.case.where = display_set_id
        doubt = self.case.studies.doubts.get(display_set_id, "")
        self._room.bar.banner.doubt(doubt)
        self._room.status.show_display_set(chosen, doubt)
        self._loading.show(chosen, self.case.studies.source)
        self._show_seen(chosen)
        self._keep.start()
        then()

    def step_series(self, step: int) -> None:
        """Show the next or the previous series that has pictures."""
        if self.case is None:
            return
        ids = [item.id for item in pictured(self.case.studies.display_sets)]
        if self.case.where in ids:
            self.open_series(ids[(ids.index(self.case.where) + step) % len(ids)])

    def open_document(self, document_id: str) -> None:
        """Show a received document in place of the images."""
        assert self.case is not None
        case = self.case.case
        title = next(item.title for item in case.documents if item.id == document_id)
        self._room.studies.mark_open(document_id)
        self._room.show_document()
        self._room.document.show_document(
            document_id, title, lambda: self._place.shelves.cases.document(case.id, document_id)
        )

    def _connect(self) -> None:
        room = self._room
        room.thumbnails.series_chosen.connect(self.open_series)
        room.studies.document_chosen.connect(self.open_document)
        room.document.shown.connect(self._document_shown)
        room.images.citation_requested.connect(self._citing.cite)
        room.images.key_image_requested.connect(self._citing.cite_view)
        room.images.measurement_made.connect(lambda _mark: self._marked())
        room.images.measurement_changed.connect(lambda _mark: self._marked())
        room.images.measurement_changed.connect(self._citing.measured_again)
        room.images.measurement_removed.connect(lambda _mark: self._marked())
        room.images.slice_shown.connect(self._slice_shown)
        room.images.display_set_dropped.connect(self.open_series)
        room.images.series_step_requested.connect(self.step_series)
        room.opinion.evidence_chosen.connect(self.show_evidence)
        room.opinion.preview_requested.connect(self.preview_requested)
        room.bar.undo_requested.connect(self.undo)
        room.bar.redo_requested.connect(self.redo)

    def _show_first_image(self, case_id: str, first: FirstImage | None) -> None:
        """One image, with whose it is, is on the screen before the rest of the case is read and the rest is built."""
        if first is None:
            self._read(case_id)
            return
        room = self._room
        room.bar.banner.show_case(first.case, self._place.clock())
        room.show_opinion(shown=self._place.choices.switch("reading.opinion"))
        self._loading.show_first(first)
        soon(self, lambda: self._read(case_id))

    def _read(self, case_id: str) -> None:
        if case_id != self._wanted:  # closed, or another one was opened meanwhile
            return
        self._errands.send(
            OPENING,
            lambda _leash: read_case(case_id, self._place),
            arrived=self._show_case,
            failed=self._not_read,
        )

    def _not_read(self, error: BaseException) -> None:
        """No image stays on the screen of a case that cannot be worked with."""
        self.close()
        self.failed.emit(problem_of("The case could not be opened", error))

    def _show_case(self, opened: OpenCase) -> None:
        """Images first; the list of series and the opinion follow one by one, so that the window never stands still."""
        self.case = opened
        room = self._room
        room.bar.banner.show_case(opened.case, self._place.clock())
        room.images.board().replace_all((*opened.marks, *room.images.board().measurements))
        room.images.choose_tool(Tool.WINDOW)
        room.images.set_snapping(self._place.choices.switch("reading.snap"))
        room.show_opinion(shown=self._place.choices.switch("reading.opinion"))
        self._show_first(opened)
        self._steps = (self._list_series, self._show_draft)
        self._next_step()

    def _next_step(self) -> None:
        if self._steps and self.case is not None:
            step, self._steps = self._steps[0], self._steps[1:]
            QTimer.singleShot(STEP_MS, self, lambda: self._take_step(step, self.case))

    def _take_step(self, step: Callable[[OpenCase], None], opened: OpenCase | None) -> None:
        if opened is not None and opened is self.case:
            step(opened)
            self._next_step()

    def _list_series(self, opened: OpenCase) -> None:
        self._loading.offer(opened.studies.display_sets, opened.studies.source, opened.studies.doubts)
        if opened.where:
            self._room.thumbnails.mark_open(opened.where)
        self._room.studies.show_documents(opened.case.documents, opened.here)

    def _show_draft(self, opened: OpenCase) -> None:
        kept = opened.composition
        self.draft = OpinionDraft(
            kept.opinion, opened.template, self._place.shelves.drafts, self._errands, revision=kept.revision
        )
        self.draft.save_failed.connect(self._not_saved)
        self.draft.note(lambda _kept: kept.renewed)
        self._timeline.watch(self._room.images, self.draft)
        self._room.opinion.show_draft(self.draft)
        self._citing.begin(self.draft)
        self._begin(opened.case)
        if kept.differences:
            self.failed.emit(Problem(happened=" ".join(kept.differences), kept=WRITTEN_KEPT, next=ASKED_AGAIN))
        self.opened.emit(opened.case.id)

    def _not_saved(self, error: OSError) -> None:
        self.failed.emit(unsaved(error))

    def _show_first(self, opened: OpenCase) -> None:
        first = first_shown(opened.studies.display_sets, opened.where)
        if first is None:
            self._room.images.show_message("No image of this case is on this computer yet.")
        else:
            self.open_series(first.id)

    def _begin(self, case: Case) -> None:
        """Tell the service that the case is being read, if it can be reached; it is no condition for reading."""
        if case.state is not CaseState.ACCEPTED or not self._place.signed_in():
            return

        def begin(_leash: object) -> Case:
            begun = self._place.service().begin(case)
            kept = self._place.shelves.cases.get(case.id) or case
            self._place.shelves.cases.put(replace(begun, studies=kept.studies))
            return begun

        self._errands.send("begin case", begin, arrived=self._begun, failed=self._not_begun)

    def _begun(self, case: Case) -> None:
        if self.case is not None and self.draft is not None and self.case.case.id == case.id:
            self.case.case = replace(case, studies=self.case.case.studies)
            self.draft.note(lambda opinion: restamped(opinion, case))

    def _not_begun(self, error: BaseException) -> None:
        """Offline is ordinary here: the outbox begins the case before it delivers. Anything else is told."""
        if not isinstance(error, Refused | OSError):
            self.failed.emit(problem_of("The service was not told that the case is being read", error))

    def _marked(self) -> None:
        self._keep.start()

    def _slice_shown(self, sop_uid: str, frame: int) -> None:
        shown = self._room.images.display_set()
        if self.case is None or shown is None:
            return
        if self.case.seen.frame(shown.series_uid, sop_uid, frame):
            self._show_seen(shown)
            self._keep.start()

    def _show_seen(self, shown: DisplaySet) -> None:
        assert self.case is not None
        sets, seen = pictured(self.case.studies.display_sets), self.case.seen
        done = sum(bool(seen.count(item)) for item in sets)
        self._room.status.show_seen(seen.count(shown), len(shown.frames), done, len(sets))

    def _document_shown(self, document_id: str) -> None:
        known = () if self.case is None else (item.id for item in self.case.case.documents)
        if self.case is not None and document_id in known and document_id not in self.case.seen.documents:
            self.case.seen.documents.add(document_id)
            self._keep.start()

    def _keep_later(self) -> None:
        """Note in the opinion what was displayed, and keep marks and place; from another thread."""
        if self.case is None or self.draft is None:
            return
        opened, marks = self.case, self._room.images.board().measurements
        displayed = opened.seen.documents | opened.seen.studies(opened.studies.display_sets)
        for key in displayed:
            self.draft.note(lambda opinion, key=key: edits.displayed(opinion, key))  # type: ignore[misc]
        self._errands.send(
            "keep reading",
            lambda _leash: keep_reading(opened, marks, opened.where, self._place),
            arrived=lambda _none: None,
            failed=lambda error: self.failed.emit(problem_of("Marks could not be saved", error)),
        )
