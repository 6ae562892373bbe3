"""A received or prepared document: its pages as pictures drawn in an isolated worker, or its plain text; read-only."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from viewers.objects.errors import Refused
from viewers.sources import Parser
from workstation.desktop.controls import column, emptied, frame, scrolled
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.look import Look
from workstation.desktop.plain_text import PlainLabel, plain

COUNT, PAGE = "viewers.objects.pages:count", "viewers.objects.pages:page"
WIDEST = 900
SHARPNESS = 1.6
FIRST_PAGES = 60


class DocumentView(QWidget):
    """Shows one document below another's place; ``shown`` says that its pages were on the screen."""

    shown = Signal(str)

    def __init__(self, look: Look, parser: Parser, errands: Errands, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._look = look
        self._parser = parser
        self._errands = errands
        self._key = ""
        self._title = PlainLabel(tone="quiet", name=f"{name}-title")
        self._words = PlainLabel(tone="quiet", wrap=True, name=f"{name}-words")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setObjectName(f"{name}-text")
        self._text.setAccessibleName("Text of the document")
        self._pages = QVBoxLayout()
        self._pages.setSpacing(12)
        sheet = QWidget()
        sheet.setLayout(column(self._pages, None, margins=(16, 12, 16, 16)))
        self._area = scrolled(sheet, f"{name}-pages")
        self._area.setAccessibleName("Pages of the document")
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        holder = frame("ground")
        self._stack = QStackedLayout(holder)
        for part in (self._words, self._area, self._text):
            self._stack.addWidget(part)
        whole = column(self._title, holder, spacing=4, margins=(8, 6, 8, 0))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def blank(self, words: str = "") -> None:
        """Show no document, and say why."""
        self._errands.recall(self._name("pages"))
        self._key = ""
        self._title.setText("")
        emptied(self._pages)
        self._text.clear()
        self._words.setText(words)
        self._stack.setCurrentWidget(self._words)

    def show_document(self, key: str, title: str, content: Callable[[], bytes]) -> None:
        """Read a document elsewhere and draw it, page by page."""
        self.blank("Drawing the pages …")
        self._key = key
        self._title.say(title, "quiet")
        sharp = (
            self.devicePixelRatioF() * SHARPNESS if self.devicePixelRatioF() < SHARPNESS else self.devicePixelRatioF()
        )
        width = round(self._wide() * sharp)
        self._errands.send(
            self._name("pages"),
            lambda leash: _draw(self._parser, content(), width, leash),
            arrived=lambda refused: self._ended(key, str(refused)),
            failed=lambda error: self._refuse(
                str(error) if isinstance(error, OSError | Refused) else "It could not be drawn."
            ),
            reported=lambda part: self._arrived(key, part),
        )

    def pages(self) -> int:
        """Number of pages that are drawn."""
        return self._pages.count()

    def _wide(self) -> int:
        return min(self._look.theme.px(WIDEST), max(400, self.width() - 64))

    def _name(self, what: str) -> str:
        return f"{self.objectName()} {what}"

    def _arrived(self, key: str, part: object) -> None:
        assert isinstance(part, Mapping)
        if "text" in part:
            self._text.setPlainText(plain(str(part["text"]), 1 << 20))
            self._turn_to(self._text)
        else:
            page = PageView(_image(part), f"Page {self._pages.count() + 1}", self._look.theme.px(WIDEST))
            page.setObjectName(f"{self.objectName()}-page-{self._pages.count() + 1}")
            self._pages.addWidget(page)
            self._turn_to(self._area)
        if self._key == key and self.isVisible():
            self.shown.emit(key)

    def _turn_to(self, shown: QWidget) -> None:
        """Show this part; the keyboard goes with it, so that the keys of scrolling scroll."""
        had = self.isAncestorOf(self.window().focusWidget()) or self.window().focusWidget() is self
        self._stack.setCurrentWidget(shown)
        self.setFocusProxy(shown)
        if had:
            shown.setFocus()

    def _ended(self, _key: str, refused: str) -> None:
        if refused:
            self._refuse(refused)

    def _refuse(self, words: str) -> None:
        if self._pages.count():  # some pages are there: that others are not must not go unsaid
            self._title.say(f"{self._title.text()}  ·  ⚠ {words}", "watch")
            return
        self._words.say(f"⚠ This document cannot be shown. {words}")
        self._stack.setCurrentWidget(self._words)


class PageView(QWidget):
    """One page as a picture, as wide as there is room."""

    def __init__(self, image: QImage, title: str, widest: int) -> None:
        super().__init__()
        self._page = QPixmap.fromImage(image)
        self._widest = widest
        self.setAccessibleName(title)
        self.setMinimumWidth(200)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as allowed, as high as the page then is."""
        return QSize(self._widest, self._height(self._widest))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the page's proportions."""
        self.setFixedHeight(self._height(min(self._widest, event.size().width())))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the page in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width = min(self._widest, self.width())
        painter.drawPixmap((self.width() - width) // 2, 0, width, self._height(width), self._page)
        painter.end()

    def _height(self, width: int) -> int:
        return max(1, round(width * self._page.height() / max(1, self._page.width())))


def _draw(parser: Parser, content: bytes, width: int, leash: Leash) -> str:
    """Draw page after page; the answer is why it stopped early, or ""."""
    counted = parser.parse(COUNT, content)
    if "refused" in counted:
        return str(counted["refused"])
    if counted["kind"] == "text":
        leash.report({"text": counted["text"]})
        return ""
    pages = counted["pages"]
    assert isinstance(pages, int)
    for index in range(min(pages, FIRST_PAGES)):
        if leash.cancelled():
            return ""
        drawn = parser.parse(PAGE, content, {"index": index, "width": width})
        if "refused" in drawn:
            return str(drawn["refused"])
        leash.report(drawn)
    return "" if pages <= FIRST_PAGES else f"Only its first {FIRST_PAGES} of {pages} pages are drawn."


def _image(part: Mapping[str, object]) -> QImage:
    width, height, pixels = part["width"], part["height"], part["pixels"]
    assert isinstance(width, int)
    assert isinstance(height, int)
    assert isinstance(pixels, bytes)
    return QImage(pixels, width, height, width * 3, QImage.Format.Format_RGB888).copy()
