"""Measuring: finds the acquired plane on the screen, scrolls it, and draws marks from voxel centre to voxel centre."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from viewers.display.slices import Slice
from viewers.geometry.points import PatientPoint
from viewers.series.display_set import DisplaySet, StackGeometry
from viewers.widgets.image_area import ImageArea
from viewers.widgets.slice_view import SliceView
from viewers.widgets.stack_view import StackView
from workstation.demo import hands
from workstation.demo.player import Story, Until

_FAR = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is to be measured: a slice from 0, both ends of a length, a circle, in patient mm."""

    slice_index: int
    length: tuple[PatientPoint, PatientPoint]
    centre: PatientPoint
    radius_mm: float


def middle_marks(shown: DisplaySet) -> Marks:
    """On slice n // 2 a length between two voxels on the diagonal and a circle of 10 mm in the middle."""
    assert shown.geometry is not None
    assert shown.rows is not None
    assert shown.columns is not None
    index, rows, columns = len(shown.frames) // 2, shown.rows, shown.columns
    ends = ((rows // 4, columns // 4), (3 * rows // 4, 3 * columns // 4))
    first, second = (voxel_centre(shown.geometry, index, row, column) for row, column in ends)
    centre = voxel_centre(shown.geometry, index, rows // 2, columns // 2)
    return Marks(slice_index=index, length=(first, second), centre=centre, radius_mm=10.0)


def marks_at(
    shown: DisplaySet, length: tuple[PatientPoint, PatientPoint], centre: PatientPoint, radius_mm: float
) -> Marks:
    """Marks at known places of the patient; the slice is the nearest one."""
    geometry = shown.geometry
    assert geometry is not None
    depths = [abs(_along(geometry.normal, origin, centre)) for origin in geometry.origins_mm.tolist()]
    return Marks(slice_index=depths.index(min(depths)), length=length, centre=centre, radius_mm=radius_mm)


def voxel_centre(geometry: StackGeometry, index: int, row: int, column: int) -> PatientPoint:
    """The centre of a voxel in patient mm (PS3.3 C.7.6.2.1.1)."""
    down, across, _ = geometry.spacing_mm
    origin, along_row, along_column = geometry.origins_mm[index], geometry.row_direction, geometry.column_direction
    return PatientPoint(
        *(
            float(origin[axis] + along_row[axis] * across * column + along_column[axis] * down * row)
            for axis in range(3)
        )
    )


def measure(images: ImageArea, marks: Marks) -> Story:
    """Show the acquired plane alone, go to the slice, draw the length and the circle, and cite both."""
    yield Until(what="the acquired plane", seen=lambda: _acquired(images) is not None)
    view = _acquired(images)
    assert view is not None
    hands.click_at(view, QPointF(view.rect().center()))
    hands.press(Qt.Key.Key_X)
    yield Until(what="one view alone", seen=lambda: _alone(images, view))
    yield from _scroll_to(view, marks.slice_index)
    for key, ends in ((Qt.Key.Key_D, marks.length), (Qt.Key.Key_O, _spoke(view, marks))):
        before = len(images.board().measurements)
        hands.press(key)
        hands.drag(view, _place(view, ends[0]), _place(view, ends[1]))
        yield Until(what="the mark", seen=partial(_is_drawn, images, before))
        hands.press(Qt.Key.Key_Return)
        yield Until(what="the citation", seen=partial(_is_cited, before + 1))


def _is_drawn(images: ImageArea, before: int) -> bool:
    return len(images.board().measurements) > before and bool(images.selected())


def _is_cited(number: int) -> bool:
    return hands.find(f"field-findings-1-evidence-{number}") is not None


def _acquired(images: ImageArea) -> SliceView | None:
    stage = images.stage()
    for view in () if stage is None else stage.views:
        picture = view.picture()
        if view.isVisible() and picture is not None and picture.frame is not None:
            return view
    return None


def _alone(images: ImageArea, view: SliceView) -> bool:
    """Nothing else is seen, and the view has grown into the place of the others: a mark drawn before that is off."""
    stage = images.stage()
    return stage is not None and [each for each in stage.views if each.isVisible()] == [view] and _fills(view, stage)


def _fills(view: SliceView, stage: QWidget) -> bool:
    return isinstance(stage, StackView) or view.size() == stage.size()


def _scroll_to(view: SliceView, index: int) -> Story:
    """Step towards the slice; which key goes up the normal depends on how the plane is looked at."""
    forward = Qt.Key.Key_Down
    while (here := _frame(view)) != index:
        back = Qt.Key.Key_Up if forward is Qt.Key.Key_Down else Qt.Key.Key_Down
        far = abs(index - here) > _FAR
        shift = Qt.KeyboardModifier.ShiftModifier if far else Qt.KeyboardModifier.NoModifier
        hands.press(forward if index > here else back, shift, on=view)
        yield Until(what=f"slice {index + 1}", seen=partial(_has_moved, view, here), seconds=20)
        if abs(index - _frame(view)) > abs(index - here):
            forward = back


def _has_moved(view: SliceView, before: int) -> bool:
    return _frame(view) != before


def _frame(view: SliceView) -> int:
    picture: Slice | None = view.picture()
    return -1 if picture is None or picture.frame is None else picture.frame


def _spoke(view: SliceView, marks: Marks) -> tuple[PatientPoint, PatientPoint]:
    picture = view.picture()
    assert picture is not None
    geometry = picture.display_set.geometry
    assert geometry is not None
    rim = (c + marks.radius_mm * d for c, d in zip(marks.centre, geometry.row_direction, strict=True))
    return marks.centre, PatientPoint(*rim)


def _place(view: SliceView, point: PatientPoint) -> QPointF:
    place = view.place_of(point)
    if place is None:
        raise hands.NotVisible("the place to be measured is not in the picture")
    return QPointF(place)


def _along(normal: tuple[float, float, float], origin: list[float], point: PatientPoint) -> float:
    return sum(n * (p - o) for n, o, p in zip(normal, origin, point, strict=True))
