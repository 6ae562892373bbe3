"""``kill -9`` while fetching and delivering, with the real store and real HTTP: nothing lost, nothing double."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.killed_work import PASSPHRASE
from tests.workstation.service.conftest import write_study
from tests.workstation.service.test_journey import an_opinion, held_once, opened
from workstation.cases.offline import offline_state
from workstation.cases.ports import ReceivedState
from workstation.outbox.parcel import ParcelState
from workstation.sandbox.running import spawn
from workstation.storage.store import create, unlock

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
BEFORE_EACH_STEP_IS_NOTED_AS_DONE = [2, 4, 6, 8, 10, 12]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    room = tmp_path_factory.mktemp("killed")
    numbers = [31, *(40 + at for at in BEFORE_EACH_STEP_IS_NOTED_AS_DONE)]
    running = spawn(room / "data", folders=[write_study(room / f"made-{number}", number) for number in numbers])
    yield running
    running.stop()


def work(folder, sandbox, tokens, *, job, kill_at, case=""):
    told = {"folder": str(folder), "fhir": sandbox.fhir_url, "tokens": tokens.texts, "case": case, "job": job}
    command = [sys.executable, "-m", "tests.fakes.killed_work", json.dumps(told | {"kill_at": kill_at})]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == (-signal.SIGKILL if kill_at else 0), ended.stderr
    return ended


@pytest.mark.parametrize("kill_at", [1, 2, 3, 6])
def test_a_killed_fetch_leaves_whole_items_only_and_goes_on(connect, clean, tmp_path, kill_at):
    _, tokens = connect()
    case_id = clean.cases["made-31"]
    create(tmp_path / "data", passphrase=PASSPHRASE, find_keyring=lambda _account: None).close()
    work(tmp_path / "data", clean, tokens, job="fetch", kill_at=kill_at, case=case_id)
    store = unlock(tmp_path / "data", passphrase=PASSPHRASE)
    before = {one.key: one.sha256 for one in store.cases.received(case_id)}
    instances = store.cases.instances(case_id)
    assert all(instances.read(key) for key in list(instances.keys()))
    store.close()
    work(tmp_path / "data", clean, tokens, job="fetch", kill_at=0, case=case_id)
    store = unlock(tmp_path / "data", passphrase=PASSPHRASE)
    case = store.cases.get(case_id)
    received = store.cases.received(case_id)
    assert offline_state(case, received).ready
    assert all(one.state is ReceivedState.PRESENT for one in received)
    assert before.items() <= {one.key: one.sha256 for one in received}.items()
    assert store.audit.verify() > 0
    store.close()


@pytest.mark.parametrize("kill_at", BEFORE_EACH_STEP_IS_NOTED_AS_DONE)
def test_a_killed_delivery_goes_on_and_is_delivered_once(connect, clean, tmp_path, kill_at):
    client, tokens = connect()
    case = opened(client, clean.cases[f"made-{40 + kill_at}"])
    parcel = an_opinion(client, case, 40 + kill_at)
    store = create(tmp_path / "data", passphrase=PASSPHRASE, find_keyring=lambda _account: None)
    store.parcels.put(parcel)
    store.close()
    work(tmp_path / "data", clean, tokens, job="deliver", kill_at=kill_at)
    work(tmp_path / "data", clean, tokens, job="deliver", kill_at=0)
    store = unlock(tmp_path / "data", passphrase=PASSPHRASE)
    delivered = store.parcels.get(parcel.id)
    assert store.audit.verify() > 0
    store.close()
    assert delivered.state is ParcelState.VERIFIED, delivered.problem
    assert delivered.artefacts == parcel.artefacts
    assert held_once(clean, delivered)["parcel"] == parcel.id
