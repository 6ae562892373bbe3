"""Where to sign in: the service's SMART configuration, or its identity provider's OpenID configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workstation.cases.refusals import NotFound, SignInRefused
from workstation.service.address import ServiceAddress
from workstation.service.fhir_json import Node, parse_object
from workstation.service.origin import require_origin
from workstation.service.session import BoundSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """What sign-in needs; "" where the provider does not offer it."""

    issuer: str
    authorization: str
    token: str
    device: str
    keys: str


def identity_base(address: ServiceAddress) -> str:
    """The base of whoever signs people in: the identity provider when one is configured, else the service itself."""
    return (address.issuer or address.fhir).rstrip("/")


def identity_session(address: ServiceAddress, *, clock: Callable[[], datetime]) -> BoundSession:
    """A session with the identity provider, which gets no token of the service."""
    return BoundSession(
        identity_base(address), clock=clock, ca_file=address.ca_file, proxy=address.proxy, timeout_s=address.timeout_s
    )


def discover(address: ServiceAddress, session: BoundSession) -> Endpoints:
    """Read ``.well-known/smart-configuration``, else ``.well-known/openid-configuration``.

    Raises:
        SignInRefused: it offers no authorization code with PKCE S256.
        ForeignOrigin: it names endpoints elsewhere.
    """
    found = _configuration(identity_base(address), session)
    if found.data.get("code_challenge_methods_supported") and "S256" not in found.texts(
        "code_challenge_methods_supported"
    ):
        raise SignInRefused(
            "The central service offers no safe sign-in (PKCE S256 is missing).",
            kept="No password was asked for.",
            advice="Call the central service's help desk.",
        )
    return Endpoints(
        issuer=found.text("issuer"),
        authorization=_own(found, "authorization_endpoint", session),
        token=_own(found, "token_endpoint", session),
        device=_own(found, "device_authorization_endpoint", session),
        keys=_own(found, "jwks_uri", session),
    )


def _configuration(base: str, session: BoundSession) -> Node:
    for name in ("smart-configuration", "openid-configuration"):
        try:
            answer = session.fetch(f"{base}/.well-known/{name}", "asking how to sign in", accept="application/json")
        except NotFound:
            continue
        return parse_object(answer.body)
    raise SignInRefused(
        "The central service does not say how to sign in.",
        kept="What is on this computer can be used without it.",
        advice="Check the address of the central service in the settings.",
    )


def _own(found: Node, name: str, session: BoundSession) -> str:
    url = found.text(name)
    return require_origin(url, session.origin) if url else ""
