"""A case as its JSON file describes it, with every relative date made a date of now."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from workstation.sandbox.accounts import SAMPLES

Description = Mapping[str, Any]

NAMES: Final = ("cancer", "major-surgery", "rare-disease", "no-improvement", "communication-gap")

# "{12 days ago}" is printed as a person writes it, "{iso 12}" as FHIR does.
_DAY = re.compile(r"\{(\d+) days ago\}")
_ISO = re.compile(r"\{iso (\d+)\}")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class UnknownCaseError(ValueError):
    """A sample case was asked for by a name that none has."""


def sample(name: str, now: datetime) -> Description:
    """The sample case of that name.

    Raises:
        UnknownCaseError: there is none.
    """
    if name not in NAMES:
        raise UnknownCaseError(f"There is no sample case {name!r}; there are {', '.join(NAMES)}.")
    return described(SAMPLES / f"{name}.json", now)


def described(file: Path, now: datetime) -> Description:
    """The description in a file; relative dates count back from ``now``."""
    text = file.read_text("utf-8")
    text = _DAY.sub(lambda match: _written(now - timedelta(days=int(match[1]))), text)
    text = _ISO.sub(lambda match: f"{now - timedelta(days=int(match[1])):%Y-%m-%d}", text)
    description: Description = json.loads(text)
    return description


def _written(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
