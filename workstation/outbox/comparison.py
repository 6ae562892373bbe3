"""Does the service hold what was sent? The signed bundle compared with what is read back under our identifier."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

_SERVER_GIVEN = frozenset({"id", "meta"})
_PLACEHOLDER = "urn:uuid:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What of the bundle was found again.

    Attributes:
        held: ``Type/id`` of every resource that says what was sent.
        missing: types of which nothing was found.
        different: types of which something else was found.
        unsought: types that cannot be found by identifier and are proven by their digests in the others.
    """

    held: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    unsought: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is missing and nothing differs."""
        return bool(self.held) and not self.missing and not self.different


def compare(bundle: str, found: Mapping[str, bytes]) -> Agreement:
    """Compare every created resource of the bundle with what was found; the server's own ids and versions may differ.

    A reference within the bundle (``urn:uuid:``) has become one to wherever the service put its target.
    """
    entries = [one for one in json.loads(bundle).get("entry", []) if _is_created(one)]
    names = {str(one["fullUrl"]) for one in entries if one.get("fullUrl")}
    theirs = {reference: json.loads(content) for reference, content in found.items()}
    held: list[str] = []
    missing: list[str] = []
    different: list[str] = []
    unsought: list[str] = []
    for entry in entries:
        ours = entry["resource"]
        kind = str(ours["resourceType"])
        same_kind = {name: one for name, one in theirs.items() if name.startswith(f"{kind}/")}
        match = next((name for name, one in same_kind.items() if _agrees(ours, one, names)), "")
        if match:
            held.append(match)
        elif not _can_be_found(ours):
            unsought.append(kind)
        else:
            (different if same_kind else missing).append(kind)
    return Agreement(held=tuple(held), missing=tuple(missing), different=tuple(different), unsought=tuple(unsought))


def _is_created(entry: Mapping[str, object]) -> bool:
    resource, request = entry.get("resource"), entry.get("request")
    return isinstance(resource, dict) and isinstance(request, dict) and request.get("method") == "POST"


def _can_be_found(resource: Mapping[str, object]) -> bool:
    return "identifier" in resource or resource["resourceType"] == "Provenance"


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
