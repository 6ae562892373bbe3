"""Shelves in memory: working ports that forget everything with the process."""

import hashlib
from collections.abc import Mapping, Sequence

from workstation.cases.case import Case
from workstation.cases.ports import Received, ReceivedState
from workstation.outbox.parcel import Parcel
from workstation.storage.failures import DiskFull


class FakeTokenShelf:
    """Small texts by name."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.texts.get(name)

    def put(self, name: str, value: str) -> None:
        self.texts[name] = value

    def remove(self, name: str) -> None:
        self.texts.pop(name, None)


class FakeAuditTrail:
    """Every record in order."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str]] = []

    def record(self, event: str, *, case_id: str = "", detail: str = "") -> None:
        self.entries.append((event, case_id, detail))

    def verify(self) -> int:
        return len(self.entries)

    @property
    def events(self) -> list[str]:
        return [event for event, _, _ in self.entries]


class FakeWriting:
    """An item being received; ``room`` is what is left on the disk of the shelf."""

    def __init__(self, shelf: "FakeCaseShelf", case_id: str, key: str, series_uid: str) -> None:
        self._shelf, self._case_id, self._key, self._series_uid = shelf, case_id, key, series_uid
        self._content = bytearray()

    def write(self, piece: bytes) -> None:
        if self._shelf.room is not None:
            if len(piece) > self._shelf.room:
                raise DiskFull(28, "full")
            self._shelf.room -= len(piece)
        self._content += piece

    def commit(
        self,
        header: Mapping[str, object] | None,
        *,
        state: ReceivedState = ReceivedState.PRESENT,
        reason: str = "",
    ) -> Received:
        content = bytes(self._content)
        received = Received(
            key=self._key,
            series_uid=self._series_uid,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            state=state,
            reason=reason,
        )
        self._shelf.items[self._case_id, self._key] = (received, header, content)
        return received

    def discard(self) -> None:
        self._content.clear()
        self._shelf.discarded += 1


class FakeInstances:
    """The stored items of one case as a source; only the present ones are named."""

    def __init__(self, shelf: "FakeCaseShelf", case_id: str) -> None:
        self._shelf, self._case_id = shelf, case_id

    def keys(self) -> Sequence[str]:
        here = self._shelf.received(self._case_id)
        return [one.key for one in here if one.state is ReceivedState.PRESENT and one.series_uid]

    def holds(self, key: str) -> bool:
        return key in self.keys()

    def header(self, key: str) -> Mapping[str, object] | None:
        return self._shelf.items[self._case_id, key][1]

    def size(self, key: str) -> int:
        return len(self._shelf.items[self._case_id, key][2])

    def read(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        content = self._shelf.items[self._case_id, key][2]
        return content[offset:] if length is None else content[offset : offset + length]


class FakeCaseShelf:
    """Cases, items and small texts in dictionaries; ``room`` bytes until the disk is full (None: never)."""

    def __init__(self, *, room: int | None = None) -> None:
        self.cases: dict[str, Case] = {}
        self.items: dict[tuple[str, str], tuple[Received, Mapping[str, object] | None, bytes]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.forgotten: list[str] = []
        self.room = room
        self.discarded = 0

    def put(self, case: Case) -> None:
        self.cases[case.id] = case

    def get(self, case_id: str) -> Case | None:
        return self.cases.get(case_id)

    def all(self) -> Sequence[Case]:
        return list(self.cases.values())

    def receive(self, case_id: str, key: str, series_uid: str, *, document: bool = False) -> FakeWriting:
        assert document == (series_uid == "")
        return FakeWriting(self, case_id, key, series_uid)

    def received(self, case_id: str) -> Sequence[Received]:
        return [received for (case, _), (received, _, _) in sorted(self.items.items()) if case == case_id]

    def instances(self, case_id: str) -> FakeInstances:
        return FakeInstances(self, case_id)

    def document(self, case_id: str, document_id: str) -> bytes:
        return self.items[case_id, document_id][2]

    def remember(self, case_id: str, name: str, value: str) -> None:
        self.texts[case_id, name] = value

    def remembered(self, case_id: str, name: str) -> str | None:
        return self.texts.get((case_id, name))

    def forget_images(self, case_id: str) -> None:
        self.forgotten.append(case_id)
        self.items = {key: value for key, value in self.items.items() if key[0] != case_id}


class FakeParcelShelf:
    """Parcels by id, and every state each was ever put in."""

    def __init__(self, *parcels: Parcel) -> None:
        self.parcels: dict[str, Parcel] = {one.id: one for one in parcels}
        self.history: list[Parcel] = []

    def put(self, parcel: Parcel) -> None:
        self.parcels[parcel.id] = parcel
        self.history.append(parcel)

    def get(self, parcel_id: str) -> Parcel | None:
        return self.parcels.get(parcel_id)

    def all(self) -> Sequence[Parcel]:
        return list(self.parcels.values())
