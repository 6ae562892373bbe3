"""The real window, played by mouse and keys in a process that ends as by ``kill -9`` at a chosen call.

``python -m tests.journeys.killed_window '{"data", "service", "case", "chapters", "kill", "typed"}'``; ``kill`` is None
or ``[what, "before" | "after", which call]``, ``what`` one of ``WATCHED``. The kill takes the whole process group: the
window and its isolated workers. It ends with status 0 when every chapter was played.
"""

import builtins
import gc
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock, current_thread, main_thread
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPlainTextEdit

from workstation.demo import hands, story
from workstation.demo.player import Player, Story, Until
from workstation.demo.stage import Outside, Stage
from workstation.window import make_application, make_window

SHELVES, CENTRAL = "workstation.storage.shelves", "workstation.service.central"
WATCHED = {
    # this computer's disk
    "fsync": ("os", "", "fsync"),
    "rename": ("os", "", "replace"),
    "image": ("workstation.storage.receiving", "ItemWriting", "commit"),
    "case": ("workstation.storage.case_shelf", "EncryptedCaseShelf", "put"),
    "draft": (SHELVES, "EncryptedDraftShelf", "put"),
    "parcel": (SHELVES, "EncryptedParcelShelf", "put"),
    "audit": ("workstation.storage.audit", "AuditChain", "record"),
    # signing
    "freeze": ("workstation.review.sign_opinion", "", "freeze"),
    "render": ("workstation.reporting.composing", "", "compose"),
    "prepare": ("workstation.signing.preparing", "", "prepare"),
    "signature": ("workstation.signing.signing_act", "", "sign"),
    "stamp": ("workstation.signing.stamping", "", "timestamp"),
    # the central service
    "accept": (CENTRAL, "CentralService", "accept"),
    "begin": (CENTRAL, "CentralService", "begin"),
    "store": (CENTRAL, "CentralService", "store"),
    "read-back": (CENTRAL, "CentralService", "read_back"),
    "hand-over": (CENTRAL, "CentralService", "commit"),
    "find": (CENTRAL, "CentralService", "find"),
}
WORDS = tuple(f"word{number:02d}" for number in range(40))
BETWEEN_WORDS_S = 0.05


def main(told: dict[str, Any]) -> int:
    """Play the chapters."""
    failures: list[str] = []
    watch_classes(failures)
    if told["kill"]:
        die_at(*told["kill"])
    application = make_application()
    running: Any = service_of(told["service"])
    outside = Outside(data=Path(told["data"]), running=running)
    window, finish = make_window(application, told["data"], open_browser=outside.open_browser)
    window.resize(1920, 1080)
    window.show()
    window.begin()
    stage = Stage(window=window, outside=outside, case=told["case"], out=None, middle=True)
    player = Player(chapters(stage, told["chapters"], Path(told["typed"])))
    player.failed.connect(failures.append)
    player.failed.connect(window.close)
    player.finished.connect(window.close)
    player.start()
    application.exec()
    finish()
    if gc.isenabled():
        failures.append("a search for garbage may begin while Qt destroys what is left")
    sys.stderr.write("\n".join(failures))
    return 1 if failures else 0


def chapters(stage: Stage, names: Sequence[str], typed: Path) -> Story:
    """The story from these chapters: the demo's own, and those of a second start."""
    second: dict[str, Callable[[Stage], Story]] = {
        "again": start_again, "choose-mine": choose_mine, "go-on-fetching": go_on_fetching, "back": back_to_the_case,
        "type": partial(type_words, typed=typed),
        "rest-a-moment": partial(rest, 0.3), "rest-a-second": partial(rest, 1.0),
        "die": partial(die, typed=typed), "send": send_what_is_signed,
    }  # fmt: skip
    for name in names:
        yield from (second.get(name) or getattr(story, name))(stage)


def start_again(stage: Stage) -> Story:
    """A second start on the same data folder: nobody signs in again."""
    yield from story.sign_in(stage)
    assert stage.window.session is not None
    assert stage.window.session.place.signed_in()


def choose_mine(stage: Stage) -> Story:
    """Click the case among mine."""
    hands.click("filter-mine")
    yield from story.choose_case(stage)


def go_on_fetching(stage: Stage) -> Story:
    """The case that was being fetched becomes offline-ready."""
    yield from choose_mine(stage)
    yield Until(what="the case offline-ready", seen=lambda: story.is_ready(stage), seconds=120)


def back_to_the_case(stage: Stage) -> Story:
    """Open the case that was being written, and wait for its images and its form."""
    yield from choose_mine(stage)
    yield Until(what="the way into the case", seen=lambda: hands.find("case-open") is not None)
    hands.click("case-open")
    yield Until(what="the form", seen=lambda: _has_draft(stage) and hands.find("opinion-next") is not None)
    yield Until(what="the images", seen=lambda: stage.window.session is not None and _pictured(stage))


def type_words(stage: Stage, typed: Path) -> Story:
    """Write word after word into the form, without a pause that would end a sentence; each is noted with its time."""
    form = hands.the("opinion-next").window()
    field = next(one for one in form.findChildren(QPlainTextEdit) if one.isVisible() and _is_field(one))
    hands.write(field.objectName(), "Typed:")
    with typed.open("a", encoding="utf-8", buffering=1) as notes:
        for word in WORDS:
            hands.type_on(f" {word}")
            notes.write(f"{time.monotonic()} {word}\n")
            yield from rest(BETWEEN_WORDS_S, stage)


def rest(seconds: float, _stage: Stage) -> Story:
    """The hands rest; the window lives on."""
    end = time.monotonic() + seconds
    yield Until(what="the time over", seen=lambda: time.monotonic() >= end)


def die(_stage: Stage, typed: Path) -> Story:
    """The light goes out; when it did is noted below the words."""
    yield Until(what="nothing", seen=lambda: True)
    with typed.open("a", encoding="utf-8") as notes:
        notes.write(f"{time.monotonic()} died\n")
    light_out()


def send_what_is_signed(_stage: Stage) -> Story:
    """Whatever is signed goes out by itself; wait for the receipt of the only parcel."""
    hands.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    yield Until(what="the receipt", seen=lambda: hands.find("parcel-1-receipt") is not None, seconds=90)


def service_of(told: dict[str, Any]) -> SimpleNamespace:
    """The service that runs in another process, as the stage wants it."""
    account = SimpleNamespace(**{**told["specialist"], "credential": Path(told["specialist"]["credential"])})
    return SimpleNamespace(**{**told, "specialist": account, "trust": [Path(path) for path in told["trust"]]})


def watch_classes(failures: list[str]) -> None:
    """PySide makes classes in one thread only: two at once, or a connection meanwhile, end the program at times."""
    real = builtins.__build_class__

    def build(*parts: Any, **more: Any) -> Any:
        made = real(*parts, **more)
        if isinstance(made, type) and issubclass(made, QObject) and current_thread() is not main_thread():
            failures.append(f"{made.__module__}.{made.__qualname__} was made in another thread than the window's")
        return made

    builtins.__build_class__ = build


def die_at(what: str, moment: str, which: int) -> None:
    """Let the n-th call be the last thing this process begins, or the last that it finishes."""
    module_name, owner_name, name = WATCHED[what]
    module = importlib.import_module(module_name)
    owner = getattr(module, owner_name) if owner_name else module
    real, lock, seen = getattr(owner, name), Lock(), [0]

    def deadly(*parts: Any, **more: Any) -> Any:
        with lock:
            seen[0] += 1
            now = seen[0] == which
        if now and moment == "before":
            light_out()
        answer = real(*parts, **more)
        if now:
            light_out()
        return answer

    setattr(owner, name, deadly)


def light_out() -> None:
    """This process and its workers end here and now."""
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _is_field(widget: QPlainTextEdit) -> bool:
    return widget.objectName().startswith("field-")


def _has_draft(stage: Stage) -> bool:
    session = stage.window.session
    return session is not None and session.reading.draft is not None


def _pictured(stage: Stage) -> bool:
    assert stage.window.session is not None
    view = stage.window.session.images.active_view()
    return view is not None and view.isVisible() and view.picture() is not None


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
