"""A window with what one folder or archive holds, for imaging alone: thumbnails beside one area of images."""

import json
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QCloseEvent, QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from viewers.display.kinds import kind_words
from viewers.isolation.pool import Pool
from viewers.render.thumbnail import thumbnail
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import DisplaySet, Kind
from viewers.series.scan import Scan, scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource
from viewers.volumes.errors import NoVolume
from viewers.volumes.jobs import JOBS
from viewers.volumes.loader import VolumeLoad, frame, open_volume
from viewers.widgets.background import Background
from viewers.widgets.collector import Collector
from viewers.widgets.image_area import ImageArea
from viewers.widgets.lettering import lettering_font
from viewers.widgets.palette import Palette, palette_from
from viewers.widgets.series_thumbnails import NO_PICTURE, PICTURE_PX, SeriesCard, SeriesThumbnails

_THEME = Path(__file__).resolve().parents[2] / "resources" / "themes" / "dark.json"
_FONTS, _FAMILY = _THEME.parents[1] / "fonts", "Inter"
_THREADS = 4
_SIZE = (1400, 900)


def show_source(source: FrameSource, title: str) -> int:
    """Open the window and stay until it is closed; the program's exit status."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    Collector(application).begin()
    palette = _palette()
    _dress(application, palette)
    with Pool(preload=JOBS) as pool, ThreadPoolExecutor(_THREADS, thread_name_prefix="images") as executor:
        window = SourceWindow(source, pool, executor, palette)
        window.setWindowTitle(title)
        window.resize(*_SIZE)
        window.show()
        return int(application.exec())


class SourceWindow(QWidget):
    """What a source holds, to be looked at; nothing is kept and nothing is signed here.

    Args:
        source: where the files are.
        pool: isolated workers with ``JOBS`` in ``preload``.
        executor: runs scanning, loading and thumbnails.
        palette: the tokens of a theme.
    """

    def __init__(self, source: FrameSource, pool: Pool, executor: Executor, palette: Palette) -> None:
        super().__init__()
        self._source, self._pool = source, pool
        self._background = Background(executor, self)
        self._sets: dict[str, DisplaySet] = {}
        self._load: VolumeLoad | None = None
        self.thumbnails = SeriesThumbnails(palette, self)
        self.images = ImageArea(palette, executor, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.thumbnails)
        row.addWidget(self.images, 1)
        self.thumbnails.series_chosen.connect(self.show_set)
        self.images.display_set_dropped.connect(self.show_set)
        self.images.slice_wanted.connect(self._prefer)
        self.images.show_message("Reading what is here …")
        self._background.request("scan", partial(scan, source, pool), self._found, self._could_not)

    def show_set(self, display_set_id: str) -> None:
        """Show one of the sets as what it is."""
        chosen = self._sets[display_set_id]
        self._forget_load()
        self.thumbnails.mark_open(chosen.id)
        if not chosen.frames:
            self.images.show_message(f"This has no picture of its own: {kind_words(chosen)}.")
        elif chosen.kind is not Kind.VOLUME or not self._show_volume(chosen):
            self.images.show_frames(chosen, lambda index: frame(chosen, index, self._source, self._pool))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Stop what is under way."""
        self._forget_load()
        self._background.cancel_all()
        self.images.blank()
        super().closeEvent(event)

    def _found(self, found: Scan) -> None:
        sets = display_sets(found.headers)
        self._sets = {each.id: each for each in sets}
        self.thumbnails.show_series([_card(each) for each in sets])
        pictured = [each for each in sets if each.frames]
        if not pictured:
            reasons = "; ".join(each.reason for each in found.skipped[:3])
            self.images.show_message(f"There is no image here. {reasons}".strip(), failed=True)
            return
        self.show_set(max(pictured, key=lambda each: len(each.frames)).id)
        self._background.request("thumbnails", partial(self._pictures, pictured), lambda _: None, lambda _: None)

    def _could_not(self, error: BaseException) -> None:
        self.images.show_message(f"This cannot be read. {error}", failed=True)

    def _show_volume(self, chosen: DisplaySet) -> bool:
        try:
            load = open_volume(chosen, self._source, self._pool)
        except NoVolume:
            return False
        self._load = load
        self.images.show_volume(load)
        arrived = partial(self._background.tell, lambda _: self.images.refresh_slices())
        self._background.request(
            "volume", lambda: load.run(arrived), lambda _: self.images.refresh_slices(), self._could_not
        )
        return True

    def _prefer(self, index: int) -> None:
        if self._load is not None:
            self._load.prefer(index)

    def _forget_load(self) -> None:
        if self._load is not None:
            self._load.cancel()
            self._background.cancel("volume")
            self._load = None

    def _pictures(self, sets: Sequence[DisplaySet]) -> None:
        """Runs on the executor; pictures go home one by one."""
        for each in sets:
            middle = len(each.frames) // 2
            try:
                values = frame(each, middle, self._source, self._pool, priority=1)
            except (FrameRefused, OSError):
                self._background.tell(self._show_no_picture, each.id)
                continue
            picture = thumbnail(each, middle, values, PICTURE_PX * 2)
            self._background.tell(self._show_picture, (each.id, picture))

    def _show_no_picture(self, display_set_id: str) -> None:
        self.thumbnails.show_words(display_set_id, NO_PICTURE)

    def _show_picture(self, told: tuple[str, NDArray[np.uint8]]) -> None:
        self.thumbnails.show_picture(*told)


def _card(display_set: DisplaySet) -> SeriesCard:
    number = len(display_set.frames)
    count = (f"{number} images" if number > 1 else "1 image") if number else kind_words(display_set)
    return SeriesCard(
        id=display_set.id,
        modality=display_set.modality,
        description=display_set.description,
        count=count,
        study=display_set.study_description,
        number="" if display_set.series_number is None else str(display_set.series_number),
        pictured=bool(number),
        doubt=" ".join(display_set.warnings[:1]),
    )


def _palette() -> Palette:
    theme = json.loads(_THEME.read_text("utf-8"))
    return palette_from(theme["colours"], family=_FAMILY)


def _dress(application: QApplication, palette: Palette) -> None:
    """The controls beside the pictures as dark as these, in the font that is shipped: a machine may have none."""
    for path in sorted(_FONTS.glob(f"{_FAMILY}-*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    application.setStyle("Fusion")
    application.setFont(lettering_font(palette, 13))
    colours = QPalette(QColor(palette.raised), QColor(palette.panel))
    for role, colour in (
        (QPalette.ColorRole.WindowText, palette.text),
        (QPalette.ColorRole.Text, palette.text),
        (QPalette.ColorRole.ButtonText, palette.text),
        (QPalette.ColorRole.Base, palette.image),
        (QPalette.ColorRole.Highlight, palette.accent),
    ):
        colours.setColor(role, QColor(colour))
    application.setPalette(colours)
