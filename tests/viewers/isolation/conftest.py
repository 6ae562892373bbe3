"""Pools that several tests of isolation share."""

from collections.abc import Iterator

import pytest

from viewers.isolation.pool import Pool

JOBS = "tests.viewers.isolation.planted_jobs"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Two workers that know the planted jobs."""
    with Pool(workers=2, preload=[JOBS]) as made:
        yield made
