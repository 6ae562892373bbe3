"""Series on their way to the screen: thumbnails first, then volumes slice by slice, or frames as they are asked for."""

from collections import OrderedDict
from collections.abc import Sequence

from viewers.display.presets import presets_for
from viewers.series.display_set import DisplaySet, Kind
from viewers.sources import FrameSource
from viewers.volumes.loader import FrameValues, VolumeLoad, frame, open_volume
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.reading_room import ReadingRoom
from workstation.desktop.workplace import Workplace

BUDGET = 3_000_000_000
REPORT_EVERY = 8


class SeriesLoading:
    """Keeps the volumes of the open case within a budget, so that going back to one is immediate."""

    def __init__(self, room: ReadingRoom, place: Workplace, errands: Errands) -> None:
        self._room = room
        self._place = place
        self._errands = errands
        self._loads: OrderedDict[str, VolumeLoad] = OrderedDict()

    def offer(self, display_sets: Sequence[DisplaySet], source: FrameSource) -> None:
        """List the series with their thumbnails."""
        raise NotImplementedError

    def show(self, chosen: DisplaySet, source: FrameSource) -> None:
        """Show a series as what it is."""
        self._room.bar.offer_presets(presets_for(chosen.unit))
        if not chosen.frames or not chosen.rows:
            self._room.images.show_message(f"{chosen.kind.value.upper()} objects are listed, but not shown yet.")
        elif chosen.kind is Kind.VOLUME:
            self._show_volume(chosen, source)
        else:
            self._show_frames(chosen, source)

    def close(self) -> None:
        """Stop everything and let go of the pixels."""
        for load in self._loads.values():
            load.cancel()
        self._loads.clear()
        self._errands.recall("volume")
