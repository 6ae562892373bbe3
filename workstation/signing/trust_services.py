"""The port of the trust services: time-stamps and revocation answers, fetched by whoever may use the network."""

from typing import Protocol


class TrustServices(Protocol):
    """Bytes in, bytes out; the caller checks every answer by its signature, so the transport may be plain http.

    Every method may raise ``workstation.signing.errors.TrustUnavailable`` (no answer, an HTTP failure, a refused
    address); nothing else. Calls may come from a worker thread, one at a time.
    """

    def timestamp(self, request: bytes) -> bytes:
        """RFC 3161: DER ``TimeStampReq`` in, DER ``TimeStampResp`` out (``application/timestamp-query``/``-reply``).

        The address is the configured time-stamp authority's.
        """
        ...

    def ocsp(self, url: str, request: bytes) -> bytes:
        """RFC 6960: DER ``OCSPRequest`` in, DER ``OCSPResponse`` out (``application/ocsp-request``/``-response``).

        ``url`` comes from a certificate: the implementation decides whether it may be asked.
        """
        ...

    def crl(self, url: str) -> bytes:
        """The DER (or PEM) certificate revocation list at ``url``, which comes from a certificate."""
        ...

    def certificate(self, url: str) -> bytes:
        """The DER, PEM or PKCS#7 certificates of an issuer at ``url`` (Authority Information Access)."""
        ...
