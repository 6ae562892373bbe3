"""Checks of the resources: every file that came with the program is there and says what its readers expect."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from workstation.self_check.check import Check, Wrong, nothing

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def checks() -> Sequence[Check]:
    """One per folder of resources."""
    return (
        Check(name="opinion templates", run=_templates),
        Check(name="window presets", run=_presets),
        Check(name="colour maps", run=_colour_maps),
        Check(name="themes", run=_themes),
        Check(name="icons", run=_icons),
        Check(name="fonts", run=_fonts),
        Check(name="sample cases", run=_samples),
        Check(name="help", run=_help),
    )


def _templates() -> str:
    from workstation.opinions.template import TEMPLATES, load

    found = [load(file.stem) for file in _some(TEMPLATES, "*.json")]
    return ", ".join(f"{item.title} {item.version}, {len(item.sections)} sections" for item in found)


def _presets() -> str:
    from viewers.display.presets import presets

    return f"{len(presets())} presets"


def _colour_maps() -> str:
    from viewers.display.colormaps import colormap, colormap_names

    names = colormap_names()
    nothing(f"{name} has not 256 colours" for name in names if colormap(name).shape != (256, 3))
    return f"{len(names)} maps"


def _themes() -> str:
    """Each theme fills every place of the style sheet."""
    from workstation.desktop.theme import THEMES, load_theme, style_sheet

    titles = []
    for name in THEMES:
        theme = load_theme(name, family="any")
        titles.append(theme.title)
        nothing(f"the style sheet of {name} has an empty place" for _ in range(style_sheet(theme).count("${")))
    return ", ".join(titles)


def _icons() -> str:
    from PySide6.QtSvg import QSvgRenderer

    icons = _some(RESOURCES / "icons", "*.svg")
    nothing(f"{icon.name} cannot be drawn" for icon in icons if not QSvgRenderer(str(icon)).isValid())
    return f"{len(icons)} drawings"


def _fonts() -> str:
    """The document's cuts are read and show their scripts, the window's are taken by Qt."""
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    from workstation.reporting.fonts import CUTS, cut_for, units_per_em

    cuts = {cut for family in CUTS.values() for cut in family}
    nothing(f"{cut} cannot be read" for cut in sorted(cuts) if units_per_em(cut) <= 0)
    nothing(f"no font shows {letter}" for letter in "aéЖΩאعह≤中" if cut_for(letter, "regular") is None)
    application = QGuiApplication.instance() or QGuiApplication(["self-check"])
    assert isinstance(application, QGuiApplication)
    files = _some(RESOURCES / "fonts", "*.?tf")
    nothing(f"{file.name} is refused by Qt" for file in files if QFontDatabase.addApplicationFont(str(file)) < 0)
    return f"{len(files)} files, {len(cuts)} cuts for documents, Qt platform {application.platformName()}"


def _samples() -> str:
    from viewers.phantoms.brain.template import t1

    samples = RESOURCES / "samples"
    files = [*_some(samples / "cases", "*.json"), *_some(samples / "story", "*.json")]
    nothing(_unread(files))
    shape = "x".join(map(str, t1().shape))
    return f"{len(files)} files, brain template {shape}"


def _help() -> str:
    pages = _some(RESOURCES / "help", "*.md")
    nothing(f"{page.name} is empty" for page in pages if not page.read_text(encoding="utf-8").strip())
    return ", ".join(page.stem for page in pages)


def _unread(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        try:
            json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            yield f"{file.name}: {error}"


def _some(folder: Path, pattern: str) -> Sequence[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise Wrong(f"resources/{folder.relative_to(RESOURCES)} holds no {pattern}; install the program again")
    return found
