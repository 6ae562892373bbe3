"""The shelf of FHIR resources: every version kept, the newest found by its terms."""

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from workstation.sandbox.database import Database
from workstation.sandbox.fhir.outcome import FhirRefused
from workstation.sandbox.fhir.parameters import PARAMETERS, terms

Resource = dict[str, Any]


class Shelf:
    """Resources by type and id. Methods that write may be called inside ``database.transaction()``."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.database = database
        self._now = now

    def read(self, kind: str, identity: str, version: int | None = None) -> Resource | None:
        """The newest version, or the one asked for; None where there is none."""
        with self.database.transaction() as connection:
            row = connection.execute(
                "SELECT body FROM resource WHERE type = ? AND id = ? AND version = COALESCE(?, (SELECT version FROM"
                " current WHERE type = ? AND id = ?))",
                (kind, identity, version, kind, identity),
            ).fetchone()
        return json.loads(row[0]) if row else None

    def history(self, kind: str, identity: str) -> list[Resource]:
        """Every version, the newest first."""
        with self.database.transaction() as connection:
            rows = connection.execute(
                "SELECT body FROM resource WHERE type = ? AND id = ? ORDER BY version DESC", (kind, identity)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def create(self, resource: Mapping[str, Any]) -> Resource:
        """Store as version 1 under a new id."""
        return self._store({**resource, "id": str(uuid.uuid4())}, 1)

    def update(self, resource: Mapping[str, Any], *, expected: int | None = None) -> Resource:
        """Store the next version under the resource's own id, which may be new.

        Args:
            resource: with ``id``.
            expected: the version the writer saw; None when they did not say.

        Raises:
            FhirRefused: 412, another version is current.
        """
        with self.database.transaction() as connection:
            found = self._version(connection, resource["resourceType"], resource["id"])
            if expected is not None and expected != found:
                raise FhirRefused(412, "conflict", f"The current version is {found}, not {expected}. Read it again.")
            return self._store(dict(resource), found + 1)

    def version(self, kind: str, identity: str) -> int:
        """The current version, 0 where there is none."""
        with self.database.transaction() as connection:
            return self._version(connection, kind, identity)

    def _version(self, connection: sqlite3.Connection, kind: str, identity: str) -> int:
        row = connection.execute("SELECT version FROM current WHERE type = ? AND id = ?", (kind, identity)).fetchone()
        return int(row[0]) if row else 0

    def _store(self, resource: Resource, version: int) -> Resource:
        kind, identity = resource["resourceType"], resource["id"]
        if kind not in PARAMETERS:
            raise FhirRefused(404, "not-supported", f"This service keeps no {kind}.")
        with self.database.transaction() as connection:
            updated = self._instant(connection)
            meta = {**resource.get("meta", {}), "versionId": str(version), "lastUpdated": updated}
            stored = {"resourceType": kind, "id": identity, "meta": meta} | {
                key: value for key, value in resource.items() if key not in {"resourceType", "id", "meta"}
            }
            body = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
            connection.execute("INSERT INTO resource VALUES (?, ?, ?, ?, ?)", (kind, identity, version, updated, body))
            connection.execute("REPLACE INTO current VALUES (?, ?, ?, ?)", (kind, identity, version, updated))
            connection.execute("DELETE FROM term WHERE type = ? AND id = ?", (kind, identity))
            rows = [(kind, identity, parameter, value) for parameter, value in set(terms(stored))]
            connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?)", rows)
        return stored

    def _instant(self, connection: sqlite3.Connection) -> str:
        # Strictly increasing, so that a cursor on _lastUpdated never has to break a tie.
        last = connection.execute("SELECT MAX(updated) FROM current").fetchone()[0]
        now = self._now().astimezone(UTC)
        if last is not None:
            now = max(now, datetime.fromisoformat(last) + timedelta(milliseconds=1))
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
