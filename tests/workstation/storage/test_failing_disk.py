"""A disk that is full or fails: what is called saved is there, what makes room always works, and work goes on after."""

import errno
import os
from pathlib import Path

import pytest

from tests.workstation.storage.test_store import a_case, no_keyring, receive
from workstation.storage import ballast, store
from workstation.storage.failures import Damaged, DiskFull, InUse
from workstation.storage.packs import CHUNK_BYTES
from workstation.storage.store import Store


def test_a_full_disk_refuses_images_and_the_ballast_still_saves_the_draft(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.cases.put(a_case())
    writing = opened.cases.receive("4711", "1.2.3.4", "1.2.3")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(DiskFull, match="make room and resume"):
            writing.write(bytes(2 * CHUNK_BYTES))
    assert opened.cases.instances("4711").keys() == []


def test_what_waited_for_a_failed_fsync_is_never_called_received_and_fetching_goes_on_in_a_new_pack(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.cases.put(a_case())
    receive(opened, "1.2.3.1", b"before")
    first, second = (opened.cases.receive("4711", key, "1.2.3") for key in ("1.2.3.2", "1.2.3.3"))
    second.write(b"appended before the failure")

    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails)
        with pytest.raises(Damaged, match="Input/output error"):
            first.commit(None)
    with pytest.raises(Damaged, match="did not take"):
        second.commit(None)
    receive(opened, "1.2.3.4", b"after")
    stored = opened.cases.instances("4711")
    assert stored.keys() == ["1.2.3.1", "1.2.3.4"]
    assert (stored.read("1.2.3.1"), stored.read("1.2.3.4")) == (b"before", b"after")


def test_images_are_forgotten_on_a_full_disk_for_that_makes_room(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.cases.put(a_case())
    receive(opened, "1.2.3.4", b"pixels")
    real, told = opened._database.transaction, []

    def full_at_first() -> object:
        if not told:
            told.append("full")
            raise DiskFull(28, "The disk is full.")
        return real()

    monkeypatch.setattr(opened._database, "transaction", full_at_first)
    opened.cases.forget_images("4711")
    assert not (opened.folder / "ballast").exists()
    assert opened._database.rows("SELECT wrapped_key FROM cases") == [(None,)]


def test_a_store_that_could_not_be_made_can_be_made_again_and_one_that_is_there_keeps_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store, "wrap_by_passphrase", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.create(tmp_path, passphrase="p", find_keyring=no_keyring)
    store.create(tmp_path, passphrase="p", find_keyring=no_keyring).close()
    keys = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(InUse, match="unlock it instead"):
        store.create(tmp_path, passphrase="q", find_keyring=no_keyring)
    assert (tmp_path / "keys.json").read_bytes() == keys
    store.unlock(tmp_path, passphrase="p", find_keyring=no_keyring).close()


def test_a_draft_is_saved_into_the_space_of_the_ballast(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def limit(pages: int) -> None:
        opened._database.rows(f"PRAGMA max_page_count = {pages}")

    real_release = ballast.release

    def make_room(folder: Path) -> bool:
        limit(100_000)
        return real_release(folder)

    opened.drafts.put("4711", 1, "first")
    limit(1)  # SQLite's own way of a full disk: no page beyond those there
    monkeypatch.setattr(ballast, "release", make_room)
    assert (opened.folder / "ballast").exists()
    opened.drafts.put("4711", 2, "long" * 100_000)
    assert opened.drafts.get("4711") == (2, "long" * 100_000)
    assert not (opened.folder / "ballast").exists()
    limit(1)
    with pytest.raises(DiskFull):
        opened.drafts.put("4711", 3, "longer" * 200_000)
    assert opened.drafts.get("4711") == (2, "long" * 100_000)
