"""A pool for the campaigns' shares in CI."""

from collections.abc import Iterator

import pytest

from viewers.isolation.pool import Pool
from viewers.volumes.jobs import JOBS


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Workers that know every job of series and volumes."""
    with Pool(workers=2, preload=JOBS) as made:
        yield made
