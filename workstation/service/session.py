"""A session bound to one origin: no redirects, no proxies from the environment, no compression, every byte counted."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Protocol

import requests
from urllib3.exceptions import HTTPError

from workstation.cases.refusals import CutShort, Defect, Refused, TlsRefused, Unintelligible, Unreachable
from workstation.service.answers import Answer, accepted, refusal
from workstation.service.origin import Origin, is_loopback, origin_of, require_origin

PIECE_BYTES = 64 * 1024
MOST_JSON_BYTES = 32 * 1024 * 1024
READ_S = 30.0
_CONNECT_S = 10.0
_UNAUTHORIZED = 401
_CONNECTIONS = 8


class Bearer(Protocol):
    """Where the access token comes from."""

    def token(self) -> str:
        """A token that is good now, as far as is known."""
        ...

    def renew(self, refused: str) -> str:
        """Another token than the one that was refused."""
        ...


class BoundSession:
    """HTTP with one origin. Safe to use from several threads.

    Args:
        base: any address of the origin.
        clock: aware UTC time.
        ca_file: private certificate authorities; verification itself cannot be turned off.
        bearer: where tokens come from; None sends none.
        proxy: the web proxy to go through; never for this computer's own addresses.
        timeout_s: how long a silent connection is waited for before ``Unreachable``.
        plain: http is accepted, for answers that prove themselves by their own signature; never with a bearer.
    """

    def __init__(
        self,
        base: str,
        *,
        clock: Callable[[], datetime],
        ca_file: Path | None = None,
        bearer: Bearer | None = None,
        plain: bool = False,
        proxy: str = "",
        timeout_s: float = READ_S,
    ) -> None:
        if plain and bearer:
            raise Defect("A token is never sent over plain http.")
        self.origin: Origin = origin_of(base, plain=plain)
        self._plain = plain
        self._timeout_s = timeout_s
        self._proxies = {} if is_loopback(self.origin.host) or not proxy else {self.origin.scheme: proxy}
        self.skew: timedelta | None = None
        self._clock = clock
        self._bearer = bearer
        self._verify: str | bool = str(ca_file) if ca_file else True
        self._kept = threading.local()
        self._opened: list[requests.Session] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most_bytes: int = MOST_JSON_BYTES,
    ) -> Answer:
        """Send and read the whole answer, whatever its status.

        Raises:
            Refused: no answer, a foreign address, no trust, an answer that is too large or breaks off.
        """
        with self._answering(method, url, headers or {}, body) as response:
            content = b"".join(_pieces(response, most_bytes))
            return Answer(status=response.status_code, headers=_headers(response), body=content)

    def fetch(self, url: str, doing: str, *, accept: str, most_bytes: int = MOST_JSON_BYTES) -> Answer:
        """GET that must succeed."""
        answer = self.request("GET", url, headers={"Accept": accept}, most_bytes=most_bytes)
        return accepted(answer, doing, now=self._clock())

    @contextmanager
    def stream(
        self, url: str, doing: str, *, accept: str, most_bytes: int
    ) -> Iterator[tuple[Mapping[str, str], Iterator[bytes]]]:
        """GET that must succeed, its body in pieces; the connection is let go at the end of the block."""
        with self._answering("GET", url, {"Accept": accept}, None) as response:
            headers = _headers(response)
            if response.status_code != requests.codes.ok:
                raise refusal(response.status_code, headers, doing, now=self._clock())
            yield headers, _pieces(response, most_bytes)

    def close(self) -> None:
        """Close every connection."""
        for session in self._opened:
            session.close()

    @contextmanager
    def _answering(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[requests.Response]:
        require_origin(url, self.origin, plain=self._plain)
        token = self._bearer.token() if self._bearer else ""
        response = self._send(method, url, headers, body, token)
        if response.status_code == _UNAUTHORIZED and self._bearer:
            response.close()
            response = self._send(method, url, headers, body, self._bearer.renew(token))
        try:
            self._note_time(response)
            _require_plain(response)
            yield response
        finally:
            response.close()

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, token: str
    ) -> requests.Response:
        whole = {**headers, "Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with translated(read=False):
            return self._session().request(
                method,
                url,
                headers=whole,
                data=body,
                stream=True,
                allow_redirects=False,
                verify=self._verify,
                proxies=self._proxies,
                timeout=(min(_CONNECT_S, self._timeout_s), self._timeout_s),
            )

    def _session(self) -> requests.Session:
        """One session a thread: ``requests`` does not promise that threads may share one."""
        session: requests.Session | None = getattr(self._kept, "session", None)
        if session is None:
            session = _StayingSession()
            session.trust_env = False  # no proxies, no .netrc (CVE-2024-47081), no REQUESTS_CA_BUNDLE
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            self._kept.session = session
            self._opened.append(session)
        return session

    def _note_time(self, response: requests.Response) -> None:
        try:
            said = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        if said.tzinfo is not None:
            self.skew = said.astimezone(UTC) - self._clock()


class _StayingSession(requests.Session):
    """For this session no answer is a redirection, so that the library never looks where it leads."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""
        del resp


@contextmanager
def translated(*, read: bool) -> Iterator[None]:
    """Foreign exceptions of the HTTP library become refusals; ``read``: an answer had begun."""
    try:
        yield
    except requests.exceptions.SSLError:
        raise TlsRefused(
            "The central service could not prove who it is (its certificate is not trusted here).",
            kept="Nothing was sent.",
            advice="Check the address and the private certificate authority in the settings; do not go on otherwise.",
        ) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
        raise Unintelligible("An address or header of the central service is malformed.") from None
    except (requests.exceptions.RequestException, HTTPError, ConnectionError, TimeoutError):
        raise _broken_off(read=read) from None
    except OSError:  # requests cannot read the file of certificate authorities
        raise TlsRefused(
            "The file of private certificate authorities cannot be read.",
            kept="Nothing was sent.",
            advice="Choose the file again in the settings.",
        ) from None


def _broken_off(*, read: bool) -> Refused:
    if read:
        return CutShort(
            "An answer of the central service broke off.",
            kept="What arrived incompletely was discarded; what was complete is kept.",
            advice="Try again; it goes on with what is missing.",
        )
    return Unreachable(
        "The central service does not answer.",
        kept="Everything on this computer is kept and can be used.",
        advice="Check the network; try again in a moment.",
    )


def _pieces(response: requests.Response, most_bytes: int) -> Iterator[bytes]:
    if int(_digits(response.headers.get("Content-Length", ""))) > most_bytes:
        raise _too_large()
    count = 0
    with translated(read=True):
        for piece in response.iter_content(PIECE_BYTES):
            count += len(piece)
            if count > most_bytes:
                raise _too_large()
            yield piece


def _digits(value: str) -> str:
    return value if value.isascii() and value.isdigit() and len(value) < 20 else "0"  # noqa: PLR2004  (below 2**64)


def _headers(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _require_plain(response: requests.Response) -> None:
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Unintelligible(
            "The central service compressed an answer although it was asked not to.",
            kept="Nothing of it was unpacked.",
            advice="Call the central service's help desk.",
        )


def _too_large() -> Unintelligible:
    return Unintelligible(
        "An answer of the central service is larger than anything it may send here.",
        kept="It was discarded.",
        advice="Call the central service's help desk.",
    )
