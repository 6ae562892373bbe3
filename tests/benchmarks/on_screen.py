"""What our display path does, each in a fresh process; a step ends with the answer of the X server."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks import data
from tests.pictures.synthetic import volume

if TYPE_CHECKING:
    from viewers.volumes.volume import Volume
    from viewers.widgets.image_area import ImageArea

Measured = dict[str, float]
STEPS = 60
SIDE = 1000
LINKED_SIDE = 800
SLAB_MM = 10.0
WINDOW = (40.0, 400.0)
OBLIQUE = ((0.8660254037844386, 0.0, 0.5), (0.25, 0.8660254037844387, -0.4330127018922193))  # right and down
_WARM_UP = 8
_DISTINCT = 8
_STRETCH = 8  # steps before turning back, so that few slices do


def values(slices: int) -> NDArray[np.int16]:
    """(slices, 512, 512) HU; a few slices over and over, since no timing depends on what they show."""
    some = [data.stored(number * 600 // _DISTINCT) - np.int16(1024) for number in range(_DISTINCT)]
    return np.stack([some[number % _DISTINCT] for number in range(slices)])


def median_ms(work: Callable[[], object], times: int = STEPS) -> float:
    """The median duration of ``work``, warmed up, ms."""
    for _ in range(_WARM_UP):
        work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) * 1e3


def window_level(slices: Path) -> Measured:
    """512x512 HU to the 32 bits of screen pixels."""
    from viewers.render.shade import screen_pixels
    from viewers.series.display_set import Window

    layer, window = values(int(slices.name))[0], Window(centre=WINDOW[0], width=WINDOW[1])
    return {"ms": median_ms(lambda: screen_pixels(layer, window), 400)}


def oblique(slices: Path) -> Measured:
    """512x512 pixels of an oblique plane through the middle, trilinear."""
    return {"ms": median_ms(_oblique(int(slices.name), slab_mm=None))}


def oblique_slab(slices: Path) -> Measured:
    """The same, the brightest of 10 mm."""
    return {"ms": median_ms(_oblique(int(slices.name), slab_mm=SLAB_MM), 10)}


def scroll(slices: Path) -> Measured:
    """One scroll step in one view of 1000x1000 with captions, letters, ruler and crosshair lines."""
    from viewers.display.layout import Layout

    with ThreadPoolExecutor(1) as executor:
        area = _area(_volume(int(slices.name)), executor, (SIDE, SIDE))
        area.choose_layout(Layout.SINGLE)
        view = area.active_view()
        assert view is not None
        view.resize(SIDE, SIDE)
        there_and_back = cycle([1] * _STRETCH + [-1] * _STRETCH)
        return {"ms": median_ms(_step(lambda: view.want_steps(next(there_and_back)), view.picture))}


def linked(slices: Path) -> Measured:
    """The crosshair moves along all three axes: three views on the voxel grid change."""
    from viewers.display.layout import Layout
    from viewers.geometry.points import PatientPoint
    from viewers.widgets.mpr_view import MprView

    with ThreadPoolExecutor(1) as executor:
        area = _area(_volume(int(slices.name)), executor, (3 * LINKED_SIDE, LINKED_SIDE))
        area.choose_layout(Layout.MPR_ROW)
        stage = area.stage()
        assert isinstance(stage, MprView)
        assert stage.crosshair is not None
        start, moved = np.asarray(stage.crosshair), cycle(range(-_STRETCH, _STRETCH))

        def step() -> None:
            stage.move_crosshair(PatientPoint(*(start + next(moved)).tolist()))

        return {"ms": median_ms(_step(step, stage.views[2].picture))}


def _oblique(slices: int, slab_mm: float | None) -> Callable[[], object]:
    from viewers.display.view_state import Slab, SlabMode
    from viewers.geometry.plane import Plane
    from viewers.geometry.slice_basis import SliceBasis
    from viewers.render.reslice import reslice

    whole = _volume(slices)
    right, down = OBLIQUE
    centre = np.asarray(whole.affine)[:3, :3] @ (np.asarray(whole.values.shape) / 2) + np.asarray(whole.affine)[:3, 3]
    corner = centre - 256 * 0.7 * (np.asarray(right) + np.asarray(down))
    plane = Plane(origin_mm=tuple(corner.tolist()), right=right, down=down)
    basis = SliceBasis(plane=plane, pixel_mm=(0.7, 0.7), size=(512, 512))
    slab = None if slab_mm is None else Slab(thickness_mm=slab_mm, mode=SlabMode.MIP)
    return lambda: reslice(whole, basis, slab)


def _volume(slices: int) -> "Volume":
    return volume(
        (slices, data.SIZE, data.SIZE),
        step=(0, 0, 1.0), rows=(0, 0.7, 0), columns=(0.7, 0, 0), origin=(-179.2, -179.2, 0.0),
        values=values(slices),
    )  # fmt: skip


def _area(whole: "Volume", executor: ThreadPoolExecutor, size: tuple[int, int]) -> "ImageArea":
    from PySide6.QtWidgets import QApplication

    from viewers.widgets.image_area import ImageArea
    from viewers.widgets.palette import Palette

    global _application  # noqa: PLW0603 - Qt's one application lives as long as the process
    _application = QApplication.instance() or QApplication(["bench"])
    area = ImageArea(Palette(), executor)
    area.resize(*size)
    area.show()
    area.show_volume(whole)
    return area


_application: object = None


def _step(move: Callable[[], object], picture: Callable[[], object]) -> Callable[[], object]:
    """One step to the X server's acknowledgement: what is on the screen is read back after everything was painted."""
    from PySide6.QtGui import QGuiApplication

    screen = QGuiApplication.primaryScreen()

    def step() -> None:
        before = picture()
        move()
        QGuiApplication.processEvents()
        screen.grabWindow(0, 0, 0, 1, 1)
        if picture() is before:
            raise RuntimeError("a step showed the same picture")

    return step
