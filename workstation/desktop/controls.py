"""The controls every screen is made of: buttons, panels and columns, each with a name for keys, tests and readers."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.desktop.look import Look
from workstation.desktop.plain_text import tooltip

ICON_GAP = 6
ELIDED = frozenset(("obligation", "evidence", "quiet"))


class WordsButton(QPushButton):
    """A button whose words end in … where its width ends."""

    def __init__(self) -> None:
        super().__init__()
        # a push button would not become narrower than its words, and whatever stands below it would be cut instead
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It may become narrow; its words are elided, not its height."""
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint as the style does, with elided words."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        inner = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        room = inner.width() - (0 if self.icon().isNull() else self.iconSize().width() + ICON_GAP)
        words = option.text.replace("&&", "&")
        narrow = self.width() < self.sizeHint().width()
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room) if narrow else words
        option.text = shown.replace("&", "&&")
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()


class StillCombo(QComboBox):
    """A choice that the wheel does not change: it scrolls what is behind."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to whoever holds this control."""
        event.ignore()


def button(
    text: str,
    *,
    name: str,
    kind: str = "",
    keys: str = "",
    tip: str = "",
    chosen: Callable[[], object] | None = None,
) -> QPushButton:
    """A push button; ``kind`` is primary, quiet, filter, segment or evidence; ``keys`` are told in its tool tip."""
    made = WordsButton() if kind in ELIDED else QPushButton()
    made.setText(text.replace("&", "&&"))
    made.setProperty("kind", kind)
    _identify(made, name, text, keys, tip)
    if chosen is not None:
        made.clicked.connect(lambda _checked=False: chosen())
    return made


def tool_button(
    look: Look,
    drawing: str,
    title: str,
    *,
    name: str,
    keys: str = "",
    checkable: bool = False,
    chosen: Callable[[], object] | None = None,
) -> QToolButton:
    """A button that shows only an icon; its title and key are in the tool tip and the accessible name."""
    made = QToolButton()
    made.setCheckable(checkable)
    look.dress(made, drawing)
    _identify(made, name, title, keys, title)
    if chosen is not None:
        made.clicked.connect(lambda _checked=False: chosen())
    return made


def frame(role: str, name: str = "") -> QFrame:
    """A frame dressed by its role: bar, panel, card, notice, rule, ..."""
    made = QFrame()
    made.setProperty("role", role)
    made.setObjectName(name)
    return made


def screen(name: str) -> QWidget:
    """The ground on which a whole screen stands."""
    made = QWidget()
    become_screen(made, name)
    return made


def become_screen(widget: QWidget, name: str) -> None:
    """Dress a widget as a whole screen."""
    widget.setObjectName(name)
    widget.setProperty("role", "screen")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def rule(*, upright: bool = False) -> QFrame:
    """A separating line."""
    return frame("rule-upright" if upright else "rule")


def column(
    *parts: QWidget | QLayout | int | None, spacing: int = 8, margins: Sequence[int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Widgets and layouts below each other; a number is a fixed gap, None stretches."""
    made = QVBoxLayout()
    _fill(made, parts, spacing, margins)
    return made


def row(*parts: QWidget | QLayout | int | None, spacing: int = 8, margins: Sequence[int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Widgets and layouts beside each other; a number is a fixed gap, None stretches."""
    made = QHBoxLayout()
    _fill(made, parts, spacing, margins)
    return made


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """``content`` in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("role", "content")
    content.setMinimumWidth(1)  # as wide as its place, never wider: there is no way to scroll sideways
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


def emptied(layout: QBoxLayout) -> QBoxLayout:
    """The layout after every widget in it was taken out and given back to Qt for deletion."""
    while (item := layout.takeAt(0)) is not None:
        _discard(item)
    return layout


def hidden_until_deleted(layout: QBoxLayout) -> None:
    """Empty a layout of widgets that hold hundreds of others.

    They are not taken from their parent as ``emptied`` does: Qt would dress each of the others anew, and the window
    would stand still for a fifth of a second. They are gone when events are next dealt with.
    """
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        assert widget is not None
        widget.hide()
        widget.deleteLater()


def restyle(widget: QWidget, attribute: str, value: object) -> None:
    """Set a dynamic property that the style sheet looks at."""
    if widget.property(attribute) != value:
        widget.setProperty(attribute, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def stretching(widget: QWidget) -> QWidget:
    """The widget, allowed to shrink and grow sideways."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, widget.sizePolicy().verticalPolicy())
    return widget


def _fill(
    layout: QBoxLayout, parts: Sequence[QWidget | QLayout | int | None], spacing: int, margins: Sequence[int]
) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)


def _identify(made: QPushButton | QToolButton, name: str, title: str, keys: str, tip: str) -> None:
    made.setObjectName(name)
    made.setAccessibleName(title)
    words = f"{tip or title}  ({keys})" if keys else tip
    if words:
        made.setToolTip(tooltip(words))
        made.setAccessibleDescription(words)
    made.setCursor(Qt.CursorShape.PointingHandCursor)


def _discard(item: QLayoutItem) -> None:
    inner = item.layout()
    if isinstance(inner, QBoxLayout):
        emptied(inner)
    widget = item.widget()
    if widget is not None:
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()
