"""A whole workplace in memory, and the real window unlocked on it: what the tests of the window work with."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from tests.fakes.cases import FakeCaseSource
from tests.fakes.courier import FakeCourier
from tests.fakes.jobs import DirectParser
from tests.fakes.shelves import FakeAuditTrail, FakeCaseShelf, FakeParcelShelf, FakeTokenShelf
from tests.workstation.desktop.conftest import NOW, AtOnce
from workstation.cases.case import Case
from workstation.cases.ports import Specialist
from workstation.desktop.look import Look
from workstation.desktop.main_window import MainWindow
from workstation.desktop.workplace import Workplace, remember_specialist
from workstation.settings.choices import Choices
from workstation.storage.store import Lockwork

ME = Specialist(reference="Practitioner/1", name="Dr. Ingrid Solberg", licence="NO-1", specialty="radiology")


class FakeService(FakeCaseSource, FakeCourier):
    """Source and courier in one, as the window wants it."""

    def __init__(self, *cases: Case) -> None:
        FakeCaseSource.__init__(self, *cases)
        self.courier = FakeCourier()

    clock_skew: timedelta | None = None

    def specialist(self) -> Specialist:
        return ME

    def close(self) -> None:
        """Nothing is open."""


@dataclass(kw_only=True)
class Shelves:
    """Shelves in memory."""

    cases: FakeCaseShelf = field(default_factory=FakeCaseShelf)
    drafts: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(get=lambda _case: None))
    parcels: FakeParcelShelf = field(default_factory=FakeParcelShelf)
    audit: FakeAuditTrail = field(default_factory=FakeAuditTrail)
    texts: FakeTokenShelf = field(default_factory=FakeTokenShelf)

    def close(self) -> None:
        """Nothing is open."""


def a_place(service: FakeService | None = None, *, signed_in: bool = True) -> Workplace:
    """A workplace in memory; work is done where it is sent."""
    shelves = Shelves()
    remember_specialist(shelves.texts, ME)
    known = service or FakeService()
    return Workplace(
        folder=Path(),
        shelves=shelves,
        choices=Choices(shelves.texts),
        workers=DirectParser(),  # type: ignore[arg-type]
        executor=AtOnce(),
        fetchers=AtOnce(),
        check_job="",
        sign_in=lambda _open, _cancelled: None,
        signed_in=lambda: signed_in,
        service=lambda: known,  # type: ignore[arg-type,return-value]
        complete=lambda parcel: parcel,
        files=lambda _signed, _frozen: (),
        unlock_credential=lambda _credentials: None,  # type: ignore[arg-type,return-value]
        clock=lambda: NOW,
        close=lambda: None,
    )


class OpenGate:
    """A gate whose store opens by itself."""

    def __init__(self, place: Workplace) -> None:
        self.place = place

    def lockwork(self) -> Lockwork:
        return Lockwork(exists=True, by_keyring=True, by_passphrase=False)

    def create(self, passphrase: str) -> Workplace:
        assert passphrase
        return self.place

    def unlock(self, passphrase: str | None) -> Workplace:
        assert passphrase is None
        return self.place


def a_window(look: Look, place: Workplace) -> MainWindow:
    """The real window on ``place``; ``begin`` unlocks it."""
    return MainWindow(OpenGate(place), look, AtOnce())
