"""The look: the theme now in force, and the icons that must be redrawn when it changes."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication

from workstation.desktop.icons import icon
from workstation.desktop.theme import Theme, apply_theme, load_fonts, load_theme


class Look(QObject):
    """One per window. ``changed`` carries the new ``Theme`` after the application wears it."""

    changed = Signal(object)

    def __init__(self, application: QApplication, name: str = "dark", scale: float = 1.0) -> None:
        super().__init__(application)
        self._application = application
        self._family = load_fonts()
        self._icons: WeakKeyDictionary[QAbstractButton, tuple[str, str]] = WeakKeyDictionary()
        self.theme: Theme = load_theme(name, family=self._family, scale=scale)
        apply_theme(application, self.theme)

    def wear(self, name: str, scale: float) -> None:
        """Change theme and scale of the whole application, if they differ."""
        if (name, scale) == (self.theme.name, self.theme.scale):
            return
        self.theme = load_theme(name, family=self._family, scale=scale)
        apply_theme(self._application, self.theme)
        for button, (drawing, token) in list(self._icons.items()):
            self._draw(button, drawing, token)
        self.changed.emit(self.theme)

    def dress(self, button: QAbstractButton, drawing: str, token: str = "text") -> None:  # noqa: S107 - colour token
        """Give a button an icon that follows the theme."""
        self._icons[button] = (drawing, token)
        self._draw(button, drawing, token)

    def _draw(self, button: QAbstractButton, drawing: str, token: str) -> None:
        from PySide6.QtCore import QSize

        side = self.theme.px(16)
        button.setIcon(icon(self.theme, drawing, token))
        button.setIconSize(QSize(side, side))
