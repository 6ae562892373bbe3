"""The audit chain: what was done and when, each entry bound to the one before."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from workstation.storage.database import Database, Statements
from workstation.storage.failures import Damaged

_START = "0" * 64


class AuditChain:
    """Append-only entries of ids and events; no patient text."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def record(self, event: str, *, case_id: str = "", detail: str = "") -> None:
        """Append one entry, durably."""
        at = self._clock().isoformat()

        def append(statements: Statements) -> None:
            last = self._database.rows("SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1")
            number, before = (last[0][0] + 1, last[0][1]) if last else (1, _START)
            chain = _link(before, number, at, event, case_id, detail)
            statements.run("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)", (number, at, event, case_id, detail, chain))

        self._database.durably(append)

    def verify(self) -> int:
        """Number of entries whose chain holds; raises ``Damaged`` naming the first that does not fit."""
        before, count = _START, 0
        for number, at, event, case_id, detail, chain in self._database.rows("SELECT * FROM audit ORDER BY number"):
            count += 1
            if number != count or _link(before, number, at, event, case_id, detail) != chain:
                raise Damaged(
                    5, f"The audit trail does not fit from entry {count} on. Keep the data folder and report it."
                )
            before = chain
        return count

    def entries(self, case_id: str) -> list[tuple[str, str, str]]:
        """(time, event, detail) of one case, oldest first."""
        rows = self._database.rows("SELECT at, event, detail FROM audit WHERE case_id = ? ORDER BY number", (case_id,))
        return [(str(at), str(event), str(detail)) for at, event, detail in rows]


def _link(before: str, *entry: object) -> str:
    return hashlib.sha256(json.dumps([before, *entry]).encode()).hexdigest()
