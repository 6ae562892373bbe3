"""The folder window: every series of a folder, archive or CD beside the image area; for imaging developers."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from viewers.display.captions import iso_date
from viewers.isolation.pool import Pool
from viewers.render.thumbnail import thumbnail
from viewers.series.display_set import DisplaySet, Kind
from viewers.series.open_source import open_source
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.sources import FrameSource
from viewers.volumes.errors import NoVolume
from viewers.volumes.jobs import JOBS
from viewers.volumes.loader import VolumeLoad, frame, open_volume
from viewers.widgets.background import Background
from viewers.widgets.image_area import ImageArea
from viewers.widgets.palette import Palette
from viewers.widgets.series_thumbnails import PICTURE_PX, SeriesCard, SeriesThumbnails

_THREADS = 3
_LIST_PX = 176
_SIZE = (1400, 900)


class FolderWindow(QWidget):
    """Opens a source, lists what can be seen in it, shows what is chosen.

    Args:
        source: where the bytes are.
        pool: isolated workers, made with ``volumes.jobs.JOBS`` in ``preload``; closed by whoever made it.
        palette: colours.
    """

    def __init__(self, source: FrameSource, pool: Pool, palette: Palette) -> None:
        super().__init__()
        self._source, self._pool = source, pool
        self._executor = ThreadPoolExecutor(_THREADS)
        self._background = Background(self._executor, self)
        self._sets: dict[str, DisplaySet] = {}
        self._load: VolumeLoad | None = None
        self.images = ImageArea(palette, self._executor)
        self.thumbnails = SeriesThumbnails(palette)
        self.thumbnails.setFixedWidth(_LIST_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.thumbnails)
        row.addWidget(self.images, 1)
        self.setStyleSheet(f"FolderWindow {{ background: {palette.ground}; }}")
        self.resize(*_SIZE)
        self.thumbnails.series_chosen.connect(self.open)
        self.images.display_set_dropped.connect(self.open)
        self.images.slice_wanted.connect(self._prefer)
        self.images.series_step_requested.connect(self._step)
        self.images.leaving_requested.connect(self.close)
        self.images.show_message("reading headers …")
        self._background.request("scan", self._read, self._list, self._fail)

    def open(self, display_set_id: str) -> None:
        """Show one series."""
        chosen = self._sets[display_set_id]
        self._stop()
        self.thumbnails.mark_open(display_set_id)
        if not chosen.frames or not chosen.rows:
            self.images.show_message(f"{chosen.kind.value.upper()} objects are listed here, but not shown yet.")
        elif not (chosen.kind is Kind.VOLUME and self._open_volume(chosen)):
            self.images.show_frames(chosen, lambda index: frame(chosen, index, self._source, self._pool))
        self.images.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Let every thread end before the window does."""
        self._stop()
        self._background.cancel_all()
        self.images.blank()
        self._executor.shutdown(cancel_futures=True)
        super().closeEvent(event)

    def _read(self) -> tuple[DisplaySet, ...]:
        return display_sets(scan(self._source, self._pool).headers)

    def _list(self, found: tuple[DisplaySet, ...]) -> None:
        self._sets = {one.id: one for one in found}
        self.thumbnails.show_series([_card(one) for one in found])
        pictured = [one for one in found if one.frames and one.rows]
        for one in pictured:
            self._background.request(("thumbnail", one.id), partial(self._picture, one), self._show, _pass)
        if pictured:
            self.open(pictured[0].id)
        else:
            self.images.show_message("Nothing here can be shown as an image.")

    def _picture(self, one: DisplaySet) -> tuple[str, NDArray[np.uint8]]:
        index = 0 if one.kind is Kind.CINE else len(one.frames) // 2
        values = frame(one, index, self._source, self._pool)
        return one.id, thumbnail(one, index, values, PICTURE_PX)

    def _show(self, made: tuple[str, NDArray[np.uint8]]) -> None:
        self.thumbnails.show_picture(*made)

    def _open_volume(self, chosen: DisplaySet) -> bool:
        try:
            load = open_volume(chosen, self._source, self._pool)
        except NoVolume:
            return False
        self._load = load
        self.images.show_volume(load)
        grown = self._background
        self._background.request(
            "volume",
            lambda: load.run(lambda _index: grown.tell(lambda _none: self.images.refresh_slices(), None)),
            lambda _volume: self.images.refresh_slices(),
            self._fail,
        )
        return True

    def _prefer(self, index: int) -> None:
        if self._load is not None:
            self._load.prefer(index)

    def _step(self, step: int) -> None:
        ids = list(self._sets)
        if self.thumbnails.open_id in ids:
            self.open(ids[(ids.index(self.thumbnails.open_id) + step) % len(ids)])

    def _stop(self) -> None:
        if self._load is not None:
            self._load.cancel()
        self._load = None
        self._background.cancel("volume")

    def _fail(self, error: BaseException) -> None:
        self.images.show_message(str(error), failed=True)


def show_folder(path: Path) -> int:
    """Open a window on a folder or archive and stay until it is closed.

    Raises:
        Refused: of ``viewers.series``, where there is nothing to open.
    """
    application = QApplication.instance() or QApplication([])
    with Pool(preload=JOBS) as pool:
        window = FolderWindow(open_source(path), pool, Palette())
        window.setWindowTitle(path.name)
        window.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
        window.show()
        return application.exec()


def _card(one: DisplaySet) -> SeriesCard:
    word = "frame" if one.kind is Kind.CINE else "image"
    count = f"{len(one.frames)} {word}{'' if len(one.frames) == 1 else 's'}"
    return SeriesCard(
        id=one.id,
        modality=one.modality,
        description=one.description or one.kind.value,
        count=count if one.frames else one.kind.value,
        study=f"{iso_date(one.study_date)} {one.study_description}".strip(),
        doubt=one.warnings[0] if one.warnings else "",
    )


def _pass(_error: BaseException) -> None:
    """A thumbnail that cannot be made stays empty; opening the series says why."""
