"""What the Qt binding must not do to the interpreter."""

import subprocess
import sys

import pytest

COUNT = """
import sys
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
application = QGuiApplication(["count", "-platform", "offscreen"])
image, colour = QImage(8, 8, QImage.Format.Format_RGB32), QColor("#ffffff")
painter = QPainter(image)
def count():
    before = sys.getrefcount(None)
    for _ in range(1000):
        painter.setPen(colour)
    return before - sys.getrefcount(None)
count()
print(count(), flush=True)
painter.end()
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot die since Python 3.12")
def test_calls_that_return_nothing_do_not_use_none_up():
    # PySide6 6.12.0 takes a reference of None away with each such call: the program aborts after some thousand
    told = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=False, timeout=60)
    lost = int(told.stdout.split()[0])
    assert lost < 100, "this PySide6 kills None on Python 3.11: use PySide6-Essentials < 6.12"
