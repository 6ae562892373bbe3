"""The window: a gate before, a session behind it, one place for problems, one palette of commands, and the lock."""

import gc
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from workstation.desktop.app_bar import AppBar
from workstation.desktop.command_palette import CommandPalette
from workstation.desktop.commands import Command, Commands
from workstation.desktop.controls import column
from workstation.desktop.errands import Errands
from workstation.desktop.gate_screen import GateScreen
from workstation.desktop.keys_card import KeysCard
from workstation.desktop.look import Look
from workstation.desktop.notice_bar import NoticeBar
from workstation.desktop.problem import Problem, ProblemCard, is_refusal, problem_of
from workstation.desktop.soon import NEXT_MS
from workstation.desktop.warm_up import in_idle_moments, name_qt_classes, screens, warm_up
from workstation.desktop.window_memory import WindowMemory
from workstation.desktop.workplace import Gate, Workplace

if TYPE_CHECKING:
    from workstation.desktop.session import Session

TITLE = "Second Opinion"
SMALLEST = (1024, 640)
AFTERWARDS_MS = (NEXT_MS, 1_000, 10_000)
SIGNS_OF_LIFE = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel)


class MainWindow(QMainWindow):
    """``unlocking`` comes before a store is opened, ``unlocked`` when a session has begun, ``locked`` at its end."""

    unlocking = Signal()
    unlocked = Signal()
    locked = Signal()

    def __init__(self, gate: Gate, look: Look, executor: Executor, memory: WindowMemory | None = None) -> None:
        super().__init__()
        self.memory = memory or WindowMemory()
        self.setObjectName("main-window")
        self.setWindowTitle(TITLE)
        self.setMinimumSize(*SMALLEST)
        self._gate = gate
        self._look = look
        self._errands = Errands(executor, self)
        self._return_to = ""
        self._giving_up = False
        self.session: Session | None = None
        self.bar = AppBar(look)
        self.notice_bar = NoticeBar(look)
        self.stack = QStackedWidget()
        self.stack.setObjectName("screens")
        self.gate_screen = GateScreen(look)
        self.stack.addWidget(self.gate_screen)
        ground = QWidget()
        whole = column(self.bar, self.notice_bar, self.stack, spacing=0)
        whole.setStretchFactor(self.stack, 1)
        ground.setLayout(whole)
        self.setCentralWidget(ground)
        self.problem_card = ProblemCard(look, ground)
        self.palette_card = CommandPalette(look, ground)
        self.keys_card = KeysCard(look, ground)
        self.commands = Commands(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.lock)
        self._connect()

    def begin(self) -> None:
        """Ask for the passphrase, or take the key from the system's keyring; meanwhile the rest is imported."""
        name_qt_classes()
        self._errands.send(
            "warm up",
            lambda leash: warm_up(leash.cancelled),
            arrived=lambda _none: in_idle_moments(self, screens(), lambda: not self._errands.busy("open store")),
            failed=self._not_imported,
        )
        lockwork = self._gate.lockwork()
        self._show_gate(locked=False)
        if lockwork.exists and lockwork.by_keyring:
            self._open(lambda: self._gate.unlock(None))

    def lock(self) -> None:
        """Keep everything written, drop keys and pixels, show nothing of any case."""
        if self.session is None or not self._is_kept(self.lock):
            return
        self._return_to = self.session.case_id if self.session.name in ("reading", "sign") else ""
        self._quiet.stop()
        self.problem_card.hide()
        self.palette_card.hide()
        self.keys_card.hide()
        self._end_session()
        self._show_gate(locked=True)
        self.locked.emit()

    def tell(self, problem: Problem, helped: Callable[[], object] | None = None) -> None:
        """Show what went wrong."""
        self.problem_card.tell(problem, helped)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Any sign of life puts the lock off."""
        if event.type() in SIGNS_OF_LIFE and self._quiet.isActive():
            self._quiet.start()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Input is seen where it enters the window: to look at every event of every widget would cost as much again."""
        super().showEvent(event)
        self.windowHandle().installEventFilter(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Everything written is on the disk before the window is gone, or the reader chose to lose it."""
        if not self._is_kept(self.close):
            event.ignore()
            return
        self._quiet.stop()
        self._errands.recall_all()
        self._end_session()
        self.memory.keep(self)
        event.accept()

    def _connect(self) -> None:
        self.gate_screen.creation_requested.connect(lambda words: self._open(lambda: self._gate.create(words)))
        self.gate_screen.unlock_requested.connect(lambda words: self._open(lambda: self._gate.unlock(words)))
        self.gate_screen.keyring_requested.connect(lambda: self._open(lambda: self._gate.unlock(None)))
        self.bar.screen_chosen.connect(self._go)
        self.bar.lock_requested.connect(self.lock)
        self.notice_bar.case_requested.connect(self._show_case)
        self.notice_bar.outbox_requested.connect(lambda: self._go("outbox"))
        self.bar.sign_in_requested.connect(self._ask_sign_in)
        unlocked = lambda: self.session is not None  # noqa: E731 - one condition for all
        self.commands.add(
            Command(name="lock", title="Lock", keys="Ctrl+L", act=self.lock, possible=unlocked),
            Command(
                name="worklist", title="Worklist", keys="Alt+1", act=lambda: self._go("worklist"), possible=unlocked
            ),
            Command(name="outbox", title="Outbox", keys="Alt+2", act=lambda: self._go("outbox"), possible=unlocked),
            Command(
                name="settings", title="Settings", keys="Ctrl+,", act=lambda: self._go("settings"), possible=unlocked
            ),
            Command(
                name="preview", title="Preview and sign", keys="Ctrl+Shift+P", act=self._preview, possible=self._reads
            ),
            Command(name="find", title="Find a command", keys="Ctrl+K", act=self._offer_commands, possible=unlocked),
            Command(name="keys", title="Every key of this screen", keys="F1", act=self.show_keys, possible=unlocked),
            Command(
                name="sign-in",
                title="Sign in",
                act=self._ask_sign_in,
                possible=lambda: self.session is not None and not self.session.place.signed_in(),
            ),
            Command(name="undo", title="Undo", keys="Ctrl+Z", act=lambda: self._reading("undo"), possible=self._reads),
            Command(name="redo", title="Redo", keys="Ctrl+Y", act=lambda: self._reading("redo"), possible=self._reads),
        )
        question = QShortcut(QKeySequence("?"), self)
        question.activated.connect(self.show_keys)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(Qt.ShortcutContext.WindowShortcut)
        escape.activated.connect(self._leave)

    def _show_gate(self, *, locked: bool) -> None:
        self.bar.hide()
        self.stack.setCurrentWidget(self.gate_screen)
        self.gate_screen.prepare(self._gate.lockwork(), locked=locked)

    def _open(self, way: Callable[[], Workplace]) -> None:
        self._errands.recall("warm up")  # what the first screen does not need makes way for it
        self.gate_screen.say("Opening …", busy=True)
        self.unlocking.emit()
        self._errands.send("open store", lambda _leash: way(), arrived=self._opened, failed=self._not_opened)

    def _opened(self, place: Workplace) -> None:
        from workstation.desktop.session import Session

        choices = place.choices
        self._look.wear(choices.text("look.theme"), int(choices.text("look.scale")) / 100)
        self.session = Session(self._look, place, self.stack, self.bar)
        self.session.problem.connect(self.tell)
        self.session.moved.connect(self._moved)
        self.session.palette_requested.connect(self._offer_commands)
        self.session.worklist.arrange(self.memory.text("worklist group"), self.memory.text("worklist order"))
        self.session.worklist.arranged.connect(self._arranged)
        self.notice_bar.begin(place.clock)
        self.session.worklist_desk.listed.connect(self.notice_bar.consider)
        self.session.begin(case_id=self._return_to)
        self._quiet.start(60_000 * choices.whole("lock.minutes"))
        self.session.setting_changed.connect(lambda _key: self._quiet.start(60_000 * choices.whole("lock.minutes")))
        place.shelves.audit.record("unlocked")
        self.unlocked.emit()

    def _not_imported(self, error: BaseException) -> None:
        self.tell(problem_of("The program is not installed completely", error, kept="Nothing was changed."))

    def _not_opened(self, error: BaseException) -> None:
        if is_refusal(error):
            self.gate_screen.say(str(error))
        else:
            self.gate_screen.say("The store could not be opened.")
            self.tell(problem_of("The store could not be opened", error, kept="Nothing was changed."))

    def _end_session(self) -> None:
        self.notice_bar.blank()
        session, self.session = self.session, None
        if session is not None:
            session.close()
            session.destroyed.connect(_collect_soon)
            session.deleteLater()

    def _is_kept(self, step: Callable[[], object]) -> bool:
        """Whether everything written is on the disk; if not it is told, and ``step`` waits for the reader's word."""
        try:
            if self.session is not None and not self._giving_up:
                self.session.keep()
        except OSError as error:
            from workstation.desktop.reading_desk import unsaved

            self._quiet.start()
            self.tell(
                replace(unsaved(error), action="Close it and lose what is not saved"), lambda: self._give_up(step)
            )
            return False
        return True

    def _give_up(self, step: Callable[[], object]) -> None:
        self._giving_up = True
        step()
        self._giving_up = False

    def _moved(self, _screen: str) -> None:
        self.problem_card.hide()
        self.memory.divide(self.stack)

    def _arranged(self, group: str, order: str) -> None:
        self.memory.note("worklist group", group)
        self.memory.note("worklist order", order)

    def _go(self, name: str) -> None:
        if self.session is not None:
            self.session.go(name)

    def _show_case(self, case_id: str) -> None:
        """Go to a case in the worklist; what is being written elsewhere is kept."""
        if self.session is not None:
            self.session.go("worklist")
            self.session.worklist.choose(case_id)

    def _ask_sign_in(self) -> None:
        if self.session is not None:
            self.session.ask_sign_in()

    def _reads(self) -> bool:
        return self.session is not None and self.session.name == "reading" and self.session.reading.draft is not None

    def _preview(self) -> None:
        if self.session is not None:
            self.session.reading.preview_requested.emit()

    def _reading(self, what: str) -> None:
        if self.session is not None:
            (self.session.reading.undo if what == "undo" else self.session.reading.redo)()

    def _offer_commands(self) -> None:
        if self.session is not None:
            self.palette_card.offer([*self._here().possible(), *self.commands.possible()])

    def show_keys(self) -> None:
        """F1 or ?: the map of the keyboard, as it is here and now."""
        if self.session is not None:
            self.keys_card.offer(self._here().possible(), self.commands.possible())

    def _here(self) -> Commands:
        """The commands of the screen that is shown."""
        shown = self.stack.currentWidget()
        own = getattr(shown, "commands", None)
        return own if isinstance(own, Commands) else Commands(self)

    def _leave(self) -> None:
        """Esc: the problem, then the palette, then what the screen has open, then the screen."""
        if self.problem_card.isVisible():
            self.problem_card.put_away()
        elif self.keys_card.isVisible():
            self.keys_card.put_away()
        elif self.palette_card.isVisible():
            self.palette_card.put_away()
        elif self.session is not None:
            self.session.leave()


def _collect_soon() -> None:
    """Keys and pixels go now, not when the collector happens to come; and what a moment still holds, a little later."""
    for later_ms in AFTERWARDS_MS:
        QTimer.singleShot(later_ms, gc.collect)
