"""Labels of marks at one place: each can be read, and those that the reader placed stay."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from viewers.widgets.label_places import apart
from viewers.widgets.mark_painting import PlacedMark

SIZE = (800.0, 600.0)


def mark(x: float, y: float, *, fixed: bool = False) -> PlacedMark:
    measurement: Any = SimpleNamespace(label_offset=(1.0, 1.0) if fixed else None)
    return PlacedMark(
        measurement=measurement, line=QPolygonF([QPointF(x, y)]), handles=(), lines=("42 mm",), led=fixed,
        label=QRectF(x, y, 90, 40),
    )  # fmt: skip


def covering(marks: list[PlacedMark]) -> int:
    pairs = [(a, b) for i, a in enumerate(marks) for b in marks[:i]]
    return sum(a.label.intersects(b.label) for a, b in pairs)


def test_labels_that_do_not_touch_stay_and_need_no_line():
    marks = [mark(10, 10), mark(300, 300)]
    assert apart(marks, SIZE) == marks


def test_the_later_of_two_at_one_place_goes_beside_and_is_led_to():
    first, second = apart([mark(100, 100), mark(104, 110)], SIZE)
    assert first.label == QRectF(100, 100, 90, 40)
    assert not first.label.intersects(second.label)
    assert second.label.x() == 104
    assert (first.led, second.led) == (False, True)


def test_a_label_that_the_reader_placed_stays_even_when_it_was_made_later():
    first, second = apart([mark(100, 100), mark(100, 100, fixed=True)], SIZE)
    assert second.label == QRectF(100, 100, 90, 40)
    assert not first.label.intersects(second.label)


@given(places=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 550)), max_size=6))
def test_a_few_labels_never_cover_each_other_and_never_leave_the_view(places):
    moved = apart([mark(x, y) for x, y in places], SIZE)
    assert covering(moved) == 0
    assert all(QRectF(0, 0, *SIZE).contains(one.label) for one in moved)


def test_where_there_is_no_room_every_label_is_still_there():
    crowded = apart([mark(10, 10) for _ in range(5)], (120.0, 100.0))
    assert len(crowded) == 5
    assert all(one.label.size() == crowded[0].label.size() for one in crowded)
