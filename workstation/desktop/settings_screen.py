"""The settings: a searchable page made from the catalogue; what is chosen holds at once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import become_screen, column, emptied, frame, row, rule, scrolled
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.desktop.setting_row import SettingRow
from workstation.desktop.soon import soon
from workstation.settings.catalogue import SETTINGS
from workstation.settings.choices import Choices
from workstation.settings.setting import Refused, Setting, matches

WIDTH = 880


class SettingsScreen(QWidget):
    """``changed`` carries the key of a setting after its new value was kept."""

    changed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        become_screen(self, "settings-screen")
        self._look = look
        self._choices: Choices | None = None
        self._rows: list[tuple[Setting, SettingRow]] = []
        self._cards: list[tuple[PlainLabel, QFrame, list[SettingRow]]] = []
        self._facts = PlainLabel(tone="small", wrap=True, name="settings-facts")
        self._line = QLineEdit()
        self._line.setObjectName("settings-search")
        self._line.setAccessibleName("Search the settings")
        self._line.setPlaceholderText("Search the settings")
        self._line.setClearButtonEnabled(False)
        self._line.textChanged.connect(self._filter)
        self.setFocusProxy(self._line)
        self._none = PlainLabel("No setting has these words.", tone="quiet", name="settings-none")
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        inner = QWidget()
        look.measure(inner, QWidget.setMaximumWidth, WIDTH)
        head = row(PlainLabel("Settings", tone="title"), None, self._line)
        look.measure(self._line, QWidget.setFixedWidth, 280)
        inner.setLayout(
            column(head, 4, self._none, self._list, 8, self._facts, None, spacing=8, margins=(0, 24, 0, 24))
        )
        sheet = QWidget()
        centred = row(None, inner, None, margins=(24, 0, 24, 0))
        centred.setStretch(1, 100)
        sheet.setLayout(centred)
        self.setLayout(column(scrolled(sheet, "settings-scroll"), spacing=0))
        self.commands = Commands(self)
        self.commands.add(Command(name="search", title="Search the settings", keys="Ctrl+F", act=self._line.setFocus))

    def show_choices(self, choices: Choices, facts: str = "") -> None:
        """Show every setting with its present value, and facts about this computer below."""
        self._choices = choices
        self._facts.setText(facts)
        emptied(self._list)
        self._rows.clear()
        self._cards.clear()
        for section in dict.fromkeys(setting.section for setting in SETTINGS):
            self._add_section(section, choices)
        self._filter(self._line.text())

    def refuse(self, key: str, words: str) -> None:
        """Tell at its place why a setting cannot be used."""
        for setting, line in self._rows:
            if setting.key == key:
                line.refuse(words)

    def _add_section(self, section: str, choices: Choices) -> None:
        title = PlainLabel(section.upper(), tone="caption")
        card = frame("panel")
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        lines: list[SettingRow] = []
        for setting in (setting for setting in SETTINGS if setting.section == section):
            line = SettingRow(setting, choices.value(setting.key), self._look)
            line.chosen.connect(self._choose)
            if lines:
                body.addWidget(rule())
            body.addWidget(line)
            lines.append(line)
            self._rows.append((setting, line))
        card.setLayout(body)
        self._list.addSpacing(6)
        self._list.addWidget(title)
        self._list.addWidget(card)
        self._cards.append((title, card, lines))

    def _choose(self, key: str, raw: str) -> None:
        assert self._choices is not None
        try:
            before = self._choices.value(key)
            after = self._choices.choose(key, raw)
        except Refused as refusal:
            self.refuse(key, str(refusal))
            return
        if before != after:
            # The control that asked is still at work: whoever listens may rebuild the page.
            soon(self, lambda: self.changed.emit(key))

    def _filter(self, sought: str) -> None:
        anything = False
        for setting, line in self._rows:
            line.setVisible(matches(setting, sought))
        for title, card, lines in self._cards:
            fitting = any(matches(line.setting, sought) for line in lines)
            title.setVisible(fitting)
            card.setVisible(fitting)
            anything = anything or fitting
        self._none.setVisible(not anything)
