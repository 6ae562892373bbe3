"""A slice view: one picture of one display set with its marks and words; it asks for changes and obeys states."""

import uuid
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewers.display.captions import number
from viewers.display.resolve import Shown, resolve
from viewers.display.slices import Slice, picture_point, value_at
from viewers.display.view_state import PlaneName, ViewState
from viewers.display.viewport import Viewport, to_picture, to_screen, viewport
from viewers.geometry.points import PatientPoint, PixelPoint, ScreenPoint
from viewers.measure.board import Board
from viewers.measure.measurement import Measurement
from viewers.measure.touching import Touch
from viewers.widgets.feeds import Feed, Missing
from viewers.widgets.hand import Hand, wheel_state
from viewers.widgets.mark_painting import PlacedMark
from viewers.widgets.palette import Palette
from viewers.widgets.picture_image import PictureImages
from viewers.widgets.shown_marks import MarkOnPicture, ShownMarks, marks_on
from viewers.widgets.tools import TOOL_HINTS, Tool, cursor_of, meaning_of
from viewers.widgets.view_painting import CrossLine, Scene, paint_scene

_LEAST_SIDE = 120


class SliceView(QWidget):
    """One view. Whoever owns it hears what the reader wants and answers with ``set_state``.

    Signals:
        state_wanted(ViewState): window, zoom, pan or place shall change.
        crosshair_wanted(PatientPoint): this point shall be seen in every plane.
        meaning_wanted(Tool | Action | str): a key was pressed that means a tool, an action or a preset's digit.
        mark_finished(Measurement): a mark was drawn or changed.
        mark_selected(str): id, or "" for none.
        menu_wanted(QPoint, Measurement | None): right click; global position and the mark under it.
        picture_changed(): another picture, or none, is shown.
        maximise_wanted(), entered(): double click; the keyboard came here.
    """

    state_wanted = Signal(object)
    crosshair_wanted = Signal(object)
    meaning_wanted = Signal(object)
    mark_finished = Signal(object)
    mark_selected = Signal(str)
    menu_wanted = Signal(object, object)
    picture_changed = Signal()
    maximise_wanted = Signal()
    entered = Signal()

    def __init__(
        self, palette: Palette, parent: QWidget | None = None, *, new_id: Callable[[], str] = lambda: uuid.uuid4().hex
    ) -> None:
        super().__init__(parent)
        self._palette = palette
        self.new_id = new_id
        self._feed: Feed | None = None
        self._state: ViewState | None = None
        self._picture: Slice | None = None
        self._words, self._failed = "", False
        self._looked: tuple[Shown, str, bool] | None = None
        self._board = Board()
        self._tool, self._snapping, self._selected = Tool.WINDOW, False, ""
        self._draft: Measurement | None = None
        self._lines: tuple[CrossLine, ...] = ()
        self._crosshair: PatientPoint | None = None
        self._probe = ""
        self._all_words = True
        self._title = ""
        self._images = PictureImages()
        self._stale = False
        self._hand = Hand(self)
        self.setMinimumSize(_LEAST_SIDE, _LEAST_SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Image view")

    # What others set

    def set_feed(self, feed: Feed | None, state: ViewState | None, title: str = "") -> None:
        """Show another display set, or nothing; what was shown is gone before anything new can be seen."""
        self._hand.leave_stroke()
        self._feed, self._state, self._title = feed, None, title
        self._picture = None
        self._images.forget()
        self._lines, self._crosshair, self._probe, self._words = (), None, "", ""
        self.setAccessibleName(f"{title} view".strip().capitalize() if title else "Image view")
        if state is not None:
            self.set_state(state)
        self.update()

    def set_state(self, state: ViewState) -> None:
        """Show what ``state`` says; only what differs is made anew."""
        if self._feed is None:
            return
        self._state = state
        if self.isHidden():
            self._stale = True
        else:
            self.refresh()
            self.update()

    def refresh(self) -> None:
        """Ask for the picture again, because it may have arrived or become better."""
        shown, self._stale = self.shown(), False
        if self._feed is None or shown is None:
            return
        found = self._feed.picture(shown, self.refresh)
        before, looked = self._picture, self._looked
        if isinstance(found, Missing):
            keep = not found.failed and before is not None and before.display_set is self._feed.display_set
            # a heavy plane keeps the last picture until the new one is there; loading slices show their words
            self._picture = before if keep and before is not None and before.interpolated else None
            self._words, self._failed = found.words, found.failed
        else:
            self._picture, self._words, self._failed = found, "", False
        if self._picture is not before:
            self._images.forget()
            self.picture_changed.emit()
        self._looked = (shown, self._words, self._failed)
        if self._picture is not before or self._looked != looked:
            self.update()

    def set_board(self, board: Board) -> None:
        """The measurements that are painted here."""
        self._board = board
        self.update()

    def set_tool(self, tool: Tool) -> None:
        """What the left button does."""
        self._hand.leave_stroke()
        self._tool = tool
        self.setCursor(cursor_of(tool))
        self.setAccessibleDescription(TOOL_HINTS[tool])  # a tool tip would lie over the very thing that is looked at
        self.update()

    def set_snapping(self, snapping: bool) -> None:  # noqa: FBT001  a setter
        """Whether marks hold on to voxel centres."""
        self._snapping = snapping

    def set_selected(self, mark_id: str) -> None:
        """The mark that shows its handles; "" for none."""
        self._selected = mark_id
        self.update()

    def set_lines(self, lines: tuple[CrossLine, ...], crosshair: PatientPoint | None) -> None:
        """Where other planes cut this one, and the point they share."""
        if (lines, crosshair) != (self._lines, self._crosshair):
            self._lines, self._crosshair = lines, crosshair
            self.update()

    def set_words(self, words: str, *, failed: bool = False) -> None:
        """Words in place of a picture, while there is none."""
        self._words, self._failed = words, failed
        self.update()

    def set_all_captions(self, shown: bool) -> None:  # noqa: FBT001  a setter
        """Every caption and the file's overlay planes, or only the patient's name and the orientation letters."""
        self._all_words = shown
        self.update()

    def wear(self, palette: Palette) -> None:
        """Paint with other colours."""
        self._palette = palette
        self.update()

    # What others ask

    @property
    def tool(self) -> Tool:
        """What the left button does."""
        return self._tool

    @property
    def snapping(self) -> bool:
        """Whether marks hold on to voxel centres."""
        return self._snapping

    @property
    def selected(self) -> str:
        """The id of the selected mark, or ""."""
        return self._selected

    def state(self) -> ViewState | None:
        """The intention shown."""
        return self._state

    def shown(self) -> Shown | None:
        """What is really shown."""
        return None if self._feed is None or self._state is None else resolve(self._state, self._feed.reality)

    def picture(self) -> Slice | None:
        """The picture on the screen, or None."""
        return self._picture

    def plane(self) -> PlaneName | None:
        """The plane really shown."""
        shown = self.shown()
        return None if shown is None else shown.plane

    def viewport(self) -> Viewport | None:
        """How the picture stands on the screen."""
        shown = self.shown()
        if self._picture is None or shown is None:
            return None
        return viewport(shown, self._picture.size, self._picture.pixel_size, self.screen_size())

    def screen_size(self) -> tuple[float, float]:
        """Width and height in logical pixels."""
        return float(self.width()), float(self.height())

    def place_of(self, point: PatientPoint) -> QPoint | None:
        """The pixel of this widget over a patient point, or None where there is no picture in the patient."""
        view = self.viewport()
        pixel = None if self._picture is None else picture_point(self._picture, point)
        return None if view is None or pixel is None else QPointF(*to_screen(view, pixel)).toPoint()

    def place_of_pixel(self, pixel: PixelPoint) -> QPoint | None:
        """The pixel of this widget over a picture pixel."""
        view = self.viewport()
        return None if view is None else QPointF(*to_screen(view, pixel)).toPoint()

    def grab_image(self, size: QSize | None = None, selected: str = "") -> QImage:
        """The view as it would be painted at ``size`` logical pixels, marks included, without pointer or focus."""
        whole = size or self.size()
        ratio = self.devicePixelRatioF()
        image = QImage(whole * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        wide, high = float(whole.width()), float(whole.height())
        paint_scene(painter, (wide, high), self._scene((wide, high), selected=selected, alone=True), self._palette)
        painter.end()
        return image

    # What the hand asks (see ``hand.Surface``)

    def marks(self) -> tuple[MarkOnPicture, ...]:
        """Every mark on this picture with its points, the draft in place of the mark it changes."""
        return () if self._picture is None else marks_on(self._picture, self._board.measurements, self._draft)

    def mark(self, mark_id: str) -> MarkOnPicture | None:
        """One mark on this picture with its points."""
        return next((found for found in self.marks() if found[0].id == mark_id), None)

    def touch_at(self, at: ScreenPoint, *, only: str | None) -> Touch | None:
        """The handle or line under a place, of any mark or of one."""
        shown = self._shown_marks(self.screen_size())
        return None if shown is None else shown.touch_at(at, only=only)

    def label_at(self, at: ScreenPoint) -> Measurement | None:
        """The mark whose label is under a place."""
        shown = self._shown_marks(self.screen_size())
        return None if shown is None else shown.label_at(at)

    def label_offset(self, mark_id: str) -> tuple[float, float] | None:
        """Where the label of a mark stands now, relative to the middle of the mark."""
        shown = self._shown_marks(self.screen_size())
        return None if shown is None else shown.label_offset(mark_id)

    def want_state(self, state: ViewState) -> None:
        """Ask for another state."""
        self.state_wanted.emit(state)

    def want_crosshair(self, point: PatientPoint) -> None:
        """Ask for the crosshair to move."""
        self.crosshair_wanted.emit(point)

    def want_menu(self, at: QPointF) -> None:
        """Ask for a menu."""
        touch = self.touch_at(ScreenPoint(at.x(), at.y()), only=None)
        found = None if touch is None else self._board.find(touch.mark_id)
        self.menu_wanted.emit(self.mapToGlobal(at.toPoint()), found)

    def want_steps(self, steps: int) -> None:
        """Ask for another image, ``steps`` further."""
        shown, state, feed = self.shown(), self._state, self._feed
        if shown is None or state is None or feed is None:
            return
        cut = feed.reality.cuts.get(shown.plane)
        further = wheel_state(state, shown, steps, lambda i: None if cut is None else float(cut.positions_mm[i]))
        if further != state:
            self.state_wanted.emit(further)

    def select(self, mark_id: str) -> None:
        """Select a mark, or none."""
        if mark_id != self._selected:
            self.set_selected(mark_id)
            self.mark_selected.emit(mark_id)

    def show_draft(self, draft: Measurement | None) -> None:
        """Paint a mark that is not finished."""
        self._draft = draft
        self.update()

    def finish(self, measurement: Measurement) -> None:
        """A mark is finished."""
        self.mark_finished.emit(measurement)

    def leave_stroke(self) -> bool:
        """Give up what is being drawn; False when there is nothing."""
        return self._hand.leave_stroke()

    def probe(self, at: ScreenPoint | None) -> None:
        """Show the value under the pointer."""
        view, picture = self.viewport(), self._picture
        words = ""
        if at is not None and view is not None and picture is not None:
            value = value_at(picture, to_picture(view, at))
            if isinstance(value, float):
                words = f"{number(value)} {picture.unit}".strip()
            elif value is not None:
                words = "RGB " + " ".join(f"{int(part)}" for part in value.tolist())
        if words != self._probe:
            self._probe = words
            self.update()

    # Events

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the scene."""
        painter = QPainter(self)
        paint_scene(
            painter, self.screen_size(), self._scene(self.screen_size(), selected=self._selected), self._palette
        )
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """A view that was hidden catches up."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802
        """The same picture fits the new size."""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A button goes down."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The pointer moves."""
        self._hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A button comes up."""
        self._hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Two quick clicks: this view alone, except while a mark is drawn."""
        if event.button() == Qt.MouseButton.LeftButton and not self._hand.busy and self._draft is None:
            self.maximise_wanted.emit()
        else:
            self._hand.press(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The wheel scrolls images and nothing behind this view."""
        self._hand.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """No value is under a pointer that has gone."""
        self.probe(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys of this view; others go on to the window."""
        meaning = meaning_of(event.key(), event.modifiers())
        if meaning is None:
            super().keyPressEvent(event)
            return
        self.meaning_wanted.emit(meaning)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard comes here."""
        self.entered.emit()
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard goes elsewhere."""
        self.update()
        super().focusOutEvent(event)

    # The scene

    def _scene(self, size: tuple[float, float], *, selected: str, alone: bool = False) -> Scene:
        shown, picture = self.shown(), self._picture
        view = None
        if picture is not None and shown is not None:
            view = viewport(shown, picture.size, picture.pixel_size, size)
        active = {selected} if selected else set()
        if self._draft is not None:
            active.add(self._draft.id)
        centre = None
        if picture is not None and self._crosshair is not None:
            centre = picture_point(picture, self._crosshair)
        return Scene(
            display_set=None if self._feed is None else self._feed.display_set,
            picture=picture,
            shown=shown,
            view=view,
            image=None
            if picture is None or shown is None or view is None
            else self._images.image(
                picture, shown, view, size, self.devicePixelRatioF(), overlays=self._all_words or alone
            ),
            words=self._words,
            failed=self._failed,
            lines=() if alone else self._lines,
            centre=centre,
            marks=tuple(self._placed(size)),
            active_marks=frozenset(active),
            probe="" if alone else self._probe,
            all_words=self._all_words or alone,
            title=self._title,
            focused=self.hasFocus() and not alone,
        )

    def _placed(self, size: tuple[float, float]) -> list[PlacedMark]:
        shown = self._shown_marks(size)
        return [] if shown is None else shown.placed()

    def _shown_marks(self, size: tuple[float, float]) -> ShownMarks | None:
        picture, shown = self._picture, self.shown()
        if picture is None or shown is None:
            return None
        view = viewport(shown, picture.size, picture.pixel_size, size)
        return ShownMarks(marks=self.marks(), picture=picture, view=view, size=size, palette=self._palette)
