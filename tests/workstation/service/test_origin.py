"""Requests and tokens stay within one origin."""

import pytest

from workstation.cases.refusals import ForeignOrigin
from workstation.service.origin import Origin, origin_of, require_origin

OURS = origin_of("https://service.example/fhir")


def test_an_origin_is_scheme_host_and_port():
    assert Origin(scheme="https", host="service.example", port=443) == OURS
    assert origin_of("https://SERVICE.example:443/x?y") == OURS
    assert str(origin_of("http://[::1]:80/")) == "http://[::1]:80"


@pytest.mark.parametrize(
    "url",
    [
        "https://service.example/fhir/Binary/1",
        "https://service.example:443/",
        "https://Service.Example/x",
    ],
)
def test_addresses_of_the_origin_are_called(url):
    assert require_origin(url, OURS) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://service.example.attacker.com/",
        "https://attacker.com/https://service.example/",
        "https://service.example@attacker.com/",
        "https://user:secret@service.example/",
        "https://service.example:8443/",
        "https://attacker.com\\@service.example/",
        "https://service.example /",
        "https://service.example\t/",
        "https://sérvice.example/",
        "https://93.184.216.34/",
        "http://service.example/",
        "http://localhost.attacker.com/",
        "http://127.0.0.1.attacker.com/",
        "file:///etc/passwd",
        "ftp://service.example/",
        "javascript:alert(1)",
        "//service.example/x",
        "/fhir/Binary/1",
        "https:///x",
        "https://service.example:99999/",
        "https://[::1/",
        "",
    ],
)
def test_every_other_address_is_refused_in_words(url):
    with pytest.raises(ForeignOrigin) as refused:
        require_origin(url, OURS)
    assert refused.value.kept
    assert refused.value.advice


def test_plain_http_is_for_this_computer_only():
    for url in ("http://127.0.0.1:8042/x", "http://127.9.9.9/", "http://localhost/", "http://[::1]/"):
        assert origin_of(url).scheme == "http"
    with pytest.raises(ForeignOrigin, match="not encrypted"):
        origin_of("http://10.0.0.1/")
    assert origin_of("http://10.0.0.1/", plain=True).host == "10.0.0.1"
