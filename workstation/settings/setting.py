"""A setting: one thing the reader may choose, described so that field, check and help come from the data."""

from dataclasses import dataclass
from enum import StrEnum

Plain = str | int | float | bool


class SettingKind(StrEnum):
    """Which field asks for it. An ``ADDRESS`` gets secrets and needs https; a ``LINK`` gets none."""

    TEXT = "text"
    ADDRESS = "address"
    LINK = "link"
    FILE = "file"
    CHOICE = "choice"
    WHOLE = "whole"
    SWITCH = "switch"


class Refused(ValueError):
    """A value that a setting cannot take; the message says why and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    Attributes:
        key: stable name under which it is kept.
        section: heading under which it is shown.
        title: what it is called.
        text: one or two sentences of help; the manual is made from them.
        choices: (value, words) of a ``CHOICE``.
        least, most, unit: bounds and unit of a ``WHOLE``.
    """

    key: str
    section: str
    title: str
    text: str
    kind: SettingKind
    default: Plain
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""


def parse(setting: Setting, raw: str) -> Plain:
    """The value that ``raw``, as kept or typed, stands for.

    Raises:
        Refused: ``raw`` is no value of this setting.
    """
    if setting.kind is SettingKind.SWITCH:
        return _switch(setting, raw)
    if setting.kind is SettingKind.WHOLE:
        return _whole(setting, raw)
    if setting.kind is SettingKind.CHOICE and raw not in dict(setting.choices):
        raise Refused(f"“{setting.title}” cannot be “{raw}”. Choose one of: {', '.join(dict(setting.choices))}.")
    if setting.kind in (SettingKind.ADDRESS, SettingKind.LINK):
        return _address(setting, raw)
    return raw.strip()


def kept_form(value: Plain) -> str:
    """The text under which a value is kept; ``parse`` reads it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def matches(setting: Setting, sought: str) -> bool:
    """Whether every word of ``sought`` occurs in the setting's section, title, help or choices."""
    words = " ".join((setting.section, setting.title, setting.text, *(text for _, text in setting.choices))).casefold()
    return all(word in words for word in sought.casefold().split())


def _switch(setting: Setting, raw: str) -> bool:
    if raw not in ("yes", "no"):
        raise Refused(f"“{setting.title}” is yes or no, not “{raw}”.")
    return raw == "yes"


def _whole(setting: Setting, raw: str) -> int:
    try:
        number = int(raw)
    except ValueError:
        raise Refused(f"“{setting.title}” is a whole number, not “{raw}”.") from None
    if not setting.least <= number <= setting.most:
        raise Refused(f"“{setting.title}” lies between {setting.least} and {setting.most} {setting.unit}.".strip())
    return number


def _address(setting: Setting, raw: str) -> str:
    from urllib.parse import urlsplit

    address = raw.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise Refused(f"“{setting.title}” is not a web address: {raw.strip()}") from None
    if not address:
        return ""
    if "@" in parts.netloc or not host or parts.scheme not in ("http", "https"):
        raise Refused(f"“{setting.title}” begins with https:// and names a host, without a user name.")
    if setting.kind is SettingKind.ADDRESS and parts.scheme == "http" and host not in ("127.0.0.1", "::1", "localhost"):
        raise Refused("Without encryption only this computer itself may be the service. Use https://.")
    return address
