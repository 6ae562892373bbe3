"""HTTP within one origin: what is never done, and what every trouble is called."""

import gzip
import itertools
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.certificates import server_tls
from tests.fakes.scripted_server import Asked, Said, ScriptedServer
from workstation.cases.refusals import (
    Conflict,
    CutShort,
    Declined,
    Defect,
    ForeignOrigin,
    NotFound,
    ServerFailed,
    SignInRefused,
    Throttled,
    TlsRefused,
    Unintelligible,
    Unreachable,
    Withheld,
)
from workstation.service.answers import retry_after
from workstation.service.session import BoundSession

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Bearer:
    """A token that can be renewed."""

    def __init__(self) -> None:
        self.now = "old"
        self.renewals = 0

    def token(self) -> str:
        return self.now

    def renew(self, refused: str) -> str:
        assert refused == "old"
        self.renewals += 1
        self.now = "new"
        return self.now


def session(base, bearer=None, **more):
    return BoundSession(base, clock=lambda: NOW, bearer=bearer, **more)


@pytest.fixture
def ask():
    """Ask a server that gives this answer; every session is closed."""
    opened = []

    def asking(said, *, bearer=None, path="/x", most_bytes=10_000, server=None):
        with server or ScriptedServer(lambda _asked: said) as running:
            one = session(running.base, bearer)
            opened.append(one)
            return one.fetch(running.base + path, "testing", accept="*/*", most_bytes=most_bytes), running

    yield asking
    for one in opened:
        one.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Unintelligible),
        (302, Unintelligible),
        (307, Unintelligible),
        (400, Declined),
        (401, SignInRefused),
        (403, Withheld),
        (404, NotFound),
        (408, Throttled),
        (409, Conflict),
        (410, NotFound),
        (412, Conflict),
        (422, Declined),
        (425, Throttled),
        (429, Throttled),
        (500, ServerFailed),
        (502, ServerFailed),
        (503, Throttled),
    ],
)
def test_every_status_has_its_refusal_in_three_sentences(ask, status, kind):
    with pytest.raises(kind) as refused:
        ask(Said(status=status, headers={"Location": "https://attacker.example/"}))
    assert type(refused.value) is kind
    assert str(status) in refused.value.happened
    assert refused.value.kept
    assert refused.value.advice


def test_a_redirect_is_not_followed_and_the_token_not_sent_there(ask):
    with ScriptedServer(lambda _asked: Said()) as elsewhere:
        with pytest.raises(Unintelligible):
            ask(Said(status=302, headers={"Location": elsewhere.base}), bearer=Bearer())
        assert elsewhere.asked == []


def test_a_foreign_address_is_never_asked():
    with ScriptedServer(lambda _asked: Said()) as ours, ScriptedServer(lambda _asked: Said()) as other:
        one = session(ours.base, Bearer())
        with pytest.raises(ForeignOrigin):
            one.fetch(other.base + "/x", "testing", accept="*/*")
        assert other.asked == []


def test_requests_ask_for_no_compression_and_carry_the_token(ask):
    _, server = ask(Said(body=b"ok"), bearer=Bearer())
    assert server.asked[0].headers["accept-encoding"] == "identity"
    assert server.asked[0].headers["authorization"] == "Bearer old"


def test_proxies_and_netrc_of_the_environment_are_ignored(ask, monkeypatch, tmp_path):
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login spy password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answer, server = ask(Said(body=b"direct"))
    assert answer.body == b"direct"
    assert "authorization" not in server.asked[0].headers


def test_cookies_are_not_kept():
    with ScriptedServer(lambda _asked: Said(headers={"Set-Cookie": "spy=1; Path=/"})) as server:
        one = session(server.base)
        for _ in range(2):
            one.fetch(server.base + "/", "testing", accept="*/*")
        assert "cookie" not in server.asked[1].headers
        one.close()


def test_a_refused_token_is_renewed_once_and_the_request_repeated_with_its_body():
    def answer(asked):
        return Said(status=200 if asked.headers["authorization"] == "Bearer new" else 401, body=asked.body)

    with ScriptedServer(answer) as server:
        bearer = Bearer()
        one = session(server.base, bearer)
        answer = one.request("POST", server.base + "/", body=b"body")
        assert (answer.status, answer.body, bearer.renewals) == (200, b"body", 1)
        one.close()


def test_a_token_that_is_refused_again_is_not_renewed_for_ever(ask):
    bearer = Bearer()
    with pytest.raises(SignInRefused):
        ask(Said(status=401), bearer=bearer)
    assert bearer.renewals == 1


def test_a_compressed_answer_is_not_unpacked(ask):
    bomb = gzip.compress(bytes(10_000_000))
    with pytest.raises(Unintelligible, match="compressed"):
        ask(Said(headers={"Content-Encoding": "gzip"}, body=bomb), most_bytes=10**9)


def test_an_answer_that_is_too_large_is_refused_by_its_announcement(ask):
    with pytest.raises(Unintelligible, match="larger"):
        ask(Said(body=bytes(10_001)))


def test_an_endless_answer_is_refused_when_it_has_sent_too_much(ask):
    chunk = b"1000\r\n" + bytes(4096) + b"\r\n"
    said = Said(headers={"Transfer-Encoding": "chunked"}, raw=itertools.repeat(chunk, 10_000))
    with pytest.raises(Unintelligible, match="larger"):
        ask(said)


@pytest.mark.parametrize("sent", [0, 1, 99])
def test_an_answer_that_ends_early_is_cut_short(ask, sent):
    with pytest.raises(CutShort) as refused:
        ask(Said(headers={"Content-Length": "100"}, raw=[bytes(sent)]))
    assert "discarded" in refused.value.kept


def test_a_chunked_answer_without_its_end_is_cut_short(ask):
    with pytest.raises(CutShort):
        ask(Said(headers={"Transfer-Encoding": "chunked"}, raw=[b"5\r\nhello\r\n"]))


def test_a_service_that_is_not_there_is_unreachable():
    with ScriptedServer(lambda _asked: Said()) as server:
        base = server.base
    with pytest.raises(Unreachable) as refused:
        session(base).fetch(base + "/", "testing", accept="*/*")
    assert "kept" in refused.value.kept


def test_the_difference_of_clocks_is_measured(ask):
    with ScriptedServer(lambda _asked: Said()) as server:
        one = session(server.base)
        assert one.skew is None
        one.fetch(server.base + "/", "testing", accept="*/*")
        assert one.skew is not None
        assert abs(one.skew - (datetime.now(UTC) - NOW)) < timedelta(seconds=5)
        one.close()


def test_a_private_authority_is_trusted_when_it_is_configured(tmp_path):
    tls, trust = server_tls(tmp_path)
    with ScriptedServer(lambda _asked: Said(body=b"ok"), tls=tls) as server:
        one = session(server.base, ca_file=trust)
        assert one.fetch(server.base + "/", "testing", accept="*/*").body == b"ok"
        one.close()


@pytest.mark.parametrize("case", ["unknown", "other host", "expired", "other authority", "no file"])
def test_a_service_that_cannot_prove_itself_gets_nothing(tmp_path, case):
    host = "other.example" if case == "other host" else "127.0.0.1"
    tls, trust = server_tls(tmp_path, host=host, expired=case == "expired")
    if case == "other authority":
        _, trust = server_tls(tmp_path, host="elsewhere.example")
    if case == "no file":
        trust = tmp_path / "absent.pem"
    with ScriptedServer(lambda _asked: Said(), tls=tls) as server:
        one = session(server.base, Bearer(), ca_file=None if case == "unknown" else trust)
        with pytest.raises(TlsRefused) as refused:
            one.fetch(server.base + "/", "testing", accept="*/*")
        assert refused.value.kept == "Nothing was sent."
        assert server.asked == []
        one.close()


def test_a_token_never_travels_over_plain_http():
    with pytest.raises(Defect):
        session("http://10.0.0.1/", Bearer(), plain=True)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("99999", 3600.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", 3600.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("Sun, 01 Mar 2026 12:00:30", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_an_hour(value, seconds):
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_date_to_retry_after_is_on_the_clock_of_the_service_not_on_ours():
    said = {"retry-after": "Tue, 24 Nov 2026 10:02:00 GMT", "date": "Tue, 24 Nov 2026 10:00:00 GMT"}
    for wrong_by in (timedelta(hours=-9), timedelta(0), timedelta(days=400)):
        assert retry_after(said, datetime(2026, 11, 24, 10, tzinfo=UTC) + wrong_by) == 120


def test_a_configured_proxy_is_used_for_others_and_never_for_this_computer():
    with ScriptedServer(lambda asked: Said(body=asked.path.encode())) as proxy:
        far = session("http://service.example/", plain=True, proxy=proxy.base)
        assert far.fetch("http://service.example/x", "testing", accept="*/*").body == b"http://service.example/x"
        far.close()
        with ScriptedServer(lambda _asked: Said(body=b"near")) as here:
            near = session(here.base, proxy=proxy.base)
            assert near.fetch(here.base + "/x", "testing", accept="*/*").body == b"near"
            near.close()
        assert len(proxy.asked) == 1


def test_a_silent_service_is_given_up_on_after_the_time_that_was_chosen():
    quiet = threading.Event()

    def answer(_asked: Asked) -> Said:
        quiet.wait(5)
        return Said(body=b"{}")

    with ScriptedServer(answer) as server:
        session = BoundSession(server.base, clock=lambda: NOW, timeout_s=0.2)
        began = time.monotonic()
        with pytest.raises(Unreachable):
            session.request("GET", f"{server.base}/silent")
        assert time.monotonic() - began < 4
        quiet.set()
        session.close()
