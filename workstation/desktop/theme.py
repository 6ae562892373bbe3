"""A theme: the tokens of ``resources/themes`` turned into a Qt palette, a style sheet and the shipped fonts."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
THEMES = ("dark", "light", "contrast")
PREFERRED_FAMILIES = ("Inter", "Noto Sans", "DejaVu Sans")
BODY_PX = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Named colours (``#RRGGBB`` by token), the family that was found, and the scale of every length."""

    name: str
    title: str
    dark: bool
    colours: dict[str, str]
    family: str
    scale: float = 1.0

    def colour(self, token: str) -> QColor:
        """The colour of a token."""
        return QColor(self.colours[token])

    def px(self, length: float) -> int:
        """A length of the design, in logical pixels at this theme's scale."""
        return round(length * self.scale)


def load_theme(name: str, *, family: str = "", scale: float = 1.0) -> Theme:
    """The theme called ``name``, one of ``THEMES``."""
    plain = json.loads((RESOURCES / "themes" / f"{name}.json").read_text(encoding="utf-8"))
    return Theme(
        name=plain["name"],
        title=plain["title"],
        dark=plain["dark"],
        colours=plain["colours"],
        family=family or PREFERRED_FAMILIES[-1],
        scale=scale,
    )


def load_fonts() -> str:
    """Register every shipped font with Qt and return the family to use; works on machines without any font."""
    shipped: list[str] = []
    for path in sorted((RESOURCES / "fonts").glob("**/*.?tf")):
        number = QFontDatabase.addApplicationFont(str(path))
        shipped.extend(QFontDatabase.applicationFontFamilies(number))
    known = [*shipped, *QFontDatabase.families()]
    return next((name for name in PREFERRED_FAMILIES if name in known), known[0] if known else "")


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Dress the whole application: style, palette, font, style sheet."""
    application.setStyle("Fusion")
    application.setPalette(qt_palette(theme))
    font = QFont(theme.family)
    font.setPixelSize(theme.px(BODY_PX))
    application.setFont(font)
    application.setStyleSheet(style_sheet(theme))


def qt_palette(theme: Theme) -> QPalette:
    """The Qt palette of a theme, for whatever the style sheet does not reach."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "ground",
        QPalette.ColorRole.AlternateBase: "panel",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "disabled",
        QPalette.ColorRole.Highlight: "accent_deep",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.Accent: "accent",
    }
    for role, token in roles.items():
        palette.setColor(role, theme.colour(token))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#FFFFFF"))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("disabled"))
    return palette


def style_sheet(theme: Theme) -> str:
    """``resources/themes/window.qss`` with tokens filled in and every length scaled."""
    folder = RESOURCES / "themes"
    sheet = Template((folder / "window.qss").read_text(encoding="utf-8")).substitute(
        theme.colours, family=f'"{theme.family}"', marks=(folder / theme.name).as_posix()
    )
    return re.sub(r"\b(\d+(?:\.\d+)?)px", lambda found: f"{_scaled(float(found[1]), theme.scale):g}px", sheet)


def _scaled(length: float, scale: float) -> float:
    """Hairlines stay one pixel; letter spacing keeps its fraction; the rest is rounded to whole pixels."""
    if length <= 1:
        return length
    return float(max(1, round(length * scale)))
