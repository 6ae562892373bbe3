"""The composition root: the one place that names concrete classes, folders and threads."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from viewers.isolation.pool import Pool
from workstation.desktop.workplace import Credentials, Workplace

if TYPE_CHECKING:  # imported when first used: nothing here keeps the window waiting
    from workstation.opinions.freezing import Frozen
    from workstation.outbox.parcel import Artefact, Parcel
    from workstation.service.address import ServiceAddress
    from workstation.service.central import CentralService
    from workstation.settings.choices import Choices
    from workstation.signing.credential import CountedTries, Credential
    from workstation.signing.stages import Signed
    from workstation.storage.store import Lockwork, Store

DATA_VARIABLE = "SECOND_OPINION_DATA"
APPLICATION = "second-opinion"
THREADS, FETCHERS = 6, 5
CODECS = "viewers.series.codecs.work"
CHECK_JOB = f"{CODECS}:decode"
JOBS = ("viewers.series.header_job", CODECS, "viewers.objects.object_job", "viewers.objects.pages")
FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"


def data_folder(chosen: str | None = None) -> Path:
    """Where cases rest: what was asked for, else the environment's choice, else the user's own data folder."""
    named = chosen or os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    from platformdirs import user_data_path

    return user_data_path(APPLICATION, appauthor=False)


def now() -> datetime:
    """The clock: aware UTC time."""
    return datetime.now(UTC)


class LocalGate:
    """The way from a data folder on this computer to a workplace.

    The isolated workers warm up beside the typing of the passphrase, since they know nothing of any case.

    Args:
        folder: the data folder.
        open_browser: shows an address in the system browser; the demo hands in a player of one.
    """

    def __init__(self, folder: Path, *, open_browser: Callable[[str], object] | None = None) -> None:
        self._folder = folder
        self._open_browser = open_browser or _open_browser
        self._tries: CountedTries | None = None
        self._waiting: Pool | None = _workers()

    def lockwork(self) -> "Lockwork":
        """How the folder can be opened."""
        from workstation.storage import store

        return store.lockwork(self._folder)

    def create(self, passphrase: str) -> Workplace:
        """Make the store of a first start."""
        from workstation.storage import store

        return self._workplace(store.create(self._folder, passphrase=passphrase, clock=now))

    def unlock(self, passphrase: str | None) -> Workplace:
        """Open the store; None asks the system's keyring."""
        from workstation.storage import store

        self._waiting = self._waiting or _workers()
        return self._workplace(store.unlock(self._folder, passphrase=passphrase, clock=now))

    def close(self) -> None:
        """Send away the workers that nobody took."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None

    def _workplace(self, opened: "Store") -> Workplace:
        from workstation.settings.choices import Choices

        choices = Choices(opened.texts)
        connection = Connection(opened, choices)
        workers, self._waiting = self._waiting or _workers(), None
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="work")
        fetchers = ThreadPoolExecutor(FETCHERS, thread_name_prefix="fetch")

        def close() -> None:
            _close(executor, fetchers)
            workers.close()
            connection.close()
            opened.close()

        return Workplace(
            folder=self._folder,
            shelves=opened,
            choices=choices,
            workers=workers,
            executor=executor,
            fetchers=fetchers,
            check_job=CHECK_JOB,
            sign_in=connection.sign_in,
            signed_in=connection.signed_in,
            service=connection.service,
            complete=lambda parcel: complete(parcel, opened, connection, choices),
            files=signed_artefacts,
            unlock_credential=self._unlock_credential,
            clock=now,
            close=close,
            open_browser=self._open_browser,
        )

    def _unlock_credential(self, wanted: Credentials) -> "Credential":
        """Wrong passphrases are counted for as long as the program runs."""
        from workstation.signing.credential import CountedTries

        self._tries = self._tries or CountedTries()
        return unlock_credential(wanted, self._tries)


class Connection:
    """The client of the configured service: made when first asked for, made anew when the settings change.

    There is never more than one: two would renew the sign-in with the same token, and the service would end it.
    """

    def __init__(self, opened: "Store", choices: "Choices") -> None:
        self._store = opened
        self._choices = choices
        self._made: tuple[ServiceAddress, CentralService] | None = None
        self._making = threading.Lock()

    def service(self) -> "CentralService":
        """The client.

        Raises:
            Refused: no service is configured.
        """
        from workstation.service.central import CentralService

        address = self._address()
        with self._making:
            if self._made is None or self._made[0] != address:
                self.close()
                self._made = (address, CentralService(address, self._store.texts, clock=now))
            return self._made[1]

    def signed_in(self) -> bool:
        """Whether tokens for the configured service are kept."""
        if not self._choices.text("service.address"):
            return False
        from workstation.service.tokens import load

        return load(self._address(), self._store.texts) is not None

    def sign_in(self, open_browser: Callable[[str], object], cancelled: Callable[[], bool]) -> None:
        """Sign in by the system browser; blocks until it came back."""
        from workstation.service.sign_in import sign_in_with_browser

        sign_in_with_browser(
            self._address(), self._store.texts, open_browser=open_browser, clock=now, cancelled=cancelled
        )

    def close(self) -> None:
        """Close the connections."""
        if self._made is not None:
            self._made[1].close()
            self._made = None

    def _address(self) -> "ServiceAddress":
        from workstation.cases.refusals import Refused
        from workstation.service.address import ServiceAddress

        fhir, authority = self._choices.text("service.address"), self._choices.text("service.authority")
        if not fhir:
            raise Refused(
                "No central service is configured.", advice="Type its address in the settings or at the sign-in."
            )
        timeout_s = self._choices.whole("service.timeout")
        return ServiceAddress(fhir=fhir, ca_file=Path(authority) if authority else None, timeout_s=timeout_s)


def unlock_credential(wanted: Credentials, tries: "CountedTries") -> "Credential":
    """Open a PKCS#12 file or a token.

    Raises:
        CredentialRefused: with its reason.
    """
    from workstation.signing.errors import CredentialRefused, RefusedBecause

    if wanted.kind == "token":
        from workstation.signing.pkcs11 import open_token

        return open_token(wanted.path, wanted.slot, wanted.secret, tries)
    from workstation.signing.pkcs12 import open_file

    try:
        content = Path(wanted.path).expanduser().read_bytes()
    except OSError:
        sentence = "The PKCS#12 file cannot be read. Nothing was signed. Check its path."
        raise CredentialRefused(RefusedBecause.UNREADABLE, sentence) from None
    return open_file(content, wanted.secret, tries)


def signed_artefacts(signed: "Signed", frozen: "Frozen") -> "tuple[Artefact, ...]":
    """What the outbox keeps of a signed document."""
    from workstation.review.sealed_parcel import sealed

    return sealed(signed, frozen)


def complete(parcel: "Parcel", opened: "Store", connection: Connection, choices: "Choices") -> "Parcel":
    """Time-stamp a signed parcel and build what goes out around the final bytes.

    Raises:
        Refused: of the service or of signing; the parcel then waits.
    """
    from workstation.opinions.template import load
    from workstation.review.complete_parcel import Completion, complete_parcel
    from workstation.service.trust import HttpTrustServices

    authority = choices.text("signing.authority")
    return complete_parcel(
        parcel,
        Completion(
            source=connection.service(),
            shelf=opened.cases,
            picture=lambda sha256: opened.drafts.picture(parcel.case_id, sha256),
            template=load(),
            services=HttpTrustServices(authority, clock=now, allow_loopback=is_local(authority)),
            roots=trusted_roots(choices.text("signing.roots")),
        ),
    )


def trusted_roots(path: str) -> tuple[bytes, ...]:
    """The DER certificates of a PEM file.

    Raises:
        TrustUnavailable: no file is named, or it holds no certificate.
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    from workstation.signing.errors import TrustUnavailable

    try:
        found = load_pem_x509_certificates(Path(path).expanduser().read_bytes())
    except (OSError, ValueError):
        sentence = "The trusted roots cannot be read, so nothing is time-stamped yet. Name a PEM file in the settings."
        raise TrustUnavailable(sentence) from None
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def is_local(address: str) -> bool:
    """Whether an address is on this computer (the embedded service's authority is)."""
    from urllib.parse import urlsplit

    return (urlsplit(address).hostname or "") in ("127.0.0.1", "::1", "localhost")


def _workers() -> Pool:
    return Pool(preload=JOBS, readable=(FONTS,))


def _open_browser(address: str) -> bool:
    import webbrowser

    return webbrowser.open(address)


def _close(*executors: Executor) -> None:
    for executor in executors:
        executor.shutdown(wait=True, cancel_futures=True)
