"""What is imported ahead of its use, in the order of use, while the reader types or looks at the worklist."""

import importlib
from collections.abc import Callable

# The store and the worklist: on the way from the passphrase to the first screen.
FIRST = ("workstation.storage.store", "workstation.settings.choices", "workstation.desktop.session")
# The reading room: numbers and pictures, which are not needed before a case is opened.
THEN = (
    "numpy",
    "cv2",
    "viewers.series.display_set",
    "viewers.volumes.loader",
    "viewers.render.picture",
    "viewers.widgets.slice_view",
    "viewers.widgets.image_area",
    "workstation.desktop.opinion_panel",
    "workstation.desktop.reading_room",
    "workstation.review.open_study",
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
    """Make every Qt class of the program; meant for the window's thread, before another one imports anything.

    PySide makes a class when it is first named. Two threads that do so at once end the program (seen with 6.11: a null
    pointer in ``SignalManager::retrieveMetaObject``).
    """
    for module, names in QT.items():
        found = importlib.import_module(module)
        for name in names.split():
            getattr(found, name)


def warm_up(cancelled: Callable[[], bool]) -> None:
    """Import everything that is left, one module after the other until ``cancelled``; meant for another thread."""
    for name in (*FIRST, *THEN):
        if name in THEN and cancelled():
            return
        importlib.import_module(name)
