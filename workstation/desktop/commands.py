"""Commands: everything that can be done, once, with its words, its keys and whether it can be done now."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that can be done.

    Attributes:
        name: stable id.
        title: what the palette shows.
        keys: Qt key sequence, or "".
        act: does it.
        possible: whether it can be done now.
        told: keys that do it and are bound elsewhere, in words.
    """

    name: str
    title: str
    act: Callable[[], object]
    keys: str = ""
    told: str = ""
    possible: Callable[[], bool] = field(default=lambda: True)


class Commands:
    """The commands of a screen, bound to its widget's keys."""

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self._commands: dict[str, Command] = {}

    def add(self, *commands: Command) -> None:
        """Add commands and bind their keys while the owner is the screen that is shown."""
        for command in commands:
            self._commands[command.name] = command
            if command.keys:
                self._bind(command)

    def all(self) -> list[Command]:
        """Every command, in the order in which it was added."""
        return list(self._commands.values())

    def possible(self) -> list[Command]:
        """What can be done now, in the order in which it was added."""
        return [command for command in self._commands.values() if command.possible()]

    def run(self, name: str) -> bool:
        """Do the command called ``name`` if it can be done now."""
        command = self._commands[name]
        if not command.possible():
            return False
        command.act()
        return True

    def _bind(self, command: Command) -> None:
        shortcut = QShortcut(QKeySequence(command.keys), self._owner)
        if not self._owner.isWindow():  # the keys of a window work even where nothing in it has the keyboard
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setObjectName(f"keys-{command.name}")
        shortcut.activated.connect(lambda: self.run(command.name))


def found(commands: list[Command], sought: str) -> list[Command]:
    """The commands whose title has every word of ``sought``; those that begin with it come first."""
    words = sought.casefold().split()
    fitting = [command for command in commands if all(word in command.title.casefold() for word in words)]
    return sorted(fitting, key=lambda command: not command.title.casefold().startswith(sought.casefold().strip()))
