"""What is imported ahead of its use, in the order of use, while the reader types or looks at the worklist.

PySide makes a class when it is first named or derived from. Where two threads do so at once, or one does while the
other connects a signal, the program ends at times (seen with 6.11: null pointers in ``SignalManager`` and in
``MetaObjectBuilder::update``). So what has to do with Qt is imported by the window's thread, and only the rest, which
is most, by another one.
"""

import importlib
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from workstation.desktop.soon import soon

# The store: on the way from the passphrase to the first screen.
FIRST = ("workstation.storage.store", "workstation.settings.choices")
# Numbers, pictures and cases, which are not needed before a case is opened.
THEN = (
    "numpy",
    "cv2",
    "viewers.series.display_set",
    "viewers.volumes.loader",
    "viewers.render.picture",
    "viewers.render.thumbnail",
    "viewers.measure.touching",
    "viewers.objects.legible",
    "workstation.desktop.open_case",
    "workstation.review.deliver",
)
# Screens, which are made of Qt: each takes little time once the others are there.
SCREENS = (
    "workstation.desktop.session",
    "viewers.widgets.slice_view",
    "viewers.widgets.image_area",
    "workstation.desktop.opinion_panel",
    "workstation.desktop.reading_room",
    "workstation.desktop.reading_desk",
    "workstation.desktop.outbox_desk",
)

# Every Qt class that this program names.
QT = {
    "PySide6.QtCore": (
        "QAbstractListModel QBuffer QByteArray QEvent QIODevice QKeyCombination QMimeData QModelIndex QObject "
        "QPersistentModelIndex QPoint QPointF QRect QRectF QSignalBlocker QSize QSizeF QTimer Qt Signal "
        "SignalInstance"
    ),
    "PySide6.QtGui": (
        "QAction QActionGroup QCloseEvent QColor QDragEnterEvent QDropEvent QFocusEvent QFont QFontDatabase "
        "QFontMetrics QFontMetricsF QGuiApplication QIcon QImage QImageWriter QKeyEvent QKeySequence QMouseEvent "
        "QPaintEvent QPainter QPalette QPen QPixmap QPolygonF QResizeEvent QShortcut QShowEvent QTextLayout "
        "QTextOption QWheelEvent"
    ),
    "PySide6.QtSvg": "QSvgRenderer",
    "PySide6.QtWidgets": (
        "QAbstractButton QApplication QBoxLayout QButtonGroup QCheckBox QComboBox QDoubleSpinBox QFileDialog "
        "QFormLayout QFrame QGridLayout QHBoxLayout QLabel QLayout QLayoutItem QLineEdit QListView QListWidget "
        "QListWidgetItem QMainWindow QMenu QPlainTextEdit QProgressBar QPushButton QRadioButton QScrollArea "
        "QSizePolicy QSlider QSpinBox QSplitter QStackedLayout QStackedWidget QStyle QStyleOptionButton "
        "QStyleOptionViewItem QStylePainter QStyledItemDelegate QToolButton QVBoxLayout QWidget"
    ),
}


def name_qt_classes() -> None:
    """Make every Qt class of the program; meant for the window's thread, before another one imports anything."""
    for module, names in QT.items():
        found = importlib.import_module(module)
        for name in names.split():
            getattr(found, name)


def warm_up(cancelled: Callable[[], bool]) -> None:
    """Import what has nothing to do with Qt, one module after the other until ``cancelled``; for another thread."""
    for name in (*FIRST, *THEN):
        if name in THEN and cancelled():
            return
        importlib.import_module(name)


def screens() -> list[Callable[[], object]]:
    """Imports of the screens, each to be called in an idle moment of the window's thread."""
    return [partial(importlib.import_module, name) for name in SCREENS]


def in_idle_moments(parent: QObject, steps: Sequence[Callable[[], object]], wanted: Callable[[], bool]) -> None:
    """Take one step in each idle moment of the window's thread while ``wanted``; ends with ``parent``."""
    if steps and wanted():
        steps[0]()
        soon(parent, lambda: in_idle_moments(parent, steps[1:], wanted))
