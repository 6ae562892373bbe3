"""Hands: mouse and key events sent to what is visible in the real window, found by object name."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QWidget

_NONE = Qt.KeyboardModifier.NoModifier
_DRAG_STEPS = 12
_BOX = 10


class NotVisible(Exception):
    """A widget that the story needs is not on the screen; the message names it."""


def find(name: str) -> QWidget | None:
    """The visible, enabled widget with this object name, in the active window first."""
    tops = sorted(QApplication.topLevelWidgets(), key=lambda top: not top.isActiveWindow())
    for top in tops:
        if not top.isVisible():
            continue
        found = [top] if top.objectName() == name else top.findChildren(QWidget, name)
        for widget in found:
            if widget.isVisible() and widget.isEnabled():
                return widget
    return None


def the(name: str) -> QWidget:
    """The visible widget with this object name.

    Raises:
        NotVisible: there is none, or it is disabled.
    """
    widget = find(name)
    if widget is None:
        raise NotVisible(f"“{name}” is not on the screen, or it is disabled")
    return widget


def click(name: str) -> None:
    """Press and release the left button in the middle of the widget, or on the box or dot of a choice."""
    widget = the(name)
    place = widget.rect().center()
    if isinstance(widget, QCheckBox | QRadioButton):
        place.setX(widget.rect().left() + _BOX)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, _NONE, place)


def click_at(widget: QWidget, place: QPointF) -> None:
    """Press and release the left button at a place of the widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, _NONE, _pixel(place))


def double_click_at(widget: QWidget, place: QPointF) -> None:
    """Two clicks, as one makes to open a thing."""
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, _NONE, _pixel(place))


def drag(widget: QWidget, start: QPointF, end: QPointF) -> None:
    """Press at ``start``, move along the straight line, release at ``end`` (widget pixels)."""
    QTest.mouseMove(widget, _pixel(start))
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, _NONE, _pixel(start))
    for step in range(1, _DRAG_STEPS + 1):
        QTest.mouseMove(widget, _pixel(start + (end - start) * (step / _DRAG_STEPS)))
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, _NONE, _pixel(end))


def write(name: str, text: str) -> None:
    """Click into the field and type; what was there is replaced."""
    widget = the(name)
    click(name)
    QTest.keyClick(_focus(widget), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(_focus(widget), text)


def type_on(text: str) -> None:
    """Type where the keyboard is; what stands there stays."""
    QTest.keyClicks(_focus(None), text)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE, *, on: QWidget | None = None) -> None:
    """Press and release a key where the focus is, or on a widget."""
    QTest.keyClick(on or _focus(None), key, modifier)


def _focus(fallback: QWidget | None) -> QWidget:
    focused = QApplication.focusWidget()
    inside = fallback is None or (focused is not None and (focused is fallback or fallback.isAncestorOf(focused)))
    target = focused if inside and focused is not None else fallback or QApplication.activeWindow()
    if target is None:
        raise NotVisible("no window has the keyboard")
    return target


def _pixel(place: QPointF) -> QPoint:
    return QPoint(round(place.x()), round(place.y()))
