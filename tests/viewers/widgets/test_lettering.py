"""What is written on pictures can be read on any picture, and the last thing to be cut is a name."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from viewers.display.captions import Captions
from viewers.geometry.orientation import EdgeLetters
from viewers.widgets.lettering import in_two_lines, lettering_font, paint_captions, paint_letters
from viewers.widgets.palette import Palette

SIZE = (300.0, 340.0)
WORDS = Captions(
    top_left=("Doe, Jane",), top_right=("CT",), bottom_left=("sagittal 257 / 512", "zoom"), bottom_right=()
)


def painted(draw, ground="#FFFFFF"):
    image = QImage(int(SIZE[0]), int(SIZE[1]), QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image


def greys(image, box):
    return [
        image.pixelColor(x, y).lightness()
        for x in range(int(box.left()), int(box.right()))
        for y in range(int(box.top()), int(box.bottom()))
    ]


@pytest.mark.usefixtures("qapp")
def test_captions_and_letters_are_read_on_white_as_on_black():
    palette = Palette()
    image = painted(lambda painter: paint_captions(painter, SIZE, WORDS, palette))
    letters = painted(
        lambda painter: paint_letters(painter, SIZE, EdgeLetters(left="R", right="L", top="A", bottom="P"), palette)
    )
    for found in (greys(image, QRectF(6, 8, 40, 14)), greys(letters, QRectF(6, 160, 12, 20))):
        around = sorted(found)[len(found) // 2]
        assert around < 150, "the ground behind the words is as bright as they are"
        assert max(found) > 220


@pytest.mark.usefixtures("qapp")
def test_the_number_of_the_slice_is_whole_in_a_small_view():
    written = []
    painted(lambda painter: _noted(painter, WORDS, written))
    assert "sagittal 257 / 512" in written


@pytest.mark.usefixtures("qapp")
def test_a_long_name_goes_on_in_a_second_line():
    written = []
    long = Captions(top_left=("Thistlewood, Rosalind Ada", "1962"), top_right=(), bottom_left=(), bottom_right=())
    painted(lambda painter: _noted(painter, long, written))
    assert written[:3] == ["Thistlewood,", "Rosalind Ada", "1962"]


@pytest.mark.usefixtures("qapp")
def test_titles_that_differ_at_their_end_still_differ_in_two_lines():
    font = lettering_font(Palette())
    titles = [f"ep2d_diff_tra_DYNDIST_with_a_long_name (b {value})" for value in (50, 400, 800)]
    shown = [tuple(in_two_lines(title, font, 128)) for title in titles]
    assert len(set(shown)) == len(titles)
    assert all(QFontMetricsF(font).horizontalAdvance(line) <= 129 for lines in shown for line in lines)
    assert in_two_lines("Thorax", font, 128) == ["Thorax"]
    assert in_two_lines("", font, 128) == []


def _noted(painter, words, written):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("viewers.widgets.lettering.write", lambda _painter, _at, text, _colour: written.append(text))
        paint_captions(painter, (298.0, 345.0), words, Palette())
