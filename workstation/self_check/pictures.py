"""Checks of pictures: planes of a volume known by a formula, as grey levels, resliced, and painted off-screen."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.self_check.check import Check, near, same

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CENTRE, WIDTH = 40, 400
RELATIVE = 1e-3
AGREEMENT = 0.1


def checks() -> Sequence[Check]:
    """On the voxel grid, between voxels, on paper."""
    return (
        Check(name="plane on the grid", run=_on_grid),
        Check(name="plane between voxels (VTK)", run=_off_grid),
        Check(name="picture off-screen (Qt)", run=_painted),
    )


def _on_grid() -> str:
    """Grey levels of the ball and of the air around it, by PS3.3 C.11.2.1.2."""
    from workstation.self_check.known_volume import AIR_HU, BALL_CENTRE, BALL_HU

    grey = _grey()
    tissue = round(((BALL_HU - (CENTRE - 0.5)) / (WIDTH - 1) + 0.5) * 255)
    same(f"the grey level of {BALL_HU} HU", int(grey[BALL_CENTRE[1], BALL_CENTRE[2]]), tissue)
    same(f"the grey level of {AIR_HU} HU", int(grey[0, 0]), 0)
    return f"{grey.shape[1]} x {grey.shape[0]}, {BALL_HU} HU is grey level {tissue}, air is black"


def _off_grid() -> str:
    """An oblique plane of a ramp has the ramp's values at its own places; VTK and our own sampling agree."""
    import numpy as np

    from viewers.geometry.plane import Plane
    from viewers.geometry.slice_basis import SliceBasis, picture_to_patient
    from viewers.render.resample import resample
    from viewers.render.reslice import reslice
    from workstation.self_check.known_volume import RAMP_PER_MM, ramp

    turn = math.radians(30)
    plane = Plane(origin_mm=(12.0, 8.0, 20.0), right=(math.cos(turn), 0.0, math.sin(turn)), down=(0.0, 1.0, 0.0))
    basis = SliceBasis(plane=plane, pixel_mm=(0.7, 0.7), size=(24, 24))
    by_vtk = reslice(ramp(), basis, None).values
    for column, row in ((0, 0), (23, 23), (11, 5)):
        known = float(np.dot(RAMP_PER_MM, picture_to_patient(basis, (column, row))))
        near(f"the value at ({column}, {row})", float(by_vtk[row, column]), known, RELATIVE * abs(known))
    worst = float(np.abs(by_vtk - resample(ramp(), basis, None, even=True).values).max())
    near("the largest difference from our own sampling", worst, 0.0, AGREEMENT)
    return f"30° oblique, as the formula says, within {worst:.1g} of our own sampling"


def _painted() -> str:
    """The same slice through Qt's painter, as the window shows it."""
    import numpy as np
    from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

    from workstation.self_check.known_volume import BALL_CENTRE

    application = QGuiApplication.instance() or QGuiApplication(["self-check"])
    assert isinstance(application, QGuiApplication)
    grey = np.ascontiguousarray(_grey())
    rows, columns = grey.shape
    canvas = QImage(columns, rows, QImage.Format.Format_RGB32)
    canvas.fill(QColor("red"))
    painter = QPainter(canvas)
    painter.drawImage(0, 0, QImage(grey.data, columns, rows, grey.strides[0], QImage.Format.Format_Grayscale8))
    painter.end()
    tissue = canvas.pixelColor(BALL_CENTRE[2], BALL_CENTRE[1])
    same("the pixel in the ball", {tissue.red(), tissue.green(), tissue.blue()}, {int(grey[BALL_CENTRE[1:]])})
    same("the pixel in the air", canvas.pixelColor(0, 0).name(), "#000000")
    return f"{columns} x {rows} painted, Qt platform {application.platformName()}"


def _grey() -> "NDArray[np.uint8]":
    from viewers.display.cuts import cut_of
    from viewers.display.view_state import PlaneName
    from viewers.render.picture import picture_of_volume
    from viewers.render.shade import shaded
    from viewers.series.display_set import Window
    from workstation.self_check.known_volume import BALL_CENTRE, ball

    made = ball()
    picture = picture_of_volume(made, cut_of(made, PlaneName.AXIAL), BALL_CENTRE[0])
    return shaded(picture.values, Window(centre=CENTRE, width=WIDTH))
