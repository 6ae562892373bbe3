"""Series on their way to the screen: what is said where they cannot come as a whole."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.pictures.synthetic import volume
from viewers.display.layout import Layout
from viewers.volumes.errors import NoVolume
from viewers.volumes.frame_values import FrameValues
from workstation.desktop import series_loading
from workstation.desktop.series_loading import SeriesLoading

CHOSEN = volume((4, 8, 8)).display_set


class Sent:
    """Errands that are kept, to be ended as a test wants."""

    def __init__(self):
        self.broken = {}

    def send(self, name, work, *, arrived, failed, reported):
        self.broken[name] = failed

    def recall(self, name):
        self.broken.pop(name, None)


class Images:
    """An image area that only remembers."""

    def __init__(self):
        self.slice_wanted = SimpleNamespace(connect=lambda _: None)
        self.frames, self.volumes, self.messages = [], [], []

    def show_frames(self, display_set, frame):
        self.frames.append((display_set, frame))

    def show_volume(self, load):
        self.volumes.append(load)

    def show_message(self, words, *, failed=False):
        self.messages.append(words)

    def choose_layout(self, layout):
        pass


class Load:
    """A volume that stays on its way."""

    def __init__(self, *_):
        self.volume = volume((4, 8, 8))


@pytest.fixture
def desk(monkeypatch):
    nothing = SimpleNamespace(offer_presets=lambda _: None, show_layout=lambda *_, **__: None)
    images, status = Images(), SimpleNamespace(show_memory=lambda _: None)
    place = SimpleNamespace(workers=None, choices=SimpleNamespace(text=lambda _: Layout.SINGLE.value))
    sent = Sent()
    loading = SeriesLoading(SimpleNamespace(images=images, bar=nothing, status=status), place, sent)
    monkeypatch.setattr(series_loading, "open_volume", Load)
    return SimpleNamespace(loading=loading, images=images, sent=sent)


def test_why_a_series_is_not_loaded_as_a_whole_stands_on_each_of_its_images(desk, monkeypatch):
    def refuse(*_):
        raise NoVolume("This series needs 9000 MB and only 100 MB are free: not loaded as a whole.")

    monkeypatch.setattr(series_loading, "open_volume", refuse)
    decoded = FrameValues(values=np.zeros((8, 8), np.int16), padding=None, warning="Doubtful.")
    monkeypatch.setattr(series_loading, "frame", lambda *_: decoded)
    desk.loading.show(CHOSEN, None)
    ((shown, frame_of),) = desk.images.frames
    assert shown is CHOSEN
    assert frame_of(1).warning == (
        "Doubtful. This series needs 9000 MB and only 100 MB are free: not loaded as a whole."
    )


def test_a_series_that_broke_while_it_was_loaded_is_begun_anew_and_hides_no_other(desk):
    desk.loading.show(CHOSEN, None)
    desk.sent.broken[f"volume {CHOSEN.id}"](RuntimeError("the pool is gone"))
    assert desk.images.messages == ["This series could not be loaded. the pool is gone"]
    desk.loading.show(CHOSEN, None)
    first, second = desk.images.volumes
    assert first is not second
    desk.loading.show(volume((4, 8, 8), id="other").display_set, None)
    desk.sent.broken[f"volume {CHOSEN.id}"](RuntimeError("the pool is gone"))
    assert len(desk.images.messages) == 1
