"""A session: everything that exists only while the store is unlocked, from the worklist to the last pixel."""

from datetime import timedelta

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from viewers.widgets.image_area import ImageArea
from viewers.widgets.palette import palette_from
from viewers.widgets.series_thumbnails import SeriesThumbnails
from workstation.cases.ports import Specialist
from workstation.cases.refusals import Refused
from workstation.desktop.app_bar import AppBar
from workstation.desktop.document_view import DocumentView
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.look import Look
from workstation.desktop.outbox_desk import OutboxDesk
from workstation.desktop.outbox_screen import OutboxScreen
from workstation.desktop.problem import Problem, problem_of
from workstation.desktop.reading_desk import ReadingDesk
from workstation.desktop.reading_room import ReadingRoom
from workstation.desktop.settings_screen import SettingsScreen
from workstation.desktop.sign_in_screen import WAITING, SignInScreen
from workstation.desktop.sign_screen import SignScreen
from workstation.desktop.signing_desk import SigningDesk
from workstation.desktop.worklist_desk import WorklistDesk
from workstation.desktop.worklist_screen import WorklistScreen
from workstation.desktop.workplace import Workplace, known_specialist, remember_specialist
from workstation.review.forget_case import forget_case, may_be_forgotten
from workstation.settings.setting import Refused as NoValue

LOOKS = ("look.theme", "look.scale")


class Session(QObject):
    """Builds the screens into a stack and moves between them; ``close`` takes every trace of the cases away."""

    moved = Signal(str)
    problem = Signal(object, object)

    def __init__(self, look: Look, place: Workplace, stack: QStackedWidget, bar: AppBar) -> None:
        super().__init__()
        self._look = look
        self._place = place
        self._stack = stack
        self._bar = bar
        self._errands = Errands(place.executor, self)
        self._case_id = ""
        self._before = "worklist"
        palette = palette_from(look.theme.colours, family=look.theme.family, scale=look.theme.scale)
        self.images = ImageArea(palette, place.executor)
        self.images.setObjectName("images")
        thumbnails = SeriesThumbnails(palette)
        thumbnails.setObjectName("series-thumbnails")
        documents = DocumentView(look, place.workers, self._errands, name="document")
        preview = DocumentView(look, place.workers, self._errands, name="preview")
        self.sign_in = SignInScreen(look)
        self.worklist = WorklistScreen(look, place.clock)
        self.room = ReadingRoom(look, self.images, thumbnails, documents)
        self.sign = SignScreen(look, preview)
        self.outbox = OutboxScreen(look)
        self.settings = SettingsScreen(look)
        self.worklist_desk = WorklistDesk(self.worklist, place, self._errands)
        self.reading = ReadingDesk(self.room, place, self._errands)
        self.signing = SigningDesk(self.sign, place, self._errands)
        self.delivery = OutboxDesk(self.outbox, place, self._errands)
        self._screens: dict[str, QWidget] = {
            "sign-in": self.sign_in,
            "worklist": self.worklist,
            "reading": self.room,
            "sign": self.sign,
            "outbox": self.outbox,
            "settings": self.settings,
        }
        for screen in self._screens.values():
            stack.addWidget(screen)
        self._connect()

    @property
    def case_id(self) -> str:
        """The case that is being read, or ""."""
        return self._case_id

    @property
    def name(self) -> str:
        """Which screen is shown."""
        shown = self._stack.currentWidget()
        return next((name for name, screen in self._screens.items() if screen is shown), "")

    def begin(self, *, case_id: str = "") -> None:
        """Show the worklist, or the sign-in where nobody is known yet; ``case_id`` is opened again after a lock."""
        specialist = known_specialist(self._place.shelves.texts)
        self._bar.show_specialist(specialist.name if specialist else "", signed_in=self._place.signed_in())
        self.worklist_desk.begin()
        self.delivery.begin()
        self._errands.send("forget images", self._forget, arrived=lambda _cases: None, failed=self._not_forgotten)
        if specialist is None:
            self.ask_sign_in()
        elif case_id:
            self.open_case(case_id)
        else:
            self.go("worklist")

    def close(self) -> None:
        """End every errand, keep everything written, drop keys and pixels."""
        self.signing.end()
        self.reading.close()
        self.worklist_desk.end()
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
            self._show_settings()
        if name == "outbox":
            self.delivery.show_parcels()
        if name == "worklist":
            self.worklist_desk.show_local()
        self._stack.setCurrentWidget(self._screens[name])
        self._bar.setVisible(name in ("worklist", "outbox", "settings"))
        self._bar.show_screen(name)
        focus = {"worklist": self.worklist.list, "reading": self.images}.get(name, self._screens[name])
        focus.setFocus()
        self.moved.emit(name)

    @property
    def place(self) -> Workplace:
        """What the session works with."""
        return self._place

    def leave(self) -> None:
        """Esc: one step back."""
        if self.name == "reading":
            self.room.leave()
        elif self.name == "sign":
            self._leave_sign()
        elif self.name in ("outbox", "settings"):
            self.go(self._before if self.reading.case is not None else "worklist")
        elif self.name == "worklist":
            self.worklist.leave()
        elif self.name == "sign-in":
            self._cancel_sign_in()

    def open_case(self, case_id: str) -> None:
        """Read a case."""
        self._case_id = case_id
        self.go("reading")
        self.reading.open(case_id)

    def ask_sign_in(self) -> None:
        """Show the sign-in with what is configured."""
        choices = self._place.choices
        known = known_specialist(self._place.shelves.texts) is not None
        self.sign_in.prepare(choices.text("service.address"), choices.text("service.authority"), may_work_offline=known)
        self.go("sign-in")

    def _connect(self) -> None:
        self.sign_in.sign_in_requested.connect(self._sign_in)
        self.sign_in.cancelled.connect(self._cancel_sign_in)
        self.sign_in.offline_requested.connect(lambda: self.go("worklist"))
        self.worklist.panel.open_requested.connect(self.open_case)
        self.worklist_desk.listed.connect(
            lambda entries: self._bar.show_entries(entries, sending=self.delivery.sending())
        )
        self.worklist_desk.connection.connect(self._bar.show_connection)
        self.room.left.connect(self._leave_room)
        self.reading.preview_requested.connect(self._preview)
        self.reading.failed.connect(self._not_opened)
        self.sign.left.connect(self._leave_sign)
        self.signing.go_requested.connect(self._go_to_field)
        self.signing.signed.connect(self._was_signed)
        self.outbox.next_case_requested.connect(self._next_case)
        self.delivery.delivered.connect(lambda _case: self.worklist_desk.refresh())
        self.delivery.moved.connect(lambda _number: self.worklist_desk.show_local())
        self.settings.changed.connect(self._setting_changed)
        for desk in (self.worklist_desk, self.signing, self.delivery):
            desk.problem.connect(self.problem)

    def _forget(self, _leash: Leash) -> tuple[str, ...]:
        """Destroy the keys of cases that were delivered long enough ago; signed files stay."""
        place = self._place
        shelves, now, days = place.shelves, place.clock(), place.choices.whole("images.keep")
        due = may_be_forgotten(shelves.parcels, now, keep_for=timedelta(days=days))
        for case_id in due:
            forget_case(case_id, shelf=shelves.cases, parcels=shelves.parcels, audit=shelves.audit, now=now)
        return due

    def _not_forgotten(self, error: BaseException) -> None:
        self.problem.emit(problem_of("Images of delivered cases could not be forgotten", error), None)

    def _sign_in(self, address: str, authority: str) -> None:
        choices = self._place.choices
        try:
            choices.choose("service.address", address)
            choices.choose("service.authority", authority)
        except NoValue as refusal:
            self.sign_in.say(str(refusal))
            return
        if not choices.text("service.address"):
            self.sign_in.say("Type the address of your central service. You find it in its invitation.")
            return
        self.sign_in.say(WAITING, busy=True)
        self._errands.send("sign in", self._signed_in, arrived=self._is_signed_in, failed=self._not_signed_in)

    def _signed_in(self, leash: Leash) -> Specialist:
        place = self._place
        place.sign_in(place.open_browser, leash.cancelled)
        specialist = place.service().specialist()
        remember_specialist(place.shelves.texts, specialist)
        place.shelves.audit.record("signed in", detail=specialist.reference)
        return specialist

    def _is_signed_in(self, specialist: Specialist) -> None:
        self.sign_in.say("")
        self._bar.show_specialist(specialist.name, signed_in=True)
        self.worklist_desk.refresh()
        self.go("worklist")

    def _not_signed_in(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.sign_in.say(f"⚠ {error}")
        else:
            self.sign_in.say("")
            self.problem.emit(problem_of("The sign-in did not work", error, kept="Nothing was changed."), None)

    def _cancel_sign_in(self) -> None:
        self._errands.recall("sign in")
        self.sign_in.say("")

    def _leave_room(self) -> None:
        if self.reading.draft is not None:
            self.reading.draft.save()
        self.go("worklist")

    def _not_opened(self, told: Problem) -> None:
        self.problem.emit(told, None)

    def _preview(self) -> None:
        if self.reading.case is not None and self.reading.draft is not None:
            self.go("sign")
            self.signing.begin(self.reading.case, self.reading.draft)

    def _leave_sign(self) -> None:
        self.signing.end()
        self.go("reading")

    def _go_to_field(self, section: str, row_id: str, field: str) -> None:
        self._leave_sign()
        self.room.show_opinion(shown=True)
        self.room.opinion.go(section, row_id, field)

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

    def _show_settings(self) -> None:
        facts = f"Data folder: {self._place.folder}"
        self.settings.show_choices(self._place.choices, facts)

    def _setting_changed(self, key: str) -> None:
        choices = self._place.choices
        if key in LOOKS:
            self._look.wear(choices.text("look.theme"), int(choices.text("look.scale")) / 100)
        if key == "reading.snap":
            self.images.set_snapping(choices.switch("reading.snap"))
        if key.startswith("service."):
            self._bar.show_specialist(self._known_name(), signed_in=self._place.signed_in())

    def _known_name(self) -> str:
        specialist = known_specialist(self._place.shelves.texts)
        return specialist.name if specialist else ""
