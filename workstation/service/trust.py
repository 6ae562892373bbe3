"""Time-stamps, revocation answers and issuers' certificates over HTTP (port ``TrustServices`` of signing).

Every answer is checked by its own signature, so plain http is accepted here, as certificates name it; no token of the
central service is ever sent, redirects are not followed, and answers are bounded.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from workstation.cases.refusals import Refused
from workstation.service.answers import accepted
from workstation.service.origin import is_loopback
from workstation.service.session import BoundSession
from workstation.signing.errors import TrustUnavailable

MOST_BYTES = 16 * 1024 * 1024
_KEPT = "The opinion stays signed on this computer and goes on as soon as the service answers."


class HttpTrustServices:
    """Fulfils ``TrustServices``.

    Args:
        timestamp_url: the configured time-stamp authority.
        clock: aware UTC time.
        ca_file: private certificate authorities for https addresses.
        proxy: the web proxy to go through.
        allow_loopback: whether certificates may name this computer (the embedded service does); never otherwise.
    """

    def __init__(
        self,
        timestamp_url: str,
        *,
        clock: Callable[[], datetime],
        ca_file: Path | None = None,
        allow_loopback: bool = False,
        proxy: str = "",
    ) -> None:
        self._timestamp_url = timestamp_url
        self._clock = clock
        self._ca_file = ca_file
        self._proxy = proxy
        self._allow_loopback = allow_loopback or _is_local(timestamp_url)

    def timestamp(self, request: bytes) -> bytes:
        """RFC 3161 over HTTP (3.4)."""
        kinds = ("application/timestamp-query", "application/timestamp-reply")
        return self._post(self._timestamp_url, request, kinds, "asking for a time-stamp")

    def ocsp(self, url: str, request: bytes) -> bytes:
        """RFC 6960 over HTTP (appendix A.1)."""
        kinds = ("application/ocsp-request", "application/ocsp-response")
        return self._post(url, request, kinds, "asking whether a certificate was revoked")

    def crl(self, url: str) -> bytes:
        """A revocation list."""
        return self._ask("GET", url, {"Accept": "*/*"}, None, "reading a revocation list")

    def certificate(self, url: str) -> bytes:
        """An issuer's certificates."""
        return self._ask("GET", url, {"Accept": "*/*"}, None, "reading an issuer's certificate")

    def _post(self, url: str, body: bytes, kinds: tuple[str, str], doing: str) -> bytes:
        return self._ask("POST", url, {"Content-Type": kinds[0], "Accept": kinds[1]}, body, doing)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, doing: str) -> bytes:
        if not url:
            raise TrustUnavailable(f"No address is known for {doing}. {_KEPT} Set it in the settings.")
        if _is_local(url) and not self._allow_loopback:
            raise TrustUnavailable(f"A certificate names an address on this computer for {doing}. {_KEPT}")
        try:
            with closing(self._session(url)) as session:
                answer = session.request(method, url, headers=headers, body=body, most_bytes=MOST_BYTES)
                return accepted(answer, doing, now=self._clock()).body
        except Refused as refused:
            raise TrustUnavailable(f"No answer while {doing}: {refused.happened} {_KEPT}") from None

    def _session(self, url: str) -> BoundSession:
        return BoundSession(url, clock=self._clock, ca_file=self._ca_file, plain=True, proxy=self._proxy)


def _is_local(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
