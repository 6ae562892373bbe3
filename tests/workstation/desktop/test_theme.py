"""Themes: readable, complete, scaled; icons drawn in their colours."""

import json
import re

import pytest
from PySide6.QtWidgets import QComboBox, QFrame, QLabel

from tests.workstation.desktop.place import a_place
from workstation.desktop.icons import pixmap
from workstation.desktop.theme import RESOURCES, THEMES, load_fonts, load_theme, style_sheet

LEGIBLE, VISIBLE = 4.5, 3.0


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast ratio (WCAG 2.2)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("token", ["text", "quiet", "good", "watch", "danger"])
@pytest.mark.parametrize("behind", ["ground", "panel", "raised"])
def test_words_are_legible_on_every_ground(name, token, behind):
    colours = load_theme(name).colours
    assert contrast(colours[token], colours[behind]) >= LEGIBLE


@pytest.mark.parametrize("name", THEMES)
def test_words_on_the_accent_and_on_washes_are_legible(name):
    colours = load_theme(name).colours
    assert contrast(colours["on_accent"], colours["accent"]) >= LEGIBLE
    for wash in ("accent_wash", "good_wash", "watch_wash", "danger_wash", "hover"):
        assert contrast(colours["text"], colours[wash]) >= LEGIBLE


@pytest.mark.parametrize("name", THEMES)
def test_the_focus_ring_is_visible(name):
    colours = load_theme(name).colours
    assert contrast(colours["accent"], colours["panel"]) >= VISIBLE


def test_every_theme_has_the_same_tokens():
    tokens = [set(json.loads((RESOURCES / "themes" / f"{name}.json").read_text())["colours"]) for name in THEMES]
    assert tokens[0] == tokens[1] == tokens[2]


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.5])
def test_the_style_sheet_is_filled_in_and_scaled(scale):
    sheet = style_sheet(load_theme("dark", family="Inter", scale=scale))
    assert "$" not in sheet
    body = re.search(r"QWidget \{[^}]*font-size: (\d+)px", sheet)
    assert body is not None
    assert int(body[1]) == round(13 * scale)
    assert "border: 1px solid" in sheet


def test_no_text_is_smaller_than_eleven_pixels():
    sizes = re.findall(r"font-size: (\d+)px", (RESOURCES / "themes" / "window.qss").read_text())
    assert min(int(size) for size in sizes) >= 11


def test_a_shipped_font_is_found(qapp):
    assert load_fonts() == "Inter"


@pytest.mark.parametrize("path", sorted((RESOURCES / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_is_drawn_in_the_colour_of_the_theme(qapp, path):
    theme = load_theme("dark")
    picture = pixmap(theme, path.stem, "accent", 24, 2).toImage()
    drawn = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    solid = [colour for colour in drawn if colour.alpha() > 200]
    assert solid, "nothing was drawn"
    wanted = theme.colour("accent")
    assert all(abs(colour.red() - wanted.red()) < 12 and abs(colour.blue() - wanted.blue()) < 12 for colour in solid)
    assert 'stroke-width="1.5"' in path.read_text()


def test_a_change_of_theme_and_size_holds_at_once_on_every_screen_that_is_built(qtbot, window_on, look):
    window = window_on(a_place(signed_in=False))
    session = window.session
    try:
        for name in ("settings", "outbox", "reading"):
            assert getattr(session, {"outbox": "delivery"}.get(name, name)) is not None
        side = window.findChild(QFrame, "worklist-filters")
        before, wide = side.grab().toImage().pixelColor(4, 4), side.width()
        session.go("settings")
        for key, value in (("theme", "light"), ("scale", "150")):
            choice = window.findChild(QComboBox, f"setting-look-{key}")
            with qtbot.waitSignal(session.setting_changed):
                choice.setCurrentIndex(choice.findData(value))
        assert look.theme.name == "light"
        assert side.grab().toImage().pixelColor(4, 4) != before
        assert side.width() == round(wide * 1.5)
        listed = session.reading.room.thumbnails
        assert look.theme.colours["panel"] in listed.styleSheet()
        assert window.findChild(QLabel, "gate-sign").pixmap().deviceIndependentSize().width() == round(28 * 1.5)
    finally:
        look.wear("dark", 1.0)


def test_what_follows_the_theme_is_not_kept_alive_by_it(look):
    from shiboken6 import delete

    label = QLabel()
    look.adorn(label, "lock", "accent", 28)
    delete(label)
    look.wear("light", 1.0)
    look.wear("dark", 1.0)
