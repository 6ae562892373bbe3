"""The hand: what pressing, dragging and turning the wheel mean in one view, whatever the tool."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from viewers.display.resolve import LEAST_ZOOM, MOST_ZOOM, Shown
from viewers.display.slices import Slice, patient_point
from viewers.display.view_state import PlaneName, ViewState
from viewers.display.viewport import Viewport, to_picture, zoomed_at
from viewers.display.window import dragged
from viewers.geometry.points import PatientPoint, PixelPoint, ScreenPoint
from viewers.measure.making import measured
from viewers.measure.measurement import Measurement
from viewers.measure.snapping import snapped
from viewers.measure.strokes import Phase, Pointer, Stroke, body_moved, handle_moved, mark_points, stepped
from viewers.measure.touching import Touch
from viewers.widgets.tools import MARKS, Tool

_CLICK_PX = 4.0
_ZOOM_PER_PX = 0.008
_SCROLL_PX = 8.0
_NOTCH = 120
_FAST = 5
_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Surface(Protocol):
    """What the hand works on: one view."""

    @property
    def tool(self) -> Tool: ...  # noqa: D102
    @property
    def snapping(self) -> bool: ...  # noqa: D102
    @property
    def selected(self) -> str: ...  # noqa: D102
    def picture(self) -> Slice | None: ...  # noqa: D102
    def state(self) -> ViewState | None: ...  # noqa: D102
    def shown(self) -> Shown | None: ...  # noqa: D102
    def viewport(self) -> Viewport | None: ...  # noqa: D102
    def screen_size(self) -> tuple[float, float]: ...  # noqa: D102
    def label_at(self, at: ScreenPoint) -> Measurement | None: ...  # noqa: D102
    def touch_at(self, at: ScreenPoint, *, only: str | None) -> Touch | None: ...  # noqa: D102
    def mark(self, mark_id: str) -> tuple[Measurement, tuple[PixelPoint, ...]] | None: ...  # noqa: D102
    def label_offset(self, mark_id: str) -> tuple[float, float] | None: ...  # noqa: D102
    def new_id(self) -> str: ...  # noqa: D102
    def want_state(self, state: ViewState) -> None: ...  # noqa: D102
    def want_crosshair(self, point: PatientPoint) -> None: ...  # noqa: D102
    def want_menu(self, at: QPointF) -> None: ...  # noqa: D102
    def want_steps(self, steps: int) -> None: ...  # noqa: D102
    def select(self, mark_id: str) -> None: ...  # noqa: D102
    def show_draft(self, draft: Measurement | None) -> None: ...  # noqa: D102
    def finish(self, measurement: Measurement) -> None: ...  # noqa: D102
    def probe(self, at: ScreenPoint | None) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drag:
    """What a pressed button is doing: where it began, how the view stood then, and what each move does."""

    button: Qt.MouseButton
    start: QPointF
    move: Callable[[QPointF], None]
    click: Callable[[], None] | None = None
    drop: Callable[[], None] | None = None


class Hand:
    """One pointer over one view."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._drag: _Drag | None = None
        self._moved = False
        self._stroke: Stroke | None = None
        self._draft: Measurement | None = None
        self._turned = 0
        self._scrolled = 0

    @property
    def busy(self) -> bool:
        """Whether a mark is being drawn or something is being dragged."""
        return self._drag is not None or self._stroke is not None

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        if self._drag is not None or self._surface.picture() is None:
            return
        at, self._moved, self._scrolled = event.position(), False, 0
        if event.button() == _MIDDLE:
            self._drag = self._panning(_MIDDLE, at)
        elif event.button() == _RIGHT:
            self._drag = self._zooming(_RIGHT, at)
        elif event.button() == _LEFT:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._drag = self._left(at, shift=shift)

    def move(self, event: QMouseEvent) -> None:
        """The pointer moves."""
        at = event.position()
        self._surface.probe(ScreenPoint(at.x(), at.y()))
        if self._drag is None:
            if self._stroke is not None:
                self._step_stroke(Pointer.MOVE, at)
            return
        self._moved = self._moved or _apart(at, self._drag.start) >= _CLICK_PX
        if self._moved:
            self._drag.move(at)

    def release(self, event: QMouseEvent) -> None:
        """A button comes up."""
        drag = self._drag
        if drag is None or event.button() != drag.button:
            return
        self._drag = None
        if self._moved and drag.drop is not None:
            drag.drop()
        elif not self._moved and drag.click is not None:
            drag.click()

    def wheel(self, event: QWheelEvent) -> None:
        """The wheel turns: one image a notch, faster with Ctrl; towards the reader is onwards."""
        self._turned -= event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            fast = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._surface.want_steps(notches * (_FAST if fast else 1))

    def leave_stroke(self) -> bool:
        """Give up what is being drawn or dragged; False when there is nothing."""
        if not self.busy:
            return False
        self._drag, self._stroke, self._draft = None, None, None
        self._surface.show_draft(None)
        return True

    def _left(self, at: QPointF, *, shift: bool) -> _Drag:
        tool = self._surface.tool
        if self._stroke is not None:
            return self._stroking(at)
        if shift:
            return self._pointing(at)
        grasped = self._grasp(at)
        if grasped is not None:
            return grasped
        if tool in MARKS:
            self._surface.select("")
            self._stroke = Stroke(kind=MARKS[tool])
            return self._stroking(at)
        if tool is Tool.CROSSHAIR:
            return self._pointing(at)
        begin = {Tool.PAN: self._panning, Tool.ZOOM: self._zooming, Tool.SCROLL: self._scrolling}
        drag = begin.get(tool, self._windowing)(_LEFT, at)
        return replace(drag, click=lambda: self._surface.select(""))

    def _windowing(self, button: Qt.MouseButton, at: QPointF) -> _Drag:
        state, shown = self._surface.state(), self._surface.shown()
        assert state is not None
        assert shown is not None

        def move(to: QPointF) -> None:
            window = dragged(shown.window, to.x() - at.x(), to.y() - at.y())
            self._surface.want_state(replace(state, window=window, preset=""))

        return _Drag(button=button, start=at, move=move)

    def _panning(self, button: Qt.MouseButton, at: QPointF) -> _Drag:
        state, view = self._surface.state(), self._surface.viewport()
        assert state is not None
        assert view is not None

        def move(to: QPointF) -> None:
            across, down = (to.x() - at.x()) / view.scale, (to.y() - at.y()) / view.scale
            self._surface.want_state(replace(state, pan=(state.pan[0] + across, state.pan[1] + down)))

        return _Drag(button=button, start=at, move=move)

    def _zooming(self, button: Qt.MouseButton, at: QPointF) -> _Drag:
        state, shown, view = self._surface.state(), self._surface.shown(), self._surface.viewport()
        assert state is not None
        assert shown is not None
        assert view is not None

        def move(to: QPointF) -> None:
            factor = math.exp((at.y() - to.y()) * _ZOOM_PER_PX)
            factor = min(max(factor, LEAST_ZOOM / shown.zoom), MOST_ZOOM / shown.zoom)
            place = ScreenPoint(at.x(), at.y())
            zoom, pan = zoomed_at(shown, view, factor, place, self._surface.screen_size())
            self._surface.want_state(replace(state, zoom=zoom, pan=pan))

        menu = (lambda: self._surface.want_menu(at)) if button == _RIGHT else None
        return _Drag(button=button, start=at, move=move, click=menu)

    def _scrolling(self, button: Qt.MouseButton, at: QPointF) -> _Drag:
        def move(to: QPointF) -> None:
            steps = int((to.y() - at.y()) / _SCROLL_PX)
            if steps != self._scrolled:
                self._surface.want_steps(steps - self._scrolled)
                self._scrolled = steps

        return _Drag(button=button, start=at, move=move)

    def _pointing(self, at: QPointF) -> _Drag:
        def move(to: QPointF) -> None:
            picture, pixel = self._surface.picture(), self._pixel(to, snap=False)
            point = None if picture is None or pixel is None else patient_point(picture, pixel)
            if point is not None:
                self._surface.want_crosshair(point)

        return _Drag(button=_LEFT, start=at, move=move, click=lambda: move(at))

    def _stroking(self, at: QPointF) -> _Drag:
        self._step_stroke(Pointer.PRESS, at)
        return _Drag(
            button=_LEFT,
            start=at,
            move=lambda to: self._step_stroke(Pointer.MOVE, to),
            click=lambda: self._step_stroke(Pointer.CLICK, at),
            drop=lambda: self._step_stroke(Pointer.RELEASE, None),
        )

    def _step_stroke(self, event: Pointer, at: QPointF | None) -> None:
        stroke, picture = self._stroke, self._surface.picture()
        if stroke is None or picture is None:
            return
        pixel = stroke.end if at is None else self._pixel(at, snap=self._surface.snapping)
        if pixel is None:
            return
        self._stroke = stepped(stroke, event, pixel)
        points = mark_points(self._stroke, picture.pixel_size, snap=self._surface.snapping)
        if points is not None:
            mark_id = self._draft.id if self._draft else self._surface.new_id()
            self._draft = measured(self._stroke.kind, points, picture, mark_id=mark_id)
            self._surface.show_draft(self._draft)
        if self._stroke.phase is Phase.DONE:
            self._end_stroke()

    def _end_stroke(self) -> None:
        draft, self._draft, self._stroke = self._draft, None, None
        self._surface.show_draft(None)
        if draft is not None:
            self._surface.finish(draft)

    def _grasp(self, at: QPointF) -> _Drag | None:
        place = ScreenPoint(at.x(), at.y())
        if self._surface.tool in MARKS:
            # while marks are drawn only the handles of the selected one can be grasped, so that marks may cross
            touch = self._surface.touch_at(place, only=self._surface.selected)
            return None if touch is None or touch.handle is None else self._changing(touch, at)
        labelled = self._surface.label_at(place)
        if labelled is not None:
            return self._moving_label(labelled, at)
        touch = self._surface.touch_at(place, only=None)
        return None if touch is None else self._changing(touch, at)

    def _moving_label(self, mark: Measurement, at: QPointF) -> _Drag:
        start = self._surface.label_offset(mark.id) or (0.0, 0.0)

        def move(to: QPointF) -> None:
            offset = (start[0] + to.x() - at.x(), start[1] + to.y() - at.y())
            self._draft = replace(mark, label_offset=offset)
            self._surface.show_draft(self._draft)

        return _Drag(
            button=_LEFT, start=at, move=move, click=lambda: self._surface.select(mark.id), drop=self._end_stroke
        )

    def _changing(self, touch: Touch, at: QPointF) -> _Drag | None:
        found, picture = self._surface.mark(touch.mark_id), self._surface.picture()
        if found is None or picture is None:
            return None
        mark, points = found
        start = self._pixel(at, snap=False)
        self._surface.select(mark.id)

        def move(to: QPointF) -> None:
            pixel = self._pixel(to, snap=touch.handle is not None and self._surface.snapping)
            if pixel is None or start is None:
                return
            changed = self._changed(mark, points, touch.handle, (start, pixel), picture)
            again = measured(mark.kind, changed, picture, mark_id=mark.id)
            self._draft = replace(again, label=mark.label, label_offset=mark.label_offset)
            self._surface.show_draft(self._draft)

        return _Drag(
            button=_LEFT, start=at, move=move, click=lambda: self._surface.select(mark.id), drop=self._end_stroke
        )

    def _changed(
        self,
        mark: Measurement,
        points: tuple[PixelPoint, ...],
        handle: int | None,
        way: tuple[PixelPoint, PixelPoint],
        picture: Slice,
    ) -> tuple[PixelPoint, ...]:
        if handle is not None:
            snap = self._surface.snapping
            return handle_moved(mark.kind, points, handle, way[1], picture.pixel_size, snap=snap)
        start, to = way
        if self._surface.snapping and picture.grid is not None:
            steps = PixelPoint(round(to.column - start.column), round(to.row - start.row))
            to = PixelPoint(start.column + steps.column, start.row + steps.row)
        return body_moved(points, start, to)

    def _pixel(self, at: QPointF, *, snap: bool) -> PixelPoint | None:
        view, picture = self._surface.viewport(), self._surface.picture()
        if view is None or picture is None:
            return None
        pixel = to_picture(view, ScreenPoint(at.x(), at.y()))
        return snapped(pixel, picture) if snap else _held(pixel, picture)


def wheel_state(state: ViewState, shown: Shown, steps: int, positions: Callable[[int], float | None]) -> ViewState:
    """The state some images further; ``positions`` tells the coordinate of a place, None for stored frames."""
    index = min(max(shown.index + steps, 0), max(shown.count - 1, 0))
    if shown.plane is PlaneName.ACQUIRED:
        return replace(state, frame=index)
    return replace(state, position_mm=positions(index))


def _held(pixel: PixelPoint, picture: Slice) -> PixelPoint:
    """A mark ends at the edge of its picture."""
    width, height = picture.size
    return PixelPoint(min(max(pixel.column, -0.5), width - 0.5), min(max(pixel.row, -0.5), height - 0.5))


def _apart(first: QPointF, second: QPointF) -> float:
    return math.hypot(first.x() - second.x(), first.y() - second.y())
