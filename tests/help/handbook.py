"""The parts of the help that are made from the program's own tables, so that they cannot say anything else."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from viewers.display.presets import presets
from viewers.series.codecs.table import CODECS
from viewers.series.kinds import _KINDS, OTHER_NAMES
from viewers.widgets.tools import ACTION_KEYS, TOOL_HINTS, TOOL_KEYS
from workstation.settings.catalogue import SETTINGS
from workstation.settings.setting import Setting, SettingKind

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "resources" / "help"
BLOCK = re.compile(r"(<!-- made from the program: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SCREENS = {
    "main_window": "everywhere",
    "worklist_screen": "worklist",
    "reading_room": "reading room",
    "sign_screen": "preview and sign",
    "outbox_screen": "outbox",
    "settings_screen": "settings",
    "identity_screen": "whose images",
}


def with_blocks_made(page: str) -> str:
    """The page with every marked block made anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}\n{found[3]}", page)


def key_words(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    """A key as people read it."""
    return QKeySequence(QKeyCombination(modifiers, key)).toString()


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *rows))


def tools() -> str:
    """Tool keys."""
    rows = [(key_words(key), re.sub(r" \(.*\)$", "", TOOL_HINTS[tool])) for key, tool in TOOL_KEYS.items()]
    return table(("key", "tool of the left button"), rows)


def keys() -> str:
    """Keys in a view, one line per action."""
    by_action: dict[str, list[str]] = {}
    for key, action in ACTION_KEYS.items():
        by_action.setdefault(action.value, []).append(key_words(key.key, key.modifiers))
    return table(("keys", "in a view"), [(", ".join(pressed), action) for action, pressed in by_action.items()])


def windows() -> str:
    """Window presets with their digits."""
    rows = []
    for preset in presets():
        window = preset.window
        said = f"centre {window.centre:g}, width {window.width:g}" if window else "from the image"
        rows.append((preset.key or "menu", preset.name, preset.unit or "any", said))
    return table(("key", "window", "unit", "values"), rows)


def commands() -> str:
    """Commands with keys, by screen, in the order of the source."""
    return table(
        ("keys", "command", "where"), [(pressed, title, where) for where, title, pressed in desktop_commands()]
    )


def desktop_commands() -> list[tuple[str, str, str]]:
    """(screen, title, keys) of every command of the desktop that has keys written out."""
    found = []
    for module, where in SCREENS.items():
        source = (ROOT / "workstation" / "desktop" / f"{module}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Command":
                said = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
                if isinstance(said.get("keys"), str) and isinstance(said.get("title"), str):
                    found.append((where, said["title"], said["keys"]))
    return found


def settings() -> str:
    """Every setting with its words, its default and its bounds."""
    parts = []
    for section, members in groupby(SETTINGS, key=lambda setting: setting.section):
        parts.append(f"### {section}\n")
        parts.extend(
            f"**{setting.title}** (`{setting.key}`). {setting.text} {_values(setting)}\n" for setting in members
        )
    return "\n".join(parts).rstrip()


def transfer_syntaxes() -> str:
    """What is decoded, by what."""
    from pydicom.uid import UID

    rows = []
    for uid, codec in sorted(CODECS.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
        decoders = ", ".join(plugin.name for plugin in codec.plugins)
        rows.append((f"`{uid}`", UID(uid).name, decoders, "lossy" if codec.lossy else "lossless"))
    return table(("transfer syntax", "name", "decoded by, in this order", "marked as"), rows)


def objects() -> str:
    """SOP classes that are no ordinary images."""
    from pydicom.uid import UID

    known = [(uid, kind.value) for uid, kind in _KINDS.items()] + [
        (uid, f"listed: {name}") for uid, name in OTHER_NAMES.items()
    ]
    rows = [(f"`{uid}`", UID(uid).name.replace(" Storage", ""), said) for uid, said in sorted(known)]
    return table(("SOP class", "name", "taken as"), rows)


def _values(setting: Setting) -> str:
    if setting.kind is SettingKind.WHOLE:
        return f"*{setting.least} to {setting.most} {setting.unit}; default {setting.default}.*"
    if setting.kind is SettingKind.SWITCH:
        return f"*Default: {'yes' if setting.default else 'no'}.*"
    if setting.kind is SettingKind.CHOICE:
        words = dict(setting.choices)
        return f"*{', '.join(words.values())}; default: {words[str(setting.default)]}.*"
    return f"*Default: {setting.default or 'empty'}.*"


BLOCKS: Mapping[str, Callable[[], str]] = {
    "tools": tools,
    "keys": keys,
    "windows": windows,
    "commands": commands,
    "settings": settings,
    "transfer syntaxes": transfer_syntaxes,
    "objects": objects,
}
