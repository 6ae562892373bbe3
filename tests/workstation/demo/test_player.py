"""The player waits for what must be seen, and ends with words whatever happens to its story."""

import os
import time
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pytestqt.qtbot import QtBot

from workstation.__main__ import main
from workstation.demo.hands import NotVisible
from workstation.demo.player import Player, Story, Until
from workstation.demo.story import measured_series


def played(qtbot: QtBot, story: Story) -> list[str]:
    """How the play ended: ``["finished"]``, or the words with which it failed."""
    ended: list[str] = []
    player = Player(story)
    player.finished.connect(lambda: ended.append("finished"))
    player.failed.connect(ended.append)
    player.start()
    qtbot.waitUntil(lambda: bool(ended), timeout=5000)
    qtbot.wait(60)  # three looks: nothing may follow the end
    return ended


def test_a_story_goes_on_only_when_what_it_waits_for_is_seen(qtbot: QtBot) -> None:
    looks: list[int] = []

    def story() -> Story:
        yield Until(what="the third look", seen=lambda: looks.append(1) or len(looks) == 3)
        assert len(looks) == 3

    assert played(qtbot, story()) == ["finished"]


def test_what_is_not_seen_in_time_is_named(qtbot: QtBot) -> None:
    began = time.monotonic()

    def story() -> Story:
        yield Until(what="a ship", seen=lambda: False, seconds=0.1)

    assert played(qtbot, story()) == ["not seen within 0 s: a ship"]
    assert time.monotonic() - began >= 0.1


def test_a_widget_that_is_not_there_ends_the_play_with_its_name(qtbot: QtBot) -> None:
    def story() -> Story:
        yield Until(what="nothing", seen=lambda: True)
        raise NotVisible("“case-open” is not on the screen, or it is disabled")

    assert played(qtbot, story()) == ["“case-open” is not on the screen, or it is disabled"]


def test_a_folder_without_a_volume_is_told_as_what_it_is() -> None:
    case = SimpleNamespace(studies=SimpleNamespace(display_sets=()))
    session = SimpleNamespace(reading=SimpleNamespace(case=case))
    for middle in (True, False):
        with pytest.raises(NotVisible, match="no series whose slices make a volume"):
            measured_series(SimpleNamespace(window=SimpleNamespace(session=session), middle=middle))  # type: ignore[arg-type]


def test_a_story_that_breaks_ends_the_play_instead_of_standing_still(qtbot: QtBot) -> None:
    def story() -> Story:
        yield Until(what="nothing", seen=lambda: True)
        yield Until(what=next(iter(())), seen=lambda: True)  # a slip: Python makes a RuntimeError of it

    assert played(qtbot, story()) == ["the story broke: RuntimeError: generator raised StopIteration"]


def test_a_look_that_breaks_ends_the_play_too(qtbot: QtBot) -> None:
    def story() -> Story:
        yield Until(what="nothing", seen=lambda: next(iter(())))

    assert played(qtbot, story()) == ["the story broke: StopIteration: "]


def test_a_folder_that_is_not_there_is_said_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--headless", "--data", str(tmp_path / "nowhere")])
    assert ended.value.code == 2
    assert "There is no folder" in capsys.readouterr().err
