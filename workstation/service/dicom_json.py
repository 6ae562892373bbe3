"""DICOM JSON (PS3.18 F) as typed questions: what QIDO and STOW answers say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.cases.refusals import Unintelligible
from workstation.service.fhir_json import parse

_UID = re.compile(r"[0-9]+(\.[0-9]+)*\Z")
_LONGEST_UID = 64

STUDY_UID, SERIES_UID, SOP_UID, SOP_CLASS = "0020000D", "0020000E", "00080018", "00080016"
MODALITY, DESCRIPTION, NUMBER, COUNT = "00080060", "0008103E", "00200011", "00201209"
REFERENCED, FAILED, REASON, WARNING = "00081199", "00081198", "00081197", "00081196"
REFERENCED_SOP_UID, ORIGINAL_ATTRIBUTES = "00081155", "04000561"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One data set; a question is answered with an empty value where the element is absent."""

    data: Mapping[str, object] = field(default_factory=dict)

    def text(self, tag: str) -> str:
        """The first value as text."""
        value = next(iter(self._values(tag)), "")
        return value.strip() if isinstance(value, str) else ""

    def integer(self, tag: str) -> int | None:
        """The first value as a whole number (a string of digits is one), or None."""
        value = next(iter(self._values(tag)), None)
        if isinstance(value, str) and value.strip().isdigit():
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def items(self, tag: str) -> tuple["Record", ...]:
        """The items of a sequence."""
        return tuple(Record(data=one) for one in self._values(tag) if isinstance(one, dict))

    def uid(self, tag: str) -> str:
        """A UID (PS3.5 9.1).

        Raises:
            Unintelligible: it is absent or none.
        """
        return uid(self.text(tag))

    def _values(self, tag: str) -> list[object]:
        element = self.data.get(tag)
        values = element.get("Value") if isinstance(element, dict) else None
        return values if isinstance(values, list) else []


def uid(value: str) -> str:
    """The value itself when it is a UID and may stand in an address.

    Raises:
        Unintelligible: it is none.
    """
    if len(value) > _LONGEST_UID or not _UID.match(value):
        raise Unintelligible(
            "The central service names an image in a way that is none.",
            kept="What was complete is kept.",
            advice="Call the central service's help desk.",
        )
    return value


def records(body: bytes) -> tuple[Record, ...]:
    """A list of data sets, or the only one.

    Raises:
        Unintelligible: it is neither.
    """
    value = parse(body)
    found = value if isinstance(value, list) else [value]
    sets = tuple(Record(data=one) for one in found if isinstance(one, dict))
    if len(sets) != len(found):
        raise Unintelligible("An answer of the central service is not DICOM JSON.", kept="It was discarded.")
    return sets
