"""What VTK does with the same pictures, each in a fresh process; a step ends when GL says that it is drawn."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.on_screen import LINKED_SIDE, OBLIQUE, SIDE, SLAB_MM, WINDOW, Measured, median_ms, values

_THREADS = 2
_STRETCH = 8


def window_level(slices: Path) -> Measured:
    from vtkmodules.vtkImagingColor import vtkImageMapToWindowLevelColors

    image = _image(values(int(slices.name))[:1])
    colours = vtkImageMapToWindowLevelColors()
    colours.SetInputData(image)
    colours.SetLevel(WINDOW[0])
    colours.SetWindow(WINDOW[1])
    return {"ms": median_ms(_again(colours), 400)}


def oblique(slices: Path) -> Measured:
    return {"ms": median_ms(_again(_reslice(int(slices.name), 1)))}


def oblique_slab(slices: Path) -> Measured:
    return {"ms": median_ms(_again(_reslice(int(slices.name), 15)), 10)}


def scroll(slices: Path) -> Measured:
    return _scroll(int(slices.name), text=False)


def scroll_with_text(slices: Path) -> Measured:
    return _scroll(int(slices.name), text=True)


def linked(slices: Path) -> Measured:
    """One window with three renderers: the cheapest way VTK has."""
    image = _image(values(int(slices.name)))
    window = _window(3 * LINKED_SIDE, LINKED_SIDE)
    mappers = [_slice(window, image, axis, (axis / 3, 0, (axis + 1) / 3, 1)) for axis in range(3)]
    middles = [(each.GetSliceNumberMinValue() + each.GetSliceNumberMaxValue()) // 2 for each in mappers]
    moved = cycle(range(-_STRETCH, _STRETCH))

    def step() -> None:
        further = next(moved)
        for mapper, middle in zip(mappers, middles, strict=True):
            mapper.SetSliceNumber(middle + further)
        _drawn(window)

    return {"ms": median_ms(step)}


def _scroll(slices: int, *, text: bool) -> Measured:
    window = _window(SIDE, SIDE)
    mapper = _slice(window, _image(values(slices)), 2, (0, 0, 1, 1))
    words = _annotation(window) if text else None
    places = cycle(range(slices))

    def step() -> None:
        place = next(places)
        mapper.SetSliceNumber(place)
        if words is not None:
            words.SetText(0, f"Im {place + 1}/{slices}\nz {place:.1f} mm\nW 400 L 40")
        _drawn(window)

    return {"ms": median_ms(step)}


def _image(voxels: Any) -> Any:
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData

    image = vtkImageData()
    image.SetDimensions(voxels.shape[2], voxels.shape[1], voxels.shape[0])
    image.SetSpacing(0.7, 0.7, 1.0)
    image.GetPointData().SetScalars(numpy_to_vtk(voxels.ravel(), deep=True))
    return image


def _again(filter_: Any) -> Callable[[], None]:
    def work() -> None:
        filter_.Modified()
        filter_.Update()

    return work


def _reslice(slices: int, layers: int) -> Any:
    from vtkmodules.vtkCommonMath import vtkMatrix4x4
    from vtkmodules.vtkImagingCore import vtkImageReslice

    right, down = map(np.asarray, OBLIQUE)
    centre = np.array([0.7 * 256, 0.7 * 256, slices / 2])
    axes = np.eye(4)
    axes[:3, 0], axes[:3, 1], axes[:3, 2] = right, down, np.cross(right, down)
    axes[:3, 3] = centre - 256 * 0.7 * (right + down)
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(axes.ravel().tolist())
    engine = vtkImageReslice()
    engine.SetInputData(_image(values(slices)))
    engine.SetResliceAxes(matrix)
    engine.SetOutputSpacing(0.7, 0.7, SLAB_MM / layers)
    engine.SetOutputOrigin(0, 0, 0)
    engine.SetOutputExtent(0, 511, 0, 511, 0, 0)
    engine.SetInterpolationModeToLinear()
    engine.SetNumberOfThreads(_THREADS)
    if layers > 1:
        engine.SetSlabNumberOfSlices(layers)
        engine.SetSlabModeToMax()
    return engine


def _window(width: int, height: int) -> Any:
    import vtkmodules.vtkRenderingFreeType
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - registers the drawing
    from vtkmodules.vtkRenderingCore import vtkRenderWindow

    window = vtkRenderWindow()
    window.SetSize(width, height)
    return window


def _slice(window: Any, image: Any, orientation: int, place: tuple[float, ...]) -> Any:
    from vtkmodules.vtkRenderingCore import vtkImageSlice, vtkImageSliceMapper, vtkRenderer

    mapper = vtkImageSliceMapper()
    mapper.SetInputData(image)
    mapper.SetOrientation(orientation)
    shown = vtkImageSlice()
    shown.SetMapper(mapper)
    shown.GetProperty().SetColorLevel(WINDOW[0])
    shown.GetProperty().SetColorWindow(WINDOW[1])
    renderer = vtkRenderer()
    renderer.SetViewport(*place)
    renderer.AddViewProp(shown)
    window.AddRenderer(renderer)
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    camera.SetFocalPoint(0, 0, 0)
    camera.SetPosition(*np.eye(3)[orientation].tolist())
    camera.SetViewUp(*((0, 0, 1) if orientation < 2 else (0, 1, 0)))
    renderer.ResetCamera()
    camera.SetParallelScale(512 * 0.7 / 2)
    return mapper


def _annotation(window: Any) -> Any:
    from vtkmodules.vtkRenderingAnnotation import vtkCornerAnnotation

    words = vtkCornerAnnotation()
    for corner in range(1, 4):
        words.SetText(corner, "Bench Mark\n01 Jan 1970\nThorax")
    window.GetRenderers().GetFirstRenderer().AddViewProp(words)
    return words


def _drawn(window: Any) -> None:
    window.Render()
    window.WaitForCompletion()
