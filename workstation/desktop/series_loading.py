"""Series on their way to the screen: thumbnails first, then volumes slice by slice, or frames as they are asked for."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from viewers.display.kinds import kind_words
from viewers.display.layout import Layout
from viewers.display.presets import presets_of
from viewers.isolation.pool import Pool
from viewers.objects.legible import legible
from viewers.render.thumbnail import thumbnail
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import DisplaySet, Kind
from viewers.sources import FrameSource
from viewers.volumes.errors import NoVolume
from viewers.volumes.loader import FrameValues, VolumeLoad, frame, open_volume, volume_bytes, why_no_volume
from viewers.widgets.series_thumbnails import NO_PICTURE, PICTURE_PX, SeriesCard
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.reading_room import ReadingRoom
from workstation.desktop.seen import pictured
from workstation.desktop.workplace import Workplace
from workstation.review.first_image import FirstImage

BUDGET = 3_000_000_000


class SeriesLoading:
    """Keeps the volumes of the open case within a budget, so that going back to one is immediate."""

    def __init__(self, room: ReadingRoom, place: Workplace, errands: Errands) -> None:
        self._room = room
        self._place = place
        self._errands = errands
        self._loads: OrderedDict[str, VolumeLoad] = OrderedDict()
        self._arrived: set[str] = set()
        self._shown = ""
        self._first = ""
        room.images.slice_wanted.connect(self._prefer)

    def offer(self, display_sets: Sequence[DisplaySet], source: FrameSource, doubts: dict[str, str]) -> None:
        """List the series, newest study first; their pictures come one by one."""
        self._room.thumbnails.show_series([_card(item, doubts.get(item.id, "")) for item in display_sets])
        self._errands.send(
            "thumbnails",
            lambda leash: self._pictures(pictured(display_sets), source, leash),
            arrived=lambda _none: None,
            failed=lambda _error: None,
            reported=self._show_picture,
        )

    @property
    def stands_in(self) -> bool:
        """Whether one image stands for a series whose own first picture has not come yet."""
        return bool(self._first)

    def show_first(self, first: FirstImage) -> None:
        """Show one image of a series, at once, until the first picture of the whole series has come."""
        self._first = first.display_set_id
        self._room.images.show_frames(first.display_set, lambda _index: first.values, here={0: first.values})
        view = self._room.images.active_view()
        if view is not None:
            view.repaint()

    def show(self, chosen: DisplaySet, source: FrameSource) -> None:
        """Show a series as what it is."""
        self._shown = chosen.id
        if self._first != chosen.id:
            self._first = ""
        self._room.bar.offer_presets(presets_of(chosen))
        volume = chosen.kind is Kind.VOLUME
        self._room.bar.show_layout(Layout(self._place.choices.text("reading.layout")), volume=volume)
        if not chosen.frames or not chosen.rows:
            self._show_object(chosen, source)
        elif (refused := self._show_volume(chosen, source) if volume else "") is not None:
            self._first = ""
            pool = self._place.workers
            self._room.images.show_frames(chosen, lambda index: _frame(chosen, index, source, pool, refused))
        self._tell_memory()

    def close(self) -> None:
        """Stop everything and let go of the pixels."""
        self._errands.recall("thumbnails")
        for display_set_id, load in self._loads.items():
            load.cancel()
            self._errands.recall(f"volume {display_set_id}")
        self._loads.clear()
        self._arrived.clear()
        self._shown = self._first = ""

    def _show_object(self, chosen: DisplaySet, source: FrameSource) -> None:
        """What has no picture is read as a document, or the place of the pages says why not."""
        words = kind_words(chosen)
        self._room.images.show_message(f"This has no picture of its own: {words}.")
        self._room.show_document()
        title = " · ".join(part for part in (words.capitalize(), chosen.description) if part)
        self._room.document.show_document(chosen.id, title, lambda: legible(chosen, source, self._place.workers))

    def _show_volume(self, chosen: DisplaySet, source: FrameSource) -> str | None:
        """None where it is shown as a volume; else why its images are to be shown one by one."""
        load = self._loads.get(chosen.id)
        if load is None:
            reason = why_no_volume(chosen)
            if reason:
                return reason
            self._make_room(volume_bytes(chosen))
            try:
                load = open_volume(chosen, source, self._place.workers)
            except NoVolume as refusal:
                return str(refusal)
            self._loads[chosen.id] = load
            self._run(chosen.id, load)
        self._loads.move_to_end(chosen.id)
        if self._first != chosen.id:
            self._put_up(load)
        return None

    def _put_up(self, load: VolumeLoad) -> None:
        self._first = ""
        self._room.images.show_volume(load)
        self._room.images.choose_layout(Layout(self._place.choices.text("reading.layout")))

    def _run(self, display_set_id: str, load: VolumeLoad) -> None:
        self._errands.send(
            f"volume {display_set_id}",
            lambda leash: load.run(leash.report),
            arrived=lambda _volume: self._is_whole(display_set_id),
            failed=lambda error: self._not_loaded(display_set_id, error),
            reported=lambda _index: self._grew(display_set_id),
        )

    def _grew(self, display_set_id: str) -> None:
        if display_set_id != self._shown:
            return
        if self._first == display_set_id:
            self._put_up(self._loads[display_set_id])
        self._room.images.refresh_slices()

    def _not_loaded(self, display_set_id: str, error: BaseException) -> None:
        """Told where that series is looked at, never in place of another one; choosing it again tries again."""
        self._loads.pop(display_set_id, None)
        if display_set_id == self._shown:
            self._first = ""
            self._room.images.show_message(f"This series could not be loaded. {error}", failed=True)

    def _is_whole(self, display_set_id: str) -> None:
        self._arrived.add(display_set_id)
        self._grew(display_set_id)
        self._tell_memory()

    def _prefer(self, index: int) -> None:
        load = self._loads.get(self._shown)
        if load is not None:
            load.prefer(index)

    def _make_room(self, needed: int) -> None:
        """The volume that was looked at longest ago goes first."""
        while self._loads and self._held() + needed > BUDGET:
            display_set_id, load = self._loads.popitem(last=False)
            load.cancel()
            self._errands.recall(f"volume {display_set_id}")

    def _held(self) -> int:
        return sum(load.volume.values.nbytes for load in self._loads.values())

    def _tell_memory(self) -> None:
        self._room.status.show_memory(self._held())

    def _show_picture(self, told: object) -> None:
        assert isinstance(told, tuple)
        display_set_id, picture = told
        if picture is None:
            self._room.thumbnails.show_words(display_set_id, NO_PICTURE)
        else:
            self._room.thumbnails.show_picture(display_set_id, picture)

    def _pictures(self, display_sets: Sequence[DisplaySet], source: FrameSource, leash: Leash) -> None:
        for item in display_sets:
            if leash.cancelled():
                return
            middle = len(item.frames) // 2
            try:
                values = frame(item, middle, source, self._place.workers)
            except (FrameRefused, OSError):
                leash.report((item.id, None))
                continue
            leash.report((item.id, thumbnail(item, middle, values, PICTURE_PX * 2)))


def _frame(display_set: DisplaySet, index: int, source: FrameSource, pool: Pool, refused: str) -> FrameValues:
    """One image; where the volume that it belongs to was refused, it says why."""
    values = frame(display_set, index, source, pool)
    return replace(values, warning=" ".join(filter(None, (values.warning, refused)))) if refused else values


def _card(item: DisplaySet, doubt: str) -> SeriesCard:
    when = item.study_date
    day = f"{when[:4]}-{when[4:6]}-{when[6:8]}" if len(when) == 8 and when.isdigit() else when  # noqa: PLR2004 - DICOM DA
    return SeriesCard(
        id=item.id,
        modality=item.modality,
        description=item.description,
        count=_count(item),
        study=f"{day}  {item.study_description}".strip(),
        number="" if item.series_number is None else str(item.series_number),
        pictured=bool(item.frames and item.rows),
        doubt=doubt or ("; ".join(item.warnings[:1])),
    )


def _count(item: DisplaySet) -> str:
    number = len(item.frames)
    if not number:
        return kind_words(item)
    word = {Kind.VOLUME: "slices", Kind.CINE: "frames", Kind.VIDEO: "frames"}.get(item.kind, "images")
    return f"{number} {word if number > 1 else word[:-1]}"
