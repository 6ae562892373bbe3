"""The image area: one display set at a time, as planes, stack or clip, with its tools, its marks and its words."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from viewers.display.layout import Layout, LayoutState
from viewers.display.presets import presets_of
from viewers.display.view_state import ViewState
from viewers.measure.board import Board
from viewers.measure.measurement import Measurement
from viewers.series.display_set import DisplaySet, Kind
from viewers.volumes.loader import FrameValues
from viewers.volumes.volume import Volume
from viewers.widgets.background import Background
from viewers.widgets.commands import perform
from viewers.widgets.feeds import FrameFeed, Loading, VolumeFeed, whole_load
from viewers.widgets.lettering import forget_words
from viewers.widgets.mpr_view import MprView
from viewers.widgets.palette import Palette
from viewers.widgets.series_thumbnails import MIME_TYPE
from viewers.widgets.slice_view import SliceView
from viewers.widgets.snapshot import snapshot_of, view_showing
from viewers.widgets.stack_view import StackView
from viewers.widgets.tools import Tool
from viewers.widgets.view_looks import preset_state
from viewers.widgets.view_menu import ViewMenu

_REFRESH_MS = 150  # of planes across a growing volume; a slice that is waited for never waits for it


class ImageArea(QWidget):
    """What the reader sees and measures.

    Signals:
        measurement_made(Measurement), measurement_changed(Measurement), measurement_removed(str): a mark was drawn,
            moved or taken off by the reader; ``board().changed`` also tells of undo.
        measurement_selected(str): id, or "" for none.
        citation_requested(Measurement): Enter on the selected mark, or the menu.
        key_image_requested(): K.
        window_changed(Window), tool_changed(Tool), state_changed(LayoutState).
        slice_shown(str, int): SOP Instance UID and frame number (from 1) of each stored frame that comes into view.
        slice_wanted(int): a slice of a loading volume is looked at that is not there yet.
        identity_changed(DisplaySet | None): whose images are shown; None first, whenever it changes.
        series_step_requested(int): +1 or -1, the arrow keys to the right and left.
        display_set_dropped(str): a thumbnail was dropped here.
        leaving_requested(): Esc with nothing left to leave here.
    """

    measurement_made = Signal(object)
    measurement_changed = Signal(object)
    measurement_removed = Signal(str)
    measurement_selected = Signal(str)
    citation_requested = Signal(object)
    key_image_requested = Signal()
    window_changed = Signal(object)
    tool_changed = Signal(object)
    state_changed = Signal(object)
    slice_shown = Signal(str, int)
    slice_wanted = Signal(int)
    identity_changed = Signal(object)
    series_step_requested = Signal(int)
    display_set_dropped = Signal(str)
    leaving_requested = Signal()

    def __init__(
        self,
        palette: Palette,
        executor: Executor,
        parent: QWidget | None = None,
        *,
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._background = Background(executor, self)
        self._board = Board()
        self._board.changed(self._repaint)
        self._tool, self._selected, self._snapping, self._all_captions = Tool.WINDOW, "", False, True
        self._feed: VolumeFeed | FrameFeed | None = None
        self._load: Loading | None = None
        self._empty, self._mpr, self._stack = SliceView(palette), MprView(palette), StackView(palette, now_s=now_s)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        for page in (self._empty, self._mpr, self._stack):
            self._pages.addWidget(page)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(_REFRESH_MS)
        self._refresh.timeout.connect(self._refresh_now)
        for stage in (self._mpr, self._stack):
            stage.state_changed.connect(self._tell_state)
        for view in self._all_views():
            self._connect(view)
        self.setAcceptDrops(True)
        self.setAccessibleName("Images")
        self.setFocusProxy(self._empty)
        self.choose_tool(Tool.WINDOW)
        self.blank("Choose a series on the left to see it here.")

    # What is shown

    def blank(self, words: str = "") -> None:
        """Show nothing of anybody, at once; ``words`` say what will appear here and how."""
        had = self._feed is not None
        self._load = None
        self._refresh.stop()
        self._mpr.close_feed()
        self._stack.close_feed()
        if self._feed is not None:
            self._feed.close()
        self._feed = None
        forget_words()
        self._select("")
        self._empty.set_words(words)
        self._turn_to(self._empty)
        if had:
            self.identity_changed.emit(None)

    def show_message(self, words: str, *, failed: bool = False) -> None:
        """Words in place of images: what is loading, or what cannot be shown and why."""
        self.blank()
        self._empty.set_words(words, failed=failed)

    def show_volume(self, volume: Volume | Loading) -> None:
        """Show orthogonal planes of a volume, or of one that is loading (then call ``refresh_slices`` as it grows)."""
        self.blank()
        self._load = whole_load(volume) if isinstance(volume, Volume) else volume
        self._feed = VolumeFeed(self._load, self._background)
        self.identity_changed.emit(self._feed.display_set)
        self._turn_to(self._mpr)
        self._mpr.open(self._feed)
        self._focus_active()
        self._tell_state()

    def show_frames(
        self,
        display_set: DisplaySet,
        frame: Callable[[int], FrameValues],
        *,
        play: bool | None = None,
        here: Mapping[int, FrameValues] | None = None,
    ) -> None:
        """Show a stack or a clip; clips play unless told otherwise.

        Args:
            display_set: whose frames.
            frame: decodes one, index from 0; called on the executor's threads; may raise a ``Refused``.
            play: whether a clip begins to play.
            here: frames that are decoded already: shown at once.
        """
        self.blank()
        moving = display_set.kind in (Kind.CINE, Kind.VIDEO)
        self._feed = FrameFeed(display_set, frame, self._background, here or {})
        self.identity_changed.emit(display_set)
        self._turn_to(self._stack)
        self._stack.open(self._feed, play=moving if play is None else play)
        self._tell_state()

    def refresh_slices(self) -> None:
        """More of the loading volume has arrived; many calls become one repaint, but a first picture never waits."""
        if self._first_has_arrived():
            self._refresh_now()
        elif not self._refresh.isActive():
            self._refresh.start()

    def display_set(self) -> DisplaySet | None:
        """Whose images are shown: the object that feeds the pixels."""
        return None if self._feed is None else self._feed.display_set

    # How it is shown

    def view_state(self) -> LayoutState | None:
        """Everything needed to show this again, or None while nothing is shown."""
        stage = self.stage()
        return None if stage is None else stage.layout_state()

    def restore(self, state: LayoutState) -> None:
        """Show again what ``view_state`` told; the same display set must be open."""
        stage, shown = self.stage(), self.display_set()
        if stage is None or shown is None or any(view.display_set_id != shown.id for view in state.views):
            return
        stage.restore(state)
        self._focus_active()

    def choose_tool(self, tool: Tool) -> None:
        """What the left button does in every view."""
        self._tool = tool
        for view in self._all_views():
            view.set_tool(tool)
        self.tool_changed.emit(tool)

    def forget_tool(self) -> bool:
        """One step back: what is being drawn, then the selection, then the tool; False when there was nothing."""
        if any(view.leave_stroke() for view in self._all_views()):
            return True
        if self._selected:
            self._select("")
            return True
        if self._tool is not Tool.WINDOW:
            self.choose_tool(Tool.WINDOW)
            return True
        return False

    def choose_preset(self, preset_id: str) -> None:
        """Use a window preset; ids are in ``resources/presets``."""
        view = self.active_view()
        state = None if view is None or self._feed is None else preset_state(view, self._feed, preset_id)
        if view is not None and state is not None:
            self.apply(view, state)

    def choose_layout(self, layout: Layout) -> None:
        """Arrange the planes otherwise."""
        if self.stage() is self._mpr:
            self._mpr.choose_layout(layout)
            self._focus_active()

    def reset_view(self) -> None:
        """Every view as it was when the display set was opened, at the same place."""
        stage = self.stage()
        for view in () if stage is None else stage.views:
            state = view.state()
            if state is not None:
                plain = ViewState(display_set_id=state.display_set_id, series_uid=state.series_uid, plane=state.plane)
                self.apply(view, replace(plain, position_mm=state.position_mm, frame=state.frame))

    def set_snapping(self, snapping: bool) -> None:  # noqa: FBT001  a setting
        """Whether marks hold on to voxel centres and whole radii."""
        self._snapping = snapping
        for view in self._all_views():
            view.set_snapping(snapping)

    def apply(self, view: SliceView, state: ViewState) -> None:
        """Obey a view."""
        stage = self.stage()
        if isinstance(stage, MprView):
            stage.apply(view, state)
        elif isinstance(stage, StackView):
            stage.apply(state)

    def wear(self, palette: Palette) -> None:
        """Paint with other colours, as when the reader chooses another theme."""
        self._mpr.wear(palette)
        self._stack.view.wear(palette)
        self._empty.wear(palette)

    def toggle_captions(self) -> None:
        """Every caption, or the patient's name and the letters alone."""
        self._all_captions = not self._all_captions
        for view in self._all_views():
            view.set_all_captions(self._all_captions)

    def request_key_image(self) -> None:
        """The reader wants this view kept as a picture."""
        self.key_image_requested.emit()

    def request_citation(self) -> None:
        """The reader wants the selected mark in the opinion."""
        mark = self.selected()
        if mark is not None:
            self.citation_requested.emit(mark)

    def request_series(self, step: int) -> None:
        """The reader wants the next series (1) or the one before (-1)."""
        self.series_step_requested.emit(step)

    def leave(self) -> None:
        """One step back; where nothing is left here, whoever holds this area steps back."""
        if not self.forget_tool():
            self.leaving_requested.emit()

    def stage(self) -> MprView | StackView | None:
        """The planes or the stack, whichever is shown."""
        if self._feed is None:
            return None
        return self._mpr if isinstance(self._feed, VolumeFeed) else self._stack

    def active_view(self) -> SliceView | None:
        """The view that has the keyboard, or had it last."""
        stage = self.stage()
        return None if stage is None else stage.active

    # Marks

    def board(self) -> Board:
        """The measurements."""
        return self._board

    def undo(self) -> None:
        """Take back the last change of a mark."""
        self._board.undo()

    def redo(self) -> None:
        """Do it again."""
        self._board.redo()

    def selected(self) -> Measurement | None:
        """The selected mark."""
        return self._board.find(self._selected)

    def remove_selected(self) -> None:
        """Take the selected mark off the board."""
        mark = self.selected()
        if mark is not None:
            self._board.remove(mark.id)
            self._select("")
            self.measurement_removed.emit(mark.id)

    def show_measurement(self, mark_id: str) -> None:
        """Go to where a mark stands, and select it."""
        mark, stage = self._board.find(mark_id), self.stage()
        if mark is None or stage is None:
            return
        if view_showing(mark, stage.views) is None:
            stage.go_to_mark(mark)
        self._select(mark_id)

    def snapshot(self, measurement_id: str | None = None) -> bytes:
        """The view that shows a mark (or the active one) as PNG, marks and words included; empty without images."""
        mark, stage = self._board.find(measurement_id or ""), self.stage()
        view = None if mark is None or stage is None else view_showing(mark, stage.views)
        view = view or self.active_view()
        return b"" if view is None else snapshot_of(view, measurement_id or "")

    # Inside

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """A thumbnail may be dropped here."""
        if event.mimeData().hasFormat(MIME_TYPE):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """A thumbnail was dropped."""
        self.display_set_dropped.emit(bytes(event.mimeData().data(MIME_TYPE).data()).decode())
        event.acceptProposedAction()

    def _all_views(self) -> tuple[SliceView, ...]:
        return (*self._mpr.views, *self._stack.views, self._empty)

    def _connect(self, view: SliceView) -> None:
        view.set_board(self._board)
        view.meaning_wanted.connect(lambda meaning: perform(self, meaning))
        view.mark_finished.connect(self._put)
        view.mark_selected.connect(self._select)
        view.menu_wanted.connect(self._open_menu)
        view.picture_changed.connect(lambda: self._tell_slice(view))
        view.entered.connect(lambda: self.setFocusProxy(view))

    def _put(self, measurement: Measurement) -> None:
        known = self._board.find(measurement.id) is not None
        self._board.put(measurement)
        self._select(measurement.id)
        (self.measurement_changed if known else self.measurement_made).emit(measurement)

    def _select(self, mark_id: str) -> None:
        if mark_id == self._selected:
            return
        self._selected = mark_id
        for view in self._all_views():
            view.set_selected(mark_id)
        self.measurement_selected.emit(mark_id)

    def _turn_to(self, page: QWidget) -> None:
        before, view = self.focusProxy(), self.active_view() or self._empty
        had = before is not None and before.hasFocus()
        self._pages.setCurrentWidget(page)
        self.setFocusProxy(view)
        if had:
            view.setFocus()

    def _focus_active(self) -> None:
        """The keyboard goes where keys act: a frame around one view while another one scrolls would mislead."""
        view = self.active_view()
        if view is None:
            return
        had = any(each.hasFocus() for each in self._all_views())
        self.setFocusProxy(view)
        if had:
            view.setFocus()

    def _first_has_arrived(self) -> bool:
        view = self.active_view()
        shown = None if view is None or view.picture() is not None else view.shown()
        return shown is not None and isinstance(self._feed, VolumeFeed) and self._feed.has_arrived(shown)

    def _refresh_now(self) -> None:
        stage = self.stage()
        if isinstance(self._feed, VolumeFeed):
            self._feed.refresh()
        if stage is not None:
            stage.refresh()

    def _tell_state(self) -> None:
        state = self.view_state()
        if state is not None:
            self.state_changed.emit(state)
            self._tell_window()

    def _tell_window(self) -> None:
        view = self.active_view()
        shown = None if view is None else view.shown()
        if shown is not None:
            self.window_changed.emit(shown.window)

    def _tell_slice(self, view: SliceView) -> None:
        picture, shown = view.picture(), view.shown()
        if picture is not None and picture.frame is not None and view.isVisibleTo(self):
            frame = picture.display_set.frames[picture.frame]
            self.slice_shown.emit(frame.sop_uid, frame.number)
        elif picture is None and shown is not None and isinstance(self._feed, VolumeFeed):
            wanted = self._feed.frame_behind(shown)
            if wanted is not None:
                self.slice_wanted.emit(wanted)

    def _open_menu(self, at: QPoint, mark: Measurement | None) -> None:
        if self._feed is None:
            return
        if mark is not None:
            self._select(mark.id)
        view = self.active_view()
        picture = None if view is None else view.picture()
        presets = () if picture is None else presets_of(picture.display_set)
        menu = ViewMenu(self, presets=presets, on_mark=mark is not None)
        menu.action_chosen.connect(lambda action: perform(self, action))
        menu.preset_chosen.connect(self.choose_preset)
        menu.popup(at)

    def _repaint(self) -> None:
        if self._selected and self._board.find(self._selected) is None:
            self._select("")
        for view in self._all_views():
            view.update()
