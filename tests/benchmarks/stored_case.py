"""The series at rest in an encrypted store, received as a case would be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever times the start of the program imports nothing on its behalf
    from viewers.sources import FrameSource
    from workstation.cases.case import Case

CASE = "bench"
PASSPHRASE = "bench"


def receive_folder(folder: Path, data: Path) -> None:
    """Fill a new store below ``data`` with every file of ``folder``; nothing is done where one is."""
    from viewers.isolation.pool import Pool
    from viewers.series.open_source import open_source
    from viewers.series.receive import receive
    from viewers.volumes.jobs import JOBS
    from workstation.review.first_image import prepare_first
    from workstation.storage import store

    if store.lockwork(data).exists:
        return
    source = open_source(folder)
    made = store.create(data, passphrase=PASSPHRASE, find_keyring=lambda _: None)
    made.cases.put(_case())
    with Pool(preload=JOBS) as pool:
        for key in tuple(source.keys()):
            (header,) = receive(source, [key], pool)
            writing = made.cases.receive(CASE, key, "2.25.2")
            writing.write(source.read(key))
            writing.commit(header.mapping)
        prepare_first(_case(), made.cases, pool)
    made.close()


@contextmanager
def opened(data: Path) -> "Iterator[FrameSource]":
    """The stored case's instances."""
    from workstation.storage import store

    unlocked = store.unlock(data, passphrase=PASSPHRASE, find_keyring=lambda _: None)
    try:
        yield unlocked.cases.instances(CASE)
    finally:
        unlocked.close()


def remember_reader(data: Path) -> None:
    """Let the store know a specialist, as a sign-in does."""
    from workstation.cases.ports import Specialist
    from workstation.desktop.workplace import remember_specialist
    from workstation.storage import store

    unlocked = store.unlock(data, passphrase=PASSPHRASE, find_keyring=lambda _: None)
    specialist = Specialist(reference="Practitioner/bench", name="Dr Bench", licence="", specialty="")
    remember_specialist(unlocked.texts, specialist)
    unlocked.close()


def _case() -> "Case":
    """Of the patient that ``data`` writes into its images."""
    from workstation.cases.case import Case, CaseState, Patient, Scenario

    patient = Patient(
        name="Mark Bench", family="Bench", given=("Mark",), birth_date=date(1970, 1, 1), sex="other",
        identifiers=(("urn:bench", "BENCH"),),
    )  # fmt: skip
    return Case(
        id=CASE, version="1", state=CaseState.ACCEPTED, title="", scenario=Scenario.CANCER, specialty="",
        deadline=None, priority="", patient=patient, patient_reference="", owner="", service_request="",
    )  # fmt: skip
