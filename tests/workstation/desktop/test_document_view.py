"""Documents beside the images: keys scroll them, and a page that is not there is not passed over in silence."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from workstation.desktop import document_view
from workstation.desktop.document_view import COUNT, DocumentView

SHEET = 20 * 28


class Pages:
    """A document of so many pages; those from ``broken`` on cannot be drawn."""

    def __init__(self, pages, broken=99):
        self.pages, self.broken = pages, broken

    def parse(self, job, _content, options=None):
        if job == COUNT:
            return {"kind": "pages", "pages": self.pages}
        if options["index"] >= self.broken:
            return {"refused": "Its page is damaged."}
        return {"width": 20, "height": 28, "pixels": bytes(3 * SHEET)}


@pytest.fixture
def shown(qtbot, look, errands):
    def show(parser):
        view = DocumentView(look, parser, errands, name="document")
        qtbot.addWidget(view)
        view.resize(700, 500)
        with qtbot.waitActive(view):
            view.show()
            view.activateWindow()
        view.setFocus()
        view.show_document("d1", "Letter", lambda: b"")
        qtbot.waitUntil(lambda: not errands.busy("document pages"))
        return view

    return show


def test_the_keys_of_scrolling_scroll_the_pages(qtbot, shown):
    view = shown(Pages(4))
    bar = view.findChild(QScrollArea, "document-pages").verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown)
    assert bar.value() > 0


@pytest.mark.parametrize("parser", [Pages(3, broken=2), Pages(document_view.FIRST_PAGES + 1)])
def test_pages_that_are_not_shown_are_told(shown, parser):
    view = shown(parser)
    title = view.findChild(QLabel, "document-title").text()
    assert title.startswith("Letter  ·  ⚠ ")
    assert "damaged" in title or f"first {document_view.FIRST_PAGES} of {parser.pages}" in title
