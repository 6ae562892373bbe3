"""A real chest CT, read by mouse, against numbers computed from the files by pydicom and numpy alone."""

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import Qt

from viewers.display.orientation import letters_of
from viewers.geometry.points import PixelPoint
from viewers.isolation.pool import Pool
from viewers.measure.measurement import value_named
from viewers.series.display_set import Kind
from viewers.series.open_source import open_source
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.volumes.loader import open_volume
from viewers.widgets.tools import Tool

JOBS = ("viewers.series.header_job", "viewers.series.codecs.work")


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "dicom" / "ct-chest-nlst"


@pytest.fixture(scope="module")
def loaded(folder):
    source = open_source(folder)
    with Pool(preload=JOBS) as pool:
        sets = display_sets(scan(source, pool).headers)
        chosen = max((one for one in sets if one.kind is Kind.VOLUME), key=lambda one: len(one.frames))
        return open_volume(chosen, source, pool).run()


@pytest.fixture(scope="module")
def independent(folder):
    """The middle slice in order along the normal, in HU, with its spacing."""
    slices = [pydicom.dcmread(path) for path in folder.rglob("*") if path.is_file()]
    slices = [one for one in slices if one.get("Modality") == "CT"]
    row, column = np.split(np.array(slices[0].ImageOrientationPatient, float), 2)
    slices.sort(key=lambda one: float(np.cross(row, column) @ np.array(one.ImagePositionPatient, float)))
    middle = slices[len(slices) // 2]
    values = middle.pixel_array.astype(float) * float(middle.RescaleSlope) + float(middle.RescaleIntercept)
    return middle, values, [float(part) for part in middle.PixelSpacing]


def test_a_length_and_a_circle_drawn_by_mouse_are_right(area, qtbot, loaded, independent):
    middle, values, (down_mm, across_mm) = independent
    area.resize(1400, 900)
    area.set_snapping(True)
    area.show_volume(loaded)
    view = area.active_view()
    rows, columns = values.shape
    for tool, start, end in (
        (Tool.LENGTH, (columns // 4, rows // 4), (3 * columns // 4, 3 * rows // 4)),
        (Tool.CIRCLE, (columns // 2, rows // 2), (columns // 2 + 10 / across_mm, rows // 2)),
    ):
        area.choose_tool(tool)
        places = [view.place_of_pixel(PixelPoint(*point)) for point in (start, end)]
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=places[0])
        qtbot.mouseMove(view, places[1])
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=places[1])
    length, circle = area.board().measurements
    frame = len(loaded.display_set.frames) // 2
    assert length.voxels == ((frame, rows // 4, columns // 4), (frame, 3 * rows // 4, 3 * columns // 4))
    assert length.images[0].sop_uid == middle.SOPInstanceUID
    expected = np.hypot(columns // 2 * across_mm, rows // 2 * down_mm)
    assert value_named(length, "length").value == pytest.approx(expected, abs=1e-6)
    row, column = np.indices(values.shape)
    inside = np.hypot((row - rows // 2) * down_mm, (column - columns // 2) * across_mm) <= 10.0 + 1e-9
    assert value_named(circle, "radius").value == pytest.approx(10.0)
    assert value_named(circle, "pixels").value == inside.sum()
    assert value_named(circle, "mean").value == pytest.approx(values[inside].mean(), abs=1e-9)
    assert value_named(circle, "standard deviation").value == pytest.approx(values[inside].std(), abs=1e-9)
    position = np.array(middle.ImagePositionPatient, float)
    start = position + np.array([columns // 4 * across_mm, rows // 4 * down_mm, 0.0])
    assert length.points_mm[0] == pytest.approx(start, abs=1e-6)


def test_the_letters_of_a_supine_chest_are_those_every_reader_expects(area, loaded):
    area.show_volume(loaded)
    seen = []
    for view in area.stage().views:
        letters = letters_of(view.picture(), view.viewport())
        seen.append((letters.left, letters.right, letters.top, letters.bottom))
    assert seen == [("R", "L", "A", "P"), ("R", "L", "H", "F"), ("A", "P", "H", "F")]
