"""Painting one view: picture, lines, marks and words, all from one frozen scene, so that they cannot disagree."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewers.display.captions import Captions, captions, person_name
from viewers.display.orientation import directions, letters_of
from viewers.display.resolve import Shown
from viewers.display.scale_bar import scale_bar
from viewers.display.slices import Slice
from viewers.display.viewport import Viewport, to_screen
from viewers.geometry.points import PixelPoint
from viewers.series.display_set import CalibrationSource, DisplaySet
from viewers.widgets.lettering import paint_captions, paint_letters, paint_scale_bar, paint_tile, straight
from viewers.widgets.mark_painting import PlacedMark, paint_mark
from viewers.widgets.palette import Palette, plane_colour
from viewers.widgets.picture_image import PictureImage

_BAR_SHARE = 0.22
_DOUBTS = {CalibrationSource.DETECTOR_PLANE: "at the detector", CalibrationSource.ESTIMATED: "estimated"}
_CENTRE_GAP_PX = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossLine:
    """Where another view's plane cuts this picture."""

    first: PixelPoint
    second: PixelPoint
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """Everything one view shows at one moment.

    Attributes:
        display_set: whose; None for an empty view.
        picture, shown, view, image: the picture and how it stands, or None while there is none.
        words, failed: the tile in place of a picture.
        lines: reference lines; ``centre`` is where the crosshair's point lies, left free of them.
        marks: with the ids of those that are active.
        probe: the value under the pointer, in words.
        all_words: every caption, or the patient's name and the letters alone.
        title: colour name of the frame: the standard plane nearest to what is shown.
    """

    display_set: DisplaySet | None
    picture: Slice | None
    shown: Shown | None
    view: Viewport | None
    image: PictureImage | None
    words: str
    failed: bool
    lines: tuple[CrossLine, ...]
    centre: PixelPoint | None
    marks: tuple[PlacedMark, ...]
    active_marks: frozenset[str]
    probe: str
    all_words: bool
    title: str
    focused: bool


def paint_scene(painter: QPainter, size: tuple[float, float], scene: Scene, palette: Palette) -> None:
    """Paint a scene into a view of ``size`` logical pixels."""
    _paint_picture(painter, QRectF(0, 0, *size), scene.image, QColor(palette.image))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if scene.picture is not None and scene.shown is not None and scene.view is not None:
        _paint_lines(painter, scene, scene.view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in scene.marks:
            paint_mark(painter, mark, palette, active=mark.measurement.id in scene.active_marks)
        _paint_words(painter, size, scene, palette)
    elif scene.words:
        paint_tile(painter, size, scene.words, palette, failed=scene.failed)
        _paint_identity(painter, size, scene.display_set, palette)
    _paint_frame(painter, size, scene, palette)


def _paint_picture(painter: QPainter, whole: QRectF, image: PictureImage | None, around: QColor) -> None:
    """The picture, and the ground beside it alone: a whole view filled only to be covered costs as much again."""
    if image is None:
        painter.fillRect(whole, around)
        return
    covered = QRectF(image.place, image.image.deviceIndependentSize())
    # a picture's edges fall on whole device pixels, which need not be whole logical ones: the ground reaches below it
    inner = covered.adjusted(1, 1, -1, -1)
    for band in _bands(whole, inner if inner.isValid() else QRectF()):
        painter.fillRect(band, around)
    painter.drawImage(image.place, image.image)


def _bands(whole: QRectF, hole: QRectF) -> list[QRectF]:
    """What of ``whole`` lies outside ``hole``: above, below, left and right of it."""
    hole = hole & whole
    if hole.isEmpty():
        return [whole]
    beside = hole.height()
    bands = [
        QRectF(whole.left(), whole.top(), whole.width(), hole.top() - whole.top()),
        QRectF(whole.left(), hole.bottom(), whole.width(), whole.bottom() - hole.bottom()),
        QRectF(whole.left(), hole.top(), hole.left() - whole.left(), beside),
        QRectF(hole.right(), hole.top(), whole.right() - hole.right(), beside),
    ]
    return [band for band in bands if not band.isEmpty()]


def _paint_lines(painter: QPainter, scene: Scene, view: Viewport) -> None:
    """Reference lines, open around the point they cross in, so that what is looked at stays free."""
    centre = None if scene.centre is None else QPointF(*to_screen(view, scene.centre))
    for line in scene.lines:
        first, second = QPointF(*to_screen(view, line.first)), QPointF(*to_screen(view, line.second))
        # straight lines need no smoothing, which costs more than the whole picture
        slanted = abs(first.x() - second.x()) > 0.5 and abs(first.y() - second.y()) > 0.5  # noqa: PLR2004
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=slanted)
        for start, end in _opened(first, second, centre):
            for colour, width in ((QColor(0, 0, 0, 120), 3.0), (QColor(line.colour), 1.0)):
                if slanted:
                    painter.setPen(QPen(colour, width))
                    painter.drawLine(start, end)
                else:
                    straight(painter, start, end, colour, width)


def _opened(first: QPointF, second: QPointF, centre: QPointF | None) -> list[tuple[QPointF, QPointF]]:
    along = second - first
    length = (along.x() ** 2 + along.y() ** 2) ** 0.5
    if centre is None or length == 0:
        return [(first, second)]
    step = along / length
    offset = centre - first
    at = offset.x() * step.x() + offset.y() * step.y()
    before, after = at - _CENTRE_GAP_PX, at + _CENTRE_GAP_PX
    parts = []
    if before > 0:
        parts.append((first, first + step * min(before, length)))
    if after < length:
        parts.append((first + step * max(after, 0.0), second))
    return parts


def _paint_words(painter: QPainter, size: tuple[float, float], scene: Scene, palette: Palette) -> None:
    assert scene.picture is not None
    assert scene.shown is not None
    assert scene.view is not None
    words = captions(scene.picture, scene.shown, scene.probe)
    if not scene.all_words:
        words = Captions(top_left=words.top_left[:1], top_right=(), bottom_left=(), bottom_right=())
    paint_captions(painter, size, words, palette)
    if directions(scene.picture) is not None:
        paint_letters(painter, size, letters_of(scene.picture, scene.view), palette)
    if scene.picture.display_set.calibration.spacing_mm is not None or scene.picture.basis is not None:
        bar = scale_bar(scene.view.scale, size[0] * _BAR_SHARE, _doubt(scene.picture))
        if bar is not None:
            paint_scale_bar(painter, size, bar, palette)


def _doubt(picture: Slice) -> str:
    """What a length on this picture rests on, where that is not the spacing of its own pixels."""
    return _DOUBTS.get(picture.display_set.calibration.source, "")


def _paint_identity(
    painter: QPainter, size: tuple[float, float], display_set: DisplaySet | None, palette: Palette
) -> None:
    if display_set is not None:
        name = person_name(display_set.identity.name)
        only = Captions(top_left=(name,), top_right=(), bottom_left=(), bottom_right=())
        paint_captions(painter, size, only, palette)


def _paint_frame(painter: QPainter, size: tuple[float, float], scene: Scene, palette: Palette) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    colour = palette.accent if scene.focused else palette.line
    painter.setPen(QPen(QColor(colour), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0, 0, size[0] - 1, size[1] - 1))
    if scene.title in ("axial", "coronal", "sagittal") and scene.picture is not None:
        painter.fillRect(QRectF(0, 0, size[0], 2), QColor(plane_colour(palette, scene.title)))
        if scene.focused:
            painter.fillRect(QRectF(0, 2, size[0], 1), QColor(palette.accent))
