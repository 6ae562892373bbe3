"""The window on a folder, from files to pixels, with real isolated workers."""

import pytest
from PySide6.QtCore import Qt

from viewers.isolation.pool import Pool
from viewers.series.open_source import open_source
from viewers.volumes.jobs import JOBS
from viewers.widgets.folder_window import FolderWindow
from viewers.widgets.mpr_view import MprView
from viewers.widgets.palette import Palette
from viewers.widgets.stack_view import StackView


@pytest.fixture
def window(qtbot, shared_data, request):
    with Pool(preload=JOBS, workers=1) as pool:
        made = FolderWindow(open_source(shared_data / "dicom" / request.param), pool, Palette())
        qtbot.addWidget(made)
        made.show()
        qtbot.waitUntil(lambda: bool(made._sets), timeout=30_000)
        yield made
        made.close()


@pytest.mark.parametrize("window", ["mr-synthetic-128"], indirect=True)
def test_a_folder_with_a_volume_opens_on_its_planes(window, qtbot):
    stage = window.images.stage()
    assert isinstance(stage, MprView)
    qtbot.waitUntil(lambda: all(view.picture() is not None for view in stage.views), timeout=30_000)
    assert [view.shown().count for view in stage.views] == [128, 128, 128]
    assert window.thumbnails.open_id == next(iter(window._sets))


@pytest.mark.parametrize("window", ["us-phantom"], indirect=True)
def test_a_single_ultrasound_image_opens_as_a_stack(window, qtbot):
    stage = window.images.stage()
    assert isinstance(stage, StackView)
    qtbot.waitUntil(lambda: stage.view.picture() is not None, timeout=30_000)
    assert stage.view.picture().values.shape == (1455, 2083, 3)
    qtbot.keyClick(stage.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isVisible())
