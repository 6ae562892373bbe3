"""The embedded service as a child process: started, awaited by a handshake on its pipe, ended with its parent.

Addresses below ``base_url`` (``http://127.0.0.1:{port}``)::

    /fhir                                   FHIR R4; /fhir/metadata; /fhir/.well-known/smart-configuration
    /dicomweb                               QIDO-RS, WADO-RS, STOW-RS, /dicomweb/commitment-requests/{uid}
    /auth/authorize  /auth/token            OAuth 2 (client ``second-opinion-workstation``, public, PKCE S256)
    /auth/device_authorization  /auth/device   device code flow (RFC 8628)
    /pki/tsa/tsa                            RFC 3161; /pki/ocsp/{issuer}, /pki/crls/{issuer}/latest.crl, …

The login page is one HTML form: fields ``username``, ``password`` and the hidden ``transaction``, posted to the form's
``action``; success answers 303 to ``redirect_uri?code=…&state=…``, a wrong password answers 401 with the form again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FaultKind = Literal[
    "status", "after", "cut", "abort", "slow", "corrupt", "drop", "drop-after", "stale-etag", "wrong-patient"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A practitioner who can sign in.

    Attributes:
        username, password: for the login page; the password is made anew for every data folder.
        practitioner: FHIR reference, ``Practitioner/…``.
        name: as printed, equal to the common name of the credential.
        credential: PKCS#12 file with key, certificate and intermediate.
        passphrase: opens ``credential``.
    """

    username: str
    password: str
    practitioner: str
    name: str
    credential: Path
    passphrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long tokens live, in seconds, and how often a device may ask."""

    access_s: float = 600.0
    refresh_s: float = 86_400.0
    code_s: float = 60.0
    device_interval_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong on purpose, for requests that fit; told over the pipe only, never over HTTP.

    Attributes:
        kind: ``status`` answers ``status`` at once (with Retry-After when ``retry_after_s`` is set); ``after`` does the
            work, then answers ``status``; ``cut`` ends the body early as if it were whole (only a closing boundary or a
            digest tells); ``abort`` resets the connection after ``after_bytes`` of the body; ``slow`` sends the body at
            ``bytes_per_s``; ``corrupt`` flips one bit at ``after_bytes``; ``drop`` resets the connection unanswered;
            ``drop-after`` does the work, then resets it; ``stale-etag`` answers the version before the current one;
            ``wrong-patient`` sends another patient's name and id inside the DICOM instance.
        method: HTTP method, ``*`` for any.
        path: regular expression searched in the path.
        times: how many requests it hits, -1 for all until ``clear``.
        skip: how many fitting requests pass unharmed before.
    """

    kind: Literal[
        "status", "after", "cut", "abort", "slow", "corrupt", "drop", "drop-after", "stale-etag", "wrong-patient"
    ]
    method: str = "*"
    path: str = "."
    times: int = 1
    skip: int = 0
    status: int = 503
    retry_after_s: int | None = None
    after_bytes: int = 0
    bytes_per_s: float = 0.0


class SandboxError(Exception):
    """The embedded service did not start, or refused what was asked of it over the pipe."""


class RunningSandbox:
    """A started service. Use it as a context manager, or call ``stop``.

    Attributes:
        base_url: ``http://127.0.0.1:{port}``; the same for the same data folder, so that it can be stopped and started.
        fhir_url, dicomweb_url: the two service roots.
        specialist, colleague: the two practitioners (the second for reassigning).
        timestamp_url: RFC 3161 time-stamp authority.
        trust: root certificate(s) as PEM files.
        data: the service's own folder.
        cases: Task ids by case name (sample name or folder name).
    """

    base_url: str
    fhir_url: str
    dicomweb_url: str
    specialist: Account
    colleague: Account
    timestamp_url: str
    trust: tuple[Path, ...]
    data: Path
    cases: Mapping[str, str]

    def stop(self) -> None:
        """End the process and wait for its end; safe to call twice."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the process as ``kill -9`` does."""
        raise NotImplementedError

    def inject(self, *faults: Fault) -> None:
        """Let these go wrong from now on."""
        raise NotImplementedError

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        raise NotImplementedError

    def requests(self) -> list[str]:
        """``METHOD path status`` of every request since the start, in order, without query or body."""
        raise NotImplementedError

    def read(self, reference: str) -> dict[str, object]:
        """The FHIR resource the service holds under ``Type/id``."""
        raise NotImplementedError

    def write(self, resource: Mapping[str, object]) -> dict[str, object]:
        """Store a new version as the placer's office would: reassign, cancel, answer, add a document."""
        raise NotImplementedError

    def add_files(self, files: Sequence[Path]) -> None:
        """Take DICOM files into the archive (a new series arrives while the specialist reads)."""
        raise NotImplementedError

    def revoke(self, username: str) -> None:
        """Revoke the credential of an account from now on (OCSP and CRL say so)."""
        raise NotImplementedError

    def expire_tokens(self) -> None:
        """End every access token; refresh tokens stay."""
        raise NotImplementedError


def spawn(
    data: Path,
    *,
    cases: Sequence[str] | None = None,
    folders: Sequence[Path] = (),
    detail: Literal["full", "quick"] = "full",
    port: int = 0,
    lifetimes: Lifetimes | None = None,
    progress: Callable[[str], None] | None = None,
) -> RunningSandbox:
    """Start the service in its own process and return when it answers.

    Args:
        data: its folder; made when missing, kept afterwards, and reused with the same accounts, PKI and port.
        cases: names of sample cases (``major-surgery``, ``cancer``, ``rare-disease``, ``no-improvement``,
            ``communication-gap``); None means all of them, or none when ``folders`` are given.
        folders: folders of DICOM, each served as a case.
        detail: of the synthetic studies, see ``viewers.phantoms``.
        port: 0 for the one used before with this folder, else any free one.
        lifetimes: of tokens.
        progress: called with a sentence while cases are prepared.

    Raises:
        SandboxError: it did not start; says why.
    """
    raise NotImplementedError
