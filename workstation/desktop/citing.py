"""Citing: what is measured or looked at becomes evidence of the opinion that is being written, and is shown again."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import numpy as np

from viewers.display.layout import layout_as_plain, layout_from_plain
from viewers.geometry.points import PatientPoint
from viewers.measure.measurement import Measurement
from viewers.series.display_set import DisplaySet
from workstation.desktop.opinion_draft import OpinionDraft
from workstation.desktop.reading_room import ReadingRoom
from workstation.opinions import edits
from workstation.opinions.evidence import Evidence
from workstation.review.cite import LAYOUT, cite, cite_view, mark_of


class Citing:
    """Between the images of the reading room and one draft; what is cited before the draft is there waits for it."""

    def __init__(self, room: ReadingRoom, clock: Callable[[], datetime]) -> None:
        self._room = room
        self._clock = clock
        self._draft: OpinionDraft | None = None
        self._waiting: list[Evidence] = []

    def begin(self, draft: OpinionDraft) -> None:
        """Cite for this draft."""
        self._draft = draft
        waiting, self._waiting = self._waiting, []
        for evidence in waiting:
            self._take(evidence)

    def end(self) -> None:
        """The case is closed."""
        self._draft, self._waiting = None, []

    def cite(self, mark: Measurement) -> None:
        """Let the current finding rest on a measurement; the images keep the keyboard."""
        evidence = self._evidence(mark)
        if evidence is not None:
            self._take(evidence)

    def cite_view(self) -> None:
        """Let the current finding rest on the view as it is, without a number."""
        images = self._room.images
        shown, layout, view = images.display_set(), images.view_state(), images.active_view()
        picture = view.picture() if view is not None else None
        if shown is None or layout is None or picture is None:
            return
        frame = frame_nearest(shown, layout.crosshair_mm) if picture.frame is None else picture.frame
        plain, png = layout_as_plain(layout), images.snapshot()
        self._take(cite_view(shown, frame, layout=plain, picture=png, now=self._clock(), new_id=uuid4))

    def measured_again(self, mark: Measurement) -> None:
        """A cited mark was moved: the opinion rests on the mark as it is now."""
        if self._draft is None or self._draft.opinion.cited(mark.id) is None:
            return
        evidence = self._evidence(mark)
        if evidence is not None:
            self._draft.edit(lambda opinion: edits.keep(opinion, evidence), key=f"mark/{mark.id}")

    def cited(self, evidence_id: str) -> Evidence | None:
        """A piece of evidence of the draft."""
        return self._draft.opinion.cited(evidence_id) if self._draft is not None else None

    def show_again(self, item: Evidence) -> None:
        """Let the views stand as they stood when it was cited, its mark chosen; its series is shown already."""
        layout = item.view.get(LAYOUT)
        if isinstance(layout, dict):
            self._room.images.restore(layout_from_plain(layout))
        self._room.images.show_measurement(item.id)
        self._room.focus_images()

    def put_mark_back(self, item: Evidence) -> None:
        """A mark that was removed from the images stands there again."""
        mark = mark_of(item)
        board = self._room.images.board()
        if mark is not None and board.find(mark.id) is None:
            board.put(mark)

    def _evidence(self, mark: Measurement) -> Evidence | None:
        images = self._room.images
        shown, layout = images.display_set(), images.view_state()
        if shown is None or layout is None:
            return None
        picture = images.snapshot(mark.id)
        return cite(mark, shown, layout=layout_as_plain(layout), picture=picture, now=self._clock())

    def _take(self, evidence: Evidence) -> None:
        if self._draft is None:
            self._waiting.append(evidence)
            return
        self._room.show_opinion(shown=True)
        self._room.opinion.cite(evidence)
        self._room.focus_images()


def frame_nearest(shown: DisplaySet, point: PatientPoint | None) -> int:
    """The index from 0 of the slice nearest to a place of the patient in mm: what a reformatted view stands for."""
    if shown.geometry is None or point is None:
        return 0
    normal = np.asarray(shown.geometry.normal)
    return int(np.abs((shown.geometry.origins_mm - np.asarray(point)) @ normal).argmin())
