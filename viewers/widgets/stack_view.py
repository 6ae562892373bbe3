"""Stacks and clips: one view of stored frames, a slider through them, and a clock that plays them."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from viewers.display.cine import Clock, Pace, at_speed, frame_at, pace_of, seconds_to_next
from viewers.display.layout import Layout, LayoutState
from viewers.display.view_state import ViewState
from viewers.measure.measurement import Measurement
from viewers.series.display_set import Kind
from viewers.widgets.feeds import FrameFeed
from viewers.widgets.lettering import with_even_digits
from viewers.widgets.palette import Palette
from viewers.widgets.slice_view import SliceView
from viewers.widgets.stack_controls import FrameSlider, RateBox

_CONTROL_PX = 28
_MOST_FPS = 120.0
_RETRY_MS = 4


class StackView(QWidget):
    """Frames of a display set that makes no volume; clips play.

    Signals:
        state_changed(): another frame or another look is shown.
        playing_changed(bool): the clip began to play or paused.
    """

    state_changed = Signal()
    playing_changed = Signal(bool)

    def __init__(
        self, palette: Palette, parent: QWidget | None = None, *, now_s: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._now_s = now_s
        self._feed: FrameFeed | None = None
        self._clock: Clock | None = None
        self._pace = Pace(durations_s=(1.0,), source="", fps=1.0)
        self._late = 0
        self.view = SliceView(palette, self)
        self.view.state_wanted.connect(self.apply)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._bar = QWidget(self)
        self._play, self._slider, self._place = QToolButton(), FrameSlider(), QLabel()
        self._fps, self._rate_note = RateBox(), QLabel()
        self._build_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._bar)

    @property
    def views(self) -> tuple[SliceView, ...]:
        """The one view."""
        return (self.view,)

    @property
    def active(self) -> SliceView:
        """The one view."""
        return self.view

    @property
    def playing(self) -> bool:
        """Whether the clip runs."""
        return self._clock is not None

    @property
    def late_frames(self) -> int:
        """How often a frame was due before it was decoded, since the clip was opened."""
        return self._late

    def open(self, feed: FrameFeed, *, play: bool = False) -> None:
        """Show a stack, or a clip."""
        self.pause()
        self._feed, self._late = feed, 0
        display_set = feed.display_set
        self._pace = pace_of(display_set)
        moving = display_set.kind in (Kind.CINE, Kind.VIDEO) and len(display_set.frames) > 1
        for control in (self._play, self._fps, self._rate_note):
            control.setVisible(moving)
        self._bar.setVisible(len(display_set.frames) > 1)
        with QSignalBlocker(self._slider), QSignalBlocker(self._fps):
            self._slider.setRange(0, max(0, len(display_set.frames) - 1))
            self._fps.setValue(self._pace.fps)
        self._rate_note.setText("" if self._pace.source else "◇ rate not given, 15 per second")
        self._place.setFont(with_even_digits(self._place.font()))
        widest = f"{len(display_set.frames)} / {len(display_set.frames)}"
        self._place.setMinimumWidth(QFontMetrics(self._place.font()).horizontalAdvance(widest) + 2)
        state = ViewState(display_set_id=display_set.id, series_uid=display_set.series_uid)
        self.view.set_feed(feed, state, "")
        self._show_place()
        if moving and play:
            self.play()

    def close_feed(self) -> None:
        """Show nothing."""
        self.pause()
        self._feed = None
        self.view.set_feed(None, None)

    def refresh(self) -> None:
        """Ask for the picture again."""
        self.view.refresh()

    def layout_state(self) -> LayoutState | None:
        """Everything needed to show this again."""
        state, shown = self.view.state(), self.view.shown()
        if state is None or shown is None:
            return None
        return LayoutState(layout=Layout.SINGLE, views=(replace(state, frame=shown.index),))

    def restore(self, state: LayoutState) -> None:
        """Show again what ``layout_state`` told."""
        self.pause()
        if self._feed is not None and state.views:
            self.apply(state.views[0])

    def apply(self, state: ViewState) -> None:
        """Obey the view; scrolling by hand pauses a clip."""
        before = self.view.state()
        if self.playing and before is not None and before.frame != state.frame:
            self.pause()
        self._show(state)

    def go_to(self, index: int) -> None:
        """Show one frame."""
        state = self.view.state()
        if state is not None:
            self.apply(replace(state, frame=index))

    def go_to_mark(self, mark: Measurement) -> None:
        """Show the frame that a mark was drawn on."""
        frames = () if self._feed is None else self._feed.display_set.frames
        places = {(frame.sop_uid, frame.number): index for index, frame in enumerate(frames)}
        index = next((places[key] for image in mark.images if (key := (image.sop_uid, image.frame)) in places), None)
        if index is not None:
            self.pause()
            self.go_to(index)

    def play(self) -> None:
        """Run the clip from the frame shown."""
        shown = self.view.shown()
        if self._feed is None or shown is None or shown.count <= 1:
            return
        speed = self._fps.value() / self._pace.fps
        self._clock = Clock(pace=self._pace, frame=shown.index, since_s=self._now_s(), speed=speed)
        self._tick()
        self._say_playing()

    def pause(self) -> None:
        """Stop the clip on the frame shown."""
        if self._clock is None:
            return
        self._clock = None
        self._timer.stop()
        self._say_playing()

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Over the bar the wheel scrolls images too, the same way as over the picture."""
        self.view.wheelEvent(event)

    def _tick(self) -> None:
        if self._clock is None or self._feed is None:
            return
        now = self._now_s()
        due = frame_at(self._clock, now)
        state = self.view.state()
        if state is None:
            return
        shown = self.view.shown()
        if shown is not None and shown.index != due and not self._feed.has(due):
            # not decoded yet: hold the picture and let the clock wait, so that no frame is skipped
            self._late += 1
            self._feed.picture(replace(shown, index=due), self.view.refresh)
            self._clock = replace(self._clock, frame=shown.index, since_s=now - self._held_s(shown.index))
            self._timer.start(_RETRY_MS)
            return
        self._show(replace(state, frame=due))
        self._timer.start(max(0, round(seconds_to_next(self._clock, self._now_s()) * 1000)))

    def _held_s(self, index: int) -> float:
        """How long the frame shown has been due to end: its whole time, at the present speed."""
        assert self._clock is not None
        return self._clock.pace.durations_s[index] / self._clock.speed

    def _show(self, state: ViewState) -> None:
        self.view.set_state(state)
        self._show_place()
        self.state_changed.emit()

    def _show_place(self) -> None:
        shown = self.view.shown()
        if shown is None:
            return
        with QSignalBlocker(self._slider):
            self._slider.setValue(shown.index)
        self._place.setText(f"{shown.index + 1} / {shown.count}")

    def _say_playing(self) -> None:
        self._play.setText("❚❚" if self.playing else "▶")
        self._play.setAccessibleName("Pause" if self.playing else "Play")
        self._play.setToolTip("Pause (C)" if self.playing else "Play (C)")
        self.playing_changed.emit(self.playing)

    def _change_rate(self, fps: float) -> None:
        if self._clock is not None:
            self._clock = at_speed(self._clock, fps / self._pace.fps, self._now_s())

    def _build_bar(self) -> None:
        for control, name in ((self._slider, "Frame"), (self._fps, "Frames per second"), (self._play, "Play")):
            control.setAccessibleName(name)
        self._play.setText("▶")
        self._play.setToolTip("Play (C)")
        self._play.setFixedSize(_CONTROL_PX + 8, _CONTROL_PX)
        self._play.clicked.connect(self.toggle)
        self._slider.setToolTip("Frame (arrow keys, Home, End)")
        self._slider.setFixedHeight(_CONTROL_PX)
        self._slider.valueChanged.connect(self.go_to)
        self._fps.setRange(0.5, _MOST_FPS)
        self._fps.setDecimals(1)
        self._fps.setSuffix(" /s")
        self._fps.setToolTip("Frames per second")
        self._fps.setFixedHeight(_CONTROL_PX)
        self._fps.valueChanged.connect(self._change_rate)
        self._fps.left.connect(self.view.setFocus)
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (self._place, self._rate_note):
            label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._play)
        row.addWidget(self._slider, 1)
        for part in (self._place, self._fps, self._rate_note):
            row.addWidget(part)
