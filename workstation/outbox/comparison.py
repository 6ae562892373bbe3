"""Does the service hold what was sent? The signed bundle compared with what is read back under our identifier."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_SERVER_GIVEN = frozenset({"id", "meta"})
_FOUND_BY_REFERENCE = frozenset({"Provenance", "Binary"})
_PLACEHOLDER = "urn:uuid:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What of the bundle was found again.

    Attributes:
        held: ``Type/id`` of every resource that says what was sent.
        missing: types of which nothing was found.
        different: types of which something else was found.
        unsought: types that cannot be found by our identifier, so that nobody knows.
        contents: SHA-256 (hex) of everything that was found attached (``data``).
    """

    held: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    unsought: tuple[str, ...] = ()
    contents: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether nothing is missing and nothing differs."""
        return bool(self.held) and not self.missing and not self.different


def compare(bundle: str, found: Mapping[str, bytes]) -> Agreement:
    """Compare every created resource of the bundle with what was found; the server's own ids and versions may differ.

    A reference within the bundle (``urn:uuid:``) has become one to wherever the service put its target.
    """
    entries = _created(bundle)
    names = {str(one["fullUrl"]) for one in entries if one.get("fullUrl")}
    theirs = {reference: json.loads(content) for reference, content in found.items()}
    sorted_out: dict[str, list[str]] = {"held": [], "missing": [], "different": [], "unsought": []}
    for entry in entries:
        where, name = _judged(entry["resource"], theirs, names)
        sorted_out[where].append(name)
    return Agreement(contents=frozenset(_contents(theirs)), **{key: tuple(names) for key, names in sorted_out.items()})


def kinds_of(bundle: str) -> tuple[str, ...]:
    """Types of the bundle's resources that carry an identifier."""
    kinds = (str(one["resource"]["resourceType"]) for one in _created(bundle) if "identifier" in one["resource"])
    return tuple(dict.fromkeys(kinds))


def _judged(ours: Mapping[str, object], theirs: Mapping[str, object], names: set[str]) -> tuple[str, str]:
    kind = str(ours["resourceType"])
    same_kind = {name: one for name, one in theirs.items() if name.startswith(f"{kind}/")}
    match = next((name for name, one in same_kind.items() if _agrees(ours, one, names)), "")
    if match:
        return "held", match
    if "identifier" not in ours and kind not in _FOUND_BY_REFERENCE:
        return "unsought", kind
    return ("different" if same_kind else "missing"), kind


def _created(bundle: str) -> list[Any]:
    return [one for one in json.loads(bundle).get("entry", []) if _is_created(one)]


def _is_created(entry: Mapping[str, object]) -> bool:
    resource, request = entry.get("resource"), entry.get("request")
    return isinstance(resource, dict) and isinstance(request, dict) and request.get("method") == "POST"


def _agrees(ours: object, theirs: object, names: set[str], *, top: bool = True) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        wanted = {key: value for key, value in ours.items() if not (top and key in _SERVER_GIVEN)}
        return all(key in theirs and _agrees(value, theirs[key], names, top=False) for key, value in wanted.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(
            _agrees(one, other, names, top=False) for one, other in zip(ours, theirs, strict=True)
        )
    if isinstance(ours, str) and ours.startswith(_PLACEHOLDER) and ours in names:
        return isinstance(theirs, str) and theirs != ""
    return ours == theirs


def _contents(value: object) -> Iterator[str]:
    """Digests of every attachment's or Binary's ``data``, wherever it lies."""
    if isinstance(value, dict):
        data = value.get("data")
        if isinstance(data, str):
            with suppress(binascii.Error, ValueError):
                yield hashlib.sha256(base64.b64decode(data, validate=True)).hexdigest()
        for one in value.values():
            yield from _contents(one)
    elif isinstance(value, list):
        for one in value:
            yield from _contents(one)
