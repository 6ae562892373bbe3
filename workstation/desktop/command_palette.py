"""The command palette (Ctrl+K): type a few letters, press Enter, done."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from workstation.desktop.commands import Command, found
from workstation.desktop.controls import column
from workstation.desktop.look import Look
from workstation.desktop.plain_text import plain

KEYS = Qt.ItemDataRole.UserRole + 1
LINE_HEIGHT = 30
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class _LinePainter(QStyledItemDelegate):
    """A command on the left, its keys on the right."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        return QSize(100, self._look.theme.px(LINE_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._look.theme
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour("accent_wash"))
        inner = area.adjusted(theme.px(10), 0, -theme.px(10), 0)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("text"))
        painter.drawText(inner, int(centre | Qt.AlignmentFlag.AlignLeft), str(index.data()))
        painter.setPen(theme.colour("quiet"))
        painter.drawText(inner, int(centre | Qt.AlignmentFlag.AlignRight), str(index.data(KEYS) or ""))


class CommandPalette(QFrame):
    """A card over the window with a search line and what fits; Esc puts it away, focus goes back where it was."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._commands: list[Command] = []
        self._before: QWidget | None = None
        self.setObjectName("command-palette")
        self.setProperty("role", "popup")
        self._line = QLineEdit()
        self._line.setObjectName("command-palette-line")
        self._line.setAccessibleName("Command")
        self._line.setPlaceholderText("What do you want to do?")
        self._line.textChanged.connect(self._filter)
        self._line.installEventFilter(self)
        self._list = QListWidget()
        self._list.setObjectName("command-palette-list")
        self._list.setAccessibleName("Commands")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._painter = _LinePainter(look)
        self._list.setItemDelegate(self._painter)
        self._list.itemClicked.connect(lambda _item: self._take())
        self.setLayout(column(self._line, self._list, spacing=6, margins=(8, 8, 8, 8)))
        self.hide()

    def offer(self, commands: list[Command]) -> None:
        """Show the palette over its parent with these commands."""
        self._commands = commands
        self._before = self.window().focusWidget()
        theme, room = self._look.theme, self.parentWidget()
        assert room is not None
        width = min(theme.px(560), room.width() - 40)
        self.setGeometry(
            (room.width() - width) // 2, theme.px(72), width, min(theme.px(420), room.height() - theme.px(110))
        )
        self._line.clear()
        self._filter("")
        self.show()
        self.raise_()
        self._line.setFocus()

    def put_away(self) -> None:
        """Hide and give the keyboard back."""
        self.hide()
        if self._before is not None and isValid(self._before):  # what had it may be gone meanwhile
            self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrows move through the list, Enter takes, Esc closes, while the line keeps the keyboard."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        if key in _MOVES:
            last = self._list.count() - 1
            self._list.setCurrentRow(max(0, min(last, self._list.currentRow() + _MOVES[key])))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
            return True
        if key == Qt.Key.Key_Escape:
            self.put_away()
            return True
        return False

    def _filter(self, sought: str) -> None:
        self._list.clear()
        for command in found(self._commands, sought):
            item = QListWidgetItem(plain(command.title))
            item.setData(Qt.ItemDataRole.UserRole, command.name)
            item.setData(KEYS, command.keys or command.told)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _take(self) -> None:
        item = self._list.currentItem()
        if item is None:
            return
        name = item.data(Qt.ItemDataRole.UserRole)
        self.put_away()
        next(command for command in self._commands if command.name == name).act()
