"""Writing: fills the opinion's form from a script, led by the form itself from one missing field to the next."""

import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from workstation.demo import hands
from workstation.demo.player import Story, Until

SCRIPTS = Path(__file__).resolve().parents[2] / "resources" / "samples" / "story"
ANY_CASE = "any"
_MOST_FIELDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is written where: pattern of a field's object name → text, or ``=`` and the choice to pick."""

    lines: tuple[tuple[str, str], ...]

    def line(self, field: str) -> str:
        """What to write in a field."""
        return next(text for pattern, text in self.lines if re.fullmatch(pattern, field))


def script_of(case: str) -> Script:
    """The script of a sample case, completed by what fits any case."""
    own = _lines(case) if (SCRIPTS / f"{case}.json").exists() else ()
    return Script(lines=(*own, *_lines(ANY_CASE)))


def place_of_marks(case: str) -> tuple[list[list[float]], list[float], float] | None:
    """Where a reader would measure in a sample case: both ends of a length, a circle's centre and radius; in mm."""
    path = SCRIPTS / f"{case}.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if "length_mm" not in kept:
        return None
    return kept["length_mm"], kept["circle_mm"]["centre"], float(kept["circle_mm"]["radius"])


def write_opinion(script: Script) -> Story:
    """Ask for the next thing to write and write it, until nothing is missing."""
    for _ in range(_MOST_FIELDS):
        if _is_complete():
            return
        hands.click("opinion-next")
        yield Until(what="the next field, or nothing missing", seen=_has_more, seconds=10)
        if _is_complete():
            return
        taken = _fill(script)
        yield Until(what=f"“{taken[0]}” filled", seen=partial(_is_taken, *taken), seconds=10)


def give_reasons(text: str) -> Story:
    """Explain every point that wants an explanation before signing."""
    number = 1
    while (line := hands.find(f"concern-{number}-explanation")) is not None:
        if not line.property("text"):
            hands.write(line.objectName(), text)
            hands.press(Qt.Key.Key_Return)
            yield Until(what="the explanation taken", seen=partial(_explained, number), seconds=10)
        number += 1


def _lines(name: str) -> tuple[tuple[str, str], ...]:
    kept = json.loads((SCRIPTS / f"{name}.json").read_text("utf-8"))
    return tuple((pattern, text) for pattern, text in kept["fields"])


def _to_do() -> str:
    button = hands.the("opinion-next")
    assert isinstance(button, QPushButton)
    return button.text()


def _is_complete() -> bool:
    return "Nothing is missing" in _to_do()


def _has_more() -> bool:
    """The form led to a field, or says that nothing is missing."""
    return _field() is not None or _is_complete()


def _field() -> QWidget | None:
    """The field that has the keyboard, if it is one of the opinion's."""
    focused = QApplication.focusWidget()
    name = focused.objectName() if focused is not None else ""
    return focused if name.startswith(("field-", "add-")) else None


def _fill(script: Script) -> tuple[str, str]:
    """Write into the field that has the keyboard; its name, and the text by which it shows that it took it."""
    field = _field()
    assert field is not None
    name = field.objectName()
    if name.startswith("add-"):
        hands.click(name)
        return name, ""
    if not isinstance(field, QPushButton):
        text = script.line(name)
        hands.write(name, text)
        return name, text
    choice = f"{_base(field)}-{script.line(_base(field)).removeprefix('=')}"
    hands.click(choice)
    return choice, ""


def _is_taken(name: str, text: str) -> bool:
    """A text stands in its field, a choice is picked, an added row has the keyboard."""
    field = hands.find(name)
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText() == text
    if isinstance(field, QLineEdit):
        return field.text() == text
    if isinstance(field, QPushButton) and field.isCheckable():
        return field.isChecked()
    focused = _field()
    return focused is not None and focused.objectName() != name


def _base(choice: QWidget) -> str:
    """The name of the field that a choice belongs to: its parent carries it."""
    parent = choice.parentWidget()
    assert parent is not None
    return parent.objectName()


def _explained(number: int) -> bool:
    line = hands.find(f"concern-{number}-explanation")
    return line is None or bool(line.property("text"))
