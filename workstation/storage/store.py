"""The store: everything of this computer's disk behind one key, from unlock to close."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workstation.storage import ballast, keyring
from workstation.storage.audit import AuditChain
from workstation.storage.case_shelf import EncryptedCaseShelf
from workstation.storage.database import Database
from workstation.storage.envelope import new_key, unwrap, unwrap_by_passphrase, wrap, wrap_by_passphrase
from workstation.storage.failures import InUse, NoKey
from workstation.storage.lock import FolderLock
from workstation.storage.pack_room import PackRoom
from workstation.storage.shelves import EncryptedDraftShelf, EncryptedParcelShelf, TextShelf

FindKeyring = Callable[[str], keyring.OsKeyring | None]
_KEYS = "keys.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockwork:
    """How a data folder can be opened: not at all yet (``exists`` False), by keyring, by passphrase."""

    exists: bool
    by_keyring: bool
    by_passphrase: bool


class Store:
    """Open shelves of one data folder; made by ``create`` and ``unlock``."""

    def __init__(self, folder: Path, lock: FolderLock, key: bytes, clock: Callable[[], datetime]) -> None:
        sealed = _read_keys(folder)["database"]
        self.folder = folder
        self._lock = lock
        self._database = Database(folder / "store.db", unwrap(base64.b64decode(str(sealed)), key, "database"))
        self._room = PackRoom(self._database, folder / "packs", key)
        self._room.sweep()
        self.cases = EncryptedCaseShelf(self._database, self._room)
        self.drafts = EncryptedDraftShelf(self._database)
        self.parcels = EncryptedParcelShelf(self._database)
        self.texts = TextShelf(self._database)
        self.audit = AuditChain(self._database, clock)
        self.has_ballast = ballast.lay_down(folder)

    def close(self) -> None:
        """Close everything and let go of the folder; keys go with it."""
        self._room.close()
        self._database.close()
        self._lock.release()


def lockwork(folder: Path) -> Lockwork:
    """How the folder can be opened, without opening it."""
    if not (folder / _KEYS).exists():
        return Lockwork(exists=False, by_keyring=False, by_passphrase=False)
    keys = _read_keys(folder)
    return Lockwork(exists=True, by_keyring=bool(keys.get("keyring")), by_passphrase=bool(keys.get("passphrase")))


def create(
    folder: Path,
    *,
    passphrase: str,
    find_keyring: FindKeyring = keyring.find,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Store:
    """A new store. Its key is wrapped twice where an allowed keyring exists: in the keyring and under the passphrase.

    Raises:
        InUse: another program holds the folder, or made a store in it meanwhile.
        DiskFull: there is no room.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "packs").mkdir(mode=0o700, exist_ok=True)
    lock = FolderLock(folder)
    try:
        return _created(folder, lock, passphrase, find_keyring, clock)
    except BaseException:
        lock.release()
        raise


def _created(
    folder: Path, lock: FolderLock, passphrase: str, find_keyring: FindKeyring, clock: Callable[[], datetime]
) -> Store:
    if (folder / _KEYS).exists():  # its keys would be lost, and all that they open
        raise InUse("Another window made this data folder just now. Nothing was changed; unlock it instead.")
    key, account = new_key(), secrets.token_hex(8)
    os_keyring = find_keyring(account)
    if os_keyring is not None:
        os_keyring.keep(key)
    _write_keys(
        folder,
        {
            "version": 1,
            "account": account,
            "keyring": os_keyring.name if os_keyring else None,
            "passphrase": wrap_by_passphrase(key, passphrase),
            "database": base64.b64encode(wrap(new_key(), key, "database")).decode(),
        },
    )
    return Store(folder, lock, key, clock)


def unlock(
    folder: Path,
    *,
    passphrase: str | None = None,
    find_keyring: FindKeyring = keyring.find,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Store:
    """Open a store; needs no network. Without a passphrase the key comes from the keyring.

    Raises:
        WrongPassphrase, NoKey, InUse, NewerStore: with what to do next; nothing was changed.
    """
    keys = _read_keys(folder)
    key = _key(keys, passphrase, find_keyring)
    lock = FolderLock(folder)
    try:
        return Store(folder, lock, key, clock)
    except BaseException:
        lock.release()
        raise


def change_passphrase(folder: Path, *, old: str, new: str) -> None:
    """Wrap the key anew; images and database stay as they are."""
    keys = _read_keys(folder)
    key = _key(keys, old, keyring.find)
    _write_keys(folder, {**keys, "passphrase": wrap_by_passphrase(key, new)})


def _key(keys: Mapping[str, object], passphrase: str | None, find_keyring: FindKeyring) -> bytes:
    sealed = keys.get("passphrase")
    if passphrase is not None and isinstance(sealed, dict):
        return unwrap_by_passphrase(sealed, passphrase)
    backend = find_keyring(str(keys["account"])) if keys.get("keyring") else None
    key = backend.key() if backend else None
    if key is None:
        raise NoKey(
            "The keyring of this computer does not hold the store's key. Nothing was changed; use the passphrase."
        )
    return key


def _read_keys(folder: Path) -> dict[str, object]:
    keys: dict[str, object] = json.loads((folder / _KEYS).read_text("utf-8"))
    return keys


def _write_keys(folder: Path, keys: Mapping[str, object]) -> None:
    """Written beside, synced, renamed, synced: never half a file of keys."""
    beside = folder / f"{_KEYS}.new"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(keys, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / _KEYS)
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
