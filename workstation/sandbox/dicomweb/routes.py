"""DICOMweb over HTTP: addresses, content negotiation and streaming around the archive."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from workstation.sandbox.dicomweb.archive import Archive, Instance
from workstation.sandbox.dicomweb.multipart import BadMultipartError, Parts, instances_body
from workstation.sandbox.dicomweb.queries import BadQueryError, Level, query
from workstation.sandbox.dicomweb.storing import commitment, store

MEDIA: Final = "application/dicom+json"
LARGEST_STORE: Final = 64 * 1024 * 1024
MOST_PARTS: Final = 50
UNCOMPRESSED: Final = "1.2.840.10008.1.2.1"
CAPABILITIES: Final = """<?xml version="1.0" encoding="UTF-8"?>
<application xmlns="http://wadl.dev.java.net/2009/02"><resources base="{root}/">
<resource path="studies"><method name="GET" id="SearchForStudies"/><method name="POST" id="StoreInstances"/></resource>
<resource path="studies/{{study}}/series/{{series}}/instances/{{instance}}"><method name="GET" id="RetrieveInstance"/>
</resource><resource path="commitment-requests/{{transaction}}"><method name="POST" id="RequestStorageCommitment"/>
<method name="GET" id="CheckStorageCommitment"/></resource></resources></application>"""

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(archive: Archive, base_url: str) -> list[Route]:
    """The routes of ``/dicomweb``; the caller sees to it that every request is signed in."""
    desk = _Desk(archive, f"{base_url}/dicomweb")
    study, series = "/studies/{study}", "/studies/{study}/series/{series}"
    instance = series + "/instances/{instance}"
    served: list[tuple[str, Endpoint, str]] = [
        ("", desk.capabilities, "OPTIONS"),
        ("/", desk.capabilities, "OPTIONS"),
        ("/studies", desk.search("study"), "GET"),
        ("/studies", desk.store, "POST"),
        ("/series", desk.search("series"), "GET"),
        ("/instances", desk.search("instance"), "GET"),
        (study, desk.store, "POST"),
        (f"{study}/series", desk.search("series"), "GET"),
        (f"{study}/instances", desk.search("instance"), "GET"),
        (f"{series}/instances", desk.search("instance"), "GET"),
        *((path, desk.retrieve, "GET") for path in (study, series, instance)),
        *((f"{path}/metadata", desk.metadata, "GET") for path in (study, series, instance)),
        ("/commitment-requests/{transaction}", desk.commit, "POST"),
        ("/commitment-requests/{transaction}", desk.committed, "GET"),
    ]
    return [Route(f"/dicomweb{path}", endpoint, methods=[method]) for path, endpoint, method in served]


class _Desk:
    """The endpoints of the archive."""

    def __init__(self, archive: Archive, root: str) -> None:
        self._archive, self._root = archive, root
        self._commitments: dict[str, dict[str, Any]] = {}

    async def capabilities(self, _request: Request) -> Response:
        return Response(CAPABILITIES.format(root=self._root), media_type="application/vnd.sun.wadl+xml")

    def search(self, level: Level) -> Endpoint:
        async def search(request: Request) -> Response:
            parameters = parse_qsl(request.url.query, keep_blank_values=True)
            study, series = request.path_params.get("study", ""), request.path_params.get("series", "")
            try:
                answer = await run_in_threadpool(
                    query, self._archive, level, parameters, root=self._root, study=study, series=series
                )
            except BadQueryError as error:
                return Response(str(error), 400, media_type="text/plain")
            if not answer.matches and not answer.remaining:
                return Response(status_code=204)
            response = _json(list(answer.matches))
            if answer.remaining:
                text = f'299 {self._root} "There are {answer.remaining} additional results that can be requested"'
                response.headers["warning"] = text
            return response

        return search

    async def retrieve(self, request: Request) -> Response:
        found = await run_in_threadpool(self._found, request)
        if not found:
            return Response("There is no such study, series or instance.", 404, media_type="text/plain")
        accepted = request.headers.get("accept", "*/*")
        if refused := next((item for item in found if not _acceptable(accepted, item)), None):
            text = f"Held as {refused.syntax}; this archive does not transcode. Ask with transfer-syntax=*."
            return Response(text, 406, media_type="text/plain")
        content_type, length, pieces = instances_body(found)
        headers = {"content-type": content_type, "content-length": str(length)}
        return StreamingResponse(pieces, headers=headers)

    async def metadata(self, request: Request) -> Response:
        found = await run_in_threadpool(self._found, request)
        return _json([dict(item.attributes) for item in found], 200 if found else 404)

    def _found(self, request: Request) -> list[Instance]:
        columns = {"study": "study", "series": "series", "instance": "sop"}
        where = " AND ".join(f"{columns[name]} = ?" for name in request.path_params)
        return self._archive.instances(where, list(request.path_params.values()))

    async def store(self, request: Request) -> Response:
        try:
            parts = Parts(request.headers.get("content-type", ""), MOST_PARTS)
            size = 0
            async for piece in request.stream():
                size += len(piece)
                if size > LARGEST_STORE:
                    return Response(f"At most {LARGEST_STORE} bytes in one request.", 413, media_type="text/plain")
                parts.feed(piece)
            whole = parts.finish()
        except BadMultipartError as error:
            return Response(str(error), 400, media_type="text/plain")
        study = request.path_params.get("study", "")
        status, body = await run_in_threadpool(store, self._archive, whole, study=study, root=self._root)
        return _json(body, status)

    async def commit(self, request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
        except ValueError:
            return Response("The body is not JSON.", 400, media_type="text/plain")
        transaction = request.path_params["transaction"]
        asked = asked[0] if isinstance(asked, list) and asked else asked
        result = await run_in_threadpool(commitment, self._archive, transaction, asked)
        self._commitments[transaction] = result
        return _json(result)

    async def committed(self, request: Request) -> Response:
        result = self._commitments.get(request.path_params["transaction"])
        return _json(result) if result is not None else Response(status_code=404)


def _acceptable(accepted: str, instance: Instance) -> bool:
    """Whether the Accept header allows the bytes as they are held (PS3.18 8.7.3)."""
    wishes = accepted.replace('"', "").replace(" ", "").lower()
    if "transfer-syntax=*" in wishes or f"transfer-syntax={instance.syntax}" in wishes:
        return True
    # Without the parameter Explicit VR Little Endian is meant (PS3.18 8.7.3.3.2); "*/*" alone takes anything.
    return "transfer-syntax=" not in wishes and (instance.syntax == UNCOMPRESSED or wishes == "*/*")


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content).encode(), status, media_type=MEDIA)
