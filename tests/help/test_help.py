"""The help says what the program does: its tables are the program's own, and its links lead somewhere."""

import re

import pytest
from pydicom.uid import Comprehensive3DSRStorage, KeyObjectSelectionDocumentStorage

from tests.help.handbook import BLOCK, BLOCKS, HELP, ROOT, desktop_commands, key_words, with_blocks_made
from viewers.display.presets import presets
from viewers.series.codecs.table import CODECS
from viewers.widgets.tools import ACTION_KEYS, TOOL_KEYS
from workstation.__main__ import COMMANDS
from workstation.settings.catalogue import SETTINGS

PAGES = sorted(HELP.glob("*.md"))
MANUAL, CONFORMANCE = (HELP / name for name in ("manual.md", "conformance.md"))


def text_of(page):
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_made_blocks_are_as_the_program_says_now(page):
    assert with_blocks_made(text_of(page)) == text_of(page), "run: python -m tests.help"


def test_every_block_is_used_once():
    used = [found[1] for page in PAGES for found in BLOCK.findall(text_of(page))]
    assert sorted(used) == sorted(BLOCKS)


def test_every_key_of_a_view_is_in_the_manual():
    manual = text_of(MANUAL)
    pressed = [key_words(key) for key in TOOL_KEYS] + [key_words(key.key, key.modifiers) for key in ACTION_KEYS]
    assert [key for key in pressed if not re.search(rf"[|,] {re.escape(key)}(,| \|)", manual)] == []


def test_every_command_setting_and_window_is_in_the_manual():
    manual = text_of(MANUAL)
    assert len(desktop_commands()) > 15
    assert [title for _, title, keys in desktop_commands() if f"| {keys} | {title} |" not in manual] == []
    assert [setting.key for setting in SETTINGS if setting.title not in manual or setting.text not in manual] == []
    assert [preset.name for preset in presets() if f"| {preset.name} |" not in manual] == []


def test_every_transfer_syntax_is_in_the_conformance_statement():
    statement = text_of(CONFORMANCE)
    assert [uid for uid in CODECS if f"`{uid}`" not in statement] == []


def test_every_command_line_is_in_the_manual():
    manual = text_of(MANUAL)
    assert [name for name in COMMANDS if name != "window" and f"second-opinion {name}" not in manual] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.stem)
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text_of(page))
    assert [link for link in links if not link.endswith(".png") and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_are_plain(page):
    loud = re.compile(r"\b(seamless|powerful|cutting-edge|state-of-the-art|best-in-class|effortless|leverage)\b")
    assert loud.findall(text_of(page).lower()) == []


def test_system_packages_are_those_that_are_installed():
    listed = re.search(r"packages for a display: `([^`]+)`", text_of(HELP / "deployment.md"))
    assert listed
    installed = (ROOT / ".ci" / "system-packages").read_text(encoding="utf-8")
    assert [name for name in listed[1].split() if not re.search(rf"[ (]{re.escape(name)}[ \n)]", installed)] == []


def test_what_is_written_is_in_the_conformance_statement():
    statement, reporting = text_of(CONFORMANCE), ROOT / "workstation" / "reporting"
    encapsulated = re.search(r'STORAGE = "([\d.]+)"', text_of(reporting / "dicom" / "encapsulated.py"))
    assert encapsulated
    assert f"| Encapsulated PDF | `{encapsulated[1]}` |" in statement
    assert "Comprehensive3DSR(" in text_of(reporting / "dicom" / "structured_report.py")
    assert f"| Comprehensive 3D SR | `{Comprehensive3DSRStorage}` |" in statement
    assert "KeyObjectSelectionDocument(" in text_of(reporting / "dicom" / "key_objects.py")
    assert f"| Key Object Selection Document | `{KeyObjectSelectionDocumentStorage}` |" in statement
    bundle = text_of(reporting / "bundle.py")
    written = re.search(r"^\| (.*) \| written in one transaction", statement, re.MULTILINE)
    assert written
    kinds = {
        kind for pair in re.findall(r'"([A-Z]\w+)": _\w+\(frozen|made\["(\w+)"\] =', bundle) for kind in pair if kind
    }
    assert len(kinds) > 4
    assert [kind for kind in sorted(kinds) if not re.search(rf"\b{kind}\b", written[1])] == []
