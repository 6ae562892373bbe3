"""Cases at rest: what the service said in the database, what was received in packs under the case's own key."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from workstation.cases.case import Case
from workstation.cases.ports import Received, Writing
from workstation.storage.database import Database
from workstation.storage.failures import Absent, Damaged
from workstation.storage.items import Item, ItemIndex
from workstation.storage.pack_room import PackRoom
from workstation.storage.packs import PackReader, Place, chunk_binding, item_binding, random_name
from workstation.storage.receiving import ItemWriting
from workstation.storage.records import from_text, to_text


class EncryptedCaseShelf:
    """Fulfils ``CaseShelf``; from any thread."""

    def __init__(self, database: Database, room: PackRoom) -> None:
        self._database = database
        self._room = room
        self._index = ItemIndex(database)

    def put(self, case: Case) -> None:
        """Keep what the service says of the case."""
        self._database.write(
            "INSERT INTO cases (id, body, folder) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (case.id, to_text(case), random_name()),
        )

    def get(self, case_id: str) -> Case | None:
        """The case, or None."""
        for (body,) in self._database.rows("SELECT body FROM cases WHERE id = ?", (case_id,)):
            return from_text(body, Case)
        return None

    def all(self) -> Sequence[Case]:
        """Every case at rest."""
        return [from_text(body, Case) for (body,) in self._database.rows("SELECT body FROM cases ORDER BY id")]

    def receive(self, case_id: str, key: str, series_uid: str, *, document: bool = False) -> Writing:
        """Begin to receive an item; what an earlier attempt left under the same key is replaced at ``commit``."""
        number, pack = self._room.writer(case_id)

        def keep(received: Received, header: Mapping[str, object] | None, places: Sequence[Place]) -> None:
            self._index.keep(case_id, received, header, places, pack=number, document=document)

        binding = item_binding(case_id, key, document=document)
        return ItemWriting(pack=pack, binding=binding, key=key, series_uid=series_uid, keep=keep)

    def received(self, case_id: str) -> Sequence[Received]:
        """What has come of each item so far, documents included."""
        return self._index.received(case_id)

    def instances(self, case_id: str) -> "StoredInstances":
        """The case's present instances as a ``FrameSource``."""
        return StoredInstances(case_id, self._index, self._room)

    def document(self, case_id: str, document_id: str) -> bytes:
        """A received document, compared with the digest recorded at receipt."""
        item = _found(self._index, case_id, document_id, document=True)
        binding = item_binding(case_id, document_id, document=True)
        content = _plain(self._room.reader(case_id, item.pack), item, binding, 0, item.size)
        if hashlib.sha256(content).hexdigest() != item.sha256:
            raise Damaged(5, "This document is not the one that was received. It is not shown; fetch the case again.")
        return content

    def remember(self, case_id: str, name: str, value: str) -> None:
        """Keep a small named text with the case."""
        self._database.write(
            "INSERT INTO remembered VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (case_id, name, value),
        )

    def remembered(self, case_id: str, name: str) -> str | None:
        """The named text, or None."""
        query = "SELECT value FROM remembered WHERE case_id = ? AND name = ?"
        for (value,) in self._database.rows(query, (case_id, name)):
            return str(value)
        return None

    def forget_images(self, case_id: str) -> None:
        """Destroy the case's key and its packs."""
        self._room.forget(case_id)


class StoredInstances:
    """The present instances of one case; fits the viewers' ``FrameSource`` by shape.

    Sizes and headers are as they stood when first asked for; what may be shown is asked each time, and where it lies
    is asked again after every change to the store.
    """

    def __init__(self, case_id: str, index: ItemIndex, room: PackRoom) -> None:
        self._case_id = case_id
        self._index = index
        self._room = room
        self._known: dict[str, tuple[int, str | None]] = {}
        self._places: tuple[int, dict[str, Item]] = (-1, {})
        self._seen = -1

    def keys(self) -> Sequence[str]:
        """SOP Instance UIDs of what may be shown."""
        return self._index.present(self._case_id)

    def holds(self, key: str) -> bool:
        """Whether this one may be shown."""
        return self._index.holds(self._case_id, key)

    def header(self, key: str) -> Mapping[str, object] | None:
        """The header mapping parsed at receipt, or None."""
        text = self._entry(key)[1]
        kept: Mapping[str, object] | None = None if text is None else json.loads(text)
        return kept

    def size(self, key: str) -> int:
        """Number of bytes."""
        return self._entry(key)[0]

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """Bytes exactly as received; only the chunks they lie in are decrypted, each authenticated.

        Raises:
            Absent, Damaged: both OSError.
        """
        item = self._item(key)
        end = item.size if length is None else min(item.size, offset + length)
        binding = item_binding(self._case_id, key, document=False)
        return _plain(self._room.reader(self._case_id, item.pack), item, binding, offset, end)

    def read_into(self, key: str, offset: int, into: memoryview) -> int:
        """As ``read``, straight into memory; returns how many bytes there were.

        Raises:
            Absent, Damaged: both OSError; ``into`` then holds nothing to be shown.
        """
        item = self._item(key)
        end = min(item.size, offset + len(into))
        binding = item_binding(self._case_id, key, document=False)
        room = into[: max(0, end - offset)]
        return _plain_into(self._room.reader(self._case_id, item.pack), item, binding, offset, room)

    def _item(self, key: str) -> Item:
        """Where the instance lies: asked alone while the store changes, with all of the case once it is still."""
        now = self._index.changes
        as_of, known = self._places
        if as_of != now and self._seen == now:
            known = self._index.all(self._case_id)
            self._places = (now, known)
        elif as_of != now:
            self._seen = now
            return _found(self._index, self._case_id, key, document=False)
        if key not in known:
            raise _absent()
        return known[key]

    def _entry(self, key: str) -> tuple[int, str | None]:
        if key not in self._known:
            self._known = self._index.headers(self._case_id)
        if key not in self._known:
            raise _absent()
        return self._known[key]


def _found(index: ItemIndex, case_id: str, key: str, *, document: bool) -> Item:
    item = index.find(case_id, key, document=document)
    if item is None:
        raise _absent()
    return item


def _absent() -> Absent:
    return Absent(2, "This item is not stored here. Fetch the case again to get it.")


def _plain(reader: PackReader, item: Item, binding: bytes, start: int, end: int) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for ordinal, place in enumerate(item.places):
        after = at + place.length
        if at < end and after > start:
            plain = reader.read(place, chunk_binding(binding, ordinal, last=ordinal == len(item.places) - 1))
            pieces.append(plain[max(0, start - at) : end - at])
        at = after
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _plain_into(reader: PackReader, item: Item, binding: bytes, start: int, into: memoryview) -> int:
    """As ``_plain``; chunks that are wanted whole are decrypted where they belong."""
    at, end = 0, start + len(into)
    for ordinal, place in enumerate(item.places):
        after = at + place.length
        if at < end and after > start:
            chunk = chunk_binding(binding, ordinal, last=ordinal == len(item.places) - 1)
            if start <= at and after <= end:
                reader.read_into(place, chunk, into[at - start : after - start])
            else:
                plain = reader.read(place, chunk)[max(0, start - at) : end - at]
                first = max(at, start) - start
                into[first : first + len(plain)] = plain
        at = after
    return len(into)
