"""What the reader has chosen: values by setting, kept as texts, with the defaults for everything else."""

from typing import Protocol

from workstation.settings.catalogue import SETTINGS, setting_named
from workstation.settings.setting import Plain, Refused, kept_form, parse

PREFIX = "setting."


class Texts(Protocol):
    """Small texts kept by name (in the encrypted store, or in memory)."""

    def get(self, name: str) -> str | None:
        """The text, or None."""
        ...

    def put(self, name: str, value: str) -> None:
        """Keep the text."""
        ...


class Choices:
    """The reader's settings on top of ``Texts``; a kept value that has become impossible counts as the default."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def text(self, key: str) -> str:
        """The value of a text, file, address or choice setting."""
        return str(self.value(key))

    def whole(self, key: str) -> int:
        """The value of a whole-number setting."""
        return int(self.value(key))

    def switch(self, key: str) -> bool:
        """The value of a switch."""
        return bool(self.value(key))

    def value(self, key: str) -> Plain:
        """The chosen value, or the default."""
        setting = setting_named(key)
        kept = self._texts.get(PREFIX + key)
        if kept is None:
            return setting.default
        try:
            return parse(setting, kept)
        except Refused:
            return setting.default

    def choose(self, key: str, raw: str) -> Plain:
        """Check, keep and return a value.

        Raises:
            Refused: it is no value of this setting; the old one stays.
        """
        value = parse(setting_named(key), raw)
        self._texts.put(PREFIX + key, kept_form(value))
        return value

    def all(self) -> dict[str, Plain]:
        """Every setting with its present value, in the order of the catalogue."""
        return {setting.key: self.value(setting.key) for setting in SETTINGS}
