"""Label places: labels of neighbouring marks moved apart, so that every number can be read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from viewers.widgets.mark_painting import PlacedMark

_BETWEEN_PX = 4.0


def apart(marks: Sequence[PlacedMark], size: tuple[float, float]) -> list[PlacedMark]:
    """The marks with labels that cover no other label, as long as the view has room.

    Labels that the reader placed stay where they are; of the others the earlier mark keeps its place, the later one
    goes up or down, to the nearest free place, and is led to by a line.

    Args:
        marks: in the order in which they were made.
        size: (width, height) of the view in logical pixels.
    """
    view = QRectF(0, 0, *size)
    taken = [mark.label for mark in marks if _is_fixed(mark)]
    placed: list[PlacedMark] = []
    for mark in marks:
        label = mark.label if _is_fixed(mark) else _free(mark.label, taken, view)
        if not _is_fixed(mark):
            taken.append(label)
        placed.append(mark if label == mark.label else replace(mark, label=label, led=True))
    return placed


def _is_fixed(mark: PlacedMark) -> bool:
    return mark.measurement.label_offset is not None


def _free(label: QRectF, taken: Sequence[QRectF], view: QRectF) -> QRectF:
    """The place nearest to ``label`` above or below that is free, or the same where there is none."""
    if not any(label.intersects(other) for other in taken):
        return label
    levels = (level for other in taken for level in _beside(label, other))
    moved = (QRectF(QPointF(label.x(), level), label.size()) for level in levels)
    free = [place for place in moved if view.contains(place) and not _covers(place, taken)]
    return min(free, key=lambda place: abs(place.y() - label.y()), default=label)


def _beside(label: QRectF, other: QRectF) -> tuple[float, float]:
    return other.bottom() + _BETWEEN_PX, other.top() - label.height() - _BETWEEN_PX


def _covers(place: QRectF, taken: Iterable[QRectF]) -> bool:
    return any(place.intersects(other) for other in taken)
