"""OAuth 2 over HTTP: discovery, sign-in pages, tokens; and the gate in front of FHIR and DICOMweb."""

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from workstation.sandbox.authorization.grants import DEVICE_S, GrantRefused, Grants, Tokens, Wish
from workstation.sandbox.authorization.id_token import IdTokens
from workstation.sandbox.authorization.pages import device_page, login_page, message_page
from workstation.sandbox.vocabulary import CLIENT_ID, SCOPES

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
GRANTS: Final = ("authorization_code", "refresh_token", DEVICE_GRANT)
CHALLENGE_LENGTH: Final = 43  # base64url of SHA-256 without padding
NO_STORE: Final = {"cache-control": "no-store", "pragma": "no-cache"}
OPEN: Final = ("/metadata", "/.well-known/")


def configuration(base_url: str) -> dict[str, Any]:
    """``.well-known/smart-configuration`` (SMART App Launch 2.2), good for OpenID discovery too."""
    auth = f"{base_url}/auth"
    return {
        "issuer": base_url,
        "jwks_uri": f"{auth}/jwks",
        "authorization_endpoint": f"{auth}/authorize",
        "token_endpoint": f"{auth}/token",
        "revocation_endpoint": f"{auth}/revoke",
        "device_authorization_endpoint": f"{auth}/device_authorization",
        "token_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": list(GRANTS),
        "response_types_supported": ["code"],
        "scopes_supported": list(SCOPES),
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "capabilities": [
            "launch-standalone", "client-public", "sso-openid-connect", "permission-offline", "permission-user",
            "permission-v2", "authorize-post",
        ],
    }  # fmt: skip


def routes(grants: Grants, id_tokens: IdTokens, base_url: str) -> list[Route]:
    """The routes of ``/auth`` and of discovery."""
    desk = _Desk(grants, id_tokens, base_url)

    async def discovery(_request: Request) -> Response:
        return JSONResponse(configuration(base_url))

    async def keys(_request: Request) -> Response:
        return JSONResponse(id_tokens.public_keys())

    return [
        Route("/fhir/.well-known/smart-configuration", discovery, methods=["GET"]),
        Route("/.well-known/openid-configuration", discovery, methods=["GET"]),
        Route("/auth/jwks", keys, methods=["GET"]),
        Route("/auth/authorize", desk.authorize, methods=["GET", "POST"]),
        Route("/auth/login", desk.login, methods=["POST"]),
        Route("/auth/token", desk.token, methods=["POST"]),
        Route("/auth/revoke", desk.revoke, methods=["POST"]),
        Route("/auth/device_authorization", desk.device_authorization, methods=["POST"]),
        Route("/auth/device", desk.device, methods=["GET", "POST"]),
    ]


class Gate:
    """Lets a request through to ``/fhir`` and ``/dicomweb`` only with an access token that is alive."""

    def __init__(self, app: ASGIApp, grants: Grants) -> None:
        self._app, self._grants = app, grants

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        if scope["type"] != "http" or not _is_guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        account = await run_in_threadpool(self._grants.holder, token) if scheme.lower() == "bearer" else None
        if account is None:
            error = ' error="invalid_token"' if token else ""
            header = {"www-authenticate": f'Bearer realm="second-opinion"{error}'}
            await Response(status_code=401, headers=header)(scope, receive, send)
            return
        request.state.practitioner = account.practitioner
        await self._app(scope, receive, send)


class _Desk:
    """The endpoints of the authorization server."""

    def __init__(self, grants: Grants, id_tokens: IdTokens, base_url: str) -> None:
        self._grants, self._id_tokens, self._base_url = grants, id_tokens, base_url

    async def authorize(self, request: Request) -> Response:
        form = await request.form() if request.method == "POST" else request.query_params
        asked = {name: str(value) for name, value in form.items()}
        if asked.get("client_id") != CLIENT_ID:
            return message_page("Unknown program", "This service does not know the program that asks.", status=400)
        redirect = asked.get("redirect_uri", "")
        if not _is_loopback(redirect):
            text = "The program asks to send you to an address that is not on this computer."
            return message_page("Refused", text, status=400)
        if problem := self._problem(asked):
            return _redirect(redirect, {**problem, "state": asked.get("state", "")})
        wish = Wish(
            redirect_uri=redirect,
            state=asked["state"],
            challenge=asked["code_challenge"],
            scope=asked.get("scope", " ".join(SCOPES)),
            nonce=asked.get("nonce", ""),
        )
        return login_page(self._grants.begin(wish), action=f"{self._base_url}/auth/login")

    def _problem(self, asked: dict[str, str]) -> dict[str, str]:
        def refused(error: str, description: str) -> dict[str, str]:
            return {"error": error, "error_description": description}

        if asked.get("response_type") != "code":
            return refused("unsupported_response_type", "response_type must be code")
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != CHALLENGE_LENGTH:
            return refused("invalid_request", "PKCE with S256 is required")
        if not asked.get("state"):
            return refused("invalid_request", "state is required")
        if asked.get("aud", f"{self._base_url}/fhir").rstrip("/") != f"{self._base_url}/fhir":
            return refused("invalid_request", "aud is not the address of this FHIR service")
        if unknown := set(asked.get("scope", "").split()) - set(SCOPES):
            return refused("invalid_scope", "unknown scope: " + " ".join(sorted(unknown)))
        return {}

    async def login(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        transaction = form.get("transaction", "")
        wish = self._grants.wish(transaction)
        if wish is None:
            text = "This page has been used or is too old. Start again from the workstation."
            return message_page("Start again", text, status=400)
        account = self._grants.sign_in(form.get("username", ""), form.get("password", ""))
        if account is None:
            action, problem = f"{self._base_url}/auth/login", "User name or password is wrong."
            return login_page(transaction, action=action, problem=problem, status=401)
        code = self._grants.code(transaction, account)
        return _redirect(wish.redirect_uri, {"code": code, "state": wish.state, "iss": self._base_url})

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            tokens = await run_in_threadpool(self._tokens, form)
        except GrantRefused as refused:
            body = {"error": refused.error, "error_description": str(refused)}
            return JSONResponse(body, 400, headers=NO_STORE)
        return JSONResponse(self._token_response(tokens), headers=NO_STORE)

    def _tokens(self, form: dict[str, str]) -> Tokens:
        if form.get("client_id") != CLIENT_ID:
            raise GrantRefused("invalid_client", "This client is not known.")
        grant = form.get("grant_type", "")
        if grant == "authorization_code":
            verifier, redirect = form.get("code_verifier", ""), form.get("redirect_uri", "")
            return self._grants.exchange(form.get("code", ""), verifier=verifier, redirect_uri=redirect)
        if grant == "refresh_token":
            return self._grants.refresh(form.get("refresh_token", ""))
        if grant == DEVICE_GRANT:
            return self._grants.poll_device(form.get("device_code", ""))
        raise GrantRefused("unsupported_grant_type", "The grants are " + ", ".join(GRANTS) + ".")

    def _token_response(self, tokens: Tokens) -> dict[str, Any]:
        fhir_url = f"{self._base_url}/fhir"
        return {
            "access_token": tokens.access,
            "token_type": "Bearer",
            "expires_in": int(self._grants.lifetimes.access_s),
            "refresh_token": tokens.refresh,
            "scope": tokens.scope,
            "id_token": self._id_tokens.sign(tokens, fhir_url),
            "fhirUser": f"{fhir_url}/{tokens.account.practitioner}",
        }

    async def revoke(self, request: Request) -> Response:
        form = await request.form()
        await run_in_threadpool(self._grants.revoke, str(form.get("token", "")))
        return Response(status_code=200)

    async def device_authorization(self, request: Request) -> Response:
        form = await request.form()
        if form.get("client_id") != CLIENT_ID:
            return JSONResponse({"error": "invalid_client"}, 400, headers=NO_STORE)
        device, user_code = self._grants.begin_device(str(form.get("scope", " ".join(SCOPES))))
        page = f"{self._base_url}/auth/device"
        body = {
            "device_code": device,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?{urlencode({'user_code': user_code})}",
            "expires_in": int(DEVICE_S),
            "interval": self._grants.lifetimes.device_interval_s,
        }
        return JSONResponse(body, headers=NO_STORE)

    async def device(self, request: Request) -> Response:
        action = f"{self._base_url}/auth/device"
        if request.method == "GET":
            return device_page(request.query_params.get("user_code", ""), action=action)
        form = {name: str(value) for name, value in (await request.form()).items()}
        user_code = form.get("user_code", "")
        account = self._grants.sign_in(form.get("username", ""), form.get("password", ""))
        if account is None:
            return device_page(user_code, action=action, problem="User name or password is wrong.", status=401)
        if not self._grants.approve_device(user_code, account):
            return device_page(user_code, action=action, problem="This code is not known.", status=400)
        return message_page("You are signed in", "Go back to the workstation; this page can be closed.")


def _is_guarded(path: str) -> bool:
    for root in ("/fhir", "/dicomweb"):
        if path == root or path.startswith(f"{root}/"):
            return not path.removeprefix(root).startswith(OPEN)
    return False


def _is_loopback(address: str) -> bool:
    """Any port of the loopback interface (RFC 8252 7.3), no user, no fragment."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and not parts.fragment and port is not None
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1"} and plain


def _redirect(address: str, values: dict[str, str]) -> Response:
    joint = "&" if urlsplit(address).query else "?"
    return RedirectResponse(f"{address}{joint}{urlencode(values)}", 303, headers=NO_STORE)
