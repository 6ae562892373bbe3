"""One setting on the page: its words on the left, the control that its kind asks for on the right."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLineEdit, QSpinBox, QWidget

from workstation.desktop.controls import StillCombo, column, restyle, row
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel
from workstation.settings.setting import Plain, Setting, SettingKind, kept_form

CONTROL_WIDTH = 300


class SettingRow(QFrame):
    """``chosen`` carries the key and the raw text; ``refuse`` tells why a value was not taken."""

    chosen = Signal(str, str)

    def __init__(self, setting: Setting, value: Plain, look: Look) -> None:
        super().__init__()
        self.setting = setting
        name = f"setting-{setting.key.replace('.', '-')}"
        self.setObjectName(f"{name}-row")
        self._told = PlainLabel(tone="danger", wrap=True)
        self._told.hide()
        self.control = self._made(value)
        self.control.setObjectName(name)
        self.control.setAccessibleName(setting.title)
        self.control.setAccessibleDescription(setting.text)
        look.measure(self.control, QWidget.setFixedWidth, CONTROL_WIDTH)
        words = column(
            PlainLabel(setting.title, tone="strong"),
            PlainLabel(setting.text, tone="quiet", wrap=True),
            self._told,
            spacing=3,
        )
        line = row(words, self.control, spacing=32, margins=(16, 12, 16, 12))
        line.setStretch(0, 1)
        self.setLayout(line)
        self._check_file(str(value))

    def refuse(self, words: str) -> None:
        """Tell why a value was not taken; "" takes that back."""
        self._told.setText(words)
        self._told.setVisible(bool(words))
        restyle(self.control, "refused", "true" if words else "false")

    def _made(self, value: Plain) -> QWidget:
        kind = self.setting.kind
        if kind is SettingKind.SWITCH:
            return self._switch(on=bool(value))
        if kind is SettingKind.CHOICE:
            return self._choice(str(value))
        if kind is SettingKind.WHOLE:
            return self._whole(int(value))
        line = QLineEdit(str(value))
        line.editingFinished.connect(lambda: self._emit(line.text()))
        return line

    def _switch(self, *, on: bool) -> QCheckBox:
        box = QCheckBox("On" if on else "Off")
        box.setChecked(on)
        box.toggled.connect(lambda checked: box.setText("On" if checked else "Off"))
        box.toggled.connect(lambda checked: self._emit(kept_form(checked)))
        return box

    def _choice(self, value: str) -> QComboBox:
        combo = StillCombo()
        for each, words in self.setting.choices:
            combo.addItem(words, each)
        combo.setCurrentIndex(combo.findData(value))
        combo.currentIndexChanged.connect(lambda _index: self._emit(str(combo.currentData())))
        return combo

    def _whole(self, value: int) -> QSpinBox:
        spin = _StillSpin()
        spin.setRange(self.setting.least, self.setting.most)
        spin.setSuffix(f" {self.setting.unit}")
        spin.setValue(value)
        spin.lineEdit().setTextMargins(6, 0, 0, 0)
        spin.editingFinished.connect(lambda: self._emit(str(spin.value())))
        return spin

    def _emit(self, raw: str) -> None:
        self.refuse("")
        self._check_file(raw)
        self.chosen.emit(self.setting.key, raw)

    def _check_file(self, raw: str) -> None:
        if self.setting.kind is SettingKind.FILE and raw.strip() and not Path(raw.strip()).is_file():
            self.refuse("There is no such file now.")


class _StillSpin(QSpinBox):
    """The wheel scrolls the page, it never changes a setting."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()
