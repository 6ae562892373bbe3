"""What the tests on real data share: one pool of isolated workers, and each folder read once."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from viewers.isolation.pool import Pool
from viewers.series.open_source import open_source
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.volumes.jobs import JOBS


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with Pool(workers=2, preload=JOBS) as made:
        yield made


@pytest.fixture(scope="session")
def real(pool: Pool, shared_data: Path) -> Callable[[str], tuple]:
    @cache
    def read(folder: str) -> tuple:
        """(display sets, skipped, source) of one folder of the test data."""
        source = open_source(shared_data / "dicom" / folder)
        found = scan(source, pool)
        return display_sets(found.headers), found.skipped, source

    return read
