"""Marks on a picture: lines with a dark halo, handles one can grasp, labels that never cover what they measure."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from viewers.display.slices import Slice
from viewers.display.viewport import Viewport, to_screen
from viewers.geometry.points import PixelPoint
from viewers.measure.making import shape_of
from viewers.measure.measurement import MarkKind, Measurement
from viewers.measure.shapes import outline
from viewers.measure.words import label_lines
from viewers.widgets.lettering import lettering_font
from viewers.widgets.palette import Palette

ELSEWHERE = "measured on another series"
_HANDLE_PX = 10.0
_LABEL_GAP_PX = 12.0
_PADDING = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedMark:
    """A mark on the screen: its line, its handles, and the box of its label, in logical pixels.

    ``led`` says that the label stands away from its mark, so that a line leads to it.
    """

    measurement: Measurement
    line: QPolygonF
    handles: tuple[QPointF, ...]
    lines: tuple[str, ...]
    label: QRectF
    led: bool = False


def placed_mark(
    measurement: Measurement,
    points: tuple[PixelPoint, ...],
    picture: Slice,
    view: Viewport,
    *,
    size: tuple[float, float],
    palette: Palette,
) -> PlacedMark:
    """Where everything of a mark stands.

    Args:
        measurement: the mark.
        points: its points on the picture.
        picture: what it is painted on.
        view: where the picture stands.
        size: (width, height) of the view, which holds the label.
        palette: for the size of text.
    """
    closed = measurement.kind is not MarkKind.LENGTH
    corners = outline(shape_of(measurement.kind, points, picture.pixel_size), picture.pixel_size) if closed else points
    places = [_on_screen(view, corner) for corner in corners]
    line = QPolygonF([*places, places[0]] if closed else places)
    words = _words(measurement, picture)
    label = _label_box(measurement, line.boundingRect(), words, size, palette)
    handles = tuple(_on_screen(view, point) for point in points)
    led = measurement.label_offset is not None
    return PlacedMark(measurement=measurement, line=line, handles=handles, lines=words, label=label, led=led)


def paint_mark(painter: QPainter, mark: PlacedMark, palette: Palette, *, active: bool) -> None:
    """The mark; handles only while it is active."""
    colour = QColor(palette.mark if active else palette.mark_resting)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 190), 3.5), QPen(colour, 1.5)):
        painter.setPen(pen)
        painter.drawPolyline(mark.line)
        if mark.measurement.kind is MarkKind.LENGTH:
            for end in mark.handles:
                _tick(painter, end)
    if active:
        _paint_handles(painter, mark, colour)
    _paint_label(painter, mark, palette, colour)


def _words(measurement: Measurement, picture: Slice) -> tuple[str, ...]:
    """The label; numbers of PET that lie over a CT of the same patient space say that they are not its own."""
    lines = label_lines(measurement)
    return lines if measurement.display_set_id == picture.display_set.id else (*lines, ELSEWHERE)


def _on_screen(view: Viewport, point: PixelPoint) -> QPointF:
    return QPointF(*to_screen(view, point))


def _tick(painter: QPainter, end: QPointF) -> None:
    """A small cross at an end of a length, open in the middle so that the pixel meant stays visible."""
    for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        start = QPointF(end.x() + 2 * across, end.y() + 2 * down)
        painter.drawLine(start, QPointF(end.x() + 5 * across, end.y() + 5 * down))


def _paint_handles(painter: QPainter, mark: PlacedMark, colour: QColor) -> None:
    half = _HANDLE_PX / 2
    for pen in (QPen(QColor(0, 0, 0, 190), 3.0), QPen(colour, 1.5)):
        painter.setPen(pen)
        for at in mark.handles:
            painter.drawEllipse(QRectF(at.x() - half, at.y() - half, _HANDLE_PX, _HANDLE_PX))


def _paint_label(painter: QPainter, mark: PlacedMark, palette: Palette, colour: QColor) -> None:
    if mark.led:
        painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(mark.line.boundingRect().center(), mark.label.center())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(8, 10, 12, 205))
    painter.drawRoundedRect(mark.label, 4, 4)
    painter.setFont(lettering_font(palette))
    metrics = QFontMetricsF(painter.font())
    painter.setPen(colour)
    for number, line in enumerate(mark.lines):
        base = mark.label.top() + _PADDING + metrics.ascent() + number * metrics.lineSpacing()
        painter.drawText(QPointF(mark.label.left() + _PADDING, base), line)


def _label_box(
    measurement: Measurement, mark: QRectF, words: tuple[str, ...], size: tuple[float, float], palette: Palette
) -> QRectF:
    metrics = QFontMetricsF(lettering_font(palette))
    wide = max((metrics.horizontalAdvance(line) for line in words), default=0.0) + 2 * _PADDING
    box = QSizeF(wide, metrics.lineSpacing() * len(words) + 2 * _PADDING)
    if measurement.label_offset is not None:
        across, down = measurement.label_offset
        moved = QRectF(QPointF(mark.center().x() + across, mark.center().y() + down), box)
        return _held_inside(moved, size)
    return _beside(mark, box, size)


def _beside(mark: QRectF, box: QSizeF, size: tuple[float, float]) -> QRectF:
    """The first place beside the mark, to the right, left, below or above, where the box fits whole."""
    gap = _LABEL_GAP_PX
    high = mark.center().y() - box.height() / 2
    left = mark.center().x() - box.width() / 2
    corners = (
        QPointF(mark.right() + gap, high),
        QPointF(mark.left() - gap - box.width(), high),
        QPointF(left, mark.bottom() + gap),
        QPointF(left, mark.top() - gap - box.height()),
    )
    view = QRectF(0, 0, *size)
    for corner in corners:
        place = QRectF(corner, box)
        if view.contains(place):
            return place
    held = (_held_inside(QRectF(corner, box), size) for corner in corners)
    return min(held, key=lambda place: _covered(place, mark))


def _covered(box: QRectF, mark: QRectF) -> float:
    both = box.intersected(mark)
    return max(0.0, both.width()) * max(0.0, both.height())


def _held_inside(box: QRectF, size: tuple[float, float]) -> QRectF:
    x = min(max(box.x(), 2.0), max(2.0, size[0] - box.width() - 2.0))
    y = min(max(box.y(), 2.0), max(2.0, size[1] - box.height() - 2.0))
    return QRectF(QPointF(x, y), box.size())
