"""Snapshots: a view as it stands, marks and words included, as the bytes of a PNG."""

from collections.abc import Iterable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageWriter

from viewers.measure.measurement import Measurement
from viewers.measure.placing import points_on
from viewers.widgets.slice_view import SliceView

_LEAST_SIDE_PX = 640


def snapshot_of(view: SliceView, mark_id: str) -> bytes:
    """The view at its own shape, at least 640 logical pixels at its shorter side; the mark shows its handles."""
    growth = max(1.0, _LEAST_SIDE_PX / max(1, min(view.width(), view.height())))
    size = QSize(round(view.width() * growth), round(view.height() * growth))
    return _png(view.grab_image(size, mark_id))


def view_showing(mark: Measurement, views: Iterable[SliceView]) -> SliceView | None:
    """The view on which a mark can be seen, best the one it was drawn on."""
    showing = [
        view
        for view in views
        if (picture := view.picture()) is not None and not view.isHidden() and points_on(mark, picture) is not None
    ]
    own = (view for view in showing if view.plane() is mark.plane)
    return next(own, showing[0] if showing else None)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())
