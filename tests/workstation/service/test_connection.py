"""One client for the configured service, whoever asks first and however many ask at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest

from tests.fakes.shelves import FakeTokenShelf
from workstation.bootstrap import Connection
from workstation.cases.refusals import Refused
from workstation.service import central
from workstation.settings.choices import Choices

ASKING = 4


class Client:
    """A client that takes its time to be made: until everybody who asked is making one, or nobody else does."""

    everybody = threading.Barrier(ASKING)

    def __init__(self, address: object, *_shelf: object, **_clock: object) -> None:
        self.address = address
        self.closed = False
        with suppress(threading.BrokenBarrierError):
            self.everybody.wait(0.3)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setattr(central, "CentralService", Client)
    monkeypatch.setattr(Client, "everybody", threading.Barrier(ASKING))
    texts = FakeTokenShelf()
    choices = Choices(texts)
    choices.choose("service.address", "https://opinions.example/fhir")
    return Connection(SimpleNamespace(texts=texts), choices)


def test_who_asks_at_once_gets_the_same_open_client(connection: Connection) -> None:
    with ThreadPoolExecutor(ASKING) as threads:
        clients = [each.result() for each in [threads.submit(connection.service) for _ in range(ASKING)]]
    assert len(set(map(id, clients))) == 1
    assert not clients[0].closed


def test_another_address_gets_another_client_and_the_old_one_is_closed(connection: Connection) -> None:
    before = connection.service()
    connection._choices.choose("service.address", "https://other.example/fhir")
    after = connection.service()
    assert after is not before
    assert (before.closed, after.closed) == (True, False)


def test_without_an_address_it_is_said(connection: Connection) -> None:
    connection._choices.choose("service.address", "")
    with pytest.raises(Refused, match="No central service is configured"):
        connection.service()
