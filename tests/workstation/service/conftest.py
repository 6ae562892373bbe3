"""The embedded service with small made cases, started once for the tests of this folder."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.browser import signing_in
from tests.fakes.cases import a_study, instance_bytes
from tests.fakes.shelves import FakeTokenShelf
from workstation.sandbox.running import Lifetimes, RunningSandbox, spawn
from workstation.service.address import ServiceAddress
from workstation.service.central import CentralService
from workstation.service.sign_in import sign_in_with_browser


def now() -> datetime:
    """Now."""
    return datetime.now(UTC)


def write_study(folder: Path, number: int) -> Path:
    """A study of six small images as files."""
    folder.mkdir()
    for series in a_study(number).series:
        for one in series.instances:
            (folder / f"{one.sop_uid}.dcm").write_bytes(instance_bytes(one))
    return folder


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A running embedded service with a case per test that needs one of its own."""
    room = tmp_path_factory.mktemp("sandbox")
    folders = [write_study(room / f"made-{number}", number) for number in range(1, 17)]
    running = spawn(room / "data", folders=folders, lifetimes=Lifetimes(device_interval_s=0.1))
    yield running
    running.stop()


@pytest.fixture
def clean(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The service with nothing going wrong before or after."""
    sandbox.clear_faults()
    yield sandbox
    sandbox.clear_faults()


@pytest.fixture
def connect(clean: RunningSandbox) -> Iterator[Callable[[], tuple[CentralService, FakeTokenShelf]]]:
    """Signs the specialist in and gives the client with its tokens; closes it at the end."""
    opened: list[CentralService] = []

    def connecting(fhir: str = "") -> tuple[CentralService, FakeTokenShelf]:
        address, tokens = ServiceAddress(fhir=fhir or clean.fhir_url), FakeTokenShelf()
        browser = signing_in(clean.specialist.username, clean.specialist.password)
        sign_in_with_browser(address, tokens, open_browser=browser, clock=now)
        opened.append(CentralService(address, tokens, clock=now))
        return opened[-1], tokens

    yield connecting
    for one in opened:
        one.close()
