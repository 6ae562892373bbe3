"""The window comes back where it was: place, splitters and filter; nothing of a case is ever written down."""

import json

from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from tests.workstation.desktop.conftest import make_case
from tests.workstation.desktop.place import FakeService, a_place
from workstation.desktop.window_memory import WindowMemory
from workstation.desktop.worklist_entries import Group


def test_place_splitters_and_texts_come_back(qtbot, tmp_path):
    def divided(memory):
        window = QMainWindow()
        qtbot.addWidget(window)
        split = QSplitter()
        split.setObjectName("split")
        split.addWidget(QWidget())
        split.addWidget(QWidget())
        window.setCentralWidget(split)
        window.resize(640, 400)
        was_there = memory.place(window)
        memory.divide(window)
        window.show()
        return window, split, was_there

    first = WindowMemory(tmp_path / "window.json")
    window, split, was_there = divided(first)
    assert not was_there
    window.setGeometry(40, 50, 700, 500)
    split.setSizes([100, 590])
    split.splitterMoved.emit(100, 1)
    first.note("worklist group", "New")
    first.keep(window)
    again, parts, came_back = divided(WindowMemory(tmp_path / "window.json"))
    assert came_back
    assert (again.width(), again.height()) == (700, 500)
    assert abs(parts.sizes()[0] - 100) <= 1
    assert WindowMemory(tmp_path / "window.json").text("worklist group") == "New"


def test_a_spoiled_file_counts_as_nothing_remembered(tmp_path):
    for content in ("{", "[]", '{"worklist group": 4}'):
        (tmp_path / "window.json").write_text(content)
        assert WindowMemory(tmp_path / "window.json").text("worklist group") == ""


def test_the_window_writes_its_memory_when_it_is_closed_and_no_word_of_a_case(qtbot, window_on, tmp_path):
    place = a_place(FakeService(), signed_in=False)
    place.shelves.cases.put(make_case("4711"))
    window = window_on(place)
    window.memory = WindowMemory(tmp_path / "window.json")
    window.session.worklist.show_group(Group.WAITING)
    qtbot.waitUntil(lambda: window.memory.text("worklist group") == "Waiting")
    window.close()
    kept = (tmp_path / "window.json").read_text()
    assert json.loads(kept)["worklist group"] == "Waiting"
    assert not any(word in kept for word in ("Lindqvist", "4711", "Nodule"))
