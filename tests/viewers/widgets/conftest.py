"""Every widget is tested off-screen, where it paints exactly what users see."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from concurrent.futures import Executor, Future

import pytest

from tests.pictures.synthetic import volume
from viewers.widgets.image_area import ImageArea
from viewers.widgets.palette import Palette


class Held(Executor):
    """An executor that works only when told, in any order."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, fn, args, kwargs))
        return future

    def run(self, index=0):
        future, fn, args, kwargs = self.waiting.pop(index)
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  as executors do
            future.set_exception(error)

    def run_all(self):
        while self.waiting:
            self.run()


class AtOnce(Held):
    """An executor that works at once, in the caller's thread."""

    def submit(self, fn, /, *args, **kwargs):
        future = super().submit(fn, *args, **kwargs)
        self.run(len(self.waiting) - 1)
        return future


@pytest.fixture
def held():
    return Held()


@pytest.fixture
def clock():
    class Clock:
        now = 100.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def area(qtbot, clock):
    made = ImageArea(Palette(), AtOnce(), now_s=clock)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def reading(area, qtbot):
    """An area that shows a volume of 60 slices of 64 x 64 pixels of 1 mm, 2 mm apart."""
    area.show_volume(volume((60, 64, 64), rows=(0, 1.0, 0), columns=(1.0, 0, 0), dtype="int16"))
    area.active_view().setFocus()
    qtbot.wait(1)
    return area
