"""A session: everything that exists only while the store is unlocked, from the worklist to the last pixel."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from workstation.cases.ports import Specialist
from workstation.desktop.app_bar import AppBar
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.look import Look
from workstation.desktop.problem import Problem, problem_of
from workstation.desktop.warm_up import in_idle_moments, screens, warm_up
from workstation.desktop.worklist_desk import WorklistDesk
from workstation.desktop.worklist_screen import WorklistScreen
from workstation.desktop.workplace import Workplace, known_specialist

if TYPE_CHECKING:
    from viewers.widgets.image_area import ImageArea
    from viewers.widgets.palette import Palette
    from workstation.desktop.document_view import DocumentView
    from workstation.desktop.identity_desk import IdentityDesk
    from workstation.desktop.outbox_desk import OutboxDesk
    from workstation.desktop.reading_desk import ReadingDesk
    from workstation.desktop.settings_screen import SettingsScreen
    from workstation.desktop.sign_in_desk import SignInDesk
    from workstation.desktop.signing_desk import SigningDesk

LOOKS = ("look.theme", "look.scale")
SETTLING_MS = 40


class Session(QObject):
    """Builds the screens into a stack and moves between them; ``close`` takes every trace of the cases away.

    Only the worklist is built at once, so that it is seen before anything else is imported. The other screens are
    built in idle moments after that, or when they are entered.
    """

    moved = Signal(str)
    problem = Signal(object, object)
    setting_changed = Signal(str)
    palette_requested = Signal()

    def __init__(self, look: Look, place: Workplace, stack: QStackedWidget, bar: AppBar) -> None:
        super().__init__()
        self._look = look
        self._place = place
        self._stack = stack
        self._bar = bar
        self._errands = Errands(place.executor, self)
        self._case_id = ""
        self._before = "worklist"
        self._closed = False
        self._screens: dict[str, QWidget] = {}
        self.worklist = WorklistScreen(look, place.clock)
        self._add("worklist", self.worklist)
        self.worklist_desk = WorklistDesk(self.worklist, place, self._errands)
        self.worklist.panel.open_requested.connect(self.open_case)
        self.worklist.panel.identity_requested.connect(self.ask_identity)
        self.worklist_desk.listed.connect(self._show_counts)
        self.worklist_desk.listed.connect(self._settle_soon, Qt.ConnectionType.SingleShotConnection)
        self.worklist_desk.handed_back.connect(self._handed_back)
        self.worklist_desk.connection.connect(self._bar.show_connection)
        self.worklist_desk.problem.connect(self.problem)

    @property
    def place(self) -> Workplace:
        """What the session works with."""
        return self._place

    @property
    def case_id(self) -> str:
        """The case that is being read, or ""."""
        return self._case_id

    @property
    def name(self) -> str:
        """Which screen is shown."""
        shown = self._stack.currentWidget()
        return next((name for name, screen in self._screens.items() if screen is shown), "")

    @property
    def images(self) -> "ImageArea":
        """Where images are shown."""
        return self.reading.room.images

    @cached_property
    def reading(self) -> "ReadingDesk":
        """The reading room with its desk."""
        from viewers.widgets.image_area import ImageArea
        from viewers.widgets.series_thumbnails import SeriesThumbnails
        from workstation.desktop.reading_desk import ReadingDesk
        from workstation.desktop.reading_room import ReadingRoom

        palette = self._palette()
        images = ImageArea(palette, self._place.executor)
        images.setObjectName("images")
        thumbnails = SeriesThumbnails(palette)
        thumbnails.setObjectName("series-thumbnails")
        room = ReadingRoom(self._look, images, thumbnails, self._document_view("document"))
        self._add("reading", room)
        room.left.connect(self._leave_room)
        room.palette_requested.connect(self.palette_requested)
        self._look.changed.connect(self._wear)
        desk = ReadingDesk(room, self._place, self._errands)
        desk.preview_requested.connect(self._preview)
        desk.failed.connect(self._not_opened)
        return desk

    @cached_property
    def identity(self) -> "IdentityDesk":
        """The settling of whose images were set aside."""
        from workstation.desktop.identity_desk import IdentityDesk
        from workstation.desktop.identity_screen import IdentityScreen

        screen = IdentityScreen(self._look)
        self._add("identity", screen)
        screen.left.connect(lambda: self.go("worklist"))
        desk = IdentityDesk(screen, self._place, self._errands)
        desk.settled.connect(lambda _case: self.worklist_desk.show_local())
        desk.problem.connect(self.problem)
        return desk

    @cached_property
    def sign_in(self) -> "SignInDesk":
        """The sign-in."""
        from workstation.desktop.sign_in_desk import SignInDesk
        from workstation.desktop.sign_in_screen import SignInScreen

        screen = SignInScreen(self._look)
        self._add("sign-in", screen)
        screen.offline_requested.connect(lambda: self.go("worklist"))
        desk = SignInDesk(screen, self._place, self._errands)
        desk.signed_in.connect(self._is_signed_in)
        desk.problem.connect(self.problem)
        return desk

    @cached_property
    def signing(self) -> "SigningDesk":
        """The preview and the signature."""
        from workstation.desktop.sign_screen import SignScreen
        from workstation.desktop.signing_desk import SigningDesk

        screen = SignScreen(self._look, self._document_view("preview"))
        self._add("sign", screen)
        screen.left.connect(self._leave_sign)
        desk = SigningDesk(screen, self._place, self._errands)
        desk.go_requested.connect(self._go_to_field)
        desk.signed.connect(self._was_signed)
        desk.problem.connect(self.problem)
        return desk

    @cached_property
    def delivery(self) -> "OutboxDesk":
        """The outbox; from now on it sends what is due."""
        from workstation.desktop.outbox_desk import OutboxDesk
        from workstation.desktop.outbox_screen import OutboxScreen

        screen = OutboxScreen(self._look)
        self._add("outbox", screen)
        screen.next_case_requested.connect(self._next_case)
        desk = OutboxDesk(screen, self._place, self._errands)
        desk.delivered.connect(lambda _case: self.worklist_desk.refresh())
        desk.moved.connect(lambda _number: self.worklist_desk.show_local())
        desk.problem.connect(self.problem)
        desk.begin()
        return desk

    @cached_property
    def settings(self) -> "SettingsScreen":
        """The settings."""
        from workstation.desktop.settings_screen import SettingsScreen

        screen = SettingsScreen(self._look)
        self._add("settings", screen)
        screen.changed.connect(self._setting_changed)
        return screen

    def begin(self, *, case_id: str = "") -> None:
        """Show the worklist, or the sign-in where nobody is known yet; ``case_id`` is opened again after a lock."""
        specialist = known_specialist(self._place.shelves.texts)
        self._bar.show_specialist(specialist.name if specialist else "", signed_in=self._place.signed_in())
        if specialist is None:
            self.ask_sign_in()
        elif case_id:
            self.open_case(case_id)
        else:
            self.go("worklist")
        self.worklist_desk.begin()

    def keep(self) -> None:
        """Put everything written on the disk before this returns.

        Raises:
            OSError: the disk is full or broken; what was written is still in the window.
        """
        if "reading" in self.__dict__:
            self.reading.keep()

    def close(self) -> None:
        """End every errand, drop keys and pixels. Whoever must not lose anything asks ``keep`` first."""
        self._closed = True
        if "signing" in self.__dict__:
            self.signing.end()
        if "reading" in self.__dict__:
            self.reading.close()
        self.worklist_desk.end()
        if "delivery" in self.__dict__:
            self.delivery.end()
        self._errands.recall_all()
        for screen in self._screens.values():
            self._stack.removeWidget(screen)
            screen.hide()
            screen.deleteLater()
        self._place.close()

    def go(self, name: str) -> None:
        """Show a screen."""
        if name != self.name and self.name not in ("outbox", "settings"):
            self._before = self.name if self.name in ("worklist", "reading") else "worklist"
        if name == "settings":
            self.settings.show_choices(self._place.choices, f"Data folder: {self._place.folder}")
        if name == "outbox":
            self.delivery.show_parcels()
        if name == "worklist":
            self.worklist_desk.show_local()
        self._stack.setCurrentWidget(self._screens[name])
        self._bar.setVisible(name in ("worklist", "outbox", "settings"))
        self._bar.show_screen(name)
        if name == "worklist":
            self.worklist.take_keyboard()
        else:
            (self.images if name == "reading" else self._screens[name]).setFocus()
        self.moved.emit(name)

    def leave(self) -> None:
        """Esc: one step back."""
        if self.name == "reading":
            self.reading.room.leave()
        elif self.name == "sign":
            self._leave_sign()
        elif self.name in ("outbox", "settings"):
            self.go(self._before if self._reads() else "worklist")
        elif self.name == "worklist":
            self.worklist.leave()
        elif self.name == "identity":
            self.go("worklist")
        elif self.name == "sign-in":
            self.sign_in.cancel()

    def open_case(self, case_id: str) -> None:
        """Read a case."""
        self._case_id = case_id
        reading = self.reading
        self.go("reading")
        reading.open(case_id)

    def ask_identity(self, case_id: str) -> None:
        """Show whose images were set aside."""
        identity = self.identity
        self.go("identity")
        identity.begin(case_id)

    def ask_sign_in(self) -> None:
        """Show the sign-in with what is configured."""
        self.sign_in.begin()
        self.go("sign-in")

    def _add(self, name: str, screen: QWidget) -> None:
        self._screens[name] = screen
        self._stack.addWidget(screen)

    def _palette(self) -> "Palette":
        from viewers.widgets.palette import palette_from

        theme = self._look.theme
        return palette_from(theme.colours, family=theme.family, scale=theme.scale)

    def _wear(self, _theme: object) -> None:
        self.images.wear(self._palette())
        self.reading.room.thumbnails.wear(self._palette())

    def _document_view(self, name: str) -> "DocumentView":
        from workstation.desktop.document_view import DocumentView

        return DocumentView(self._look, self._place.workers, self._errands, name=name)

    def _reads(self) -> bool:
        return "reading" in self.__dict__ and self.reading.case is not None

    def _show_counts(self, entries: object) -> None:
        self._bar.show_entries(entries)  # type: ignore[arg-type]

    def _settle_soon(self, _entries: object) -> None:
        """The worklist is listed: let it be painted, then get ready for what comes next."""
        QTimer.singleShot(SETTLING_MS, self, self._settle)

    def _settle(self) -> None:
        if self._closed:
            return
        self._errands.send(
            "settle",
            lambda leash: warm_up(leash.cancelled),
            arrived=lambda _none: in_idle_moments(
                self, [*screens(), lambda: self.delivery, lambda: self.reading], lambda: not self._closed
            ),
            failed=lambda error: self.problem.emit(problem_of("The program is not installed completely", error), None),
        )
        self._errands.send("forget images", self._forget, arrived=lambda _cases: None, failed=self._not_forgotten)

    def _forget(self, _leash: Leash) -> tuple[str, ...]:
        """Destroy the keys of cases that were delivered long enough ago; signed files stay."""
        from workstation.review.forget_case import forget_case, may_be_forgotten

        place = self._place
        shelves, now, days = place.shelves, place.clock(), place.choices.whole("images.keep")
        due = may_be_forgotten(shelves.parcels, now, keep_for=timedelta(days=days))
        for case_id in due:
            forget_case(case_id, shelf=shelves.cases, parcels=shelves.parcels, audit=shelves.audit, now=now)
        return due

    def _not_forgotten(self, error: BaseException) -> None:
        self.problem.emit(problem_of("Images of delivered cases could not be forgotten", error), None)

    def _is_signed_in(self, specialist: Specialist) -> None:
        self._bar.show_specialist(specialist.name, signed_in=True)
        self.worklist_desk.refresh()
        self.delivery.signed_in_again()
        self.go("worklist")

    def _leave_room(self) -> None:
        if self.reading.draft is not None:
            self.reading.draft.save()
        self.go("worklist")

    def _not_opened(self, told: Problem) -> None:
        self.problem.emit(told, None)

    def _preview(self) -> None:
        if self.reading.case is not None and self.reading.draft is not None:
            signing = self.signing
            self.go("sign")
            signing.begin(self.reading.case, self.reading.draft)

    def _leave_sign(self) -> None:
        self.signing.end()
        self.go("reading")

    def _go_to_field(self, section: str, row_id: str, field: str) -> None:
        self._leave_sign()
        self.reading.room.show_opinion(shown=True)
        self.reading.room.opinion.go(section, row_id, field)

    def _handed_back(self, case_id: str) -> None:
        """Nothing of a case that is no longer the reader's stays on a screen."""
        if self._reads() and self._case_id == case_id:
            self.reading.close()
            self._case_id = ""

    def _was_signed(self, _parcel: object) -> None:
        self.signing.end()
        self.reading.close()
        self._case_id = ""
        self.go("outbox")

    def _next_case(self) -> None:
        following = self.worklist_desk.next_case(self._case_id)
        if following:
            self.open_case(following)
        else:
            self.go("worklist")

    def _setting_changed(self, key: str) -> None:
        choices = self._place.choices
        if key in LOOKS:
            self._look.wear(choices.text("look.theme"), int(choices.text("look.scale")) / 100)
        if key == "reading.snap":
            self.images.set_snapping(choices.switch("reading.snap"))
        if key == "service.refresh":
            self.worklist_desk.pace()
        if key.startswith("service."):
            specialist = known_specialist(self._place.shelves.texts)
            self._bar.show_specialist(specialist.name if specialist else "", signed_in=self._place.signed_in())
        self.setting_changed.emit(key)
