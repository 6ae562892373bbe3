"""Controls under a stack or a clip: a slider that goes where it is clicked, a rate that the wheel leaves alone."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSlider, QStyle

_DONE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class FrameSlider(QSlider):
    """A click goes to that place at once; the keyboard stays with the picture unless it is tabbed here."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Go there, then drag on from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            place = round(event.position().x())
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, self.width()))
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The wheel belongs to whoever holds this control."""
        event.ignore()


class RateBox(QDoubleSpinBox):
    """Frames per second. ``left`` says that Enter or Esc was pressed: the keyboard belongs to the picture again."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Esc leaves this field, not the screen behind it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _DONE:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter takes what was typed; Esc and Enter both go back to the picture."""
        super().keyPressEvent(event)
        if event.key() in _DONE:
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The wheel belongs to whoever holds this control: a rate never changes by scrolling past it."""
        event.ignore()
