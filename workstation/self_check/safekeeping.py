"""Checks of safekeeping: an encrypted store is made, written, closed and opened again; where its key would rest."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.self_check.bench import Bench
from workstation.self_check.check import Check, Wrong, same

if TYPE_CHECKING:
    from workstation.cases.case import Case

PASSPHRASE = "thrown away"  # noqa: S105 - of a store that lives for a second
CANARY = b"CANARY-of-the-self-check"
SQLITE_NEEDED = (3, 51, 3)
LARGE = 300_000


def checks(bench: Bench) -> Sequence[Check]:
    """SQLite, the store, the keyring."""
    return (
        Check(name="SQLite", run=_sqlite),
        Check(name="encrypted store", run=lambda: _store(bench.folder / "store")),
        Check(name="key of the store", run=_keyring),
    )


def _sqlite() -> str:
    """Older ones may lose committed pages (WAL reset, 3.7.0 to 3.51.2)."""
    from workstation.storage.database import sqlite_version

    found = sqlite_version()
    words = ".".join(map(str, found))
    if found < SQLITE_NEEDED:
        raise Wrong(f"SQLite {words} may lose committed pages; 3.51.3 is needed")
    return f"{words} inside SQLCipher"


def _store(folder: Path) -> str:
    """Written, closed, opened with the passphrase alone; nothing readable lies on the disk, a wrong key is refused."""
    from workstation.storage.failures import WrongPassphrase
    from workstation.storage.store import create, unlock

    content = CANARY * (LARGE // len(CANARY))
    opened = create(folder, passphrase=PASSPHRASE, find_keyring=_none)
    try:
        opened.texts.put("canary", CANARY.decode())
    finally:
        opened.close()
    _packs(folder, content)
    try:
        unlock(folder, passphrase="wrong", find_keyring=_none).close()  # noqa: S106 - that is the point
    except WrongPassphrase:
        pass
    else:
        raise Wrong("a wrong passphrase opened the store")
    plain = [file.name for file in folder.rglob("*") if file.is_file() and CANARY in file.read_bytes()]
    if plain:
        raise Wrong(f"readable on the disk: {', '.join(plain)}")
    return f"{len(content) // 1000} KB written, closed, read again; nothing of it is readable on the disk"


def _packs(folder: Path, content: bytes) -> None:
    """An instance received by one run of the store is read by the next."""
    from workstation.storage.store import unlock

    first = unlock(folder, passphrase=PASSPHRASE, find_keyring=_none)
    try:
        first.cases.put(_case())
        writing = first.cases.receive("self-check", "2.25.1", "2.25.2")
        writing.write(content)
        writing.commit(None)
    finally:
        first.close()
    again = unlock(folder, passphrase=PASSPHRASE, find_keyring=_none)
    try:
        same("the kept text", again.texts.get("canary"), CANARY.decode())
        same("the case", again.cases.get("self-check"), _case())
        if again.cases.instances("self-check").read("2.25.1") != content:
            raise Wrong("what is read is not what was written")
        again.cases.forget_images("self-check")
    finally:
        again.close()


def _keyring() -> str:
    """The keyring that would hold the key; without an allowed one the passphrase is asked at every start."""
    from workstation.storage.keyring import find

    backend = find("self-check")
    return f"in {backend.name}, and under the passphrase" if backend else "no allowed keyring here: passphrase only"


def _none(_account: str) -> None:
    return None


def _case() -> "Case":
    from workstation.cases.case import Case, CaseState, Patient, Scenario

    nobody = Patient(name="Nobody", family="", given=(), birth_date=None, sex="", identifiers=())
    return Case(
        id="self-check",
        version="1",
        state=CaseState.ACCEPTED,
        title="Self-check",
        scenario=Scenario.CANCER,
        specialty="",
        deadline=None,
        priority="",
        patient=nobody,
        patient_reference="",
        owner="",
        service_request="",
    )
