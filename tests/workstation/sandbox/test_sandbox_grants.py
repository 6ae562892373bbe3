"""Lifetimes of codes, devices and tokens, with the clock in the test's hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workstation.sandbox.authorization.grants import GrantRefused, Grants, Wish
from workstation.sandbox.database import Database
from workstation.sandbox.running import Account, Lifetimes

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
HERE = "http://127.0.0.1:5/"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Grants]]:
    databases: list[Database] = []
    account = Account(
        username="u", password="p", practitioner="Practitioner/u", name="U", credential=tmp_path, passphrase="x"
    )

    def make() -> Grants:
        lifetimes = Lifetimes(access_s=10, refresh_s=100, code_s=5, device_interval_s=2)
        databases.append(Database(tmp_path / "db"))
        return Grants(databases[-1], {"u": account}, lifetimes, clock)

    yield make
    for database in databases:
        database.close()


@pytest.fixture
def grants(opened: Callable[[], Grants]) -> Grants:
    return opened()


def code(grants: Grants) -> str:
    account = grants.sign_in("u", "p")
    assert account is not None
    wish = Wish(redirect_uri=HERE, state="s", challenge=CHALLENGE, scope="openid", nonce="n")
    return grants.code(grants.begin(wish), account)


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(GrantRefused) as caught:
        action()
    return caught.value.error


def test_the_example_of_rfc_7636_is_accepted(grants: Grants) -> None:
    tokens = grants.exchange(code(grants), verifier=VERIFIER, redirect_uri=HERE)
    assert tokens.nonce == "n"
    holder = grants.holder(tokens.access)
    assert holder is not None
    assert holder.username == "u"


def test_a_code_grows_old(grants: Grants, clock: Clock) -> None:
    old = code(grants)
    clock.now += 5.1
    assert refused(lambda: grants.exchange(old, verifier=VERIFIER, redirect_uri=HERE)) == "invalid_grant"


def test_an_access_token_grows_old_before_its_refresh_token(grants: Grants, clock: Clock) -> None:
    tokens = grants.exchange(code(grants), verifier=VERIFIER, redirect_uri=HERE)
    clock.now += 10.1
    assert grants.holder(tokens.access) is None
    renewed = grants.refresh(tokens.refresh)
    assert grants.holder(renewed.access) is not None
    clock.now += 100.1
    assert refused(lambda: grants.refresh(renewed.refresh)) == "invalid_grant"


def test_tokens_outlive_a_restart_and_are_kept_only_as_digests(
    grants: Grants, opened: Callable[[], Grants], tmp_path: Path
) -> None:
    tokens = grants.exchange(code(grants), verifier=VERIFIER, redirect_uri=HERE)
    assert opened().holder(tokens.access) is not None
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert tokens.access.encode() not in kept
    assert tokens.refresh.encode() not in kept


def test_a_used_refresh_token_ends_the_tokens_made_from_it(grants: Grants) -> None:
    tokens = grants.exchange(code(grants), verifier=VERIFIER, redirect_uri=HERE)
    renewed = grants.refresh(tokens.refresh)
    assert refused(lambda: grants.refresh(tokens.refresh)) == "invalid_grant"
    assert grants.holder(renewed.access) is None
    assert refused(lambda: grants.refresh(renewed.refresh)) == "invalid_grant"


def test_a_device_that_asks_too_soon_waits_five_seconds_longer(grants: Grants, clock: Clock) -> None:
    device, user_code = grants.begin_device("openid")
    account = grants.sign_in("u", "p")
    assert account is not None
    assert refused(lambda: grants.poll_device(device)) == "authorization_pending"
    clock.now += 1
    assert refused(lambda: grants.poll_device(device)) == "slow_down"
    assert grants.approve_device(user_code.lower(), account)
    clock.now += 6.9
    assert refused(lambda: grants.poll_device(device)) == "slow_down"
    clock.now += 12
    assert grants.poll_device(device).account.username == "u"


def test_a_device_nobody_lets_in_expires(grants: Grants, clock: Clock) -> None:
    device, _ = grants.begin_device("openid")
    clock.now += 601
    assert refused(lambda: grants.poll_device(device)) == "expired_token"


def test_a_transaction_signs_in_once(grants: Grants) -> None:
    wish = Wish(redirect_uri=HERE, state="s", challenge=CHALLENGE, scope="openid", nonce="")
    transaction = grants.begin(wish)
    account = grants.sign_in("u", "p")
    assert account is not None
    grants.code(transaction, account)
    assert grants.wish(transaction) is None
