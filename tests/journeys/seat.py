"""The seat at the real window, in this process: rooms to sit in, what is said there, and chapters of a day."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit

from workstation.demo import hands, story
from workstation.demo.player import Story, Until
from workstation.demo.stage import PASSPHRASE, Outside, Stage
from workstation.demo.writing import give_reasons
from workstation.opinions import drafts
from workstation.sandbox.running import Lifetimes, RunningSandbox, spawn
from workstation.window import make_application, make_window

# "first" is read and written in the beginning; "second" waits in the worklist.
FIRST, SECOND = "first", "second"
SLICES = 6
NAME, BIRTH, PATIENT_ID = "Troublefeather^Quill", "19610309", "TROUBLE-PID-77"
SECRETS = (
    "Troublefeather",
    "Quill",
    PATIENT_ID,
    BIRTH,
    "1961",
    "Somebody",
    "OTHER-PATIENT",
    PASSPHRASE,
    "typed wrongly",
)
NO_WORDS = ("Traceback", "Exception", "Error", "errno", "Errno", "0x", "None", ".py", "/tmp", "sqlite", "<", "HTTP")
# Where a trouble may be told; one at a time.
PLACES = ("problem-happened", "gate-words", "sign-in-words", "sign-told")
BUSY = ("Opening …", "Signing …", "browser is open")


@dataclass(kw_only=True)
class Seat:
    """The real window on a data folder, and who sits there."""

    stage: Stage
    data: Path
    browse: Callable[[str], object]

    def play(self, *chapters: Story) -> None:
        """Mouse and keys, until everything was seen."""
        for step in (step for chapter in chapters for step in chapter):
            self.wait(step.seen, step.what, min(step.seconds, 25))

    def wait(self, seen: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Let the window live until something is seen."""
        end = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < end, f"not seen: {what}; the window says {self.said()}"
            QApplication.processEvents()
            time.sleep(0.005)

    def said(self) -> dict[str, str]:
        """What is told now, by place; the card's three sentences as one text."""
        shown = {name: label.text() for name in PLACES if (label := _label(name)) is not None and label.text()}
        if "problem-happened" in shown:
            more = (_label("problem-kept"), _label("problem-next"))
            shown["problem-happened"] = " ".join([shown["problem-happened"], *(part.text() for part in more if part)])
        return {name: text for name, text in shown.items() if not any(busy in text for busy in BUSY)}

    def told(self, place: str, *words: str) -> str:
        """The one message: there, with these words in this order, and with nothing that nobody should read."""
        self.wait(lambda: place in self.said(), f"a message in {place}")
        self.rest()
        said = self.said()
        assert list(said) == [place], said
        text = said[place]
        at = 0
        for word in words:
            assert word.lower() in text.lower()[at:], f"“{word}” is not in “{text[at:]}” of “{text}”"
            at = text.lower().index(word.lower(), at) + len(word)
        assert not [bad for bad in (*SECRETS, *NO_WORDS) if bad in text], text
        assert len(text) < 420, text
        return text

    def rest(self, seconds: float = 0.3) -> None:
        """Let everything that is under way come home."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def put_away(self) -> None:
        """Read the card and put it away."""
        hands.click("problem-close")
        self.wait(lambda: hands.find("problem-happened") is None, "the card put away")


@dataclass(frozen=True, kw_only=True)
class Room:
    """A folder in which a data folder and a service's own lie, as they stood when everything was written."""

    folder: Path
    sent: tuple[Path, ...]
    known: RunningSandbox | None = None

    @contextmanager
    def service(self) -> Iterator[RunningSandbox]:
        """The service, running."""
        with spawn(self.folder / "service", folders=self.sent, lifetimes=Lifetimes(access_s=3600)) as running:
            yield running

    @contextmanager
    def window(self, running: RunningSandbox | None = None, *, data: str = "data") -> Iterator[Seat]:
        """The real window."""
        outside = Outside(data=self.folder / "service", folders=self.sent, running=running or self.known)
        window, finish = make_window(
            make_application(),
            str(self.folder / data),
            open_browser=lambda address: seat.browse(address),  # noqa: PLW0108 - tests change it
        )
        stage = Stage(window=window, outside=outside, case=FIRST, out=None, middle=True)
        seat = Seat(stage=stage, data=self.folder / data, browse=outside.open_browser)
        window.resize(1600, 980)
        window.show()
        window.activateWindow()
        window.begin()
        try:
            yield seat
        finally:
            window.close()
            QApplication.processEvents()
            finish()
            window.deleteLater()
            QApplication.processEvents()
            (self.folder / data / "ballast").unlink(missing_ok=True)


def _label(name: str) -> QLabel | None:
    found = hands.find(name)
    return found if isinstance(found, QLabel) else None


def unlocked() -> Story:
    """Type the passphrase and come to the worklist."""
    yield from story.unlock()
    yield Until(what="the worklist", seen=lambda: hands.find("worklist-list") is not None)


def opened(seat: Seat) -> Story:
    """Open the first case among mine, with its form."""
    hands.click("filter-mine")
    yield from story.choose_case(seat.stage)
    yield Until(what="the way into the case", seen=lambda: hands.find("case-open") is not None)
    hands.click("case-open")
    yield Until(what="the form", seen=lambda: hands.find("opinion-next") is not None)
    yield Until(what="images", seen=lambda: story._picture_is_there(seat.stage))
    yield Until(
        what="its fields", seen=lambda: bool(fields(seat)) and seat.stage.window.session.reading.draft is not None
    )


def fields(seat: Seat) -> list[QPlainTextEdit]:
    """The fields of the form in which one writes."""
    return [one for one in seat.stage.window.findChildren(QPlainTextEdit) if one.objectName().startswith("field-")]


def accepted(seat: Seat) -> Story:
    """Accept the second case; its download begins."""
    hands.click("filter-new")
    seat.stage.case = SECOND
    yield from story.choose_case(seat.stage)
    yield Until(what="the case to accept", seen=lambda: hands.find("case-accept") is not None)
    hands.click("case-accept")
    yield Until(what="the question of conflicts", seen=lambda: hands.find("acceptance-none") is not None)
    hands.click("acceptance-none")
    hands.click("acceptance-go")


def drafted(seat: Seat, *chapters: Story) -> tuple[int, object]:
    """The draft of the first case as it rests on the disk."""
    seat.play(*chapters)
    found = drafts.restore(seat.stage.window.session.place.shelves.drafts, seat.stage.service.cases[FIRST])
    assert found is not None
    return found[0], found[1].entries


def shown(name: str) -> Until:
    return Until(what=name, seen=lambda: hands.find(name) is not None)


def previewed() -> Story:
    """The very pages that would be signed."""
    hands.click("opinion-preview")
    yield shown("open-points-title")
    yield from give_reasons(story.REASON)
    yield shown("preview-page-1")


def confirmed(seat: Seat, passphrase: str = "") -> Story:
    """Re-authenticate, confirm, sign."""
    account = seat.stage.service.specialist
    hands.write("sign-file", str(account.credential))
    hands.write("sign-passphrase", passphrase or account.passphrase)
    hands.write("sign-confirmation", "SIGN")
    yield shown("sign-go")
    hands.click("sign-go")
