"""Signing in: authorization code with PKCE in the system browser, or a device code; tokens end on the token shelf."""

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from workstation.cases.ports import TokenShelf
from workstation.cases.refusals import Cancelled, SignInRefused
from workstation.service.address import ServiceAddress
from workstation.service.answers import Answer, accepted
from workstation.service.discovery import Endpoints, discover, identity_session
from workstation.service.fhir_json import parse_object
from workstation.service.id_token import practitioner
from workstation.service.redirect import RedirectListener
from workstation.service.session import BoundSession
from workstation.service.tokens import ask_for_tokens, error_code, keep, load, read_tokens, shelf_name

_KEPT = "What is on this computer can be used without it."
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S = 5.0
_SECRET_BYTES = 48


def never() -> bool:
    """Nobody gives up."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What the reader types on another device, and until when."""

    user_code: str
    address: str
    complete_address: str
    secret: str
    interval_s: float
    expires_at: datetime


def sign_in_with_browser(
    address: ServiceAddress,
    tokens: TokenShelf,
    *,
    open_browser: Callable[[str], object],
    clock: Callable[[], datetime],
    cancelled: Callable[[], bool] = never,
    timeout_s: float = 300.0,
) -> None:
    """Sign in by authorization code + PKCE S256; blocks until the browser came back to ``http://127.0.0.1:{port}``.

    Args:
        address: of the service.
        tokens: where the tokens are kept.
        open_browser: shows an address in the system browser (``webbrowser.open``); tests and the demo play the browser.
        clock: aware UTC time.
        cancelled: asked several times a second; True gives up.
        timeout_s: how long the reader may take.

    Raises:
        Refused: see ``workstation.service``; the sentence says what to do.
    """
    with closing(identity_session(address, clock=clock)) as session:
        endpoints = discover(address, session)
        attempt = _Attempt()
        with RedirectListener(attempt.state) as listener:
            open_browser(_authorization_address(address, endpoints, attempt, listener.address))
            came_back = listener.wait(timeout_s=timeout_s, cancelled=cancelled)
        code = _code(came_back, attempt.state)
        form = _code_form(address, code, attempt, listener.address)
        answer = ask_for_tokens(session, endpoints.token, form)
        _keep_tokens(address, tokens, answer, session, endpoints, nonce=attempt.nonce, clock=clock)


def begin_device_sign_in(address: ServiceAddress, *, clock: Callable[[], datetime]) -> DeviceCode:
    """Ask for a device code (RFC 8628), the way in where no browser can come back to this computer."""
    with closing(identity_session(address, clock=clock)) as session:
        endpoint = discover(address, session).device
        if not endpoint:
            raise SignInRefused(
                "The central service offers no sign-in by code.", kept=_KEPT, advice="Sign in with the browser."
            )
        form = urlencode({"client_id": address.client_id, "scope": address.scope})
        answer = accepted(ask_for_tokens(session, endpoint, form), "asking for a code", now=clock())
    found = parse_object(answer.body)
    return DeviceCode(
        user_code=found.text("user_code"),
        address=found.text("verification_uri"),
        complete_address=found.text("verification_uri_complete"),
        secret=found.text("device_code"),
        interval_s=found.number("interval") or _SLOWER_S,
        expires_at=clock() + timedelta(seconds=found.number("expires_in") or 600),
    )


def finish_device_sign_in(
    address: ServiceAddress,
    tokens: TokenShelf,
    code: DeviceCode,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], object],
    cancelled: Callable[[], bool] = never,
) -> None:
    """Wait (``wait`` sleeps) until the reader confirmed the code elsewhere."""
    form = urlencode({"grant_type": _DEVICE_GRANT, "device_code": code.secret, "client_id": address.client_id})
    interval_s = code.interval_s
    with closing(identity_session(address, clock=clock)) as session:
        endpoints = discover(address, session)
        while clock() < code.expires_at and not cancelled():
            wait(interval_s)
            answer = ask_for_tokens(session, endpoints.token, form)
            said = "" if answer.ok else error_code(answer)
            if said not in {"authorization_pending", "slow_down"}:
                _keep_tokens(address, tokens, answer, session, endpoints, nonce="", clock=clock)
                return
            interval_s += _SLOWER_S if said == "slow_down" else 0.0
    raise Cancelled("The code was not confirmed in time.", kept=_KEPT, advice="Ask for a new code.")


def is_signed_in(address: ServiceAddress, tokens: TokenShelf) -> bool:
    """Whether tokens for this service are kept (they may still be refused)."""
    return load(address, tokens) is not None


def sign_out(address: ServiceAddress, tokens: TokenShelf) -> None:
    """Forget the tokens of this service."""
    tokens.remove(shelf_name(address))


def _secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """The secrets of one sign-in."""

    state: str = field(default_factory=_secret)
    nonce: str = field(default_factory=_secret)
    verifier: str = field(default_factory=_secret)


def _authorization_address(address: ServiceAddress, endpoints: Endpoints, attempt: _Attempt, redirect: str) -> str:
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    if not endpoints.authorization:
        raise SignInRefused(
            "The central service offers no sign-in with the browser.", kept=_KEPT, advice="Sign in by code."
        )
    whole: str = prepare_grant_uri(
        endpoints.authorization,
        client_id=address.client_id,
        response_type="code",
        redirect_uri=redirect,
        scope=address.scope,
        state=attempt.state,
        nonce=attempt.nonce,
        aud=address.fhir,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
    )
    return whole


def _code(came_back: str, state: str) -> str:
    from authlib.oauth2.rfc6749.errors import OAuth2Error
    from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response

    if not came_back:
        raise Cancelled("The sign-in was not finished.", kept=_KEPT, advice="Sign in again when you are ready.")
    try:
        return str(parse_authorization_code_response(came_back, state)["code"])
    except OAuth2Error:
        raise SignInRefused(
            "The central service did not let you in.", kept=_KEPT, advice="Check name and password and sign in again."
        ) from None


def _code_form(address: ServiceAddress, code: str, attempt: _Attempt, redirect: str) -> str:
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    form: str = prepare_token_request(
        "authorization_code",
        code=code,
        redirect_uri=redirect,
        client_id=address.client_id,
        code_verifier=attempt.verifier,
    )
    return form


def _keep_tokens(
    address: ServiceAddress,
    shelf: TokenShelf,
    answer: Answer,
    session: BoundSession,
    endpoints: Endpoints,
    *,
    nonce: str,
    clock: Callable[[], datetime],
) -> None:
    now = clock()
    if not answer.ok and error_code(answer):
        raise SignInRefused(
            "The central service did not let you in.", kept=_KEPT, advice="Check name and password and sign in again."
        )
    found = read_tokens(accepted(answer, "signing in", now=now).body, now=now)
    proof = parse_object(answer.body).text("id_token")
    if proof and endpoints.keys:
        user = practitioner(proof, session, endpoints, client_id=address.client_id, nonce=nonce, now=now)
        found = replace(found, user=user or found.user)
    keep(address, shelf, found)
