"""The index of received items: what each is, its digest, its header, and which chunks of which pack hold it."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workstation.cases.ports import Received, ReceivedState
from workstation.storage.database import Database
from workstation.storage.packs import Place

_PLACE = struct.Struct(">IQI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One received item as the index knows it."""

    size: int
    sha256: str
    pack: int
    places: tuple[Place, ...]


class ItemIndex:
    """The items of every case; ``document`` tells documents from SOP instances."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        case_id: str,
        received: Received,
        header: Mapping[str, object] | None,
        places: Sequence[Place],
        *,
        pack: int,
        document: bool,
    ) -> None:
        """Name an item whose bytes are on the disk; an earlier one under the same key is replaced."""
        packed = b"".join(_PLACE.pack(place.number, place.offset, place.length) for place in places)
        what = (received.series_uid, received.size, received.sha256, received.state.value, received.reason)
        kept = None if header is None else json.dumps(header)
        self._database.write(
            "INSERT OR REPLACE INTO items (case_id, key, document, series_uid, size, sha256, state, reason, "
            "header, pack, places) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (case_id, received.key, int(document), *what, kept, pack, packed),
        )

    def find(self, case_id: str, key: str, *, document: bool) -> Item | None:
        """The item, or None."""
        query = "SELECT size, sha256, pack, places FROM items WHERE case_id = ? AND document = ? AND key = ?"
        for row in self._database.rows(query, (case_id, int(document), key)):
            return _item(*row)
        return None

    def all(self, case_id: str) -> dict[str, Item]:
        """Every instance of the case in one query: as fast as four single ones."""
        query = "SELECT key, size, sha256, pack, places FROM items WHERE case_id = ? AND document = 0"
        return {str(key): _item(*row) for key, *row in self._database.rows(query, (case_id,))}

    @property
    def changes(self) -> int:
        """A number that grows with every change to the database (one connection alone writes to it)."""
        return self._database.changes

    def received(self, case_id: str) -> list[Received]:
        """What has come of each item of the case so far, documents included."""
        query = "SELECT key, series_uid, size, sha256, state, reason FROM items WHERE case_id = ? ORDER BY key"
        return [
            Received(key=key, series_uid=series, size=size, sha256=sha256, state=ReceivedState(state), reason=reason)
            for key, series, size, sha256, state, reason in self._database.rows(query, (case_id,))
        ]

    def present(self, case_id: str) -> list[str]:
        """Keys of the instances that may be shown: not the quarantined, not the unreadable."""
        query = "SELECT key FROM items WHERE case_id = ? AND document = 0 AND state = 'present' ORDER BY key"
        return [str(key) for (key,) in self._database.rows(query, (case_id,))]

    def holds(self, case_id: str, key: str) -> bool:
        """Whether one instance may be shown, without a look at the others."""
        query = "SELECT 1 FROM items WHERE case_id = ? AND document = 0 AND key = ? AND state = 'present'"
        return bool(self._database.rows(query, (case_id, key)))

    def headers(self, case_id: str) -> dict[str, tuple[int, str | None]]:
        """(size, header as JSON text) of every instance of the case in one query: a case has thousands."""
        query = "SELECT key, size, header FROM items WHERE case_id = ? AND document = 0"
        return {str(key): (int(size), text) for key, size, text in self._database.rows(query, (case_id,))}


def _item(size: int, sha256: str, pack: int, packed: bytes) -> Item:
    places = tuple(Place(number=n, offset=o, length=k) for n, o, k in _PLACE.iter_unpack(packed))
    return Item(size=size, sha256=sha256, pack=pack, places=places)
