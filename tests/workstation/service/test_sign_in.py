"""Signing in against the embedded service, and what happens to whoever may not."""

import json
import socket
import threading
import time
from datetime import timedelta

import pytest
import requests

from tests.fakes.browser import signing_in
from tests.fakes.shelves import FakeTokenShelf
from tests.workstation.service.conftest import now
from workstation.cases.refusals import Cancelled, SignInRefused, Unreachable
from workstation.service.address import ServiceAddress
from workstation.service.central import CentralService
from workstation.service.redirect import RedirectListener
from workstation.service.sign_in import (
    begin_device_sign_in,
    finish_device_sign_in,
    is_signed_in,
    sign_in_with_browser,
    sign_out,
)


def test_the_specialist_signs_in_with_the_browser(connect, clean):
    client, tokens = connect()
    assert client.specialist().reference == clean.specialist.practitioner
    assert client.specialist().name == clean.specialist.name
    assert is_signed_in(ServiceAddress(fhir=clean.fhir_url), tokens)


def test_a_wrong_password_signs_nobody_in_and_leaves_no_token(clean):
    address, tokens = ServiceAddress(fhir=clean.fhir_url), FakeTokenShelf()
    said = []

    def browser(url):
        said.append(signing_in(clean.specialist.username, "wrong")(url))

    with pytest.raises(Cancelled) as refused:
        sign_in_with_browser(address, tokens, open_browser=browser, clock=now, timeout_s=0.3)
    assert said == [401]
    assert refused.value.kept
    assert not is_signed_in(address, tokens)


def test_a_sign_in_can_be_given_up(clean):
    with pytest.raises(Cancelled):
        sign_in_with_browser(
            ServiceAddress(fhir=clean.fhir_url),
            FakeTokenShelf(),
            open_browser=lambda _url: None,
            clock=now,
            cancelled=lambda: True,
        )


def test_a_service_that_is_not_there_says_so_before_any_browser_opens(clean):
    opened = []
    with pytest.raises(Unreachable):
        sign_in_with_browser(
            ServiceAddress(fhir="http://127.0.0.1:9/fhir"), FakeTokenShelf(), open_browser=opened.append, clock=now
        )
    assert opened == []


def test_an_expired_token_is_renewed_without_asking_and_the_refresh_token_rotates(connect, clean):
    client, tokens = connect()
    (before,) = (json.loads(text) for text in tokens.texts.values())
    clean.expire_tokens()
    assert client.specialist().reference == clean.specialist.practitioner
    (after,) = (json.loads(text) for text in tokens.texts.values())
    assert after["access"] != before["access"]
    assert after["refresh"] != before["refresh"]
    assert after["user"] == before["user"]


def test_many_threads_with_an_expired_token_renew_it_once(connect, clean):
    client, _ = connect()
    clean.expire_tokens()
    renewals = sum("/auth/token" in line for line in clean.requests())
    threads = [threading.Thread(target=client.specialist) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("/auth/token" in line for line in clean.requests()) == renewals + 1


def test_a_token_that_ends_soon_is_renewed_before_it_is_used(clean, connect):
    _, tokens = connect()
    late = CentralService(ServiceAddress(fhir=clean.fhir_url), tokens, clock=lambda: now() + timedelta(seconds=590))
    (before,) = tokens.texts.values()
    late.specialist()
    late.close()
    assert tokens.texts != dict.fromkeys(tokens.texts, before)


def test_a_sign_in_that_has_ended_is_told_and_forgotten(clean, connect):
    client, tokens = connect()
    (name,) = tokens.texts
    spoilt = {**json.loads(tokens.texts[name]), "access": "spoilt", "refresh": "spoilt"}
    tokens.put(name, json.dumps(spoilt))
    with pytest.raises(SignInRefused, match="ended") as refused:
        client.specialist()
    assert "kept" in refused.value.kept
    assert not is_signed_in(ServiceAddress(fhir=clean.fhir_url), tokens)
    with pytest.raises(SignInRefused, match="Nobody is signed in"):
        client.specialist()


def test_signing_out_forgets_the_tokens(connect, clean):
    _, tokens = connect()
    sign_out(ServiceAddress(fhir=clean.fhir_url), tokens)
    assert tokens.texts == {}


def test_the_specialist_signs_in_with_a_code(clean):
    address, tokens = ServiceAddress(fhir=clean.fhir_url), FakeTokenShelf()
    code = begin_device_sign_in(address, clock=now)
    waited = []

    def wait(seconds):
        waited.append(seconds)
        time.sleep(seconds)
        if len(waited) == 2:
            confirm(clean, code)

    finish_device_sign_in(address, tokens, code, clock=now, wait=wait)
    assert is_signed_in(address, tokens)
    assert waited == [code.interval_s] * 2


def confirm(sandbox, code):
    """What the specialist does on another device."""
    form = {
        "user_code": code.user_code,
        "username": sandbox.specialist.username,
        "password": sandbox.specialist.password,
    }
    assert requests.post(code.address, data=form, timeout=10).ok


def test_a_code_that_nobody_confirms_ends(clean):
    address = ServiceAddress(fhir=clean.fhir_url)
    code = begin_device_sign_in(address, clock=now)
    times = iter([now(), now(), now() + timedelta(days=1), now() + timedelta(days=1)])
    with pytest.raises(Cancelled):
        finish_device_sign_in(address, FakeTokenShelf(), code, clock=lambda: next(times), wait=lambda _seconds: None)


def test_no_token_is_shown_by_repr_or_by_a_refusal(connect):
    _, tokens = connect()
    (text,) = tokens.texts.values()
    from workstation.service.tokens import Tokens

    kept = Tokens(**json.loads(text))
    assert kept.access not in repr(kept)
    assert kept.refresh not in repr(kept)


def test_strangers_at_the_redirect_address_are_ignored():
    with RedirectListener("the-state") as listener:
        for stray in ("?code=evil&state=guess", "?code=evil", ""):
            assert requests.get(listener.address + stray, timeout=5).status_code == 404
        other = listener.address.replace("/signed-in", "/favicon.ico")
        assert requests.get(other + "?state=the-state", timeout=5).status_code == 404
        assert listener.wait(timeout_s=0.1, cancelled=lambda: False) == ""
        assert requests.get(listener.address + "?code=good&state=the-state", timeout=5).ok
        assert listener.wait(timeout_s=5, cancelled=lambda: False).endswith("?code=good&state=the-state")


def test_the_redirect_listener_is_on_this_computer_only_and_gone_afterwards():
    with RedirectListener("s") as listener:
        assert listener.address.startswith("http://127.0.0.1:")
    with pytest.raises(requests.ConnectionError):
        requests.get(listener.address, timeout=5)


def test_an_idle_connection_of_the_browser_does_not_keep_the_answer_waiting():
    with RedirectListener("s") as listener:
        port = int(listener.address.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)):
            assert requests.get(listener.address + "?code=good&state=s", timeout=2).ok
        assert listener.wait(timeout_s=2, cancelled=lambda: False)
