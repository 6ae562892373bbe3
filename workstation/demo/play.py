"""Playing the demo: the window on the embedded service, for a person or for the player."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workstation.demo.leaving import BEFORE_TIME_STAMP, leave_documents, leave_measurements, leave_trust
from workstation.demo.player import Player, Story
from workstation.demo.stage import PASSPHRASE, Outside, Stage, tell
from workstation.demo.story import measured_series, whole_job

SAMPLE = "cancer"
SCREEN = (1920, 1080)
TERMINATED = 143  # what a shell says of a program that SIGTERM ended


def main(
    *, headless: bool, out: Path | None, data: Path | None, data_dir: Path | None, every_case: bool = False
) -> int:
    """Open the window on the embedded service; headless: play the whole job and leave its results.

    Args:
        headless: play by mouse and keys, then end; the exit status says whether the delivery was verified.
        out: where documents and screens are left (default for headless: ``build/demo``).
        data: a folder of DICOM to serve as the case instead of the samples.
        data_dir: where the demo keeps its encrypted cases (default: a folder that is removed afterwards).
        every_case: begin when every sample case is painted; otherwise with the first, and the others come meanwhile.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # nothing of the demo is left behind
    with _folders(data_dir) as (local, service):
        outside = Outside(data=service, folders=(data.resolve(),) if data else (), say=tell, early=not every_case)
        tell("Starting the embedded central service …")
        outside.start()
        try:
            return _play(outside, local, out or Path("build/demo"), data) if headless else _show(outside, local)
        finally:
            outside.stop()


def _show(outside: Outside, local: Path) -> int:
    """The window for a person, with the credential and the offer to play the whole job."""
    from workstation.demo.offer import Offer
    from workstation.window import make_application, make_window

    application = make_application()
    window, finish = make_window(application, str(local), open_browser=outside.open_browser)
    stage = Stage(window=window, outside=outside, case=SAMPLE, out=None)
    account = stage.service.specialist
    tell(f"Service: {stage.service.fhir_url}   credential: {account.credential}   passphrase: {account.passphrase}")
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    offer = Offer(stage)
    window.showMaximized()
    window.begin()
    offer.show()
    offer.begin()
    status = int(application.exec())
    finish()
    return status


def _play(outside: Outside, local: Path, out: Path, data: Path | None) -> int:
    """The whole job by mouse and keys, off-screen unless told otherwise.

    A display without a window manager gives no window the keyboard.
    """
    from workstation.window import make_application, make_window

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

    application = make_application()
    window, finish = make_window(application, str(local), open_browser=outside.open_browser)
    window.resize(*SCREEN)
    window.show()
    window.begin()
    case = data.resolve().name if data else SAMPLE
    stage = Stage(window=window, outside=outside, case=case, out=out, middle=data is not None)
    player = Player(_job(stage, out))
    told: list[str] = []

    def stopped(words: str) -> None:
        told.append(words)
        stage.picture("stopped")
        window.close()

    player.failed.connect(stopped)
    player.finished.connect(window.close)
    signal.signal(signal.SIGTERM, lambda *_: stopped("it was terminated."))
    player.start()
    application.exec()
    finish()
    return _say_result(told, out)


def _job(stage: Stage, out: Path) -> Story:
    """The story, and what it leaves: read from the store, where the signed files rest."""
    for step in whole_job(stage):
        _note_measurements(stage, out)
        yield step
    session = stage.window.session
    assert session is not None
    (parcel,) = session.place.shelves.parcels.all()
    leave_documents(parcel, out)
    leave_trust(stage.service.trust, out)


def _note_measurements(stage: Stage, out: Path) -> None:
    session = stage.window.session
    draft = session.reading.draft if session is not None else None
    if draft is not None and draft.opinion.evidence:
        leave_measurements(draft.opinion.evidence, measured_series(stage), out)


def _say_result(told: list[str], out: Path) -> int:
    if told:
        tell(f"The demo stopped: {told[0]}")
        tell(f"How the window stood: {out / 'screens' / 'stopped.png'}")
        return 1
    tell(f"Delivered, read back and verified. Documents, receipt, trust and screens: {out.resolve()}")
    tell(f"Before the time-stamps: {out / BEFORE_TIME_STAMP}. Try: {_program()} verify {out / 'opinion.pdf'}")
    return 0


def _program() -> str:
    """How this very program is called: the two commands of the README leave it off the path."""
    beside = Path(sys.executable).with_name("second-opinion")
    return os.path.relpath(beside) if beside.exists() and not shutil.which(beside.name) else beside.name


@contextmanager
def _folders(data_dir: Path | None) -> Iterator[tuple[Path, Path]]:
    """The window's data folder and the service's own, apart from each other."""
    with tempfile.TemporaryDirectory(prefix="second-opinion-") as own, tempfile.TemporaryDirectory() as service:
        local = data_dir.resolve() if data_dir else Path(own) / "data"
        yield local, (local.parent / f"{local.name}-service" if data_dir else Path(service))


__all__ = ["PASSPHRASE", "main"]
