"""FHIR over HTTP: addresses, headers and bundles around the shelf and its verbs."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from workstation.sandbox.fhir.capability import capability_statement
from workstation.sandbox.fhir.outcome import FhirRefused
from workstation.sandbox.fhir.parameters import PARAMETERS
from workstation.sandbox.fhir.searching import Page, search
from workstation.sandbox.fhir.shelf import Resource, Shelf
from workstation.sandbox.fhir.writing import Written, create, transaction, update

MEDIA: Final = "application/fhir+json"
LARGEST_BODY: Final = 64 * 1024 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(shelf: Shelf, base_url: str, version: str) -> list[Route]:
    """The routes of ``/fhir``; the caller sees to it that every request but the metadata is signed in."""
    root = f"{base_url}/fhir"

    async def metadata(_request: Request) -> Response:
        return _json(capability_statement(base_url, version))

    async def post_bundle(request: Request) -> Response:
        return await _post_bundle(request, shelf, root)

    async def on_type(request: Request) -> Response:
        if request.method == "POST":
            return await _create(request, shelf, root)
        return await _search(request, shelf, root, parse_qsl(request.url.query, keep_blank_values=True))

    async def post_search(request: Request) -> Response:
        body = (await _body(request)).decode("utf-8", "replace")
        return await _search(request, shelf, root, parse_qsl(body, keep_blank_values=True))

    async def on_instance(request: Request) -> Response:
        if request.method == "PUT":
            return await _update(request, shelf, root)
        return await _read(request, shelf)

    async def history(request: Request) -> Response:
        return await _history(request, shelf, root)

    async def at_version(request: Request) -> Response:
        return await _read(request, shelf)

    # The transaction goes to the base itself, with or without a slash; a redirect would drop its body.
    served: list[tuple[str, Endpoint, list[str]]] = [
        ("/metadata", metadata, ["GET"]),
        ("", post_bundle, ["POST"]),
        ("/", post_bundle, ["POST"]),
        ("/{kind}", on_type, ["GET", "POST"]),
        ("/{kind}/_search", post_search, ["POST"]),
        ("/{kind}/{identity}", on_instance, ["GET", "PUT"]),
        ("/{kind}/{identity}/_history", history, ["GET"]),
        ("/{kind}/{identity}/_history/{version:int}", at_version, ["GET"]),
    ]
    return [Route(f"/fhir{path}", _guarded(endpoint), methods=methods) for path, endpoint, methods in served]


def refusal(refused: FhirRefused) -> Response:
    """A refusal as HTTP."""
    return _json(refused.resource(), refused.status)


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except FhirRefused as refused:
            return refusal(refused)

    return guarded


async def _post_bundle(request: Request, shelf: Shelf, root: str) -> Response:
    bundle = await _resource(request)
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        raise FhirRefused(400, "not-supported", "Post a Bundle of type transaction here.")
    written = await run_in_threadpool(transaction, shelf, bundle, actor=_actor(request))
    whole = "return=representation" in request.headers.get("prefer", "")
    entries = [_response_entry(item, root, whole=whole) for item in written]
    return _json({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def _response_entry(written: Written, root: str, *, whole: bool) -> dict[str, Any]:
    meta = written.resource["meta"]
    response = {
        "status": {200: "200 OK", 201: "201 Created"}[written.status],
        "location": _address(root, written.resource) + f"/_history/{meta['versionId']}",
        "etag": f'W/"{meta["versionId"]}"',
        "lastModified": meta["lastUpdated"],
    }
    entry: dict[str, Any] = {"fullUrl": _address(root, written.resource), "response": response}
    return {**entry, "resource": written.resource} if whole else entry


async def _create(request: Request, shelf: Shelf, root: str) -> Response:
    kind = _kind(request)
    body, media = await _body(request), request.headers.get("content-type", "").partition(";")[0]
    resource = _parsed(body) if "json" in media else _binary(kind, body, media)
    condition = request.headers.get("if-none-exist", "")
    actor = _actor(request)
    written = await run_in_threadpool(create, shelf, resource, kind=kind, actor=actor, if_none_exist=condition)
    return _written(written, root)


def _binary(kind: str, body: bytes, media: str) -> Resource:
    if kind != "Binary" or not media:
        raise FhirRefused(415, "not-supported", f"Send a {kind} as {MEDIA}.")
    return {"resourceType": "Binary", "contentType": media, "data": base64.b64encode(body).decode()}


async def _update(request: Request, shelf: Shelf, root: str) -> Response:
    resource = await _resource(request)
    identity = request.path_params["identity"]
    written = await run_in_threadpool(
        update,
        shelf,
        resource,
        kind=_kind(request),
        identity=identity,
        actor=_actor(request),
        if_match=request.headers.get("if-match", ""),
    )
    return _written(written, root)


def _written(written: Written, root: str) -> Response:
    response = _json(written.resource, written.status)
    version = written.resource["meta"]["versionId"]
    response.headers["location"] = f"{_address(root, written.resource)}/_history/{version}"
    return _with_version(response, written.resource)


async def _read(request: Request, shelf: Shelf) -> Response:
    kind, identity = _kind(request), request.path_params["identity"]
    found = await run_in_threadpool(shelf.read, kind, identity, request.path_params.get("version"))
    if found is None:
        raise FhirRefused(404, "not-found", f"There is no such {kind}.")
    if kind == "Binary" and "json" not in request.headers.get("accept", ""):
        return _with_version(_content(found), found)
    if request.headers.get("if-none-match") == f'W/"{found["meta"]["versionId"]}"':
        return _with_version(Response(status_code=304), found)
    return _with_version(_json(found), found)


def _content(binary: Resource) -> Response:
    try:
        content = base64.b64decode(binary.get("data", ""), validate=True)
    except binascii.Error:
        raise FhirRefused(500, "exception", "This Binary has no legal content.") from None
    return Response(content, media_type=binary["contentType"], headers={"content-disposition": "attachment"})


async def _history(request: Request, shelf: Shelf, root: str) -> Response:
    kind, identity = _kind(request), request.path_params["identity"]
    versions = await run_in_threadpool(shelf.history, kind, identity)
    if not versions:
        raise FhirRefused(404, "not-found", f"There is no such {kind}.")
    entries = [
        {
            "fullUrl": _address(root, version),
            "resource": version,
            "request": {"method": "PUT", "url": f"{kind}/{identity}"},
            "response": {"status": "200", "etag": f'W/"{version["meta"]["versionId"]}"'},
        }
        for version in versions
    ]
    return _json({"resourceType": "Bundle", "type": "history", "total": len(entries), "entry": entries})


async def _search(request: Request, shelf: Shelf, root: str, query: Sequence[tuple[str, str]]) -> Response:
    kind = _kind(request)
    page = await run_in_threadpool(search, shelf, kind, query)
    return _json(_searchset(page, f"{root}/{kind}", root, query))


def _searchset(page: Page, address: str, root: str, query: Sequence[tuple[str, str]]) -> dict[str, Any]:
    links = [{"relation": "self", "url": f"{address}?{urlencode(query)}"}]
    if page.cursor:
        rest = [item for item in query if item[0] != "_cursor"]
        links.append({"relation": "next", "url": f"{address}?{urlencode([*rest, ('_cursor', page.cursor)])}"})
    found = [*((match, "match") for match in page.matches), *((other, "include") for other in page.included)]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": page.total, "link": links}
    if found:  # an empty array is not legal JSON in FHIR
        bundle["entry"] = [
            {"fullUrl": _address(root, resource), "resource": resource, "search": {"mode": mode}}
            for resource, mode in found
        ]
    return bundle


def _kind(request: Request) -> str:
    kind = str(request.path_params["kind"])
    if kind not in PARAMETERS:
        raise FhirRefused(404, "not-supported", "This service keeps no resources of that type.")
    return kind


def _actor(request: Request) -> str:
    return str(request.state.practitioner)


def _address(root: str, resource: Resource) -> str:
    return f"{root}/{resource['resourceType']}/{resource['id']}"


async def _resource(request: Request) -> Resource:
    return _parsed(await _body(request))


def _parsed(body: bytes) -> Resource:
    try:
        resource = json.loads(body)
    except ValueError:
        raise FhirRefused(400, "structure", "The body is not JSON.") from None
    if not isinstance(resource, dict):
        raise FhirRefused(400, "structure", "The body is not a JSON object.")
    return resource


async def _body(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST_BODY:
            raise FhirRefused(413, "too-long", f"This service takes at most {LARGEST_BODY} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


def _with_version(response: Response, resource: Resource) -> Response:
    meta = resource["meta"]
    response.headers["etag"] = f'W/"{meta["versionId"]}"'
    response.headers["last-modified"] = format_datetime(datetime.fromisoformat(meta["lastUpdated"]), usegmt=True)
    return response


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False).encode(), status, media_type=MEDIA)
