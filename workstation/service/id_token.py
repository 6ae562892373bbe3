"""The identity token: whose sign-in it is, proven by the provider's own keys (OpenID Connect Core 3.1.3.7)."""

import json
from datetime import datetime

from workstation.cases.refusals import SignInRefused
from workstation.service.discovery import Endpoints
from workstation.service.fhir_json import Node
from workstation.service.session import BoundSession

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_S = 120


def practitioner(
    token: str, session: BoundSession, endpoints: Endpoints, *, client_id: str, nonce: str, now: datetime
) -> str:
    """The ``fhirUser`` claim ("" when there is none) of a token that was checked.

    Raises:
        SignInRefused: the signature, issuer, audience, nonce or time does not hold.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    answer = session.fetch(endpoints.keys, "reading the provider's keys", accept="application/json, */*")
    try:
        keys = KeySet.import_key_set(json.loads(answer.body))
        claims = Node(data=jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise _refused("its signature does not hold") from None
    _require(claims, endpoints.issuer, client_id, nonce, now)
    return claims.text("fhirUser")


def _require(claims: Node, issuer: str, client_id: str, nonce: str, now: datetime) -> None:
    audience = claims.texts("aud") or (claims.text("aud"),)
    ends = claims.number("exp")
    checks = (
        (not issuer or claims.text("iss") == issuer, "it is another provider's"),
        (client_id in audience, "it is for another program"),
        (not nonce or claims.text("nonce") == nonce, "it answers another sign-in"),
        (ends is not None and ends + _LEEWAY_S > now.timestamp(), "its time is over"),
    )
    for holds, why in checks:
        if not holds:
            raise _refused(why)


def _refused(why: str) -> SignInRefused:
    return SignInRefused(
        f"The proof of who signed in was refused: {why}.",
        kept="Nothing of this sign-in was kept.",
        advice="Sign in again; if it stays, check this computer's clock and call the help desk.",
    )
