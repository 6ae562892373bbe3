"""The sign-in desk: takes the service's address, lets the system browser sign in, and keeps who came back."""

from PySide6.QtCore import QObject, Signal

from workstation.cases.ports import Specialist
from workstation.cases.refusals import Refused
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.problem import problem_of
from workstation.desktop.sign_in_screen import WAITING, SignInScreen
from workstation.desktop.workplace import Workplace, known_specialist, remember_specialist
from workstation.settings.setting import Refused as NoValue


class SignInDesk(QObject):
    """``signed_in`` carries the specialist."""

    signed_in = Signal(object)
    problem = Signal(object, object)

    def __init__(self, screen: SignInScreen, place: Workplace, errands: Errands) -> None:
        super().__init__(errands)
        self._screen = screen
        self._place = place
        self._errands = errands
        screen.sign_in_requested.connect(self._sign_in)
        screen.cancelled.connect(self.cancel)

    def begin(self) -> None:
        """Show what is configured."""
        choices = self._place.choices
        known = known_specialist(self._place.shelves.texts) is not None
        self._screen.prepare(choices.text("service.address"), choices.text("service.authority"), may_work_offline=known)

    def cancel(self) -> None:
        """Wait for the browser no longer."""
        self._errands.recall("sign in")
        self._screen.say("")

    def _sign_in(self, address: str, authority: str) -> None:
        choices = self._place.choices
        try:
            choices.choose("service.address", address)
            choices.choose("service.authority", authority)
        except NoValue as refusal:
            self._screen.say(str(refusal))
            return
        if not choices.text("service.address"):
            self._screen.say("Type the address of your central service. You find it in its invitation.")
            return
        self._screen.say(WAITING, busy=True)
        self._errands.send("sign in", self._ask, arrived=self._is_signed_in, failed=self._not_signed_in)

    def _ask(self, leash: Leash) -> Specialist:
        place = self._place
        place.sign_in(place.open_browser, leash.cancelled)
        specialist = place.service().specialist()
        remember_specialist(place.shelves.texts, specialist)
        place.shelves.audit.record("signed in", detail=specialist.reference)
        return specialist

    def _is_signed_in(self, specialist: Specialist) -> None:
        self._screen.say("")
        self.signed_in.emit(specialist)

    def _not_signed_in(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self._screen.say(f"⚠ {error}")
        else:
            self._screen.say("")
            self.problem.emit(problem_of("The sign-in did not work", error, kept="Nothing was changed."), None)
