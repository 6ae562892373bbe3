"""A running service with two small cases, and somebody who signed in with an independent OAuth client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from authlib.integrations.requests_client import OAuth2Session
from pydicom.uid import generate_uid

from tests.workstation.sandbox.sandbox_client import ct_slice, signed_in
from workstation.sandbox.running import Lifetimes, RunningSandbox, spawn


@pytest.fixture(scope="session")
def box_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """130 slices in two series (more than one page of QIDO), a pathology report as text, one file that is nothing."""
    folder = tmp_path_factory.mktemp("box")
    study = generate_uid()
    for series, count in ((generate_uid(), 120), (generate_uid(), 10)):
        for number in range(count):
            name = f"{series[-6:]}-{number:03}.dcm"
            ct_slice(study, series, number).save_as(folder / name, enforce_file_format=True)
    (folder / "pathology result.txt").write_text("Benign.", "utf-8")
    (folder / "notes.xyz").write_bytes(b"neither image nor paper")
    return folder


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, box_folder: Path) -> Iterator[RunningSandbox]:
    data = tmp_path_factory.mktemp("service")
    lifetimes = Lifetimes(device_interval_s=0.0)
    with spawn(data, cases=["communication-gap"], folders=[box_folder], detail="quick", lifetimes=lifetimes) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_fault_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox").clear_faults()


@pytest.fixture(scope="session")
def specialist(sandbox: RunningSandbox) -> OAuth2Session:
    return signed_in(sandbox, sandbox.specialist)


@pytest.fixture(scope="session")
def box_task(sandbox: RunningSandbox, box_folder: Path) -> str:
    return sandbox.cases[box_folder.name]
