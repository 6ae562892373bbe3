"""OAuth 2 against Authlib's independent client, and the refusals of RFC 6749, 7636, 8252 and 8628."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.workstation.sandbox.sandbox_client import REDIRECT, signed_in, submit_login
from workstation.sandbox.running import RunningSandbox
from workstation.sandbox.vocabulary import CLIENT_ID


def asked(running: RunningSandbox, **changes: str) -> requests.Response:
    parameters = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "state": "s1",
        "code_challenge": create_s256_code_challenge("v" * 64),
        "code_challenge_method": "S256",
    }
    parameters = {name: value for name, value in {**parameters, **changes}.items() if value}
    address = f"{running.base_url}/auth/authorize"
    return requests.get(address, params=parameters, timeout=10, allow_redirects=False)


def token(running: RunningSandbox, **form: str) -> requests.Response:
    return requests.post(f"{running.base_url}/auth/token", data={"client_id": CLIENT_ID, **form}, timeout=10)


def fresh_code(running: RunningSandbox) -> str:
    page = asked(running)
    answer = submit_login(page.url, running.specialist.username, running.specialist.password)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def exchanged(running: RunningSandbox, code: str, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": "v" * 64}
    return token(running, **{**form, **changes})


def test_authlib_signs_in_and_reads_its_own_practitioner(sandbox: RunningSandbox, specialist: OAuth2Session) -> None:
    keys = KeySet.import_key_set(requests.get(f"{sandbox.base_url}/auth/jwks", timeout=10).json())
    claims = jwt.decode(specialist.token["id_token"], keys, algorithms=["ES256"]).claims
    assert claims["aud"] == CLIENT_ID
    assert claims["iss"] == sandbox.base_url
    practitioner = specialist.get(claims["fhirUser"], timeout=10).json()
    assert practitioner["name"][0]["text"] == sandbox.specialist.name
    assert specialist.token["fhirUser"] == claims["fhirUser"]


def test_authlib_refreshes_and_the_old_refresh_token_ends_the_family(sandbox: RunningSandbox) -> None:
    client = signed_in(sandbox, sandbox.specialist)
    first = dict(client.token)
    client.refresh_token(f"{sandbox.base_url}/auth/token", timeout=10)
    assert client.token["refresh_token"] != first["refresh_token"]
    assert client.get(f"{sandbox.fhir_url}/Task", timeout=10).status_code == 200
    again = token(sandbox, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.json()["error"] == "invalid_grant"
    assert client.get(f"{sandbox.fhir_url}/Task", timeout=10).status_code == 401


def test_an_expired_access_token_answers_401_and_the_refresh_token_lives(sandbox: RunningSandbox) -> None:
    client = signed_in(sandbox, sandbox.colleague)
    sandbox.expire_tokens()
    answer = client.get(f"{sandbox.fhir_url}/Task", timeout=10)
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]
    refreshed = token(sandbox, grant_type="refresh_token", refresh_token=client.token["refresh_token"])
    assert refreshed.status_code == 200


@pytest.fixture(autouse=True)
def _specialist_signed_in_again(sandbox: RunningSandbox, specialist: OAuth2Session) -> Iterator[None]:
    """Whatever a test did to tokens: the next one, here or in another file, finds everybody's specialist signed in."""
    yield
    if specialist.get(f"{sandbox.fhir_url}/Task", timeout=10).status_code == 401:
        specialist.refresh_token(f"{sandbox.base_url}/auth/token", timeout=10)


@pytest.mark.parametrize("redirect", ["http://127.0.0.1:1/x", "http://127.0.0.1:65535/", "http://[::1]:5000/cb?a=b"])
def test_any_port_of_loopback_is_a_legal_redirect(sandbox: RunningSandbox, redirect: str) -> None:
    assert asked(sandbox, redirect_uri=redirect).status_code == 200


@pytest.mark.parametrize(
    "redirect",
    [
        "https://127.0.0.1:5000/",
        "http://example.org:80/",
        "http://127.0.0.1/no-port",
        "http://127.0.0.1.example.org:80/",
        "http://me@127.0.0.1:5000/",
        "http://127.0.0.1:5000/#x",
        "http://127.0.0.1:99999999/",
        "",
    ],
)
def test_no_other_redirect_is_followed(sandbox: RunningSandbox, redirect: str) -> None:
    answer = asked(sandbox, redirect_uri=redirect)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"aud": "https://elsewhere.example/fhir"}, "invalid_request"),
    ],
)
def test_what_is_not_pkce_s256_goes_back_with_an_error(
    sandbox: RunningSandbox, changes: dict[str, str], error: str
) -> None:
    answer = asked(sandbox, **changes)
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


def test_another_client_is_not_sent_anywhere(sandbox: RunningSandbox) -> None:
    answer = asked(sandbox, client_id="somebody")
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_wrong_password_shows_the_form_again_and_then_the_right_one_works(sandbox: RunningSandbox) -> None:
    page = asked(sandbox)
    wrong = submit_login(page.url, sandbox.specialist.username, "guess")
    assert wrong.status_code == 401
    assert "wrong" in wrong.text
    assert "location" not in wrong.headers


@pytest.mark.parametrize("name", ["nobody", "<script>alert(1)</script>"])
def test_an_unknown_name_is_answered_like_a_wrong_password(sandbox: RunningSandbox, name: str) -> None:
    answer = submit_login(asked(sandbox).url, name, "x")
    assert answer.status_code == 401
    assert "<script" not in answer.text


def test_a_code_works_once_and_its_second_use_ends_its_tokens(sandbox: RunningSandbox) -> None:
    code = fresh_code(sandbox)
    first = exchanged(sandbox, code).json()
    assert exchanged(sandbox, code).json()["error"] == "invalid_grant"
    header = {"authorization": f"Bearer {first['access_token']}"}
    assert requests.get(f"{sandbox.fhir_url}/Task", headers=header, timeout=10).status_code == 401


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "w" * 64}, {"code_verifier": ""}, {"redirect_uri": "http://127.0.0.1:1/"}]
)
def test_a_code_needs_its_own_verifier_and_redirect(sandbox: RunningSandbox, changes: dict[str, str]) -> None:
    answer = exchanged(sandbox, fresh_code(sandbox), **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_the_device_flow_waits_until_somebody_types_the_code(sandbox: RunningSandbox) -> None:
    begun = requests.post(
        f"{sandbox.base_url}/auth/device_authorization", data={"client_id": CLIENT_ID}, timeout=10
    ).json()
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": begun["device_code"]}
    assert token(sandbox, **form).json()["error"] == "authorization_pending"
    person = {"username": sandbox.colleague.username, "password": sandbox.colleague.password}
    wrong = requests.post(begun["verification_uri"], data={**person, "user_code": "XXXX-XXXX"}, timeout=10)
    assert wrong.status_code == 400
    right = requests.post(begun["verification_uri"], data={**person, "user_code": begun["user_code"]}, timeout=10)
    assert right.status_code == 200
    assert token(sandbox, **form).json()["fhirUser"].endswith(sandbox.colleague.practitioner)
    assert token(sandbox, **form).json()["error"] == "invalid_grant"


def test_a_revoked_token_is_dead(sandbox: RunningSandbox) -> None:
    client = signed_in(sandbox, sandbox.colleague)
    requests.post(f"{sandbox.base_url}/auth/revoke", data={"token": client.token["refresh_token"]}, timeout=10)
    assert client.get(f"{sandbox.fhir_url}/Task", timeout=10).status_code == 401


@pytest.mark.parametrize("path", ["/fhir/Task", "/fhir", "/fhir/", "/dicomweb/studies", "/fhir/Task/_history/../x"])
def test_nothing_is_told_without_a_token(sandbox: RunningSandbox, path: str) -> None:
    answer = requests.get(sandbox.base_url + path, timeout=10, allow_redirects=False)
    assert answer.status_code == 401
    assert answer.content == b""


def test_a_page_of_another_name_gets_nothing(sandbox: RunningSandbox) -> None:
    answer = requests.get(f"{sandbox.fhir_url}/metadata", headers={"host": "evil.example"}, timeout=10)
    assert answer.status_code == 400


def test_discovery_names_addresses_of_the_same_origin_only(sandbox: RunningSandbox) -> None:
    found = requests.get(f"{sandbox.fhir_url}/.well-known/smart-configuration", timeout=10).json()
    addresses = [value for key, value in found.items() if key.endswith(("_endpoint", "_uri"))]
    assert len(addresses) >= 5
    assert all(address.startswith(f"{sandbox.base_url}/") for address in addresses), json.dumps(addresses)
    assert found["code_challenge_methods_supported"] == ["S256"]
