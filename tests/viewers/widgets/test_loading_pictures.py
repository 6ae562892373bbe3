"""While a volume loads: the first picture at once, planes across it from what has arrived, nothing painted idly."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject

from tests.pictures.synthetic import volume
from viewers.widgets.feeds import Loaded


def loading(ready):
    """A volume of which these slices have arrived."""
    return Loaded(volume=replace(volume((ready.size, 32, 32)), here=ready), ready=ready)


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.number = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802  Qt's name
        self.number += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def test_planes_across_the_slices_have_values_only_where_slices_have_arrived(area):
    load = loading(np.zeros(10, bool))
    load.ready[4:7] = True
    area.show_volume(load)
    axial, coronal, sagittal = area.stage().views
    assert axial.picture().outside is None
    for view in (coronal, sagittal):
        picture = view.picture()
        assert picture.outside.sum() == 7 * 32
        whole = load.volume.values[:, 16, :] if view is coronal else load.volume.values[:, :, 16]
        assert sorted(picture.values[~picture.outside]) == sorted(whole[4:7].ravel())


def test_the_first_slice_is_shown_at_once_and_later_ones_together(area):
    load = loading(np.zeros(10, bool))
    area.show_volume(load)
    load.ready[5] = True
    area.refresh_slices()
    axial, coronal, _ = area.stage().views
    assert axial.picture().frame == 5
    before = coronal.picture()
    load.ready[6] = True
    area.refresh_slices()
    assert coronal.picture() is before


def test_a_slice_that_is_there_is_not_painted_again_while_the_others_come(area, qtbot):
    load = loading(np.zeros(10, bool))
    load.ready[5] = True
    area.show_volume(load)
    axial, coronal, _ = area.stage().views
    qtbot.wait(1)
    stored, across = Paints(axial), Paints(coronal)
    load.ready[:] = True
    area.refresh_slices()
    qtbot.waitUntil(lambda: across.number > 0)
    assert coronal.picture().outside is None
    assert stored.number == 0
