"""What the Qt binding must not do to the interpreter."""

import sys

import pytest
from PySide6.QtGui import QColor, QImage, QPainter


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot die since Python 3.12")
def test_calls_that_return_nothing_do_not_use_none_up(qapp):
    # PySide6 6.12.0 takes a reference of None away with each such call: the program aborts after some ten thousand
    painter = QPainter(image := QImage(8, 8, QImage.Format.Format_RGB32))
    colour = QColor("#ffffff")
    before = sys.getrefcount(None)
    for _ in range(300):
        painter.setPen(colour)
    lost = before - sys.getrefcount(None)
    painter.end()
    assert image.width() == 8
    assert lost < 100, "this PySide6 kills None on Python 3.11: use PySide6-Essentials < 6.12"
