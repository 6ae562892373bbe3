"""The outbox desk: delivers what is signed, one parcel at a time, now, when a wait is over, and after a restart."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.cases.refusals import SignInRefused
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.outbox_screen import OutboxScreen
from workstation.desktop.problem import problem_of
from workstation.desktop.workplace import Workplace
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.outbox.states import ON_ITS_WAY, needs_a_person
from workstation.review.deliver import DeliveryProgress, DeliveryTools, deliver, due, try_again

LOOK_MS = 2000
_NOBODY = SignInRefused.__name__


class OutboxDesk(QObject):
    """``moved`` says that a parcel's state changed; ``delivered`` that one provably arrived."""

    moved = Signal(int)
    delivered = Signal(str)
    problem = Signal(object, object)

    def __init__(self, screen: OutboxScreen, place: Workplace, errands: Errands) -> None:
        super().__init__(errands)
        self._screen = screen
        self._place = place
        self._errands = errands
        self._parcels: list[Parcel] = []
        self._titles: dict[str, str] = {}
        self._under_way = Lock()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._deliver_due)
        screen.again_requested.connect(self.again)
        screen.send_requested.connect(self.deliver_now)

    def begin(self) -> None:
        """Show what is in the outbox and go on with it."""
        self.show_parcels()
        self._timer.start()

    def end(self) -> None:
        """Stop; every parcel rests where it is and goes on from there."""
        self._timer.stop()
        self._errands.recall("deliver")

    def show_parcels(self) -> None:
        """Read the shelf and show it."""

        def read(_leash: Leash) -> tuple[list[Parcel], dict[str, str]]:
            shelves = self._place.shelves
            titles = {
                case.id: f"{case.title or 'Case'}  ·  {case.patient.name}  ·  {case.id}" for case in shelves.cases.all()
            }
            return list(shelves.parcels.all()), titles

        self._errands.send(
            "read outbox",
            read,
            arrived=self._show,
            failed=lambda error: self.problem.emit(problem_of("The outbox could not be read", error), None),
        )

    def deliver_now(self) -> None:
        """Try everything that is on its way, without waiting for its time."""
        waiting = next((parcel for parcel in self._parcels if parcel.state in ON_ITS_WAY), None)
        if waiting is not None:
            self.again(waiting.id)

    def again(self, parcel_id: str) -> None:
        """A person decided to go on with a parcel."""
        self._send(lambda tools: try_again(parcel_id, tools))

    def signed_in_again(self) -> None:
        """Signing in is what a parcel waited for that the service turned away because nobody was signed in."""
        waiting = [
            one.id for one in self._parcels if needs_a_person(one) and one.journal and one.journal[-1][2] == _NOBODY
        ]
        if waiting:
            self._send(lambda tools: [try_again(parcel_id, tools) for parcel_id in waiting])

    def sending(self) -> int:
        """How many signed opinions the service does not provably have."""
        return sum(parcel.state not in (ParcelState.VERIFIED, ParcelState.FORGOTTEN) for parcel in self._parcels)

    def _deliver_due(self) -> None:
        if self._errands.busy("deliver") or not self._place.signed_in():
            return
        ready = [parcel for parcel in self._parcels if _is_due(parcel, self._place.clock())]
        if ready:
            self._send(_deliver_all)

    def _send(self, work: Callable[[DeliveryTools], object]) -> None:
        def alone(leash: Leash) -> object:
            with self._under_way:  # what was recalled still ends its step
                return work(self._tools(leash))

        self._errands.send(
            "deliver",
            alone,
            arrived=lambda _parcel: self.show_parcels(),
            failed=self._failed,
            reported=self._reported,
        )

    def _tools(self, leash: Leash) -> DeliveryTools:
        shelves = self._place.shelves
        return DeliveryTools(
            courier=self._place.service(),
            parcels=shelves.parcels,
            audit=shelves.audit,
            complete=self._place.complete,
            clock=self._place.clock,
            report=leash.report,
            cancelled=leash.cancelled,
        )

    def _reported(self, progress: object) -> None:
        assert isinstance(progress, DeliveryProgress)
        parcel = progress.parcel
        if parcel is None:
            return
        self._parcels = [parcel if each.id == parcel.id else each for each in self._parcels]
        self._screen.show_step(parcel, progress.sentence)
        self.moved.emit(self.sending())
        if parcel.state is ParcelState.VERIFIED:
            self.delivered.emit(parcel.case_id)

    def _show(self, answer: tuple[list[Parcel], dict[str, str]]) -> None:
        self._parcels, self._titles = answer
        self._screen.show_parcels(self._parcels, self._titles)
        self.moved.emit(self.sending())
        self._deliver_due()

    def _failed(self, error: BaseException) -> None:
        self.show_parcels()
        self.problem.emit(
            problem_of("The delivery stopped", error, action="Try again", kept="The signed opinion is kept here."),
            self.deliver_now,
        )


def _is_due(parcel: Parcel, now: datetime) -> bool:
    return (
        parcel.state in ON_ITS_WAY
        and not needs_a_person(parcel)
        and (parcel.not_before is None or parcel.not_before <= now)
    )


def _deliver_all(tools: DeliveryTools) -> None:
    for parcel in due(tools.parcels, tools.clock()):
        if not tools.cancelled():
            deliver(parcel.id, tools)
