"""The tokens of one service: kept on the encrypted shelf, renewed and rotated, at most one renewal under way."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workstation.cases.ports import TokenShelf
from workstation.cases.refusals import SignInRefused, Unintelligible
from workstation.service.address import ServiceAddress
from workstation.service.answers import Answer, accepted
from workstation.service.fhir_json import Node, parse_object
from workstation.service.origin import origin_of

if TYPE_CHECKING:
    from workstation.service.session import BoundSession

EARLY = timedelta(seconds=30)
_REFUSED = frozenset({400, 401})
_FORM = "application/x-www-form-urlencoded"
_KEPT = "Drafts, cases and signed opinions on this computer are kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the service gave at sign-in. ``expires_at`` is ISO 8601 or ""; ``user`` is the practitioner's reference."""

    access: str
    refresh: str
    expires_at: str
    user: str

    def __repr__(self) -> str:
        return f"Tokens(user={self.user!r}, expires_at={self.expires_at!r})"


def shelf_name(address: ServiceAddress) -> str:
    """Under which name the tokens of this service are kept."""
    return f"tokens {origin_of(address.fhir)}"


def load(address: ServiceAddress, shelf: TokenShelf) -> Tokens | None:
    """The kept tokens, or None."""
    text = shelf.get(shelf_name(address))
    return Tokens(**json.loads(text)) if text else None


def keep(address: ServiceAddress, shelf: TokenShelf, tokens: Tokens) -> None:
    """Keep the tokens durably."""
    shelf.put(shelf_name(address), json.dumps(asdict(tokens)))


def read_tokens(body: bytes, *, now: datetime, before: Tokens | None = None) -> Tokens:
    """The token response (RFC 6749 5.1); what it leaves out stays as it was."""
    found = parse_object(body)
    access = found.text("access_token")
    if not access or found.text("token_type").lower() != "bearer":
        raise Unintelligible(
            "The central service's answer to the sign-in has no token.", kept=_KEPT, advice="Sign in again."
        )
    seconds = found.number("expires_in")
    return Tokens(
        access=access,
        refresh=found.text("refresh_token") or (before.refresh if before else ""),
        expires_at="" if seconds is None else (now + timedelta(seconds=seconds)).isoformat(),
        user=found.text("fhirUser") or (before.user if before else ""),
    )


def ask_for_tokens(session: "BoundSession", endpoint: str, form: str) -> Answer:
    """POST to the token endpoint; the answer whatever its status."""
    headers = {"Content-Type": _FORM, "Accept": "application/json"}
    return session.request("POST", endpoint, headers=headers, body=form.encode())


def error_code(answer: Answer) -> str:
    """The OAuth error code of a refusal, "" where there is none."""
    try:
        found = parse_object(answer.body)
    except Unintelligible:
        found = Node()
    return found.text("error")


class StoredTokens:
    """The bearer of a signed-in session: the kept token, renewed shortly before its end or when it was refused."""

    def __init__(self, address: ServiceAddress, shelf: TokenShelf, *, clock: Callable[[], datetime]) -> None:
        self._address = address
        self._shelf = shelf
        self._clock = clock
        self._renewing = threading.Lock()

    @property
    def user(self) -> str:
        """Reference of the practitioner who is signed in."""
        return self._kept().user

    def token(self) -> str:
        """A token that is good for another half minute.

        Raises:
            SignInRefused: nobody is signed in, or the sign-in has ended.
        """
        kept = self._kept()
        ends = datetime.fromisoformat(kept.expires_at) if kept.expires_at else None
        if ends and self._clock() >= ends - EARLY and kept.refresh:
            return self.renew(kept.access)
        return kept.access

    def renew(self, refused: str) -> str:
        """Another token than ``refused``; whoever comes second gets what the first one got."""
        with self._renewing:
            kept = self._kept()
            if kept.access != refused:
                return kept.access
            renewed = self._renewed(kept)
            keep(self._address, self._shelf, renewed)  # before use: the old refresh token is spent
            return renewed.access

    def _kept(self) -> Tokens:
        kept = load(self._address, self._shelf)
        if kept is None:
            raise SignInRefused("Nobody is signed in at the central service.", kept=_KEPT, advice="Sign in.")
        return kept

    def _renewed(self, kept: Tokens) -> Tokens:
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        if not kept.refresh:
            raise _ended()
        from workstation.service.discovery import discover, identity_session

        session = identity_session(self._address, clock=self._clock)
        endpoint = discover(self._address, session).token
        form = prepare_token_request(
            "refresh_token", refresh_token=kept.refresh, client_id=self._address.client_id, redirect_uri=None
        )
        answer = ask_for_tokens(session, endpoint, form)
        session.close()
        if answer.status in _REFUSED:
            self._shelf.remove(shelf_name(self._address))
            raise _ended()
        now = self._clock()
        return read_tokens(accepted(answer, "renewing the sign-in", now=now).body, now=now, before=kept)


def _ended() -> SignInRefused:
    return SignInRefused("Your sign-in at the central service has ended.", kept=_KEPT, advice="Sign in again.")
