"""The service's one SQLite database: a connection, a lock, and transactions that roll back."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS resource (
    type TEXT, id TEXT, version INTEGER, updated TEXT, body TEXT, PRIMARY KEY (type, id, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS current (
    type TEXT, id TEXT, version INTEGER, updated TEXT, PRIMARY KEY (type, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS current_by_time ON current (type, updated, id);
CREATE TABLE IF NOT EXISTS term (type TEXT, id TEXT, parameter TEXT, value TEXT);
CREATE INDEX IF NOT EXISTS term_by_value ON term (type, parameter, value);
CREATE INDEX IF NOT EXISTS term_by_id ON term (type, id);
CREATE TABLE IF NOT EXISTS instance (
    sop TEXT PRIMARY KEY, series TEXT, study TEXT, number INTEGER, path TEXT, size INTEGER, sha256 TEXT, syntax TEXT,
    attributes TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS instance_by_series ON instance (study, series, number, sop);
CREATE TABLE IF NOT EXISTS token (
    digest TEXT PRIMARY KEY, kind TEXT, family TEXT, username TEXT, scope TEXT, expires REAL, used INTEGER DEFAULT 0,
    detail TEXT DEFAULT '') WITHOUT ROWID;
"""


class Database:
    """One connection shared by the service's threads, used by one of them at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing of it; joins a transaction that is already open in this thread."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()
