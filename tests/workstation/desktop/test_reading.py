"""What was seen, the timeline of undo, and the words about geometry."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workstation.review.test_cite import a_display_set, a_mark
from viewers.display.kinds import kind_words
from viewers.measure.board import Board
from viewers.series.display_set import Calibration, CalibrationSource, Kind, StackGeometry
from workstation.desktop.plain_text import ElidedLabel, PlainLabel
from workstation.desktop.reading_status import ReadingStatus, geometry_words
from workstation.desktop.seen import Seen, seen_as_text, seen_from_text
from workstation.desktop.series_loading import SeriesLoading
from workstation.desktop.timeline import Timeline


class Drafted:
    """An undoable draft with one number."""

    def __init__(self):
        self.values, self.at = [0], 0

    def set(self, value):
        self.values = [*self.values[: self.at + 1], value]
        self.at += 1

    def undo(self):
        self.at -= self.at > 0
        return True

    def redo(self):
        self.at += self.at < len(self.values) - 1
        return True


class Edited:
    """A signal without Qt."""

    def __init__(self):
        self.listeners = []

    def connect(self, listener):
        self.listeners.append(listener)

    def emit(self):
        for listener in self.listeners:
            listener()


class Images:
    """An image area with nothing but its board."""

    def __init__(self):
        self._board = Board()

    def board(self):
        return self._board


def test_seen_survives_a_restart_and_counts_by_series():
    shown, seen = a_display_set(), Seen()
    assert seen.frame(shown.series_uid, "1.2.3.4.0", 1)
    assert not seen.frame(shown.series_uid, "1.2.3.4.0", 1)
    seen.documents.add("d1")
    again = seen_from_text(seen_as_text(seen))
    assert again.count(shown) == 1
    assert again.documents == {"d1"}
    assert again.studies([shown]) == {"1.2.3"}
    assert again.not_displayed([shown]) == ()


def test_a_series_that_was_never_shown_is_named():
    shown, other = a_display_set(), a_display_set(id="ds2", series_uid="1.2.3.5", description="Lung")
    seen = Seen()
    seen.frame(shown.series_uid, "1.2.3.4.0", 1)
    assert seen.not_displayed([shown, other]) == (("1.2.3.5", "Lung"),)
    assert seen.studies([shown, other]) == frozenset()


@given(st.lists(st.sampled_from(["mark", "word"]), max_size=12))
def test_one_undo_takes_back_whatever_was_done_last(steps):
    images, draft, timeline = Images(), Drafted(), Timeline()
    draft.edited = Edited()
    timeline.watch(images, draft)
    for number, step in enumerate(steps, start=1):
        if step == "mark":
            images.board().put(a_mark(id=f"m{number}"))
        else:
            draft.set(number)
            draft.edited.emit()
    for step in reversed(steps):
        marks, words = len(images.board().measurements), draft.at
        assert timeline.undo()
        assert len(images.board().measurements) == marks - (step == "mark")
        assert draft.at == words - (step == "word")
    assert not timeline.undo()
    for _ in steps:
        assert timeline.redo()
    assert len(images.board().measurements) == steps.count("mark")
    assert draft.at == steps.count("word")


def stack(*, tilt=0.0, regular=True, gaps=()):
    import numpy as np

    return StackGeometry(
        row_direction=(1, 0, 0),
        column_direction=(0, 1, 0),
        normal=(0, 0, 1),
        origins_mm=np.zeros((3, 3)),
        spacing_mm=(1.0, 1.0, 2.5),
        regular=regular,
        tilt_deg=tilt,
        gaps=gaps,
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"geometry": stack()}, "3 slices · 2.50 mm"),
        ({"geometry": stack(tilt=18.5)}, "3 slices · 2.50 mm · tilt 18.5° corrected"),
        ({"geometry": stack(regular=False, gaps=((1, 9.0),))}, "3 slices · 2.50 mm · uneven spacing, 1 gaps"),
        ({"kind": Kind.CINE, "frame_time_ms": 40.0}, "clip of 3 images · 25 images/s · scale by pixel spacing"),
        (
            {"calibration": Calibration(source=CalibrationSource.NONE, spacing_mm=None)},
            "3 images · not calibrated: pixels",
        ),
    ],
)
def test_the_geometry_is_said_in_words(more, words):
    assert geometry_words(a_display_set(**more)) == words


@pytest.mark.usefixtures("qapp")
def test_the_status_says_each_doubt_once_and_why_there_is_no_suv():
    status = ReadingStatus()
    status.show_display_set(
        a_display_set(
            lossy="Lossy compression (JPEG)", suv_reason="No SUVbw: the weight is missing.", warnings=("Gap.",)
        ),
        "",
    )
    doubts = status.bar.findChild(ElidedLabel, "status-doubts")
    assert doubts.text() == "⚠ Lossy compression (JPEG) · No SUVbw: the weight is missing. · Gap."
    assert "weight" in doubts.toolTip()
    status.show_memory(0)
    assert status.bar.findChild(PlainLabel, "status-memory").text() == ""
    status.show_memory(73_000_000)
    assert status.bar.findChild(PlainLabel, "status-memory").text() == "73 MB in memory"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.VOLUME, Kind.STACK, Kind.CINE)])
def test_what_has_no_picture_is_named_as_people_say_it(kind):
    words = kind_words(a_display_set(kind=kind, frames=()))
    assert words != kind.value or kind is Kind.DOCUMENT or kind is Kind.SPECTROSCOPY or kind is Kind.WAVEFORM
    assert " " in words or len(words) > len("kos")


class Room:
    """What a loading series shows and where, and nothing else."""

    def __init__(self):
        self.told = []
        self.images = SimpleNamespace(
            slice_wanted=SimpleNamespace(connect=lambda _heard: None),
            show_message=lambda words, failed: self.told.append((words, failed)),
        )


def test_a_series_that_fails_in_the_background_leaves_the_one_that_is_read_alone():
    room = Room()
    loading = SeriesLoading(room, None, None)
    loading._shown, loading._loads["other"], loading._loads["mine"] = "mine", object(), object()
    loading._not_loaded("other", OSError("gone"))
    assert room.told == []
    loading._not_loaded("mine", OSError("gone"))
    assert room.told == [("This series could not be loaded. gone", True)]
    assert not loading._loads, "choosing it again would show the broken load for ever"


def test_what_has_no_picture_has_no_calibration_and_nothing_to_be_seen(qtbot):
    assert geometry_words(a_display_set(kind=Kind.SR, frames=())) == "no picture"
    status = ReadingStatus()
    qtbot.addWidget(status.bar)
    status.show_seen(0, 0, 1, 15)
    assert status.bar.findChild(PlainLabel, "status-seen").text() == "series 1 of 15"


def test_long_doubts_never_push_the_geometry_out_of_sight(qtbot):
    status = ReadingStatus()
    qtbot.addWidget(status.bar)
    status.bar.resize(1366, 24)
    status.show_display_set(a_display_set(geometry=stack(tilt=-18.5), warnings=("Images are missing. " * 30,)), "")
    status.bar.show()
    geometry = status.bar.findChild(PlainLabel, "status-geometry")
    assert geometry.width() >= geometry.sizeHint().width()
