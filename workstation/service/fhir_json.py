"""FHIR JSON as typed questions: bounded in size and depth, and nothing below this file is ``Any``."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workstation.cases.refusals import Unintelligible

DEEPEST = 64
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One JSON object; every question is answered or declined with an empty value, never raised."""

    data: Mapping[str, object] = field(default_factory=dict)

    def text(self, *path: str | int) -> str:
        """The string at the path, without control and direction characters; "" where there is none."""
        value = self._at(path)
        return _UNSHOWN.sub("", value).strip() if isinstance(value, str) else ""

    def number(self, *path: str | int) -> float | None:
        """The number at the path, or None."""
        value = self._at(path)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def integer(self, *path: str | int) -> int | None:
        """The whole number at the path, or None."""
        value = self._at(path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def node(self, *path: str | int) -> "Node":
        """The object at the path; an empty one where there is none."""
        value = self._at(path)
        return Node(data=value) if isinstance(value, dict) else Node()

    def nodes(self, *path: str | int) -> tuple["Node", ...]:
        """The objects of the list at the path."""
        value = self._at(path)
        return tuple(Node(data=one) for one in value if isinstance(one, dict)) if isinstance(value, list) else ()

    def texts(self, *path: str | int) -> tuple[str, ...]:
        """The strings of the list at the path."""
        value = self._at(path)
        return tuple(Node(data={"": one}).text("") for one in value) if isinstance(value, list) else ()

    @property
    def kind(self) -> str:
        """The resource type."""
        return self.text("resourceType")

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.kind}/{self.text('id')}"

    @property
    def version(self) -> str:
        """The version id."""
        return self.text("meta", "versionId")

    def codes(self, name: str) -> Iterator[tuple[str, str]]:
        """(system, code) of every coding of the CodeableConcepts in the list ``name``, or of the one it is."""
        for concept in self.nodes(name) or (self.node(name),):
            for coding in concept.nodes("coding"):
                yield coding.text("system"), coding.text("code")

    def extension(self, url: str) -> "Node":
        """The extension with this address; an empty one where there is none."""
        return next((one for one in self.nodes("extension") if one.text("url") == url), Node())

    def _at(self, path: tuple[str | int, ...]) -> object:
        value: object = self.data
        for step in path:
            if isinstance(step, int):
                value = value[step] if isinstance(value, list) and step < len(value) else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value


def parse(body: bytes) -> object:
    """JSON of any shape, refused when it is too deep or none.

    Raises:
        Unintelligible: it is not JSON, or nested deeper than 64.
    """
    if _depth(body) > DEEPEST:
        raise _not_understood("is nested too deeply")
    try:
        value: object = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _not_understood("is not JSON") from None
    return value


def parse_object(body: bytes) -> Node:
    """A JSON object.

    Raises:
        Unintelligible: it is none.
    """
    value = parse(body)
    if not isinstance(value, dict):
        raise _not_understood("is not a resource")
    return Node(data=value)


def _depth(body: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket.group() in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_number(word: str) -> float:
    raise ValueError(word)


def _not_understood(what: str) -> Unintelligible:
    return Unintelligible(
        f"An answer of the central service {what}.",
        kept="It was discarded; what is on this computer is unchanged.",
        advice="Try again; if it stays, call the central service's help desk.",
    )
