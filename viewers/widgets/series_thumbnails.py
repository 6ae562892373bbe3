"""Thumbnails: what can be opened, as pictures with their words; a click or Enter opens one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from viewers.widgets.lettering import in_two_lines, lettering_font
from viewers.widgets.palette import Palette

MIME_TYPE = "application/x-display-set"
PICTURE_PX = 96
NO_PICTURE = "cannot be shown; open it to see why"
_ROLE_ID = Qt.ItemDataRole.UserRole
_ROLE_CARD = Qt.ItemDataRole.UserRole + 1
_ROLE_WORDS = Qt.ItemDataRole.UserRole + 2
_COLOUR_AXES = 3
_LINES = 4
_EDGE = 8
_ROOM_PX, _HIGH_PX = 80, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCard:
    """What a thumbnail says.

    Attributes:
        id: of the display set.
        modality, description: as the header gives them.
        count: words such as ``312 slices`` or ``60 frames``.
        number: Series Number, or "".
        pictured: whether a picture comes; what has none says so in its place.
        study: words of its study (date and description); cards of one study stand together under them.
        doubt: why it should be looked at with care, or "".
        seen: how much of it was looked at, 0 to 1, or None where nobody counts.
    """

    id: str
    modality: str
    description: str
    count: str
    study: str = ""
    number: str = ""
    pictured: bool = True
    doubt: str = ""
    seen: float | None = None


class SeriesThumbnails(QListWidget):
    """The list. Signals: ``series_chosen(str)`` with the id of the display set."""

    series_chosen = Signal(str)

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._open = ""
        self.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.setMouseTracking(True)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAccessibleName("Series")
        self.setAccessibleDescription("Enter or a click opens a series")
        self.wear(palette)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def wear(self, palette: Palette) -> None:
        """Paint with other colours, as when the reader chooses another theme."""
        self._palette = palette
        self.setItemDelegate(_CardPainter(palette, self))
        self.setStyleSheet(f"QListWidget {{ background: {palette.panel}; border: none; outline: none; }}")

    def show_series(self, cards: Sequence[SeriesCard]) -> None:
        """List these, in this order; pictures come later by ``show_picture``."""
        self.clear()
        study = None
        for card in cards:
            if card.study and card.study != study:
                self._add_heading(card.study)
            study = card.study
            item = QListWidgetItem()
            item.setData(_ROLE_ID, card.id)
            item.setData(_ROLE_CARD, card)
            said = ", ".join(part for part in (_kind(card), card.description, card.count, card.doubt) if part)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            # a tool tip could take words of a header for rich text: it is made plain
            item.setToolTip(_plain(said))
            self.addItem(item)

    def show_picture(self, display_set_id: str, pixels: NDArray[np.uint8]) -> None:
        """The picture of a thumbnail: grey levels (rows, columns) or RGB (rows, columns, 3)."""
        item = self._item(display_set_id)
        if item is not None:
            item.setIcon(QIcon(_pixmap(pixels)))

    def show_words(self, display_set_id: str, words: str) -> None:
        """Words in place of a picture that cannot be had: black would look like a picture."""
        item = self._item(display_set_id)
        if item is not None:
            item.setData(_ROLE_WORDS, words)

    def mark_open(self, display_set_id: str) -> None:
        """Show which one is open; "" for none."""
        self._open = display_set_id
        item = self._item(display_set_id)
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)
        self.viewport().update()

    @property
    def open_id(self) -> str:
        """The id of the one that is open."""
        return self._open

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as one card wants to be."""
        return QSize(PICTURE_PX + _ROOM_PX, _HIGH_PX)

    def mimeTypes(self) -> list[str]:  # noqa: N802  Qt's name
        """What a dragged thumbnail carries."""
        return [MIME_TYPE]

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:  # noqa: N802
        """The id of the display set."""
        data = QMimeData()
        if items:
            data.setData(MIME_TYPE, str(items[0].data(_ROLE_ID) or "").encode())
        return data

    def _choose(self, item: QListWidgetItem) -> None:
        display_set_id = item.data(_ROLE_ID)
        if display_set_id:
            self.series_chosen.emit(display_set_id)

    def _item(self, display_set_id: str) -> QListWidgetItem | None:
        rows = (self.item(row) for row in range(self.count()))
        return next((item for item in rows if display_set_id and item.data(_ROLE_ID) == display_set_id), None)

    def _add_heading(self, words: str) -> None:
        heading = QListWidgetItem(words)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        heading.setToolTip(_plain(words))
        self.addItem(heading)


class _CardPainter(QStyledItemDelegate):
    """Paints headings and cards: the picture, then what tells it from its neighbours, in up to four lines."""

    def __init__(self, palette: Palette, listed: SeriesThumbnails) -> None:
        super().__init__(listed)
        self._palette = palette
        self._listed = listed

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """Room for the picture and its lines."""
        line = QFontMetrics(lettering_font(self._palette)).lineSpacing()
        if index.data(_ROLE_CARD) is None:
            return QSize(option.rect.width(), line + _EDGE + 4)
        return QSize(option.rect.width(), PICTURE_PX + _LINES * line + 2 * _EDGE + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one."""
        painter.save()
        card = index.data(_ROLE_CARD)
        if card is None:
            self._paint_heading(painter, option.rect, str(index.data(Qt.ItemDataRole.DisplayRole)))
        else:
            words = str(index.data(_ROLE_WORDS) or "")
            self._paint_card(painter, option, card, index.data(Qt.ItemDataRole.DecorationRole), words)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, words: str) -> None:
        painter.setFont(lettering_font(self._palette, 11, bold=True))
        painter.setPen(QColor(self._palette.quiet))
        inner = rect.adjusted(_EDGE, 4, -_EDGE, 0)
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_card(
        self, painter: QPainter, option: QStyleOptionViewItem, card: SeriesCard, icon: QIcon | None, instead: str
    ) -> None:
        palette, rect = self._palette, option.rect.adjusted(4, 2, -4, -2)
        opened = card.id == self._listed.open_id
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_Selected) and self._listed.hasFocus()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.accent if opened or focused else palette.line), 2 if opened else 1))
        painter.setBrush(QColor(palette.raised if hover or opened else palette.panel))
        painter.drawRoundedRect(rect, 4, 4)
        place = QRect(rect.center().x() - PICTURE_PX // 2, rect.top() + _EDGE // 2, PICTURE_PX, PICTURE_PX)
        painter.fillRect(place, QColor(palette.image))
        if isinstance(icon, QIcon):
            icon.paint(painter, place)
        elif instead:
            painter.setFont(lettering_font(palette, 11))
            painter.setPen(QColor(palette.danger))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place.adjusted(4, 4, -4, -4), flags, f"⚠ {instead}")
        elif not card.pictured:
            painter.setPen(QColor(palette.on_image))
            painter.setFont(lettering_font(palette, 11))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "no picture")
        self._paint_words(painter, rect, card)

    def _paint_words(self, painter: QPainter, rect: QRect, card: SeriesCard) -> None:
        palette = self._palette
        painter.setFont(lettering_font(palette))
        metrics = painter.fontMetrics()
        top = rect.top() + _EDGE // 2 + PICTURE_PX + metrics.ascent() + 2
        room = rect.width() - 2 * _EDGE
        colours = {"title": palette.text, "facts": palette.quiet, "doubt": palette.watch}
        for number, (role, words) in enumerate(card_lines(card, painter.font(), room)):
            painter.setPen(QColor(colours[role]))
            text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(rect.left() + _EDGE, top + number * metrics.lineSpacing(), text)


def card_lines(card: SeriesCard, font: QFont, room: float) -> list[tuple[str, str]]:
    """What a card says, line by line, each with its role: title, facts or doubt; a doubt takes the lines left."""
    lines = [("title", words) for words in in_two_lines(card.description or card.modality, font, room)]
    if not card.doubt:
        return [*lines, ("facts", _kind(card)), ("facts", card.count)]
    lines.append(("facts", f"{_kind(card)} · {card.count}"))
    doubt = f"⚠ {card.doubt}"
    left = _LINES - len(lines)
    return [*lines, *(("doubt", words) for words in (in_two_lines(doubt, font, room) if left > 1 else [doubt]))]


def _kind(card: SeriesCard) -> str:
    return f"{card.modality} · series {card.number}" if card.number else card.modality


def _plain(words: str) -> str:
    return words.replace("<", "‹").replace(">", "›")


def _pixmap(pixels: NDArray[np.uint8]) -> QPixmap:
    solid = np.ascontiguousarray(pixels)
    height, width = solid.shape[:2]
    colour = solid.ndim == _COLOUR_AXES
    form = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
    return QPixmap.fromImage(QImage(solid.data, width, height, solid.strides[0], form).copy())
