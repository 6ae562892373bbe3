"""A store in a temporary folder, and a keyring that works only in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.storage import envelope, store
from workstation.storage.store import Store


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "_ARGON2ID", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})


def no_keyring(_account: str) -> None:
    return None


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    made = store.create(tmp_path / "data", passphrase="correct horse", find_keyring=no_keyring)
    yield made
    made.close()
