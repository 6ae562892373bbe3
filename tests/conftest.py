"""What every test may ask for."""

import gc
from pathlib import Path

import pytest

MANY = 20_000


def pytest_configure() -> None:
    """No search for garbage while Qt destroys a widget: see ``viewers.widgets.collector``."""
    gc.disable()


def pytest_runtest_logfinish() -> None:
    """Between two tests it is safe."""
    if gc.get_count()[0] > MANY:
        gc.collect()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real DICOM beside the checkout; the only reason to skip is that it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    return folder
