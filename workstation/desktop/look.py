"""The look: the theme now in force, and the icons, pictures and lengths that follow when it changes."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary, ref

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from shiboken6 import isValid

from workstation.desktop.icons import icon, pixmap
from workstation.desktop.theme import Theme, apply_theme, load_fonts, load_theme

Part = TypeVar("Part", bound=QWidget)


class Look(QObject):
    """One per window. ``changed`` carries the new ``Theme`` after the application wears it."""

    changed = Signal(object)

    def __init__(self, application: QApplication, name: str = "dark", scale: float = 1.0) -> None:
        super().__init__(application)
        self._application = application
        self._family = load_fonts()
        self._followers: WeakKeyDictionary[QWidget, dict[object, Callable[[], object]]] = WeakKeyDictionary()
        self.theme: Theme = load_theme(name, family=self._family, scale=scale)
        apply_theme(application, self.theme)

    def wear(self, name: str, scale: float) -> None:
        """Change theme and scale of the whole application, if they differ."""
        if (name, scale) == (self.theme.name, self.theme.scale):
            return
        self.theme = load_theme(name, family=self._family, scale=scale)
        apply_theme(self._application, self.theme)
        for widget, follow in list(self._followers.items()):
            if isValid(widget):
                for each in follow.values():
                    each()
        self.changed.emit(self.theme)

    def dress(self, button: QAbstractButton, drawing: str, token: str = "text") -> None:  # noqa: S107 - colour token
        """Give a button an icon that follows the theme."""
        self._follow(button, "icon", lambda part: self._draw(part, drawing, token))

    def adorn(self, label: QLabel, drawing: str, token: str, side: int) -> None:
        """Give a label a picture of ``side`` design pixels that follows the theme."""

        def show(part: QLabel) -> None:
            part.setPixmap(pixmap(self.theme, drawing, token, side, part.devicePixelRatioF()))

        self._follow(label, "picture", show)

    def measure(self, widget: Part, setter: Callable[[Part, int], object], length: float) -> None:
        """Set a length of the design, such as ``QWidget.setFixedWidth``, now and whenever the scale changes."""
        self._follow(widget, setter, lambda part: setter(part, self.theme.px(length)))

    def _follow(self, widget: Part, what: object, show: Callable[[Part], object]) -> None:
        """Show now and after every change; the look keeps no widget alive."""
        known = ref(widget)

        def again() -> None:
            part = known()
            if part is not None:
                show(part)

        self._followers.setdefault(widget, {})[what] = again
        show(widget)

    def _draw(self, button: QAbstractButton, drawing: str, token: str) -> None:
        from PySide6.QtCore import QSize

        side = self.theme.px(16)
        button.setIcon(icon(self.theme, drawing, token))
        button.setIconSize(QSize(side, side))
