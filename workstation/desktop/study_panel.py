"""What can be opened in the reading room: the series of every study as thumbnails, and the received documents."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QVBoxLayout, QWidget

from viewers.widgets.series_thumbnails import SeriesThumbnails
from workstation.cases.case import Document
from workstation.desktop.controls import button, column, emptied, rule
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel


class StudyPanel(QFrame):
    """Thumbnails above, documents below."""

    document_chosen = Signal(str)

    def __init__(self, look: Look, thumbnails: SeriesThumbnails) -> None:
        super().__init__()
        self.setObjectName("study-panel")
        self.setProperty("role", "side")
        self._look = look
        self._group = QButtonGroup(self)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        documents = QWidget()
        documents.setLayout(
            column(PlainLabel("DOCUMENTS", tone="caption"), self._list, spacing=4, margins=(8, 8, 8, 10))
        )
        whole = column(thumbnails, rule(), documents, spacing=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def show_documents(self, documents: Sequence[Document], here: frozenset[str]) -> None:
        """List the documents; those that are not on this computer are named but cannot be opened."""
        emptied(self._list)
        for number, document in enumerate(documents, start=1):
            made = button(
                document.title, name=f"document-{number}", kind="quiet", tip=_words(document),
                chosen=partial(self.document_chosen.emit, document.id),
            )  # fmt: skip
            made.setCheckable(True)
            made.setMinimumWidth(1)
            made.setProperty("document", document.id)
            made.setEnabled(document.id in here)
            self._look.dress(made, "document", "quiet")
            self._group.addButton(made)
            self._list.addWidget(made)
        if not documents:
            self._list.addWidget(PlainLabel("none received", tone="small"))

    def mark_open(self, document_id: str) -> None:
        """Show which document is open; "" for none."""
        self._group.setExclusive(False)
        for made in self._group.buttons():
            made.setChecked(made.property("document") == document_id and bool(document_id))
        self._group.setExclusive(True)


def _words(document: Document) -> str:
    kind = document.kind.value.replace("-", " ")
    return " · ".join(part for part in (document.title, kind, document.date[:10]) if part)
