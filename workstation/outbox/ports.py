"""Ports of delivery: the courier that carries, the shelf on which parcels rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workstation.outbox.parcel import Artefact, Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """What the service says of the case's Task now."""

    version: str
    status: str
    owner_is_me: bool
    material_digest: str


class Courier(Protocol):
    """Carries artefacts to the central service. Every method may raise the service's ``Refused`` tree."""

    def task(self, case_id: str) -> TaskView: ...
    def store(self, artefacts: Sequence[Artefact]) -> Mapping[str, str]:
        """STOW-RS; result per SOP UID: "" stored, else what the service said."""
        ...

    def read_back(self, artefact: Artefact) -> bytes | None:
        """The bytes the service now holds under the artefact's SOP UID, or None."""
        ...

    def commit(self, case_id: str, version: str, bundle: str) -> str:
        """Run the FHIR transaction (conditional creates, Task with If-Match); returns the new Task version."""
        ...

    def find(self, identifier: str, kinds: Sequence[str]) -> Mapping[str, bytes]:
        """What the service holds under our identifier: ``Type/id`` → canonical JSON bytes (empty: nothing).

        ``kinds`` are the resource types to search; with what is found come its Provenance and the Binaries it names.
        """
        ...


class ParcelShelf(Protocol):
    """Parcels at rest; each ``put`` is one durable transaction."""

    def put(self, parcel: Parcel) -> None: ...
    def get(self, parcel_id: str) -> Parcel | None: ...
    def all(self) -> Sequence[Parcel]: ...
