"""What goes wrong in the real window: each trouble is told once, in words, and leaves the case usable or untouched."""

import errno
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import requests
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.fakes.certificates import server_tls
from tests.journeys.seat import (
    FIRST,
    SLICES,
    Room,
    Seat,
    accepted,
    confirmed,
    drafted,
    fields,
    opened,
    previewed,
    shown,
    unlocked,
)
from workstation.demo import browser, hands, story
from workstation.sandbox.running import Fault, RunningSandbox
from workstation.storage import packs

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


@contextmanager
def tls(context: ssl.SSLContext, heard: list[str]) -> Iterator[int]:
    """A server on this computer that shows the certificate of the context; its port, and what it was asked."""

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - a client that hangs up is what is tested
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_wrong_passphrase_at_unlock_changes_nothing_and_the_right_one_opens(room: Room) -> None:
    before = tree(room.folder / "data")
    with room.window() as seat:
        seat.play([shown("gate-passphrase")])
        hands.write("gate-passphrase", "typed wrongly")
        hands.click("gate-go")
        seat.told("gate-words", "does not open the store", "Nothing was changed", "try again")
        assert tree(room.folder / "data").items() >= before.items()
        seat.play(unlocked(), opened(seat))
        assert seat.said() == {}


def test_a_wrong_password_in_the_browser_is_asked_for_again_there_and_the_window_waits(room: Room) -> None:
    with room.service() as running, room.window(running, data="fresh") as seat:
        pages: list[str] = []
        seat.browse = lambda address: pages.append(browse(running, address, ("typed wrongly", None)))
        seat.play(story.unlock(), [shown("sign-in-address")])
        hands.write("sign-in-address", running.fhir_url)
        hands.click("sign-in-go")
        seat.wait(lambda: len(pages) == 1, "the page in the browser")
        assert "401" in pages[0]
        seat.play([shown("sign-in-cancel")])
        assert seat.said() == {}, "the password is the browser's matter until it comes back"
        hands.click("sign-in-cancel")
        seat.browse = lambda address: browse(running, address, ("typed wrongly", running.specialist.password))
        seat.play([shown("sign-in-go")])
        hands.click("sign-in-go")
        seat.play([shown("worklist-list")])
        assert seat.said() == {}


def test_who_is_not_let_in_by_the_service_stays_at_the_sign_in(room: Room) -> None:
    with room.service() as running, room.window(running, data="fresh") as seat:
        seat.browse = deny
        seat.play(story.unlock(), [shown("sign-in-address")])
        hands.write("sign-in-address", running.fhir_url)
        hands.click("sign-in-go")
        seat.told("sign-in-words", "did not let you in", "Check name and password")
        assert hands.find("sign-in-go") is not None


def test_a_wrong_passphrase_before_signing_signs_nothing_and_the_right_one_signs(room: Room) -> None:
    with room.window() as seat:
        before = drafted(seat, unlocked(), opened(seat))
        seat.play(previewed(), confirmed(seat, "typed wrongly"))
        seat.told("sign-told", "passphrase is wrong", "4 tries remain")
        assert drafted(seat) == before
        seat.play(confirmed(seat), [shown("parcel-1")])
        assert seat.said() == {}


def test_a_service_that_is_down_is_told_when_asked_and_the_case_is_read_without_it(room: Room) -> None:
    with room.window() as seat:
        seat.play(unlocked())
        seat.rest(1)
        assert seat.said() == {}, "nobody asked"
        hands.press(Qt.Key.Key_F5)
        seat.told("problem-happened", "does not answer", "Everything on this computer is kept", "Check the network")
        seat.put_away()
        seat.play(opened(seat))
        assert seat.said() == {}


def test_a_service_that_is_down_at_the_sign_in_is_told_there(room: Room) -> None:
    assert room.known is not None
    with room.window(data="fresh") as seat:
        seat.play(story.unlock(), [shown("sign-in-address")])
        hands.write("sign-in-address", room.known.fhir_url)
        hands.click("sign-in-go")
        seat.told("sign-in-words", "does not answer", "is kept", "Check the network")


def test_a_service_that_goes_down_in_a_fetch_is_told_once_and_the_fetch_goes_on(room: Room) -> None:
    with room.service() as running, room.window(running) as seat:
        seat.play(unlocked())
        running.inject(Fault(kind="drop", method="GET", path="instances/", times=-1, skip=2))
        seat.play(accepted(seat))
        seat.told("problem-happened", "not fetched completely", "does not answer", "is kept", "try again")
        running.clear_faults()
        hands.click("problem-act")
        seat.wait(lambda: story.is_ready(seat.stage), "the case offline-ready")
        assert seat.said() == {}


def test_a_service_that_is_down_after_signing_lets_the_opinion_wait_and_gets_it_later(room: Room) -> None:
    with room.window() as seat:
        seat.play(unlocked(), opened(seat), previewed(), confirmed(seat), [shown("parcel-1")])
        hands.click("outbox-send")
        seat.wait(lambda: "answer" in outbox_words(), "why it waits")
        assert seat.said() == {}
        with room.service() as running:
            hands.click("outbox-send")
            seat.play([shown("parcel-1-receipt")])
            assert running.read(f"Task/{running.cases[FIRST]}")["status"] == "completed"


@pytest.mark.parametrize("trouble", ["self-signed", "other host", "expired"])
def test_a_service_that_cannot_prove_who_it_is_gets_nothing(room: Room, trouble: str) -> None:
    host = "elsewhere.example" if trouble == "other host" else "127.0.0.1"
    context, authority = server_tls(room.folder, host=host, expired=trouble == "expired")
    heard: list[str] = []
    with tls(context, heard) as port, room.window(data="fresh") as seat:
        seat.play(story.unlock(), [shown("sign-in-address")])
        hands.write("sign-in-address", f"https://127.0.0.1:{port}/fhir")
        hands.write("sign-in-authority", "" if trouble == "self-signed" else str(authority))
        hands.click("sign-in-go")
        seat.told("sign-in-words", "could not prove who it is", "Nothing was sent", "Check the address")
    assert heard == []


def test_tls_that_fails_for_a_known_service_leaves_the_cases_readable(room: Room) -> None:
    context, _ = server_tls(room.folder)
    with tls(context, []) as port, room.window() as seat:
        seat.play(unlocked())
        seat.stage.window.session.place.choices.choose("service.address", f"https://127.0.0.1:{port}/fhir")
        seat.stage.window.session.ask_sign_in()
        seat.play([shown("sign-in-go")])
        hands.click("sign-in-go")
        seat.told("sign-in-words", "could not prove who it is", "Nothing was sent")
        hands.click("sign-in-offline")
        seat.play([shown("worklist-list")], opened(seat))
        assert seat.said() == {}


def test_an_image_of_another_patient_is_set_aside_and_the_rest_is_read(room: Room) -> None:
    with room.service() as running, room.window(running) as seat:
        seat.play(unlocked())
        running.inject(Fault(kind="wrong-patient", method="GET", path="instances/", times=1, skip=2))
        seat.play(accepted(seat))
        seat.told("problem-happened", "1 item is set aside", "another patient", "can be read", "Whose images are these")
        asked = len(running.requests())
        seat.rest(1.5)
        assert len([one for one in running.requests()[asked:] if "dicomweb" in one]) == 0, "it is not fetched for ever"
        seat.put_away()
        seat.play(opened(seat))
        assert shown_slices(seat) == SLICES - 1
        assert seat.said() == {}


def test_a_missing_instance_is_told_and_the_rest_is_read(room: Room) -> None:
    with room.service() as running, room.window(running) as seat:
        seat.play(unlocked())
        running.inject(Fault(kind="status", status=404, method="GET", path="instances/", times=1, skip=3))
        seat.play(accepted(seat))
        seat.told("problem-happened", "1 item is not at the central service", "can be read", "ask the central service")
        seat.put_away()
        assert not story.is_ready(seat.stage)
        seat.play(opened(seat))
        assert shown_slices(seat) == SLICES - 1
        hands.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        seat.play([shown("fetch-act")])
        hands.click("fetch-act")
        seat.wait(lambda: story.is_ready(seat.stage), "the case offline-ready")
        assert seat.said() == {}


def test_a_disk_that_fills_during_a_fetch_is_told_once_and_the_fetch_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with room.service() as running, room.window(running) as seat:
        seat.play(unlocked())
        monkeypatch.setattr(packs.os, "write", full_after(3))
        seat.play(accepted(seat))
        seat.told("problem-happened", "disk is full", "can be read", "Free some space", "goes on from here")
        monkeypatch.undo()
        hands.click("problem-act")
        seat.wait(lambda: story.is_ready(seat.stage), "the case offline-ready")
        assert seat.said() == {}


def test_a_case_that_does_not_fit_is_not_begun(room: Room, small_disk: Path) -> None:
    shutil.copytree(room.folder / "data", small_disk / "data")
    with room.service() as running, replace(room, folder=small_disk).window(running) as seat:
        seat.play(unlocked())
        fill(small_disk, leaving=1_000_000)
        seat.play(accepted(seat))
        seat.told("problem-happened", "needs about", "MB free", "is kept", "Free some space")
        (small_disk / "filler").unlink()
        hands.click("problem-act")
        seat.wait(lambda: story.is_ready(seat.stage), "the case offline-ready")


def test_on_a_full_disk_what_is_typed_stays_and_is_saved_when_there_is_room(room: Room, small_disk: Path) -> None:
    shutil.copytree(room.folder / "data", small_disk / "data")
    with replace(room, folder=small_disk).window() as seat:
        before = drafted(seat, unlocked(), opened(seat))
        fill(small_disk)
        (small_disk / "data" / "ballast").unlink(missing_ok=True)
        fill(small_disk)
        field = fields(seat)[0]
        hands.write(field.objectName(), "Written on a full disk.")
        seat.told("problem-happened", "could not be saved", "disk is full", "stays in the window", "Free some space")
        assert field.toPlainText() == "Written on a full disk."
        seat.put_away()
        seat.stage.window.close()
        seat.told("problem-happened", "could not be saved", "stays in the window", "Free some space")
        assert seat.stage.window.isVisible(), "closing now would lose what was written"
        seat.put_away()
        (small_disk / "filler").unlink()
        draft = seat.stage.window.session.reading.draft
        seat.wait(lambda: not draft.unsaved, "it is saved now")
        assert drafted(seat) != before
        assert seat.said() == {}


def test_on_a_full_disk_nothing_is_half_signed_and_it_is_signed_when_there_is_room(
    room: Room, small_disk: Path
) -> None:
    shutil.copytree(room.folder / "data", small_disk / "data")
    with replace(room, folder=small_disk).window() as seat:
        before = drafted(seat, unlocked(), opened(seat))
        seat.play(previewed())
        (small_disk / "data" / "ballast").unlink(missing_ok=True)
        fill(small_disk)
        seat.play(confirmed(seat))
        seat.told("sign-told", "disk is full", "is kept", "make room and try again")
        (small_disk / "filler").unlink()
        assert drafted(seat) == before
        seat.play(confirmed(seat), [shown("parcel-1")])
        assert seat.said() == {}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of 100 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", folder], capture_output=True, check=False
    ).returncode:
        pytest.skip("a small disk cannot be mounted here (it needs root)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path, *, leaving: int = 0) -> None:
    """Use up the room that is left."""
    with (disk / "filler").open("ab", buffering=0) as filler, suppress(OSError):
        filler.write(bytes(max(0, shutil.disk_usage(disk).free - leaving)))
        while not leaving:
            filler.write(bytes(4096))


def full_after(appends: int) -> Callable[[int, object], int]:
    """``os.write`` of a disk that takes so many times what is written, then nothing more."""
    real, taken = os.write, [0]

    def write(descriptor: int, data: bytes) -> int:
        taken[0] += 1
        if taken[0] > appends:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data)

    return write


def shown_slices(seat: Seat) -> int:
    (only,) = [one for one in seat.stage.window.session.reading.case.studies.display_sets if one.rows]
    return len(only.frames)


def outbox_words() -> str:
    return " ".join(label.text() for label in hands.the("parcel-1").findChildren(QLabel) if label.isVisible())


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the database's own working files and the lock."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix == ".pack"}


def browse(running: RunningSandbox, address: str, passwords: tuple[str | None, ...]) -> str:
    """Somebody types these passwords at the browser, one after the other; status and text of the last page."""
    with requests.Session() as session:
        session.trust_env = False
        page = session.get(address, timeout=10)
        for password in (one for one in passwords if one is not None):
            form = browser._Form()
            form.feed(page.text)
            typed = form.fields | {"username": running.specialist.username, "password": password}
            page = session.post(urljoin(page.url, form.action), data=typed, timeout=10)
        return f"{page.status_code} {page.text}"


def deny(address: str) -> None:
    """The service sends the browser back with a no (RFC 6749 4.1.2.1)."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    answer = urlencode({"error": "access_denied", "state": asked["state"]})
    requests.get(f"{asked['redirect_uri']}?{answer}", timeout=10)
