"""The identity desk: looks up which images of a case wait for a decision, and carries out what is decided."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from workstation.cases.case import Case
from workstation.cases.refusals import Refused
from workstation.desktop.errands import Errands, Leash
from workstation.desktop.identity_screen import IdentityScreen
from workstation.desktop.problem import problem_of
from workstation.desktop.workplace import Workplace
from workstation.review.settle_identity import (
    IdentityDoubt,
    WrongImages,
    identity_doubts,
    leave_out,
    settle_identity,
    wrong_images,
)

Doubts = tuple[tuple[IdentityDoubt, ...], tuple[WrongImages, ...]]


class IdentityDesk(QObject):
    """``settled`` carries the case of which images were released; ``problem`` what to tell with its help."""

    settled = Signal(str)
    problem = Signal(object, object)

    def __init__(self, screen: IdentityScreen, place: Workplace, errands: Errands) -> None:
        super().__init__(errands)
        self._screen = screen
        self._place = place
        self._errands = errands
        self._case: Case | None = None
        screen.settled.connect(self.settle)
        screen.left_out.connect(self.leave_out)

    def begin(self, case_id: str) -> None:
        """Show what of this case waits for a decision."""
        self._case = None
        self._screen.blank()
        self._errands.send(
            "identity doubts",
            lambda _leash: self._doubts(case_id),
            arrived=self._show,
            failed=lambda error: self.problem.emit(problem_of("The images in doubt could not be read", error), None),
        )

    def settle(self, study_uid: str, reason: str) -> None:
        """Release a study's images with the reader's reason; asking twice is asking once."""
        self._decide(settle_identity, study_uid, reason)

    def leave_out(self, study_uid: str, reason: str) -> None:
        """Do without a study's images, with the reader's reason."""
        self._decide(leave_out, study_uid, reason)

    def _decide(self, decision: Callable[..., object], study_uid: str, reason: str) -> None:
        case = self._case
        if case is None or self._errands.busy("settle identity"):
            return
        shelves = self._place.shelves

        def decide(_leash: Leash) -> object:
            return decision(case, study_uid, reason=reason, shelf=shelves.cases, audit=shelves.audit)

        self._errands.send(
            "settle identity",
            decide,
            arrived=lambda _images: self._settled(case),
            failed=lambda error: self._refused(study_uid, error),
        )

    def _doubts(self, case_id: str) -> tuple[Case, Doubts]:
        shelf = self._place.shelves.cases
        case = shelf.get(case_id)
        assert case is not None
        return case, (identity_doubts(case, shelf), wrong_images(case, shelf))

    def _show(self, answer: tuple[Case, Doubts]) -> None:
        self._case, (doubts, wrong) = answer
        self._screen.show_doubts(self._case, doubts, wrong)

    def _settled(self, case: Case) -> None:
        self.settled.emit(case.id)
        self.begin(case.id)

    def _refused(self, study_uid: str, error: BaseException) -> None:
        if isinstance(error, Refused):
            self._screen.refuse(study_uid, str(error))
        else:
            self.problem.emit(problem_of("Nothing was decided", error), None)
