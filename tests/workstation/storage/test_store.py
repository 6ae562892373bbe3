import base64
import dataclasses
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.cases.case import Case, CaseState, Patient, Scenario
from workstation.cases.ports import ReceivedState
from workstation.outbox.parcel import Artefact, Parcel, ParcelState
from workstation.storage import keyring, store
from workstation.storage.database import Database
from workstation.storage.failures import Absent, Damaged, InUse, NewerStore, NoKey, WrongPassphrase
from workstation.storage.packs import CHUNK_BYTES
from workstation.storage.store import Store


def no_keyring(_account: str) -> None:
    return None


class MemoryBackend:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def a_case(case_id: str = "4711") -> Case:
    return Case(
        id=case_id,
        version="1",
        state=CaseState.ACCEPTED,
        title="CT chest",
        scenario=Scenario.CANCER,
        specialty="radiology",
        deadline=datetime(2026, 11, 26, tzinfo=UTC),
        priority="urgent",
        patient=Patient(
            name="Canary Yellowfeather",
            family="Yellowfeather",
            given=("Canary",),
            birth_date=None,
            sex="female",
            identifiers=(("urn:x", "PID-CANARY-1"),),
        ),
        patient_reference="Patient/1",
        owner="Practitioner/1",
        service_request="ServiceRequest/1",
    )


def receive(opened: Store, key: str, content: bytes, case_id: str = "4711") -> None:
    writing = opened.cases.receive(case_id, key, "1.2.3")
    for start in range(0, len(content), 100_000):
        writing.write(content[start : start + 100_000])
    writing.commit({"PatientName": "Canary^Yellowfeather"})


def test_a_case_comes_back_as_it_was_put(opened: Store) -> None:
    opened.cases.put(a_case())
    assert opened.cases.get("4711") == a_case()
    assert opened.cases.all() == [a_case()]
    assert opened.cases.get("other") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    size=st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 700_001]),
    cut=st.tuples(st.integers(0, 800_000), st.integers(0, 800_000)),
)
def test_any_range_of_an_instance_reads_as_received(opened: Store, size: int, cut: tuple[int, int]) -> None:
    content = hashlib.shake_128(str(size).encode()).digest(size)
    opened.cases.put(a_case())
    receive(opened, "1.2.3.4", content)
    source = opened.cases.instances("4711")
    offset, length = cut
    assert source.read("1.2.3.4") == content
    assert source.read("1.2.3.4", offset, length) == content[offset : offset + length]
    place = bytearray(length)
    assert place[: source.read_into("1.2.3.4", offset, memoryview(place))] == content[offset : offset + length]
    assert source.size("1.2.3.4") == size


def test_what_was_received_survives_closing_and_unlocking(tmp_path: Path) -> None:
    first = store.create(tmp_path, passphrase="p", find_keyring=no_keyring)
    first.cases.put(a_case())
    receive(first, "1.2.3.4", b"pixels" * 100_000)
    first.close()
    again = store.unlock(tmp_path, passphrase="p", find_keyring=no_keyring)
    assert again.cases.instances("4711").read("1.2.3.4", 6, 6) == b"pixels"
    assert again.cases.instances("4711").header("1.2.3.4") == {"PatientName": "Canary^Yellowfeather"}
    again.close()


def test_an_uncommitted_item_is_not_there_and_its_pack_is_swept(tmp_path: Path) -> None:
    first = store.create(tmp_path, passphrase="p", find_keyring=no_keyring)
    first.cases.put(a_case())
    first.cases.receive("4711", "1.2.3.4", "1.2.3").write(bytes(2 * CHUNK_BYTES))
    assert first.cases.instances("4711").keys() == []
    first.close()
    assert list((tmp_path / "packs").rglob("*.pack"))
    store.unlock(tmp_path, passphrase="p", find_keyring=no_keyring).close()
    assert not list((tmp_path / "packs").rglob("*.pack"))


def test_a_source_in_use_follows_every_change_of_the_store(opened: Store) -> None:
    opened.cases.put(a_case())
    for key in ("1.2.1", "1.2.2"):
        receive(opened, key, key.encode() * 9)
    source = opened.cases.instances("4711")
    for _ in range(3):
        assert [source.read(key) for key in ("1.2.1", "1.2.2")] == [b"1.2.1" * 9, b"1.2.2" * 9]
    receive(opened, "1.2.1", b"another")
    receive(opened, "1.2.3", b"new")
    for _ in range(3):
        assert [source.read(key) for key in ("1.2.1", "1.2.2", "1.2.3")] == [b"another", b"1.2.2" * 9, b"new"]
    opened.cases.forget_images("4711")
    for _ in range(3):
        with pytest.raises(Absent):
            source.read("1.2.2")


def test_quarantined_instances_are_listed_but_not_offered(opened: Store) -> None:
    opened.cases.put(a_case())
    writing = opened.cases.receive("4711", "1.2.9", "1.2.3")
    writing.write(b"someone else")
    writing.commit(None, state=ReceivedState.QUARANTINED, reason="another patient")
    assert opened.cases.instances("4711").keys() == []
    (received,) = opened.cases.received("4711")
    assert (received.state, received.reason) == (ReceivedState.QUARANTINED, "another patient")


def test_every_flipped_byte_of_a_pack_is_noticed(opened: Store) -> None:
    opened.cases.put(a_case())
    receive(opened, "1.2.3.4", b"x" * 5000)
    opened._room.close()
    (pack,) = opened.folder.rglob("*.pack")
    whole = pack.read_bytes()
    for position in range(0, len(whole), 37):
        pack.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(Damaged):
            opened.cases.instances("4711").read("1.2.3.4")
        place = bytearray(5000)
        with pytest.raises(Damaged):
            opened.cases.instances("4711").read_into("1.2.3.4", 0, memoryview(place))
        assert not any(place)
        opened._room.close()
    pack.write_bytes(whole)
    assert opened.cases.instances("4711").read("1.2.3.4") == b"x" * 5000


def test_a_chunk_of_one_item_does_not_open_as_another(opened: Store) -> None:
    opened.cases.put(a_case())
    receive(opened, "1.2.1", b"first patient")
    receive(opened, "1.2.2", b"other patient")
    rows = opened._database.rows("SELECT places FROM items WHERE key = '1.2.1'")
    opened._database.write("UPDATE items SET places = ? WHERE key = '1.2.2'", rows[0])
    with pytest.raises(Damaged):
        opened.cases.instances("4711").read("1.2.2")


def test_forgetting_destroys_key_and_packs_and_keeps_parcels_and_audit(opened: Store) -> None:
    opened.cases.put(a_case())
    receive(opened, "1.2.3.4", b"pixels")
    opened.parcels.put(a_parcel())
    opened.audit.record("delivered", case_id="4711")
    opened.cases.forget_images("4711")
    assert not list(opened.folder.rglob("*.pack"))
    assert opened._database.rows("SELECT wrapped_key FROM cases") == [(None,)]
    with pytest.raises(Absent):
        opened.cases.instances("4711").read("1.2.3.4")
    assert opened.parcels.get("p1") == a_parcel()
    assert opened.audit.verify() == 1
    receive(opened, "1.2.3.4", b"pixels again")
    assert opened.cases.instances("4711").read("1.2.3.4") == b"pixels again"


def a_parcel() -> Parcel:
    content = b"%PDF signed"
    artefact = Artefact(
        name="opinion.pdf",
        content_type="application/pdf",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return Parcel(
        id="p1",
        case_id="4711",
        case_version="3",
        opinion_digest="d",
        revision=1,
        state=ParcelState.SIGNED,
        artefacts=(artefact,),
        journal=(("t", "sign", "done"),),
    )


def test_a_line_in_the_journal_of_a_parcel_does_not_write_its_megabytes_again(opened: Store) -> None:
    content, signed = os.urandom(3 << 20), a_parcel().artefacts[0]
    large = dataclasses.replace(
        a_parcel(),
        bundle=base64.b85encode(os.urandom(3 << 20)).decode(),
        artefacts=(dataclasses.replace(signed, content=content, sha256=hashlib.sha256(content).hexdigest()),),
    )
    opened.parcels.put(large)
    log = opened.folder / "store.db-wal"
    before = log.stat().st_size
    assert before > 6 << 20
    opened._database.erase_traces()  # the log is empty now
    noted = dataclasses.replace(large, journal=(("2026-11-24T09:00:00+00:00", "queue", "begin"),))
    opened.parcels.put(noted)
    assert log.stat().st_size < 100_000
    assert opened.parcels.get("p1") == noted
    changed = dataclasses.replace(noted, bundle="{}")
    opened.parcels.put(changed)
    assert opened.parcels.get("p1") == changed


def test_a_parcel_keeps_its_bytes_and_a_changed_one_is_not_sent(opened: Store) -> None:
    opened.parcels.put(a_parcel())
    opened.parcels.put(dataclasses.replace(a_parcel(), state=ParcelState.QUEUED))
    assert opened.parcels.get("p1") == dataclasses.replace(a_parcel(), state=ParcelState.QUEUED)
    assert opened.parcels.get("p2") is None
    opened._database.write("UPDATE artefacts SET content = ?", (b"%PDF forged",))
    with pytest.raises(Damaged):
        opened.parcels.all()


def test_an_older_draft_never_replaces_a_newer(opened: Store) -> None:
    opened.drafts.put("4711", 7, "newer")
    opened.drafts.put("4711", 6, "older")
    assert opened.drafts.get("4711") == (7, "newer")
    assert opened.drafts.get("none") is None


def test_key_pictures_are_kept_by_digest(opened: Store) -> None:
    digest = hashlib.sha256(b"png").hexdigest()
    opened.drafts.put_picture("4711", digest, b"png")
    assert opened.drafts.picture("4711", digest) == b"png"
    with pytest.raises(Absent):
        opened.drafts.picture("4711", "0" * 64)


def test_texts_are_kept_replaced_and_removed(opened: Store) -> None:
    opened.texts.put("token", "a")
    opened.texts.put("token", "b")
    assert opened.texts.get("token") == "b"
    opened.texts.remove("token")
    assert opened.texts.get("token") is None


def test_an_audit_entry_that_was_changed_breaks_the_chain(opened: Store) -> None:
    for event in ("opened", "signed", "delivered"):
        opened.audit.record(event, case_id="4711")
    assert opened.audit.verify() == 3
    assert [event for _, event, _ in opened.audit.entries("4711")] == ["opened", "signed", "delivered"]
    opened._database.write("UPDATE audit SET event = 'deleted' WHERE number = 2")
    with pytest.raises(Damaged, match="entry 2"):
        opened.audit.verify()


def test_nothing_of_a_case_is_readable_on_the_disk(opened: Store) -> None:
    opened.cases.put(a_case())
    receive(opened, "1.2.3.4", b"\0" * 128 + b"DICM" + b"Canary^Yellowfeather" * 50)
    opened.drafts.put("4711", 1, "draft about Yellowfeather")
    for path in opened.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"Yellowfeather" not in content
        assert b"PID-CANARY-1" not in content
        assert content[128:132] != b"DICM"
        assert b"SQLite format" not in content


def test_the_wrong_passphrase_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    store.create(tmp_path, passphrase="right", find_keyring=no_keyring).close()
    before = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(WrongPassphrase):
        store.unlock(tmp_path, passphrase="wrong", find_keyring=no_keyring)
    with pytest.raises(NoKey):
        store.unlock(tmp_path, find_keyring=no_keyring)
    assert (tmp_path / "keys.json").read_bytes() == before
    store.unlock(tmp_path, passphrase="right", find_keyring=no_keyring).close()


def test_keyring_and_passphrase_each_open_the_same_store(tmp_path: Path) -> None:
    backend = MemoryBackend()

    def find(account: str) -> keyring.OsKeyring:
        return keyring.OsKeyring(backend, account)

    store.create(tmp_path, passphrase="p", find_keyring=find).close()
    assert store.lockwork(tmp_path) == store.Lockwork(exists=True, by_keyring=True, by_passphrase=True)
    store.unlock(tmp_path, find_keyring=find).close()
    store.unlock(tmp_path, passphrase="p", find_keyring=no_keyring).close()
    backend.kept.clear()
    with pytest.raises(NoKey):
        store.unlock(tmp_path, find_keyring=find)


def test_a_plaintext_or_forgetful_backend_is_never_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert all(not name.startswith(("keyring.backends.null", "keyrings.alt")) for name, _ in keyring._ALLOWED)

    class Forgetful(MemoryBackend):
        def get_password(self, service: str, username: str) -> str | None:
            return None

    monkeypatch.setattr(keyring, "_backend", lambda _module, _name: Forgetful())
    assert keyring.find("x") is None
    monkeypatch.setattr(keyring, "_backend", lambda _module, _name: MemoryBackend())
    assert keyring.find("x") is not None


def test_changing_the_passphrase_rewraps_the_key_only(tmp_path: Path) -> None:
    store.create(tmp_path, passphrase="old", find_keyring=no_keyring).close()
    store.change_passphrase(tmp_path, old="old", new="new")
    with pytest.raises(WrongPassphrase):
        store.unlock(tmp_path, passphrase="old", find_keyring=no_keyring)
    store.unlock(tmp_path, passphrase="new", find_keyring=no_keyring).close()


def test_a_second_window_is_refused(opened: Store) -> None:
    with pytest.raises(InUse):
        store.unlock(opened.folder, passphrase="correct horse", find_keyring=no_keyring)


def test_a_store_of_a_newer_program_is_refused_and_untouched(tmp_path: Path) -> None:
    made = store.create(tmp_path, passphrase="p", find_keyring=no_keyring)
    made._database.write("PRAGMA user_version = 99")
    made.close()
    with pytest.raises(NewerStore):
        store.unlock(tmp_path, passphrase="p", find_keyring=no_keyring)


def test_an_older_schema_is_migrated_on_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, key = tmp_path / "store.db", bytes(32)
    Database(path, key).close()
    monkeypatch.setattr("workstation.storage.database.STEPS", ("", "CREATE TABLE added (x INTEGER) STRICT;"))
    monkeypatch.setattr("workstation.storage.database.SCHEMA", 2)
    migrated = Database(path, key)
    assert migrated.rows("SELECT * FROM added") == []
    assert migrated.rows("PRAGMA user_version") == [(2,)]
    assert migrated.rows("PRAGMA journal_mode") == [("wal",)]
    migrated.close()
    assert (tmp_path / "store.previous").exists()


def test_commits_are_full_and_in_the_log(opened: Store) -> None:
    assert opened._database.rows("PRAGMA synchronous") == [(2,)]
    assert opened._database.rows("PRAGMA journal_mode") == [("wal",)]
