"""The reading room: what can be opened on the left, images in the middle, the opinion on the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedLayout, QWidget

from viewers.widgets.image_area import ImageArea
from viewers.widgets.series_thumbnails import SeriesThumbnails
from viewers.widgets.tools import Tool
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import become_screen, column, frame, restyle
from workstation.desktop.document_view import DocumentView
from workstation.desktop.look import Look
from workstation.desktop.opinion_panel import OpinionPanel
from workstation.desktop.reading_bar import ReadingBar
from workstation.desktop.reading_status import ReadingStatus
from workstation.desktop.study_panel import StudyPanel
from workstation.desktop.view_commands import view_commands

STUDIES_WIDTH, OPINION_WIDTH = 168, 408


class ReadingRoom(QWidget):
    """Arranges the parts, folds them away and moves the keyboard; what they mean is the reading desk's matter."""

    left = Signal()
    palette_requested = Signal()

    def __init__(self, look: Look, images: ImageArea, thumbnails: SeriesThumbnails, document: DocumentView) -> None:
        super().__init__()
        become_screen(self, "reading-room")
        self.images = images
        self.thumbnails = thumbnails
        self.document = document
        self.bar = ReadingBar(look)
        self.studies = StudyPanel(look, thumbnails)
        self.opinion = OpinionPanel(look)
        self.status = ReadingStatus()
        self.commands = Commands(self)
        self._folded = self._had_opinion = False
        middle = frame("ground", "reading-middle")
        self._middle = QStackedLayout(middle)
        self._middle.addWidget(images)
        self._middle.addWidget(document)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setObjectName("reading-split")
        self._split.setHandleWidth(3)
        for part in (self.studies, middle, self.opinion):
            self._split.addWidget(part)
        self._split.setStretchFactor(1, 1)
        self._split.setCollapsible(1, False)  # noqa: FBT003 - Qt's signature
        self._split.setSizes([look.theme.px(STUDIES_WIDTH), 1200, look.theme.px(OPINION_WIDTH)])
        look.measure(self.studies, QWidget.setMinimumWidth, 120)
        look.measure(self.opinion, QWidget.setMinimumWidth, 300)
        whole = column(self.bar, self._split, self.status.bar, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._connect()
        self._bind()

    def show_images(self) -> None:
        """Show the images and give them the keyboard."""
        self._middle.setCurrentWidget(self.images)
        self.studies.mark_open("")
        self.focus_images()

    def show_document(self) -> None:
        """Show the document in place of the images."""
        self._middle.setCurrentWidget(self.document)
        self.document.setFocus()

    @property
    def shows_document(self) -> bool:
        """Whether a document stands in place of the images."""
        return self._middle.currentWidget() is self.document

    def focus_images(self) -> None:
        """Give the images the keyboard."""
        self.images.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_opinion(self, *, shown: bool) -> None:
        """Fold or unfold the opinion."""
        self.opinion.setVisible(shown)
        self.bar.show_opinion(shown=shown)
        if not shown:
            self.focus_images()

    def toggle_opinion(self) -> None:
        """Fold the opinion, or unfold it."""
        self.show_opinion(shown=self.opinion.isHidden())

    def toggle_chrome(self) -> None:
        """F11: only pixels and the identity that stands in every view; and back to what was there before."""
        self._folded = not self._folded
        if self._folded:
            self._had_opinion = not self.opinion.isHidden()
            self.show_opinion(shown=False)
        elif self._had_opinion:
            self.show_opinion(shown=True)
        for part in (self.bar, self.studies, self.status.bar):
            part.setVisible(not self._folded)
        restyle(self, "folded", str(self._folded).lower())

    def leave(self) -> None:
        """Esc: leave the form, then the tool, then the folded chrome, then the document, then the screen."""
        focused = self.focusWidget()
        if focused is not None and self.opinion.isAncestorOf(focused):
            self.focus_images()
            return
        if self.images.isVisible() and self.images.forget_tool():
            return
        if self._folded:
            self.toggle_chrome()
        elif self.shows_document:
            self.show_images()
        else:
            self.left.emit()

    def _connect(self) -> None:
        self.bar.back_requested.connect(self.left)
        self.bar.palette_requested.connect(self.palette_requested)
        self.bar.opinion_toggled.connect(self.toggle_opinion)
        self.bar.tool_chosen.connect(self._take_tool)
        self.bar.preset_chosen.connect(self.images.choose_preset)
        self.bar.layout_chosen.connect(self.images.choose_layout)
        self.bar.reset_requested.connect(self.images.reset_view)
        self.images.leaving_requested.connect(self.leave)
        self.images.tool_changed.connect(self.bar.show_tool)
        self.opinion.images_wanted.connect(self.focus_images)

    def _take_tool(self, tool: Tool) -> None:
        self.images.choose_tool(tool)
        self.focus_images()

    def _bind(self) -> None:
        self.commands.add(
            Command(name="next", title="Next thing to write in the opinion", keys="N", act=self._go_next),
            Command(name="next-written", title="The same while writing", keys="Ctrl+N", act=self._go_next),
            Command(name="opinion", title="Fold or unfold the opinion", keys="Ctrl+O", act=self.toggle_opinion),
            Command(name="chrome", title="Only the images", keys="F11", act=self.toggle_chrome),
            Command(name="images", title="Back to the images", keys="Ctrl+I", act=self.show_images),
            Command(name="finding", title="New finding", keys="Ctrl+F", act=self._new_finding),
            Command(name="leave", title="Back to the worklist", act=self.left.emit),
            *view_commands(self.images, self.bar),
        )

    def _go_next(self) -> None:
        self.show_opinion(shown=True)
        self.opinion.go_next()

    def _new_finding(self) -> None:
        self.show_opinion(shown=True)
        self.opinion.add_finding()
