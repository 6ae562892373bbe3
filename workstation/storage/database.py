"""The encrypted database: one connection, one writer, every commit on the disk before it returns."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workstation.storage import ballast
from workstation.storage.failures import Damaged, Defect, DiskFull, NewerStore, WrongPassphrase
from workstation.storage.migrations import SCHEMA, STEPS

# Below it the WAL-reset corruption of SQLite 3.7.0-3.51.2 can lose committed pages.
_OLDEST_SQLITE = (3, 51, 3)
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",  # KiB: a case of thousands of images stays decrypted while it is opened
    "PRAGMA cipher_memory_security = ON",
)


class Database:
    """A connection to ``store.db``; use it from any thread.

    Args:
        path: the database file; made, with the newest schema, when absent.
        key: 32 bytes, used raw.

    Raises:
        WrongPassphrase: the key does not open the file.
        NewerStore: a newer program wrote it.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._lock = threading.RLock()
        self._connection = _connect(path, key)
        if self._schema() != SCHEMA:
            self._migrate()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        with self._lock, _translated():
            found: list[tuple[Any, ...]] = self._connection.execute(query, tuple(values)).fetchall()
            return found

    @property
    def changes(self) -> int:
        """Rows changed by this connection, the only one that writes, since it was opened."""
        with self._lock:
            return int(self._connection.total_changes)

    @contextmanager
    def transaction(self) -> Iterator["Statements"]:
        """One durable transaction: on the disk when the block ends, undone when it raises."""
        with self._lock, _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Statements(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def write(self, statement: str, values: Sequence[object] = ()) -> None:
        """One statement as one durable transaction; a full disk is answered once with the ballast."""
        self.durably(lambda statements: statements.run(statement, values))

    def durably(self, work: Callable[["Statements"], object]) -> None:
        """Several statements as one durable transaction; a full disk is answered once with the ballast."""
        try:
            with self.transaction() as statements:
                work(statements)
        except DiskFull:
            if not ballast.release(self._path.parent):
                raise
            with self.transaction() as statements:
                work(statements)

    def erase_traces(self) -> None:
        """Overwrite what was deleted: secure_delete zeroed the pages, this empties the log that still holds them."""
        with self._lock, _translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connection; the log is folded in."""
        with self._lock:
            self._connection.close()

    def _schema(self) -> int:
        version = int(self.rows("PRAGMA user_version")[0][0])
        if version > SCHEMA:
            raise NewerStore(
                "This data folder was written by a newer version of the program. Nothing was changed; "
                "install that version, or choose another folder."
            )
        return version

    def _migrate(self) -> None:
        """Migrate a copy in one transaction, then swap; the copy before stays as ``store.db.previous``."""
        version = self._schema()
        if version == 0:
            _take_steps(self._connection, 0)
            return
        self.erase_traces()
        self._connection.close()
        copy = self._path.with_suffix(".migrating")
        shutil.copyfile(self._path, copy)
        migrated = _connect(copy, self._key)
        _take_steps(migrated, version)
        migrated.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        migrated.close()
        shutil.copyfile(self._path, self._path.with_suffix(".previous"))
        copy.replace(self._path)
        self._connection = _connect(self._path, self._key)


class Statements:
    """What may be done inside a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one statement; returns the last inserted row id."""
        return int(self._connection.execute(statement, tuple(values)).lastrowid or 0)


def sqlite_version() -> tuple[int, ...]:
    """Version of the SQLite inside SQLCipher."""
    from sqlcipher3 import dbapi2

    return tuple(int(part) for part in dbapi2.sqlite_version.split("."))


def _connect(path: Path, key: bytes) -> Any:
    from sqlcipher3 import dbapi2

    if sqlite_version() < _OLDEST_SQLITE:
        raise Defect("SQLCipher's SQLite is older than 3.51.3 and may lose committed pages")
    connection = dbapi2.connect(str(path), check_same_thread=False, isolation_level=None, timeout=30.0)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except dbapi2.DatabaseError:
        connection.close()
        raise WrongPassphrase("This key does not open the store. Nothing was changed; try again.") from None
    for pragma in _PRAGMAS:
        connection.execute(pragma).fetchall()
    return connection


def _take_steps(connection: Any, done: int) -> None:
    steps = "".join(STEPS[done:])
    connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {SCHEMA}; COMMIT;")


@contextmanager
def _translated() -> Iterator[None]:
    from sqlcipher3 import dbapi2

    try:
        yield
    except dbapi2.OperationalError as failure:
        if "full" in str(failure):
            raise DiskFull(28, "The disk is full. What was saved before is kept; make room and try again.") from None
        raise Damaged(
            5, "The disk refused the database. What was saved before is kept; check the disk and start again."
        ) from failure
    except dbapi2.DatabaseError as failure:
        raise Damaged(
            5, "The database file was changed outside the program. Restore it, or fetch the cases again."
        ) from (failure)
