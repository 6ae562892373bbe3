"""Feeds: where a view gets its pictures from, now or later: a volume, loaded or loading, or single frames."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewers.display.automatic import first_window, own_windows
from viewers.display.cuts import Cut, cut_of, grid_place, is_even
from viewers.display.resolve import Reality, Shown
from viewers.display.slices import Slice, usable
from viewers.display.view_state import PlaneName
from viewers.isolation.errors import Refused
from viewers.render.picture import picture_of_frame, picture_of_volume
from viewers.series.display_set import DisplaySet, Kind
from viewers.volumes.loader import FrameValues
from viewers.volumes.volume import Volume, has_lost, is_padding
from viewers.widgets.background import Background

_KEPT_PICTURES = 8
_KEPT_FRAME_BYTES = 512 * 2**20
_AHEAD = 6
_MISTAKE = "the program made a mistake, which it has noted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Why there is no picture (yet): words for the tile, and whether waiting helps."""

    words: str
    failed: bool = False


class Feed(Protocol):
    """What a view asks for pictures."""

    @property
    def display_set(self) -> DisplaySet:
        """Whose pictures."""
        ...

    @property
    def reality(self) -> Reality:
        """What can be shown of it."""
        ...

    def picture(self, shown: Shown, later: Callable[[], None]) -> Slice | Missing:
        """The picture, or why it is missing; ``later`` is called once asking again is worth while."""
        ...

    def close(self) -> None:
        """No more pictures are wanted; work under way is dropped."""
        ...


class Loading(Protocol):
    """A volume on its way (``viewers.volumes.loader.VolumeLoad`` fits by shape)."""

    @property
    def volume(self) -> Volume:
        """What there is so far."""
        ...

    @property
    def ready(self) -> NDArray[np.bool_]:
        """Which slices are there."""
        ...

    @property
    def failed(self) -> dict[int, str]:
        """Which slices cannot be shown, and why."""
        ...

    @property
    def marked(self) -> dict[int, str]:
        """Which slices came with a doubt, and which."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loaded:
    """A volume that is all there, in the shape of one on its way."""

    volume: Volume
    ready: NDArray[np.bool_]
    failed: dict[int, str] = field(default_factory=dict)
    marked: dict[int, str] = field(default_factory=dict)


def whole_load(volume: Volume) -> Loaded:
    """A volume that is there, as if it had just been loaded."""
    return Loaded(volume=volume, ready=np.ones(volume.values.shape[0], bool))


class VolumeFeed:
    """Pictures of a volume along any plane; heavy ones (slabs and planes off the grid with true places) come later."""

    def __init__(self, load: Loading, background: Background) -> None:
        self._load = load
        self._background = background
        self._volume = load.volume
        self._kept: OrderedDict[object, Slice] = OrderedDict()
        self._cuts = {plane: cut_of(load.volume, plane) for plane in PlaneName}
        self._even = is_even(load.volume)
        self._reality: Reality | None = None
        self._under_way: dict[PlaneName, object] = {}
        self._failed: dict[object, str] = {}

    @property
    def display_set(self) -> DisplaySet:
        """Whose pictures."""
        return self._volume.display_set

    @property
    def volume(self) -> Volume:
        """The volume as it is now."""
        return self._volume

    @property
    def reality(self) -> Reality:
        """Planes, frames and the first window; made anew until everything is loaded."""
        if self._reality is None:
            self._reality = self._look()
        return self._reality

    def refresh(self) -> None:
        """More slices have arrived: forget pictures made without them."""
        widened = self._volume is not self._load.volume
        self._volume = self._load.volume
        self._failed.clear()
        stored = {} if widened else {key: kept for key, kept in self._kept.items() if kept.frame is not None}
        self._kept = OrderedDict(stored)
        self._reality = None

    def has_arrived(self, shown: Shown) -> bool:
        """Whether the stored slice behind a view is there."""
        behind = self.frame_behind(shown)
        return behind is not None and bool(self._load.ready[behind])

    def picture(self, shown: Shown, later: Callable[[], None]) -> Slice | Missing:
        """The picture, or why it is missing."""
        key = (shown.plane, shown.index, shown.slab)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        cut = self._cuts[shown.plane]
        missing = self._missing(cut, shown.index) if shown.slab is None else None
        if missing is not None:
            return missing
        if not self._heavy(cut, shown):
            return self._keep(key, picture_of_volume(self._volume, cut, shown.index, shown.slab))
        if key in self._failed:
            return Missing(words=f"This plane cannot be shown: {self._failed[key]}", failed=True)
        self._make_later(key, cut, shown, later)
        return Missing(words="resampling …")

    def frame_behind(self, shown: Shown) -> int | None:
        """Index of the stored frame that a picture is, or None where it is made of many."""
        cut = self._cuts[shown.plane]
        if cut.axes is None or cut.axes.through[0] != 0 or shown.slab is not None:
            return None
        return grid_place(self._volume, cut, shown.index).start[0]

    def close(self) -> None:
        """Drop what is kept."""
        self._kept.clear()
        for plane in PlaneName:
            self._background.cancel((id(self), plane))

    def _look(self) -> Reality:
        first = self._volume.display_set
        middle = len(first.frames) // 2
        ready = np.flatnonzero(self._load.ready)
        nearest = int(ready[np.argmin(np.abs(ready - middle))]) if ready.size else middle
        suv = first.suv_factor is not None
        values = self._volume.values[nearest]
        padding = is_padding(self._volume, values, nearest)
        return Reality(
            cuts=self._cuts,
            frames=len(first.frames),
            first_frame=middle,
            window=first_window(first, middle, values if padding is None else values[~padding]),
            own=lambda _frame: own_windows(first, middle),
            inverted=first.inverted != suv,
            colour=False,
        )

    def _missing(self, cut: Cut, index: int) -> Missing | None:
        if cut.axes is None or cut.axes.through[0] != 0:
            return None
        frame = grid_place(self._volume, cut, index).start[0]
        if frame in self._load.failed:
            return Missing(words=f"This slice cannot be shown: {self._load.failed[frame]}", failed=True)
        done = int(self._load.ready.sum())
        return None if self._load.ready[frame] else Missing(words=f"loading, {done} of {self._load.ready.size} slices")

    def _heavy(self, cut: Cut, shown: Shown) -> bool:
        slow = not self._even or self._volume.padding is not None or has_lost(self._volume)
        return cut.axes is None and (slow or shown.slab is not None)

    def _make_later(self, key: object, cut: Cut, shown: Shown, later: Callable[[], None]) -> None:
        volume = self._volume
        place = (id(self), cut.plane)
        if self._background.pending(place) and self._under_way.get(cut.plane) == (key, id(volume)):
            return
        self._under_way[cut.plane] = (key, id(volume))

        def arrived(picture: Slice) -> None:
            if volume is self._volume:
                self._keep(key, picture)
            later()

        def failed(error: BaseException) -> None:
            short = isinstance(error, MemoryError)
            self._failed[key] = "there is not enough memory. Close other series." if short else _MISTAKE
            later()
            if not short:
                raise error

        self._background.request(
            place,
            lambda: picture_of_volume(volume, cut, shown.index, shown.slab),
            arrived,
            failed,
        )

    def _keep(self, key: object, picture: Slice) -> Slice:
        note = _doubt(picture, self._load.marked)
        picture = replace(picture, note=note) if note else picture
        self._kept[key] = picture
        while len(self._kept) > _KEPT_PICTURES:
            self._kept.popitem(last=False)
        return picture


class FrameFeed:
    """Pictures of single frames: decoded elsewhere, kept within a budget, the next ones asked for ahead of time."""

    def __init__(
        self,
        display_set: DisplaySet,
        frame: Callable[[int], FrameValues],
        background: Background,
        here: Mapping[int, FrameValues] | None = None,
    ) -> None:
        self._display_set = display_set
        self._frame = frame
        self._background = background
        self._kept: OrderedDict[int, Slice] = OrderedDict()
        self._kept_bytes = 0
        self._failed: dict[int, str] = {}
        self._reality: Reality | None = None
        self._later: Callable[[], None] = lambda: None
        for index, values in (here or {}).items():
            self._keep(index, picture_of_frame(display_set, index, values))

    @property
    def display_set(self) -> DisplaySet:
        """Whose pictures."""
        return self._display_set

    @property
    def reality(self) -> Reality:
        """Frames and the first window; automatic windows wait for the first frame."""
        if self._reality is not None:
            return self._reality
        first = next(iter(self._kept.values()), None)
        moving = self._display_set.kind in (Kind.CINE, Kind.VIDEO)
        values, index = (np.zeros(1, np.float32), 0) if first is None else (_counting(first), first.frame or 0)
        made = Reality(
            cuts={},
            frames=len(self._display_set.frames),
            first_frame=0 if moving else len(self._display_set.frames) // 2,
            window=first_window(self._display_set, index, values),
            own=partial(own_windows, self._display_set),
            inverted=self._display_set.inverted != (self._display_set.suv_factor is not None),
            colour=self._display_set.colour,
        )
        if first is not None:
            self._reality = made
        return made

    def picture(self, shown: Shown, later: Callable[[], None]) -> Slice | Missing:
        """The picture, or why it is missing; frames ahead are fetched meanwhile."""
        self._later = later
        kept = self._kept.get(shown.index)
        count = len(self._display_set.frames)
        if kept is not None:
            self._kept.move_to_end(shown.index)
        for step in range(min(_AHEAD, count - 1) + 1):
            self._fetch((shown.index + step) % count)
        if kept is not None:
            return kept
        if shown.index in self._failed:
            return Missing(words=f"This frame cannot be shown: {self._failed[shown.index]}", failed=True)
        return Missing(words=f"loading frame {shown.index + 1} of {count}")

    def has(self, index: int) -> bool:
        """Whether a frame can be shown, or never can: nothing to wait for."""
        return index in self._kept or index in self._failed

    def close(self) -> None:
        """Drop what is kept and what is on its way."""
        for index in range(len(self._display_set.frames)):
            self._background.cancel((id(self), index))
        self._kept.clear()

    def _fetch(self, index: int) -> None:
        key = (id(self), index)
        if self.has(index) or self._background.pending(key):
            return

        def arrived(values: FrameValues) -> None:
            self._keep(index, picture_of_frame(self._display_set, index, values))
            self._later()

        def failed(error: BaseException) -> None:
            expected = isinstance(error, (Refused, OSError))
            self._failed[index] = str(error) if expected else _MISTAKE
            self._later()
            if not expected:  # a defect of ours: the frame is a tile, and whoever gathers defects hears of it
                raise error

        self._background.request(key, lambda: self._frame(index), arrived, failed)

    def _keep(self, index: int, picture: Slice) -> None:
        self._kept[index] = picture
        self._kept_bytes += picture.values.nbytes
        while self._kept_bytes > _KEPT_FRAME_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= dropped.values.nbytes


def _doubt(picture: Slice, marked: Mapping[int, str]) -> str:
    """What must be said of a picture because of the slices that it is made of."""
    if picture.frame is not None or not marked:
        return marked.get(picture.frame, "") if picture.frame is not None else ""
    first = min(marked)
    which = f"Slice {first + 1} is" if len(marked) == 1 else f"{len(marked)} slices, the first {first + 1}, are"
    return f"{which} doubtful: {marked[first]}"


def _counting(picture: Slice) -> NDArray[np.generic]:
    """The values of a picture that are anatomy."""
    counting = usable(picture)
    return picture.values if counting is None else picture.values[counting]
