"""PyHanko's time-stamper and revocation fetchers over our port: the only way signing reaches the outside."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

from workstation.signing.errors import TrustUnavailable
from workstation.signing.trust_services import TrustServices


def time_stamper(services: TrustServices) -> Any:
    """A pyHanko ``TimeStamper`` that asks the port."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    class OverPort(TimeStamper):
        async def async_request_tsa_response(self, req: Any) -> Any:
            return _parsed(tsp.TimeStampResp, services.timestamp(req.dump()))

    made: Any = OverPort
    return made()


def fetchers(services: TrustServices) -> Any:
    """PyHanko's fetchers, each over the port."""
    from pyhanko_certvalidator.fetchers import Fetchers

    return Fetchers(
        ocsp_fetcher=_ocsp_fetcher(services), crl_fetcher=_crl_fetcher(services), cert_fetcher=_cert_fetcher(services)
    )


def _ocsp_fetcher(services: TrustServices) -> Any:
    from asn1crypto import ocsp
    from pyhanko_certvalidator.errors import OCSPFetchError
    from pyhanko_certvalidator.fetchers import OCSPFetcher
    from pyhanko_certvalidator.fetchers.common_utils import format_ocsp_request

    class OcspOverPort(OCSPFetcher):
        def __init__(self) -> None:
            self._answers: dict[bytes, list[Any]] = {}

        async def fetch(self, cert: Any, authority: Any) -> Any:
            known = self._answers.get(cert.dump())
            if known:
                return known[0]
            request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=False).dump()
            problem: Exception | None = None
            for url in cert.ocsp_urls:
                try:
                    answer = _parsed(ocsp.OCSPResponse, services.ocsp(url, request))
                except TrustUnavailable as error:
                    problem = error
                    continue
                self._answers.setdefault(cert.dump(), []).append(answer)
                return answer
            raise OCSPFetchError("no OCSP responder answers") from problem

        def fetched_responses(self) -> Iterable[Any]:
            return [answer for answers in self._answers.values() for answer in answers]

        def fetched_responses_for_cert(self, cert: Any) -> Iterable[Any]:
            return self._answers.get(cert.dump(), [])

    return OcspOverPort()


def _crl_fetcher(services: TrustServices) -> Any:
    from asn1crypto import crl, pem
    from pyhanko_certvalidator.errors import CRLFetchError
    from pyhanko_certvalidator.fetchers import CRLFetcher

    class CrlOverPort(CRLFetcher):
        def __init__(self) -> None:
            self._lists: dict[bytes, list[Any]] = {}

        async def fetch(self, cert: Any, *, use_deltas: object = None) -> Any:
            del use_deltas
            if cert.dump() in self._lists:
                return self._lists[cert.dump()]
            found: list[Any] = []
            try:
                for point in cert.crl_distribution_points:
                    if not point.url:
                        continue
                    raw = services.crl(point.url)
                    der = pem.unarmor(raw)[2] if pem.detect(raw) else raw
                    found.append(_parsed(crl.CertificateList, der))
            except TrustUnavailable as error:
                raise CRLFetchError("a revocation list cannot be fetched") from error
            self._lists[cert.dump()] = found
            return found

        def fetched_crls(self) -> Iterable[Any]:
            return [item for items in self._lists.values() for item in items]

        def fetched_crls_for_cert(self, cert: Any) -> Iterable[Any]:
            return self._lists[cert.dump()]

    return CrlOverPort()


def _cert_fetcher(services: TrustServices) -> Any:
    from pyhanko_certvalidator.fetchers import CertificateFetcher

    class CertificatesOverPort(CertificateFetcher):
        def __init__(self) -> None:
            self._found: list[Any] = []

        async def fetch_cert_issuers(self, cert: Any) -> AsyncGenerator[Any, None]:
            for url in _issuer_urls(cert):
                for issuer in _certificates(services.certificate(url)):
                    self._found.append(issuer)
                    yield issuer

        async def fetch_crl_issuers(self, certificate_list: Any) -> AsyncGenerator[Any, None]:
            del certificate_list
            return
            yield

        def fetched_certs(self) -> Iterable[Any]:
            return self._found

    return CertificatesOverPort()


def _issuer_urls(cert: Any) -> list[str]:
    access = cert.authority_information_access_value
    entries = access if access is not None else []
    return [str(entry["access_location"].native) for entry in entries if entry["access_method"].native == "ca_issuers"]


def _certificates(raw: bytes) -> list[Any]:
    from asn1crypto import cms, pem, x509

    try:
        der = pem.unarmor(raw)[2] if pem.detect(raw) else raw
        try:
            return [x509.Certificate.load(der, strict=True)]
        except ValueError:
            content = cms.ContentInfo.load(der, strict=True)["content"]
            return [item.chosen for item in content["certificates"]]
    except (ValueError, KeyError, TypeError):
        return []


def _parsed(kind: Any, raw: bytes) -> Any:
    try:
        answer = kind.load(raw, strict=True)
        answer.native  # noqa: B018 - reads all of it
    except (ValueError, TypeError) as error:
        raise TrustUnavailable(
            "A trust service answered with something unreadable. It is tried again later."
        ) from error
    return answer
