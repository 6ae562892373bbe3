"""Shown marks: which marks of a board stand on one picture, where, and what of them lies under a pointer."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from viewers.display.slices import Slice
from viewers.display.viewport import Viewport
from viewers.geometry.points import PixelPoint, ScreenPoint
from viewers.measure.measurement import Measurement
from viewers.measure.placing import points_on
from viewers.measure.touching import Touch, touched
from viewers.widgets.label_places import apart
from viewers.widgets.mark_painting import PlacedMark, placed_mark
from viewers.widgets.palette import Palette

MarkOnPicture = tuple[Measurement, tuple[PixelPoint, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownMarks:
    """The marks on one picture as it stands on a screen of ``size`` logical pixels."""

    marks: tuple[MarkOnPicture, ...]
    picture: Slice
    view: Viewport
    size: tuple[float, float]
    palette: Palette

    def placed(self) -> list[PlacedMark]:
        """Every mark with its line, handles and label; labels do not cover each other."""
        placed = [
            placed_mark(mark, points, self.picture, self.view, size=self.size, palette=self.palette)
            for mark, points in self.marks
        ]
        return apart(placed, self.size)

    def touch_at(self, at: ScreenPoint, *, only: str | None) -> Touch | None:
        """The handle or line under a place, of any mark or of one."""
        listed = [found for found in self.marks if only is None or found[0].id == only]
        return touched(at, listed, self.picture, self.view)

    def label_at(self, at: ScreenPoint) -> Measurement | None:
        """The mark whose label is under a place."""
        over = (mark.measurement for mark in reversed(self.placed()) if mark.label.contains(QPointF(at.x, at.y)))
        return next(over, None)

    def label_offset(self, mark_id: str) -> tuple[float, float] | None:
        """Where the label of a mark stands now, relative to the middle of the mark."""
        for mark in self.placed():
            if mark.measurement.id == mark_id:
                way = mark.label.topLeft() - mark.line.boundingRect().center()
                return way.x(), way.y()
        return None


def marks_on(
    picture: Slice, measurements: Iterable[Measurement], draft: Measurement | None
) -> tuple[MarkOnPicture, ...]:
    """Every mark on a picture with its points, the draft in place of the mark it changes."""
    listed = [mark for mark in measurements if draft is None or mark.id != draft.id]
    placed = ((mark, points_on(mark, picture)) for mark in ([*listed, draft] if draft is not None else listed))
    return tuple((mark, points) for mark, points in placed if points is not None)
