"""The icons: our own SVG drawings, stroked in the colour of the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from workstation.desktop.theme import RESOURCES, Theme

_SHARPNESS = (1, 2, 3)


def icon(theme: Theme, name: str, token: str = "text") -> QIcon:  # noqa: S107 - a colour token, no secret
    """The icon called ``name`` in a colour of the theme, greyed when disabled, crisp up to 300 %."""
    found = QIcon()
    for sharpness in _SHARPNESS:
        side = theme.px(16)
        found.addPixmap(_drawn(name, theme.colours[token], side, sharpness))
        found.addPixmap(_drawn(name, theme.colours["disabled"], side, sharpness), QIcon.Mode.Disabled)
    return found


def pixmap(theme: Theme, name: str, token: str = "text", side: int = 16, sharpness: float = 2) -> QPixmap:  # noqa: S107
    """The icon as a picture of ``side`` logical pixels (before the theme's scale)."""
    return _drawn(name, theme.colours[token], theme.px(side), sharpness)


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, side: int, sharpness: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    drawing = QPixmap(QSize(round(side * sharpness), round(side * sharpness)))
    drawing.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawing)
    renderer.render(painter, QRectF(0, 0, drawing.width(), drawing.height()))
    painter.end()
    drawing.setDevicePixelRatio(sharpness)
    return drawing


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
