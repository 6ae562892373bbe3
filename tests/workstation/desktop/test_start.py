"""The start: what is imported and built before the worklist is seen, and what a case shows before all is read."""

import ast
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.fakes.cases import FakeCaseSource, a_case, a_study, instance_bytes
from tests.fakes.jobs import DirectExecutor, DirectPool
from tests.workstation.desktop.place import a_place
from viewers.measure.measurement import MarkKind, Measurement
from workstation.desktop import open_case
from workstation.desktop.warm_up import FIRST, QT, SCREENS, THEN, warm_up
from workstation.review.fetch_case import FetchTools, fetch_case
from workstation.review.first_image import STILL_OPENING, prepare_first

ROOT = Path(__file__).parents[3]
_read_case = open_case.read_case

# Seconds of imports that the first screen does not need.
HEAVY = (
    "numpy",
    "cv2",
    "pydicom",
    "vtkmodules",
    "highdicom",
    "pyhanko",
    "scipy",
    "reportlab",
    "requests",
    "imagecodecs",
)
LATER = tuple(name for name in HEAVY if name not in ("numpy", "cv2"))


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (
            (
                "workstation.window", "workstation.bootstrap", "workstation.desktop.main_window",
                "workstation.desktop.session", *FIRST,
            ),
            HEAVY,
        ),
        (("workstation.service.tokens",), HEAVY),
        ((*THEN, *SCREENS), LATER),
        ((*FIRST, *THEN), ("PySide6",)),
    ],
    ids=["up to the worklist", "whether somebody is signed in", "up to the reading room", "in another thread"],
)  # fmt: skip
def test_heavy_libraries_are_imported_when_first_used(modules, unwanted):
    code = (
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        f"print(*(name for name in {unwanted!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_warming_up_makes_way_for_the_reader_but_brings_what_the_worklist_needs(monkeypatch):
    imported = []
    monkeypatch.setattr("importlib.import_module", imported.append)
    warm_up(lambda: len(imported) >= len(FIRST) + 2)
    assert imported == [*FIRST, *THEN[:2]]


def test_every_qt_class_that_is_named_anywhere_is_made_before_another_thread_imports():
    files = [path for root in ("viewers", "workstation") for path in (ROOT / root).rglob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    imports = [
        node for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6.")
    ]
    named = {(node.module, alias.name) for node in imports for alias in node.names if node.module != "PySide6.QtTest"}
    assert named == {(module, name) for module, names in QT.items() for name in names.split()}


CROWDED = """
import threading, sys
from PySide6 import QtCore, QtWidgets
from workstation.desktop.warm_up import QT, name_qt_classes
application = QtWidgets.QApplication([])
name_qt_classes()
sys.setswitchinterval(1e-5)
both = threading.Barrier(2)
names = [name for name in QT["PySide6.QtWidgets"].split() if issubclass(getattr(QtWidgets, name), QtWidgets.QWidget)]
def make(side):
    for name in names:
        both.wait()
        made = type(side + name, (getattr(QtWidgets, name),), {"said": QtCore.Signal(int)})
        if side == "main":
            widget = None if name.startswith(("QAbstract", "QStyle")) else made()
other = threading.Thread(target=make, args=("other",))
other.start()
make("main")
other.join()
"""


def test_two_threads_that_make_classes_at_once_do_not_end_the_program():
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    for _ in range(3):
        assert subprocess.run([sys.executable, "-c", CROWDED], env=environment, check=False).returncode == 0


def test_only_the_worklist_is_built_before_it_is_seen(window_on):
    session = window_on(a_place(signed_in=False)).session
    assert session.name == "worklist"
    assert not {"reading", "delivery", "signing", "settings", "sign_in"} & set(vars(session))


def test_the_reading_room_is_built_while_the_worklist_is_looked_at(window_on, qtbot):
    session = window_on(a_place(signed_in=False), settling_ms=0).session
    qtbot.waitUntil(lambda: {"reading", "delivery"} <= set(vars(session)))
    assert session.name == "worklist"


def test_a_lock_while_rooms_are_being_built_ends_the_building(window_on, qtbot):
    window = window_on(a_place(signed_in=False), settling_ms=20)
    session = window.session
    window.lock()
    qtbot.wait(60)
    assert "reading" not in vars(session)


@pytest.fixture
def stored():
    """A workplace on which two cases rest, ready to be opened."""
    place = replace(a_place(signed_in=False), workers=DirectPool())
    place.shelves.drafts.put = lambda *_: None
    for case in (a_case(a_study(1), case_id="case-1"), a_case(a_study(2), case_id="case-2")):
        service = FakeCaseSource(case)
        for series in case.studies[0].series:
            service.contents |= {one.sop_uid: instance_bytes(one) for one in series.instances}
        shelves = place.shelves
        shelves.cases.put(case)
        fetch_case(
            case,
            FetchTools(
                source=service, shelf=shelves.cases, parser=place.workers, audit=shelves.audit,
                executor=DirectExecutor(),
            ),
        )  # fmt: skip
        prepare_first(case, shelves.cases, place.workers)
    return place


def test_one_image_and_whose_it_is_are_painted_before_the_rest_is_read_and_built(window_on, qtbot, stored, monkeypatch):
    session = window_on(stored).session
    reading, happened = session.reading, []
    room = reading.room

    def noted(owner, name, what):
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, **kwargs: (happened.append(what), real(*args, **kwargs))[1])

    noted(room.bar.banner, "show_case", "patient")
    noted(room.images, "show_frames", "image")
    noted(room.thumbnails, "show_series", "series")
    noted(room.opinion, "show_draft", "opinion")
    monkeypatch.setattr(
        "workstation.desktop.reading_desk.read_case",
        lambda case_id, place, real=_read_case: (happened.append("read"), real(case_id, place))[1],
    )
    room.images.slice_shown.connect(lambda *_: happened.append(room.images.active_view().picture().note))
    session.open_case("case-1")
    qtbot.waitUntil(lambda: reading.draft is not None)
    happened = [what for what in happened if what != "series" or "read" in happened]
    assert happened[: happened.index("read")][-3:] == ["patient", "image", STILL_OPENING]
    rest = happened[happened.index("read") :]
    assert rest.index("image") < rest.index("series") < rest.index("opinion")


def test_a_case_that_is_no_longer_wanted_is_not_read_on(window_on, qtbot, stored):
    reading = window_on(stored).session.reading
    reading.open("case-1")
    reading.open("case-2")
    qtbot.waitUntil(lambda: reading.draft is not None)
    assert reading.case.case.id == "case-2"
    assert reading.room.images.display_set().study_uid == "1.2.3.2"


def test_of_a_case_that_cannot_be_read_no_image_stays_on_the_screen(window_on, qtbot, stored, monkeypatch):
    def refuse(_case_id, _place):
        raise OSError(5, "the disk is broken")

    monkeypatch.setattr("workstation.desktop.reading_desk.read_case", refuse)
    reading = window_on(stored).session.reading
    with qtbot.waitSignal(reading.failed):
        reading.open("case-1")
    assert reading.room.images.display_set() is None
    assert reading.case is None


def test_a_mark_drawn_on_the_first_image_stays_when_the_rest_has_come(window_on, qtbot, stored):
    reading = window_on(stored).session.reading
    reading.open("case-1")
    mark = Measurement(
        id="m1", kind=MarkKind.LENGTH, display_set_id="", study_uid="", series_uid="", frame_of_reference_uid="",
        points_mm=(), points_px=(), images=(), values=(), method="", calibration="",
    )  # fmt: skip
    reading.room.images.board().put(mark)
    qtbot.waitUntil(lambda: reading.draft is not None)
    assert reading.room.images.board().find(mark.id) == mark


@pytest.mark.parametrize("act", [lambda window: QTest.keyClick(window, Qt.Key.Key_Shift), QTest.mouseMove])
def test_a_sign_of_life_anywhere_in_the_window_puts_the_lock_off(window_on, qtbot, act):
    window = window_on(a_place(signed_in=False))
    window._quiet.setTimerType(Qt.TimerType.PreciseTimer)
    window._quiet.start(100_000)
    qtbot.wait(20)
    left = window._quiet.remainingTime()
    act(window.windowHandle())
    qtbot.waitUntil(lambda: window._quiet.remainingTime() > left)
