"""Lettering: plain text on pictures with a dark halo, corner captions, orientation letters, the scale bar."""

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTextLayout, QTextOption

from viewers.display.captions import Captions
from viewers.display.scale_bar import ScaleBar
from viewers.geometry.orientation import EdgeLetters
from viewers.widgets.palette import Palette

CAPTION_PX = 12
_MARGIN = 8.0
_LETTER_PX = 15
_HALO_PX = 2.0
_HALO = [(x, y) for x in (-1.2, 0.0, 1.2) for y in (-1.2, 0.0, 1.2) if x or y]
_SHARE, _BESIDE_BAR_SHARE = 0.44, 0.34
_PLATE, _PLATE_EDGE = QColor(0, 0, 0, 120), 3.0
_BAR_ABOVE_BOTTOM = 14.0


def lettering_font(palette: Palette, size_px: float = CAPTION_PX, *, bold: bool = False) -> QFont:
    """The font of everything written on pictures, digits of equal width where the family has them."""
    font = QFont(palette.family)
    font.setPixelSize(max(11, round(palette.px(size_px))))
    font.setBold(bold)
    return with_even_digits(font)


def with_even_digits(font: QFont) -> QFont:
    """The font with digits of equal width where it has them: a running number does not jump."""
    even = QFont(font)
    even.setFeature(QFont.Tag("tnum"), 1)
    return even


def in_two_lines(words: str, font: QFont, room: float) -> list[str]:
    """Words in one or two lines; of what is still too long the middle goes, since titles differ at their ends."""
    metrics = QFontMetricsF(font)
    layout = QTextLayout(words, font)
    wrapping = QTextOption()
    wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(wrapping)
    layout.beginLayout()
    line = layout.createLine()
    if line.isValid():
        line.setLineWidth(room)
    layout.endLayout()
    cut = line.textLength() if line.isValid() else len(words)
    rest = words[cut:].strip()
    lines = [words[:cut].strip(), metrics.elidedText(rest, Qt.TextElideMode.ElideMiddle, room)]
    return [each for each in lines if each]


def write(painter: QPainter, at: QPointF, text: str, colour: str) -> None:
    """Plain text with its baseline at ``at``, readable on black and on white."""
    font, ratio = painter.font(), painter.device().devicePixelRatioF()
    written = _written(text, colour, font.toString(), ratio)
    # on whole device pixels, or the letters are smeared
    left, top = at.x() - _HALO_PX, at.y() - QFontMetricsF(font).ascent() - _HALO_PX
    painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), written)


def forget_words() -> None:
    """Keep no word that was written, since some are names of patients."""
    _written.cache_clear()
    _fitted.cache_clear()


def paint_captions(painter: QPainter, size: tuple[float, float], words: Captions, palette: Palette) -> None:
    """The four corners; lines that do not fit a small view are left out, the first ones stay."""
    painter.setFont(lettering_font(palette))
    metrics = QFontMetricsF(painter.font())
    room = max(1, int((size[1] / 2 - palette.px(_MARGIN + 24)) / metrics.lineSpacing()))
    wide = size[0] * _SHARE
    edge = palette.px(_MARGIN)
    low, far = size[1] - edge, size[0] - edge
    named = _whole_name(words.top_left, painter.font(), wide)
    left, right = words.bottom_left[-room:], words.bottom_right[:room]
    columns = (
        (named[:room], QPointF(edge, edge), wide),
        (words.top_right[:room], QPointF(far, edge), -wide),
        (left, QPointF(edge, low - metrics.lineSpacing() * len(left)), wide),
        (right, QPointF(far, low - metrics.lineSpacing() * len(right)), -wide),
    )
    for number, (lines, at, width) in enumerate(columns):
        narrow = size[0] * _BESIDE_BAR_SHARE if number > 1 else wide  # the last line stands beside the scale bar
        _column(painter, lines, at, (width, math.copysign(narrow, width)), palette.on_image)


def paint_letters(painter: QPainter, size: tuple[float, float], letters: EdgeLetters, palette: Palette) -> None:
    """What lies beyond each edge."""
    painter.setFont(lettering_font(palette, _LETTER_PX, bold=True))
    metrics = QFontMetricsF(painter.font())
    edge, middle = palette.px(_MARGIN), size[1] / 2 + metrics.capHeight() / 2
    wide, high = metrics.horizontalAdvance, metrics.capHeight()
    low = size[1] - palette.px(_BAR_ABOVE_BOTTOM + 12)
    places = (
        (letters.left, QPointF(edge, middle)),
        (letters.right, QPointF(size[0] - edge - wide(letters.right), middle)),
        (letters.top, QPointF((size[0] - wide(letters.top)) / 2, edge + high)),
        (letters.bottom, QPointF((size[0] - wide(letters.bottom)) / 2, low)),
    )
    for letter, at in places:
        if letter:
            _plate(painter, QRectF(at.x(), at.y() - high - 3, wide(letter), high + 6))
            write(painter, at, letter, palette.on_image)


def paint_scale_bar(painter: QPainter, size: tuple[float, float], bar: ScaleBar, palette: Palette) -> None:
    """The bar at the bottom, its words beside it."""
    painter.setFont(lettering_font(palette, 11))
    metrics = QFontMetricsF(painter.font())
    whole = bar.length_px + palette.px(6) + metrics.horizontalAdvance(bar.words)
    left = (size[0] - whole) / 2
    low = size[1] - palette.px(_BAR_ABOVE_BOTTOM)
    _plate(painter, QRectF(left, low - 9, whole, 13))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, width in ((QColor(0, 0, 0, 200), 3.0), (QColor(palette.on_image), 1.0)):
        painter.setBrush(colour)
        painter.drawRects(_bar_boxes(bar, left, low, width))
    write(painter, QPointF(left + bar.length_px + palette.px(6), low + 1), bar.words, palette.on_image)


def _bar_boxes(bar: ScaleBar, left: float, low: float, width: float) -> list[QRectF]:
    """The bar and its ticks as boxes ``width`` wide."""
    half = width / 2
    boxes = [QRectF(left - half, low - half, bar.length_px + width, width)]
    for part in range(bar.parts + 1):
        high = 6.0 if part in (0, bar.parts) else 4.0
        at = left + bar.length_px * part / bar.parts
        boxes.append(QRectF(at - half, low - high - half, width, high + width))
    return boxes


def straight(painter: QPainter, first: QPointF, second: QPointF, colour: QColor, width: float) -> None:
    """A horizontal or vertical line as a filled box: many times cheaper than a stroke with a wide pen."""
    half = width / 2
    box = QRectF(first, second).normalized().adjusted(-half, -half, half, half)
    painter.fillRect(box, colour)


def paint_tile(painter: QPainter, size: tuple[float, float], words: str, palette: Palette, *, failed: bool) -> None:
    """Words in the middle of a view without a picture: what is loading, or what failed, with a sign before it."""
    painter.setFont(lettering_font(palette, 13))
    box = QRectF(size[0] * 0.1, 0, size[0] * 0.8, size[1])
    painter.setPen(QColor(palette.danger if failed else palette.quiet))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(box, flags, f"⚠ {words}" if failed else words)


@lru_cache(maxsize=512)
def _written(text: str, colour: str, font_words: str, ratio: float) -> QImage:
    """The text with a dark rim, made once and painted often: a rim costs eight times what the letters cost."""
    font = QFont()
    font.fromString(font_words)
    font.setFeature(QFont.Tag("tnum"), 1)
    metrics = QFontMetricsF(font)
    wide, high = metrics.horizontalAdvance(text) + 2 * _HALO_PX + 2, metrics.height() + 2 * _HALO_PX
    image = QImage(math.ceil(wide * ratio), math.ceil(high * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor(0, 0, 0, 170))
    base = QPointF(_HALO_PX, metrics.ascent() + _HALO_PX)
    for across, down in _HALO:
        painter.drawText(base + QPointF(across, down), text)
    painter.setPen(QColor(colour))
    painter.drawText(base, text)
    painter.end()
    return image


def _whole_name(lines: tuple[str, ...], font: QFont, room: float) -> tuple[str, ...]:
    """A patient's name that is too long for its line goes on in the next: it is the last thing to be cut."""
    if not lines or QFontMetricsF(font).horizontalAdvance(lines[0]) <= room:
        return lines
    family, comma, given = lines[0].partition(", ")
    return (f"{family},", given, *lines[1:]) if comma else lines


def _column(painter: QPainter, lines: tuple[str, ...], at: QPointF, rooms: tuple[float, float], colour: str) -> None:
    """Lines from ``at`` downwards, ``rooms`` wide, the last one apart; a negative room means flush right."""
    font = painter.font()
    metrics, font_words = QFontMetricsF(font), font.toString()
    for number, line in enumerate(lines):
        room = rooms[number == len(lines) - 1]
        text, advance = _fitted(line, font_words, abs(room))
        left = at.x() - (advance if room < 0 else 0.0)
        top = at.y() + metrics.lineSpacing() * number
        _plate(painter, QRectF(left, top, advance, metrics.lineSpacing()))
        write(painter, QPointF(left, top + metrics.ascent()), text, colour)


def _plate(painter: QPainter, words: QRectF) -> None:
    """A shade behind words, so that they are read on white bone and over what a device wrote into its picture."""
    box = words.adjusted(-_PLATE_EDGE, 0, _PLATE_EDGE, 0)
    whole = QRectF(round(box.left()), round(box.top()), round(box.width()), round(box.bottom()) - round(box.top()))
    painter.fillRect(whole, _PLATE)


@lru_cache(maxsize=512)
def _fitted(line: str, font_words: str, room: float) -> tuple[str, float]:
    """A line shortened to ``room``, and how wide it is: Qt would shape the text anew whenever it is asked."""
    font = QFont()
    font.fromString(font_words)
    font.setFeature(QFont.Tag("tnum"), 1)
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
    return text, metrics.horizontalAdvance(text)
