"""The verbs that change the shelf for a practitioner: create, create unless there, update, atomic transaction."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from workstation.sandbox.fhir.outcome import FhirRefused
from workstation.sandbox.fhir.parameters import PARAMETERS, local_reference
from workstation.sandbox.fhir.rules import check_resource, check_writer
from workstation.sandbox.fhir.searching import search
from workstation.sandbox.fhir.shelf import Resource, Shelf

ORDER: Final = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2, "GET": 3, "HEAD": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of a write: the resource as it is now and the HTTP status that says so."""

    resource: Resource
    status: int


def create(shelf: Shelf, resource: Resource, *, kind: str, actor: str, if_none_exist: str = "") -> Written:
    """Store a new resource, unless one that fits ``if_none_exist`` (a search) is there already.

    Raises:
        FhirRefused: 412 when several fit; 403 or 422 when it may not be written.
    """
    with shelf.database.transaction():
        written = _create(shelf, resource, kind=kind, actor=actor, condition=if_none_exist)
        _check_references(shelf, written.resource)
    return written


def update(shelf: Shelf, resource: Resource, *, kind: str, identity: str, actor: str, if_match: str) -> Written:
    """Store the next version; a resource that is there is only changed by who names its version.

    Raises:
        FhirRefused: 428 without If-Match, 412 with a stale one, 403 or 422 when it may not be written.
    """
    with shelf.database.transaction():
        written = _update(shelf, resource, address=(kind, identity), actor=actor, if_match=if_match)
        _check_references(shelf, written.resource)
    return written


def transaction(shelf: Shelf, bundle: Mapping[str, Any], *, actor: str) -> list[Written]:
    """Carry out every entry or none (FHIR http, "transaction"), in the order the standard gives.

    Returns:
        What came of each entry, in the bundle's order.

    Raises:
        FhirRefused: the refusal of the first entry that fails; nothing was stored.
    """
    entries: Sequence[dict[str, Any]] = bundle.get("entry", [])
    results: dict[int, Written] = {}
    with shelf.database.transaction():
        names = _names(shelf, entries)
        for index, entry in sorted(enumerate(entries), key=lambda item: ORDER.get(_method(item[1]), 9)):
            with _placed(index):
                results[index] = _entry(shelf, entry, names, actor)
        for index, written in results.items():
            with _placed(index):
                _check_references(shelf, written.resource)
    return [results[index] for index in range(len(entries))]


def _create(
    shelf: Shelf, resource: Resource, *, kind: str, actor: str, condition: str, identity: str | None = None
) -> Written:
    check_resource(resource, kind)
    if condition and (found := _existing(shelf, kind, condition)) is not None:
        return Written(resource=found, status=200)
    check_writer(resource, None, actor)
    made = {**resource, "id": identity or str(uuid.uuid4())}
    return Written(resource=shelf.update(made, expected=0), status=201)


def _update(shelf: Shelf, resource: Resource, *, address: tuple[str, str], actor: str, if_match: str) -> Written:
    kind, identity = address
    check_resource(resource, kind)
    if resource.get("id") != identity:
        raise FhirRefused(400, "invalid", "The id in the body is not the id in the address.")
    before = shelf.read(kind, identity)
    if before is not None and not if_match:
        raise FhirRefused(428, "conflict", "Say with If-Match which version you saw.")
    expected = _version(if_match) if if_match else None
    if expected is not None and expected != shelf.version(kind, identity):
        raise FhirRefused(412, "conflict", f"{kind}/{identity} changed after version {expected}. Read it again.")
    check_writer(resource, before, actor)
    return Written(resource=shelf.update(resource, expected=expected), status=200 if before else 201)


@contextmanager
def _placed(index: int) -> Iterator[None]:
    """Say of a refusal which entry it is about."""
    try:
        yield
    except FhirRefused as refused:
        raise FhirRefused(refused.status, refused.code, f"Bundle.entry[{index}]: {refused}") from None


def _names(shelf: Shelf, entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """``fullUrl`` → ``Type/id`` of everything the bundle makes, or finds made already."""
    names: dict[str, str] = {}
    for entry in entries:
        request, address = entry.get("request", {}), entry.get("fullUrl", "")
        if not address.startswith("urn:"):
            continue
        if _method(entry) == "PUT":
            names[address] = local_reference(str(request.get("url", "")))
        elif _method(entry) == "POST":
            kind, condition = str(request.get("url", "")), str(request.get("ifNoneExist", ""))
            found = _existing(shelf, kind, condition) if condition and kind in PARAMETERS else None
            names[address] = f"{kind}/{found['id'] if found else uuid.uuid4()}"
    return names


def _method(entry: Mapping[str, Any]) -> str:
    return str(entry.get("request", {}).get("method", ""))


def _entry(shelf: Shelf, entry: dict[str, Any], names: Mapping[str, str], actor: str) -> Written:
    method, url, request = _method(entry), str(entry.get("request", {}).get("url", "")), entry.get("request", {})
    if method == "GET":
        return _read(shelf, url)
    if method not in {"POST", "PUT"} or "resource" not in entry:
        raise FhirRefused(400, "not-supported", f"A transaction of this service has POST, PUT and GET, not {method!r}.")
    resource = _resolved(entry["resource"], names)
    if method == "PUT":
        kind, _, identity = local_reference(url).partition("/")
        if_match = str(request.get("ifMatch", ""))
        return _update(shelf, resource, address=(kind, identity), actor=actor, if_match=if_match)
    minted = names.get(entry.get("fullUrl", ""), "").partition("/")[2] or None
    condition = str(request.get("ifNoneExist", ""))
    return _create(shelf, resource, kind=url, actor=actor, condition=condition, identity=minted)


def _resolved(value: Any, names: Mapping[str, str]) -> Any:
    """The resource with every address of another entry replaced by where that entry now lives."""
    if isinstance(value, list):
        return [_resolved(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _resolved(item, names) for key, item in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def _read(shelf: Shelf, url: str) -> Written:
    kind, _, identity = local_reference(url).partition("/")
    if (found := shelf.read(kind, identity)) is None:
        raise FhirRefused(404, "not-found", f"There is no {kind}/{identity}.")
    return Written(resource=found, status=200)


def _existing(shelf: Shelf, kind: str, condition: str) -> Resource | None:
    query = parse_qsl(condition.partition("?")[2] or condition, keep_blank_values=True)
    if not query:
        raise FhirRefused(400, "value", "ifNoneExist has no condition.")
    page = search(shelf, kind, query)
    if page.total > 1:
        raise FhirRefused(412, "multiple-matches", f"{page.total} resources fit {kind}?{condition}.")
    return page.matches[0] if page.matches else None


def _check_references(shelf: Shelf, value: object) -> None:
    """Refuse a reference to a resource of ours that is not there."""
    if isinstance(value, list):
        for item in value:
            _check_references(shelf, item)
    elif isinstance(value, Mapping):
        if isinstance(reference := value.get("reference"), str):
            _check_reference(shelf, reference)
        for item in value.values():
            _check_references(shelf, item)


def _check_reference(shelf: Shelf, reference: str) -> None:
    if reference.startswith("urn:uuid:"):
        raise FhirRefused(422, "not-found", f"{reference} names no entry of the bundle.")
    kind, _, identity = local_reference(reference).partition("/")
    if kind in PARAMETERS and not shelf.version(kind, identity):
        raise FhirRefused(422, "not-found", f"There is no {kind}/{identity} here.")


def _version(tag: str) -> int:
    text = tag.strip().removeprefix("W/").strip('"')
    if not text.isdigit():
        raise FhirRefused(400, "value", 'If-Match takes a version as W/"3".')
    return int(text)
