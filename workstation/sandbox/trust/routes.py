"""The demo PKI over HTTP, at the addresses that stand in its certificates."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from workstation.sandbox.trust.pki import Pki


def routes(pki: Pki) -> list[Route]:
    """The routes of ``/pki``."""

    async def time_stamp(request: Request) -> Response:
        try:
            answer = await run_in_threadpool(pki.time_stamp, await request.body())
        except ValueError:
            return Response("This is no time-stamp request.", 400)
        return Response(answer, media_type="application/timestamp-reply")

    async def ocsp(request: Request) -> Response:
        try:
            answer = await run_in_threadpool(pki.ocsp, request.path_params["issuer"], await request.body())
        except KeyError:
            return Response(status_code=404)
        except ValueError:
            return Response("This is no OCSP request.", 400)
        return Response(answer, media_type="application/ocsp-response")

    async def crl(request: Request) -> Response:
        try:
            answer = await run_in_threadpool(pki.crl, request.path_params["issuer"])
        except KeyError:
            return Response(status_code=404)
        return Response(answer, media_type="application/pkix-crl")

    async def authority(request: Request) -> Response:
        try:
            answer = await run_in_threadpool(pki.authority, request.path_params["issuer"])
        except KeyError:
            return Response(status_code=404)
        return Response(answer, media_type="application/pkix-cert")

    return [
        Route("/pki/tsa/tsa", time_stamp, methods=["POST"]),
        Route("/pki/ocsp/{issuer}", ocsp, methods=["POST"]),
        Route("/pki/crls/{issuer}/latest.crl", crl, methods=["GET"]),
        Route("/pki/certs/{issuer}/ca.crt", authority, methods=["GET"]),
    ]
