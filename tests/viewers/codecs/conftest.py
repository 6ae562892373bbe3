"""Pools of workers that know the codecs."""

from collections.abc import Iterator

import pytest

from tests.viewers.codecs.planted_codecs import PLANTED
from viewers.isolation.pool import Pool
from viewers.series.codecs.remote import WORKER_MODULE
from viewers.series.codecs.table import CODECS

PLANTED_MODULE = "tests.viewers.codecs.planted_codecs"


@pytest.fixture
def one_worker() -> Iterator[Pool]:
    """A pool whose answers come nearly in the order of its jobs: none waits for a slower worker."""
    with Pool(workers=1, preload=[WORKER_MODULE]) as made:
        yield made


@pytest.fixture(scope="module")
def codec_pool() -> Iterator[Pool]:
    """Two workers with codecs, and codecs that misbehave under transfer syntaxes of their own."""
    with pytest.MonkeyPatch.context() as patch, Pool(workers=2, preload=[WORKER_MODULE, PLANTED_MODULE]) as made:
        for uid, codec in PLANTED.items():
            patch.setitem(CODECS, uid, codec)
        yield made
