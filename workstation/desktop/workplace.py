"""The workplace: what an unlocked window works with, and the gate that opens it; ``bootstrap`` makes both."""

import json
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.cases.ports import AuditTrail, CaseShelf, CaseSource, Specialist, TokenShelf
from workstation.outbox.ports import Courier

if TYPE_CHECKING:  # the nouns of the port: whoever hands them over has imported them
    from viewers.isolation.pool import Pool
    from workstation.opinions.drafts import DraftShelf
    from workstation.opinions.freezing import Frozen
    from workstation.outbox.parcel import Artefact, Parcel
    from workstation.outbox.ports import ParcelShelf
    from workstation.settings.choices import Choices
    from workstation.signing.credential import Credential
    from workstation.signing.stages import Signed
    from workstation.storage.store import Lockwork

SPECIALIST = "specialist"


class Service(CaseSource, Courier, Protocol):
    """The central service, as source of cases and as courier of opinions."""

    @property
    def clock_skew(self) -> timedelta | None:
        """The service's clock minus this computer's; None before it answered."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Shelves(Protocol):
    """An open store."""

    @property
    def cases(self) -> CaseShelf:
        """Cases with their images and documents."""
        ...

    @property
    def drafts(self) -> "DraftShelf":
        """Opinions being written."""
        ...

    @property
    def parcels(self) -> "ParcelShelf":
        """What is signed."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """What was done."""
        ...

    @property
    def texts(self) -> TokenShelf:
        """Tokens and settings."""
        ...

    def close(self) -> None:
        """Close; keys go with it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Which credential to unlock, and its secret.

    Attributes:
        kind: ``file`` or ``token``.
        path: of the PKCS#12 file, or of the PKCS#11 module.
        slot: the token's label.
        secret: passphrase or PIN, as typed.
    """

    kind: str
    path: str
    slot: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Everything that an unlocked window works with.

    Attributes:
        folder: the data folder (shown in the settings; its free space is watched).
        workers: isolated processes that parse and decode.
        executor: threads for everything that is not the window's.
        fetchers: further threads for downloads, so that these never keep the reader waiting.
        check_job: dotted name of the job that says whether pixel data can be decoded; "" = not asked.
        sign_in: blocks until the system browser came back; ``open_browser`` shows an address; raises ``Refused``.
        signed_in: whether tokens for the configured service are kept.
        service: the client of the configured service; raises ``Refused`` where none is configured.
        complete: time-stamps a signed parcel and builds what goes out around the final bytes.
        files: what the outbox keeps of a signed document.
        unlock_credential: opens a PKCS#12 file or a token; raises ``CredentialRefused``.
        close: close the store and the workers; keys go with them.
    """

    folder: Path
    shelves: Shelves
    choices: "Choices"
    workers: "Pool"
    executor: Executor
    fetchers: Executor
    check_job: str
    sign_in: Callable[[Callable[[str], object], Callable[[], bool]], None]
    signed_in: Callable[[], bool]
    service: Callable[[], Service]
    complete: "Callable[[Parcel], Parcel]"
    files: "Callable[[Signed, Frozen], tuple[Artefact, ...]]"
    unlock_credential: "Callable[[Credentials], Credential]"
    clock: Callable[[], datetime]
    close: Callable[[], None]
    open_browser: Callable[[str], object] = field(default=lambda _address: False)


class Gate(Protocol):
    """The way from a locked data folder to a workplace."""

    def lockwork(self) -> "Lockwork":
        """How the folder can be opened."""
        ...

    def create(self, passphrase: str) -> Workplace:
        """Make the store of a first start."""
        ...

    def unlock(self, passphrase: str | None) -> Workplace:
        """Open the store; None asks the system's keyring. Raises the store's ``Refused`` tree."""
        ...


def known_specialist(texts: TokenShelf) -> Specialist | None:
    """Who signed in last on this data folder, or None."""
    kept = texts.get(SPECIALIST)
    if kept is None:
        return None
    plain = json.loads(kept)
    return Specialist(**{**plain, "languages": tuple(plain["languages"])})


def remember_specialist(texts: TokenShelf, specialist: Specialist) -> None:
    """Keep who signed in, for offline work."""
    texts.put(SPECIALIST, json.dumps(asdict(specialist)))
