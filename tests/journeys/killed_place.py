"""A workstation beside its service: played in a process that may be killed, and what disk and service then hold."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.journeys.made_folder import ct_values, write_ct
from workstation.cases.offline import offline_state
from workstation.demo.stage import PASSPHRASE
from workstation.opinions import drafts
from workstation.opinions.opinion import Opinion
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.sandbox.running import RunningSandbox, spawn
from workstation.storage.store import Store, unlock

ROOT = Path(__file__).resolve().parents[2]
CASE = "sent"
LONGEST_S = 120
# What a data folder holds while nothing is open; packs apart.
AT_REST = {"ballast", "keys.json", "lock", "store.db", "packs", "window.json"}
Kill = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A workstation's data folder beside the service that it belongs to."""

    data: Path
    service: RunningSandbox

    def play(self, *chapters: str, kill: Kill | None = None, killed: bool = False) -> None:
        """Play these chapters in a window of its own process; ``killed`` says that a chapter ends it."""
        assert self.struck(*chapters, kill=kill, killed=killed) == (kill is not None or killed)

    def struck(self, *chapters: str, kill: Kill | None = None, killed: bool = False) -> bool:
        """Play these chapters; whether the kill struck before they were at their end."""
        process = self.start(*chapters, kill=kill)
        try:
            _, said = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        may_die = kill is not None or killed
        assert process.returncode in ((-signal.SIGKILL, 0) if may_die else (0,)), said
        return process.returncode != 0

    def start(self, *chapters: str, kill: Kill | None = None, before: Sequence[str] = ()) -> "subprocess.Popen[str]":
        """Begin to play; ``before`` is a command that runs the player, as strace does."""
        told = {"data": str(self.data), "case": CASE, "chapters": chapters, "kill": kill, "typed": str(self.typed)}
        command = [*before, sys.executable, "-m", "tests.journeys.killed_window"]
        self.temporary.mkdir(exist_ok=True)
        return subprocess.Popen(
            [*command, json.dumps({**told, "service": _told(self.service)})],
            cwd=ROOT,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(self.temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def typed(self) -> Path:
        """Where the player notes what it typed and when."""
        return self.data.parent / "typed"

    @property
    def temporary(self) -> Path:
        """The temporary folder of the workstation."""
        return self.data.parent / "tmp"

    @property
    def case_id(self) -> str:
        """The Task of the case."""
        return self.service.cases[CASE]

    @contextmanager
    def store(self) -> Iterator[Store]:
        """What is on the disk, opened and its audit chain checked."""
        opened = unlock(self.data, passphrase=PASSPHRASE)
        try:
            assert opened.audit.verify() > 0
            yield opened
        finally:
            opened.close()

    def received(self) -> dict[str, str]:
        """What was received, with its digests."""
        with self.store() as store:
            return {one.key: one.sha256 for one in store.cases.received(self.case_id)}

    def offline_ready(self) -> bool:
        """Whether the case can be read without the service."""
        with self.store() as store:
            case = store.cases.get(self.case_id)
            return case is not None and offline_state(case, store.cases.received(self.case_id)).ready

    def draft(self) -> tuple[int, Opinion]:
        """The draft as it was kept."""
        with self.store() as store:
            kept = drafts.restore(store.drafts, self.case_id)
        assert kept is not None
        return kept

    def marks(self) -> list[Any]:
        """The measurements in the images as they were kept."""
        with self.store() as store:
            marks: list[Any] = json.loads(store.cases.remembered(self.case_id, "marks") or "[]")
            return marks

    def parcels(self) -> list[Parcel]:
        """What was signed."""
        with self.store() as store:
            return list(store.parcels.all())

    def audited(self, event: str) -> int:
        """How often the audit trail tells of an event."""
        with self.store() as store:
            return sum(event == entry[1] for entry in store.audit.entries(self.case_id))

    def left_over(self) -> list[str]:
        """Files that nothing needs: beside the store, in the temporary folder."""
        beside = [path.name for path in self.data.iterdir() if path.name not in AT_REST]
        return beside + [str(path) for path in self.temporary.rglob("*") if path.is_file()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the service holds: resources by type, and every instance with its digest."""

    resources: Counter[str]
    instances: dict[str, str]

    @classmethod
    def of(cls, service: RunningSandbox) -> "Ledger":
        """Read it from the service's own database, behind its back."""
        database = sqlite3.connect(f"file:{service.data / 'service.sqlite'}?mode=ro", uri=True)
        try:
            resources = Counter(kind for (kind,) in database.execute("SELECT type FROM current"))
            instances = dict(database.execute("SELECT sop, sha256 FROM instance"))
        finally:
            database.close()
        return cls(resources=resources, instances=instances)


def played_before(room: Path) -> dict[str, Path]:
    """The job as it stands when somebody has signed in, and when the case is pulled: where to begin, by name."""
    write_ct(room / CASE, ct_values())
    now = room / "now"
    with spawn(now / "service", folders=[room / CASE]) as service:
        place = Place(data=now / "data", service=service)
        place.play("sign_in", "choose_settings")
        shutil.copytree(now, room / "new")
        place.play("again", "pull")
        shutil.copytree(now, room / "pulled")
    return {name: room / name for name in ("new", "pulled")}


@contextmanager
def copied(stage: Path, at: Path) -> Iterator[Place]:
    """A copy of a stage; the service answers at the address it had."""
    shutil.copytree(stage, at)
    with spawn(at / "service", folders=[stage.parent / CASE]) as service:
        yield Place(data=at / "data", service=service)


def delivered_once(place: Place, before: Ledger) -> Parcel:
    """The only parcel, verified; the service got from it everything once, and nothing else from anybody."""
    (parcel,) = place.parcels()
    assert parcel.state is ParcelState.VERIFIED, parcel.problem
    receipt = json.loads(parcel.receipt)
    assert receipt["verified_at"]
    assert all(one["read_back"] for one in receipt["artefacts"] if one["name"] != "seal.json")
    assert place.service.read(f"Task/{place.case_id}")["status"] == "completed"
    now = Ledger.of(place.service)
    sent = [entry["resource"]["resourceType"] for entry in json.loads(parcel.bundle)["entry"]]
    assert now.resources - before.resources == Counter(kind for kind in sent if kind != "Task")
    assert {"DiagnosticReport": 1}.items() <= (now.resources - before.resources).items()
    objects = {one.sop_uid: one.sha256 for one in parcel.artefacts if one.sop_uid}
    assert dict(now.instances.items() - before.instances.items()) == objects
    assert place.left_over() == []
    return parcel


def _told(service: RunningSandbox) -> dict[str, Any]:
    """What the player must know of the service."""
    return {
        "fhir_url": service.fhir_url,
        "timestamp_url": service.timestamp_url,
        "cases": dict(service.cases),
        "trust": [str(path) for path in service.trust],
        "specialist": {name: str(value) for name, value in asdict(service.specialist).items()},
    }
