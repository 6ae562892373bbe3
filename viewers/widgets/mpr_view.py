"""Orthogonal planes of one volume: three views that share a point in the patient and a window."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from viewers.display.layout import Layout, LayoutState
from viewers.display.linking import index_through, reference_line
from viewers.display.slices import Slice
from viewers.display.view_state import PlaneName, ViewState
from viewers.geometry.orientation import plane_name
from viewers.geometry.points import PatientPoint
from viewers.measure.measurement import Measurement
from viewers.widgets.feeds import VolumeFeed
from viewers.widgets.palette import Palette, plane_colour
from viewers.widgets.slice_view import SliceView
from viewers.widgets.view_painting import CrossLine

TITLES = ("axial", "coronal", "sagittal")
_PLACES: dict[Layout, tuple[tuple[int, int, int, int], ...]] = {
    Layout.MPR_GRID: ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)),
    Layout.MPR_ROW: ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)),
}
_GAP_PX = 2


class MprView(QWidget):
    """Three linked views of a volume.

    A plane off the voxel grid that lies nearest to the acquired one shows the acquired frames themselves, so that
    what can be read from stored voxels is.

    Signals:
        state_changed(): some view shows something else.
        entered(int): the keyboard came to view 0, 1 or 2.
    """

    state_changed = Signal()
    entered = Signal(int)

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._feed: VolumeFeed | None = None
        self._crosshair: PatientPoint | None = None
        self._lines_shown = True
        self._layout = Layout.MPR_GRID
        self._active = self._main = 0
        self._maximised: int | None = None
        self._linking = QTimer(self)
        self._linking.setSingleShot(True)
        self._linking.timeout.connect(self._link)
        self._views = tuple(SliceView(palette, self) for _ in TITLES)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP_PX)
        for index, view in enumerate(self._views):
            self._connect(index, view)
        self._arrange()

    @property
    def views(self) -> tuple[SliceView, ...]:
        """The views: axial, coronal, sagittal."""
        return self._views

    @property
    def active(self) -> SliceView:
        """The view that has the keyboard, or had it last."""
        return self._views[self._active]

    @property
    def crosshair(self) -> PatientPoint | None:
        """The point the views share."""
        return self._crosshair

    def wear(self, palette: Palette) -> None:
        """Paint with other colours."""
        self._palette = palette
        for view in self._views:
            view.wear(palette)
        self._link()

    def open(self, feed: VolumeFeed) -> None:
        """Show a volume from its middle."""
        self._feed = feed
        self._maximised = None
        planes = _planes(feed)
        self._main = self._active = TITLES.index(_acquired_title(feed))
        self._crosshair = _middle(feed)
        for view, plane, title in zip(self._views, planes, TITLES, strict=True):
            view.set_feed(feed, self._state_through(plane), title)
        self._arrange()
        self._link()

    def close_feed(self) -> None:
        """Show nothing."""
        self._feed, self._crosshair = None, None
        for view in self._views:
            view.set_feed(None, None)

    def refresh(self) -> None:
        """More of the volume has arrived."""
        for view in self._views:
            view.refresh()
        self._link()

    def layout_state(self) -> LayoutState | None:
        """Everything needed to show this again."""
        states = tuple(state for view in self._views if (state := view.state()) is not None)
        if len(states) != len(self._views):
            return None
        return LayoutState(
            layout=self._layout,
            views=states,
            active=self._active,
            maximised=self._maximised,
            crosshair_mm=self._crosshair,
            crosshair_shown=self._lines_shown,
        )

    def restore(self, state: LayoutState) -> None:
        """Show again what ``layout_state`` told, as far as this volume allows."""
        if self._feed is None or len(state.views) != len(self._views):
            return
        self._layout = Layout.MPR_GRID if state.layout is Layout.SINGLE else state.layout
        self._maximised, self._active = state.maximised, state.active
        self._crosshair, self._lines_shown = state.crosshair_mm, state.crosshair_shown
        for view, kept in zip(self._views, state.views, strict=True):
            view.set_state(kept)
        self._arrange()
        self._link()
        self.state_changed.emit()

    def move_crosshair(self, point: PatientPoint) -> None:
        """Every view goes to the plane through ``point``."""
        if self._feed is None:
            return
        self._crosshair = point
        for view in self._views:
            state = view.state()
            if state is not None:
                view.set_state(self._through(state, point))
        self._link()
        self.state_changed.emit()

    def go_to_mark(self, mark: Measurement) -> None:
        """Every view goes through the middle of a mark."""
        if mark.points_mm:
            middle = np.mean(np.asarray(mark.points_mm), axis=0)
            self.move_crosshair(PatientPoint(*middle.tolist()))

    def choose_layout(self, layout: Layout) -> None:
        """Arrange the views otherwise; ``SINGLE`` shows the active one alone."""
        if layout is Layout.SINGLE:
            self._maximised = self._active
        else:
            self._layout, self._maximised = layout, None
        self._arrange()
        self._link()
        self.state_changed.emit()

    def next_layout(self) -> None:
        """Grid, row, grid."""
        self.choose_layout(Layout.MPR_ROW if self._layout is Layout.MPR_GRID else Layout.MPR_GRID)

    def toggle_maximised(self) -> None:
        """The active view alone, or all of them again."""
        self._maximised = None if self._maximised is not None else self._active
        self._arrange()
        self._link()
        self.state_changed.emit()

    def toggle_lines(self) -> None:
        """Show or hide the reference lines."""
        self._lines_shown = not self._lines_shown
        self._link()
        self.state_changed.emit()

    def apply(self, view: SliceView, wanted: ViewState) -> None:
        """Obey a view: its window is everyone's, its place moves the crosshair, the rest is its own."""
        before = view.state()
        view.set_state(wanted)
        for other in self._views:
            state = other.state()
            if other is not view and state is not None and (dressed := _dressed(state, wanted)) != state:
                other.set_state(dressed)
        if before is not None and (before.frame, before.position_mm) != (wanted.frame, wanted.position_mm):
            self._follow(view)
            self._link()
        self.state_changed.emit()

    def _follow(self, view: SliceView) -> None:
        """The crosshair comes along when a view scrolls."""
        shown = view.shown()
        if self._feed is None or shown is None or shown.position_mm is None or self._crosshair is None:
            return
        normal = np.asarray(self._feed.reality.cuts[shown.plane].normal)
        here = np.asarray(self._crosshair)
        self._crosshair = PatientPoint(*(here + (shown.position_mm - here @ normal) * normal).tolist())

    def _through(self, state: ViewState, point: PatientPoint) -> ViewState:
        assert self._feed is not None
        cut = self._feed.reality.cuts[state.plane]
        if state.plane is PlaneName.ACQUIRED:
            return replace(state, frame=index_through(cut, point))
        return replace(state, position_mm=float(np.dot(cut.normal, point)))

    def _state_through(self, plane: PlaneName) -> ViewState:
        assert self._feed is not None
        display_set = self._feed.display_set
        state = ViewState(display_set_id=display_set.id, series_uid=display_set.series_uid, plane=plane)
        return state if self._crosshair is None else self._through(state, self._crosshair)

    def _link(self) -> None:
        """Draw in each view where the others cut it; a line says nothing where its view is not seen."""
        self._linking.stop()
        pictures = [view.picture() for view in self._views]
        for index, view in enumerate(self._views):
            if view.isHidden():
                continue
            others = [other for other in range(len(TITLES)) if other != index and self._shows_line_of(other)]
            lines = (_line(pictures[index], pictures[other], self._palette, TITLES[other]) for other in others)
            view.set_lines(tuple(line for line in lines if line is not None), self._crosshair)

    def _shows_line_of(self, index: int) -> bool:
        return self._lines_shown and self._maximised in (None, index)

    def _connect(self, index: int, view: SliceView) -> None:
        view.state_wanted.connect(lambda state: self.apply(view, state))
        view.crosshair_wanted.connect(self.move_crosshair)
        view.picture_changed.connect(self._link_later)
        view.entered.connect(lambda: self._enter(index))
        view.maximise_wanted.connect(self.toggle_maximised)

    def _link_later(self) -> None:
        """A picture came by itself: its lines are drawn once the reader's own change is through."""
        if not self._linking.isActive():
            self._linking.start()

    def _enter(self, index: int) -> None:
        self._active = index
        self.entered.emit(index)

    def _places(self) -> list[tuple[int, int, int, int]]:
        """The cell of each view; in the grid the large one is for the plane that was acquired, the sharpest."""
        cells = list(_PLACES[self._layout])
        if self._layout is Layout.MPR_GRID:
            cells.insert(self._main, cells.pop(0))
        return cells

    def _arrange(self) -> None:
        for view in self._views:
            self._grid.removeWidget(view)
        places = self._places()
        for index, (view, place) in enumerate(zip(self._views, places, strict=True)):
            alone = self._maximised == index
            view.setVisible(self._maximised is None or alone)
            self._grid.addWidget(view, *((0, 0, 2, 3) if alone else place))
        row = self._layout is Layout.MPR_ROW
        alone = self._maximised is not None
        for column, stretch in enumerate((1, 1, 1) if row or alone else (62, 38, 0)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setRowStretch(0, 1)
        self._grid.setRowStretch(1, 0 if row and not alone else 1)


def _planes(feed: VolumeFeed) -> tuple[PlaneName, ...]:
    """The plane of each view: the standard one on the grid, the acquired one where it is nearest, else resampled."""
    cuts = feed.reality.cuts
    acquired = _acquired_title(feed)
    return tuple(
        PlaneName.ACQUIRED if cuts[PlaneName(title)].axes is None and title == acquired else PlaneName(title)
        for title in TITLES
    )


def _line(here: Slice | None, there: Slice | None, palette: Palette, title: str) -> CrossLine | None:
    line = None if here is None or there is None else reference_line(here, there)
    return None if line is None else CrossLine(first=line[0], second=line[1], colour=plane_colour(palette, title))


def _acquired_title(feed: VolumeFeed) -> str:
    """The standard plane nearest to the acquired one, however oblique that is."""
    return plane_name(feed.reality.cuts[PlaneName.ACQUIRED].normal, tolerance_deg=90.0)


def _middle(feed: VolumeFeed) -> PatientPoint:
    """The centre of the middle voxel (slices // 2, rows // 2, columns // 2)."""
    volume = feed.volume
    slices, rows, columns = volume.values.shape
    within = volume.affine[:3, 1] * (rows // 2) + volume.affine[:3, 2] * (columns // 2)
    return PatientPoint(*(volume.slice_origins_mm[slices // 2] + within).tolist())


def _dressed(state: ViewState, like: ViewState) -> ViewState:
    """A state with the window and colours of another."""
    return replace(state, window=like.window, preset=like.preset, inverted=like.inverted, colormap=like.colormap)
