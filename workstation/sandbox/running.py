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

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal, Self

from workstation.sandbox.process import environment, program

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
        fhir_url: root of FHIR.
        dicomweb_url: root of DICOMweb.
        specialist: the practitioner whose cases these are.
        colleague: a second one, for reassigning.
        timestamp_url: RFC 3161 time-stamp authority.
        trust: root certificate(s) as PEM files.
        data: the service's own folder.
        cases: Task ids by case name (sample name or folder name).
    """

    def __init__(
        self, process: "subprocess.Popen[str]", data: Path, ready: Mapping[str, Any], progress: Callable[[str], None]
    ) -> None:
        self._process, self._lock, self._progress = process, threading.Lock(), progress
        self.data = data
        self.base_url: str = ready["base_url"]
        self.fhir_url, self.dicomweb_url = f"{self.base_url}/fhir", f"{self.base_url}/dicomweb"
        self.specialist, self.colleague = (_account(mapping) for mapping in ready["accounts"][:2])
        self.timestamp_url: str = ready["timestamp_url"]
        self.trust = tuple(Path(path) for path in ready["trust"])
        self.cases: Mapping[str, str] = ready["cases"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process and wait for its end; safe to call twice."""
        _end(self._process)

    def kill(self) -> None:
        """End the process as ``kill -9`` does."""
        self._process.kill()
        _end(self._process)

    def inject(self, *faults: Fault) -> None:
        """Let these go wrong from now on."""
        self._ask("inject", faults=[asdict(fault) for fault in faults])

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._ask("clear_faults")

    def requests(self) -> list[str]:
        """``METHOD path status`` of every request since the start, in order, without query or body."""
        answer: list[str] = self._ask("requests")
        return answer

    def read(self, reference: str) -> dict[str, Any]:
        """The FHIR resource the service holds under ``Type/id``.

        Raises:
            SandboxError: it holds none.
        """
        answer: dict[str, Any] = self._ask("read", reference=reference)
        return answer

    def write(self, resource: Mapping[str, object]) -> dict[str, Any]:
        """Store a new version as the placer's office would: reassign, cancel, answer, add a document."""
        answer: dict[str, Any] = self._ask("write", resource=dict(resource))
        return answer

    def add_files(self, files: Sequence[Path]) -> None:
        """Take DICOM files into the archive, where they lie (a new series arrives while the specialist reads)."""
        self._ask("add_files", files=[str(file) for file in files])

    def revoke(self, username: str) -> None:
        """Revoke the credential of an account (OCSP and CRL say so at once)."""
        self._ask("revoke", username=username)

    def expire_tokens(self) -> None:
        """End every access token; refresh tokens stay."""
        self._ask("expire_tokens")

    def _ask(self, verb: str, **arguments: object) -> Any:
        with self._lock:
            try:
                _writer(self._process).write(json.dumps({"do": verb, **arguments}) + "\n")
                _writer(self._process).flush()
                while '"progress"' in (line := _reader(self._process).readline())[:12]:
                    self._progress(json.loads(line)["progress"])
            except (OSError, ValueError):
                line = ""
        answer = json.loads(line) if line else {"refused": "the service has ended"}
        if "refused" in answer:
            raise SandboxError(answer["refused"])
        return answer["done"]


def spawn(
    data: Path,
    *,
    cases: Sequence[str] | None = None,
    folders: Sequence[Path] = (),
    detail: Literal["full", "quick"] = "full",
    early: bool = False,
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
        early: return when the first sample case is there; the others arrive while it serves.
        port: 0 for the one used before with this folder, else any free one.
        lifetimes: of tokens.
        progress: called with a sentence while cases are prepared.

    Raises:
        SandboxError: it did not start; says why.
    """
    data.mkdir(parents=True, exist_ok=True)
    command = [*program(), "--attached", "--data", str(data), "--detail", detail, "--port", str(port)]
    command += [part for name in cases or () for part in ("--sample", name)]
    command += [part for folder in folders for part in ("--case", str(folder.resolve()))]
    command += ["--early"] if early else []
    command += ["--lifetimes", json.dumps(asdict(lifetimes or Lifetimes()))]
    with (data / "service.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8", env=environment()
        )
    told = progress or (lambda _text: None)
    return RunningSandbox(process, data, _handshake(process, data, told), told)


def _handshake(process: "subprocess.Popen[str]", data: Path, progress: Callable[[str], None]) -> Mapping[str, Any]:
    for line in _reader(process):
        said = json.loads(line)
        if "ready" in said:
            ready: Mapping[str, Any] = said["ready"]
            return ready
        if "refused" in said:
            _end(process)
            raise SandboxError(f"The embedded service did not start: {said['refused']}.")
        progress(said["progress"])
    _end(process)
    raise SandboxError(f"The embedded service ended before it was ready; see {data / 'service.log'}.")


def _account(mapping: Mapping[str, str]) -> Account:
    return Account(**{**mapping, "credential": Path(mapping["credential"])})  # type: ignore[arg-type]


def _end(process: "subprocess.Popen[str]") -> None:
    """Close the pipe, which ends the service, and wait; after ten seconds without mercy."""
    with contextlib.suppress(OSError):
        _writer(process).close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _reader(process).close()


def _writer(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdin is not None
    return process.stdin


def _reader(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout
