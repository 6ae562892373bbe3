"""Trust services over HTTP: bounded, without a token, and never into this computer unasked."""

import hashlib
from datetime import UTC, datetime

import pytest

from tests.fakes.scripted_server import Said, ScriptedServer
from workstation.service.trust import HttpTrustServices
from workstation.signing.errors import TrustUnavailable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def services(timestamp_url, **more):
    return HttpTrustServices(timestamp_url, clock=lambda: NOW, **more)


def test_each_service_is_asked_in_its_own_media_type():
    with ScriptedServer(lambda asked: Said(body=b"answer to " + asked.body)) as server:
        trust = services(server.base + "/tsa")
        assert trust.timestamp(b"query") == b"answer to query"
        assert trust.ocsp(server.base + "/ocsp", b"request") == b"answer to request"
        assert trust.crl(server.base + "/crl") == trust.certificate(server.base + "/ca") == b"answer to "
        asked = [(one.method, one.path, one.headers.get("content-type")) for one in server.asked]
        assert asked == [
            ("POST", "/tsa", "application/timestamp-query"),
            ("POST", "/ocsp", "application/ocsp-request"),
            ("GET", "/crl", None),
            ("GET", "/ca", None),
        ]
        assert all("authorization" not in one.headers for one in server.asked)


@pytest.mark.parametrize(
    "said",
    [
        Said(status=500),
        Said(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        Said(headers={"Content-Length": "9"}, raw=[b"x"]),
        Said(headers={"Content-Encoding": "gzip"}, body=b"x"),
        Said(headers={"Content-Length": str(10**9)}, raw=[b"x"]),
    ],
)
def test_whatever_goes_wrong_is_one_kind_of_trouble_and_the_opinion_stays_signed(said):
    with ScriptedServer(lambda _asked: said) as server, pytest.raises(TrustUnavailable, match="stays signed"):
        services(server.base + "/tsa").timestamp(b"query")


def test_an_authority_that_is_not_there_or_not_set_is_told():
    with pytest.raises(TrustUnavailable):
        services("http://127.0.0.1:9/tsa").timestamp(b"query")
    with pytest.raises(TrustUnavailable, match="settings"):
        services("").timestamp(b"query")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/crl", "http://localhost/crl", "http://[::1]/crl"])
def test_a_certificate_cannot_make_this_program_call_this_computer(url):
    with pytest.raises(TrustUnavailable, match="on this computer"):
        services("https://tsa.example/").crl(url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ldap://x/", "http://user@x.example/", "", "crl"])
def test_addresses_that_are_no_web_addresses_are_refused(url):
    with pytest.raises(TrustUnavailable):
        services("http://127.0.0.1:1/tsa").crl(url)


def test_the_embedded_authority_time_stamps_what_it_is_asked(clean):
    from asn1crypto import tsp

    digest = hashlib.sha256(b"opinion").digest()
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 7, "cert_req": True})
    answer = tsp.TimeStampResp.load(services(clean.timestamp_url).timestamp(request.dump()))
    assert answer["status"]["status"].native == "granted"
    token = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert token["message_imprint"]["hashed_message"].native == digest
    assert token["nonce"].native == 7
