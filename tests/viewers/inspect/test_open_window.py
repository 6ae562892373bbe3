"""``python -m viewers open``: the window finds, loads and shows what a folder holds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from viewers.series.open_source import open_source
from viewers.widgets.source_window import SourceWindow, _palette

pytest.importorskip("pytestqt")


@pytest.fixture
def executor():
    with ThreadPoolExecutor(2) as made:
        yield made


def test_the_largest_set_is_shown_and_others_by_a_click(qtbot, pool, executor, shared_data):
    window = SourceWindow(open_source(shared_data / "dicom" / "mr-brain-nist"), pool, executor, _palette())
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    qtbot.waitUntil(lambda: window.images.display_set() is not None, timeout=30_000)
    assert len(window.images.display_set().frames) == 20
    qtbot.waitUntil(window._load.ready.all, timeout=30_000)
    sagittal = next(each for each in window._sets.values() if len(each.frames) == 16)
    window.thumbnails.series_chosen.emit(sagittal.id)
    assert window.images.display_set().id == sagittal.id
    window.close()


def test_a_folder_without_images_says_so(qtbot, pool, executor, tmp_path):
    (tmp_path / "setup.exe").write_bytes(b"MZ" + bytes(50))
    window = SourceWindow(open_source(tmp_path), pool, executor, _palette())
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: not window._background.pending("scan"), timeout=30_000)
    assert window.images.display_set() is None
    window.close()
