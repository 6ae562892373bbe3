"""What the journeys share: a folder in which the job was played until the opinion is written."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.journeys.made_folder import ct_values, write_ct
from tests.journeys.seat import FIRST, NAME, PATIENT_ID, SECOND, SLICES, Room
from workstation.demo import story


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Room:
    """The job played until the opinion is written, as a folder to begin from."""
    del qapp
    folder = tmp_path_factory.mktemp("troubles")
    fields = {"PatientName": NAME, "PatientID": PATIENT_ID}
    sent = (folder / FIRST, folder / SECOND)
    for one in sent:
        write_ct(one, ct_values()[:SLICES], fields=fields)
    room = Room(folder=folder / "stage", sent=sent)
    with room.service() as running, room.window(running) as seat:
        seat.play(story.sign_in(seat.stage), story.choose_settings(seat.stage), story.pull(seat.stage))
        seat.play(story.read_and_measure(seat.stage), story.write(seat.stage))
        draft = seat.stage.window.session.reading.draft
        seat.wait(lambda: not draft.unsaved, "everything saved")
    return replace(room, known=running)


@pytest.fixture
def room(written: Room, tmp_path: Path) -> Room:
    """A copy of it, for one trouble."""
    shutil.copytree(written.folder, tmp_path / "room")
    return replace(written, folder=tmp_path / "room")
