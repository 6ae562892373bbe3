"""The lines of the worklist as nouns: what each says, in which group it stands, and in which order they come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from workstation.cases.case import Case, CaseState, Patient
from workstation.cases.lifecycle import CaseEvent, may
from workstation.cases.offline import offline_state
from workstation.cases.ports import Received
from workstation.outbox.parcel import Parcel, ParcelState

NEAR = timedelta(hours=12)
WITHDRAWN = "withdrawn"
EVER = datetime.min.replace(tzinfo=UTC)
SPECIALTIES = {"radiology": "Radiology", "cardiology": "Cardiology"}
SEXES = {"male": "M", "female": "F", "other": "O", "unknown": "sex unknown", "m": "M", "f": "F"}
DELIVERED = frozenset((ParcelState.VERIFIED, ParcelState.FORGOTTEN))


class Group(StrEnum):
    """The filters on the left."""

    MINE = "Mine"
    NEW = "New"
    WAITING = "Waiting"
    SENDING = "Signed, sending"
    DONE = "Finished"


class Order(StrEnum):
    """In which order the lines of a group stand."""

    URGENT = "Most urgent first"
    NEWEST = "Newest first"
    PATIENT = "By patient's name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What of a case is on this computer.

    Attributes:
        promised: None while the manifest was not read yet.
        troubled: items that are here but not shown: images set aside, and images that cannot be read.
        doubtful: those of them that were set aside because of whose they are.
    """

    promised: int | None
    present: int
    troubled: int = 0
    doubtful: int = 0

    @property
    def complete(self) -> bool:
        """Offline-ready: everything that is promised is here and nothing is in doubt."""
        return self.promised is not None and self.present >= self.promised and not self.troubled


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. ``fetching`` while its packet is being downloaded; ``parcel`` the newest signed opinion of the case."""

    case: Case
    holding: Holding
    fetching: bool = False
    parcel: Parcel | None = None

    @property
    def group(self) -> Group:
        """The filter under which the line stands."""
        if self.parcel is not None:
            return Group.DONE if self.parcel.state in DELIVERED else Group.SENDING
        if self.case.business_status == WITHDRAWN:
            return Group.DONE
        if self.case.state is CaseState.REQUESTED:
            return Group.NEW
        if self.case.state is CaseState.AWAITING_INFORMATION or self.case.business_status == "awaiting-information":
            return Group.WAITING
        over = (CaseState.COMPLETED, CaseState.REJECTED, CaseState.FAILED, CaseState.CANCELLED)
        return Group.DONE if self.case.state in over else Group.MINE


def holding(case: Case, received: Sequence[Received]) -> Holding:
    """Count what the manifest and the documents promise against what was received."""
    state = offline_state(case, received)
    return Holding(
        promised=state.promised + state.unlisted if state.manifest_read else None,
        present=state.present,
        troubled=len(state.quarantined) + len(state.unreadable),
        doubtful=len(state.quarantined),
    )


def newest_parcels(parcels: Sequence[Parcel]) -> Mapping[str, Parcel]:
    """The parcel with the highest revision of each case."""
    newest: dict[str, Parcel] = {}
    for parcel in parcels:
        if parcel.case_id not in newest or parcel.revision >= newest[parcel.case_id].revision:
            newest[parcel.case_id] = parcel
    return newest


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """Most urgent first; without a deadline last."""
    return sorted(entries, key=lambda entry: (entry.case.deadline is None, entry.case.deadline, entry.case.id))


def arranged(entries: Sequence[Entry], order: Order) -> list[Entry]:
    """The lines in the order that the reader chose; equals stand by urgency."""
    urgent = ordered(entries)
    if order is Order.PATIENT:
        return sorted(urgent, key=lambda entry: _filing_name(entry.case.patient))
    if order is Order.NEWEST:
        return sorted(urgent, key=lambda entry: entry.case.updated or EVER, reverse=True)
    return urgent


def fits(entry: Entry, sought: str) -> bool:
    """Whether every word of ``sought`` occurs in what the line says of its case, or in a birth date or identifier."""
    case, patient = entry.case, entry.case.patient
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    numbers = (value for _, value in patient.identifiers)
    said = (
        case.id, case.case_number, case.title, patient.name, patient.family, *patient.given, born, *numbers,
        specialty_words(case), scenario_words(case), state_words(entry),
    )  # fmt: skip
    words = " ".join(said).casefold()
    return all(word in words for word in sought.casefold().split())


def time_left(deadline: datetime | None, now: datetime) -> tuple[str, str]:
    """(words, tone) of a deadline: ``19 h left``, ``near: 5 h left``, ``3 h late``; tone is "", watch or danger."""
    if deadline is None:
        return "no deadline", "quiet"
    left = deadline - now
    if left < timedelta():
        return f"{span(-left)} late", "danger"
    return (f"near: {span(left)} left", "watch") if left < NEAR else (f"{span(left)} left", "")


def span(length: timedelta) -> str:
    """A length of time in the two largest of days, hours, minutes."""
    minutes = int(length.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h" if hours else f"{minutes} min"


def state_words(entry: Entry) -> str:
    """Where the case stands, in words."""
    if entry.parcel is not None:
        return str(entry.parcel.state.value).replace("-", " ")
    if entry.case.business_status == WITHDRAWN:
        return WITHDRAWN
    words = {
        CaseState.REQUESTED: "new",
        CaseState.ACCEPTED: "accepted",
        CaseState.IN_PROGRESS: "in progress",
        CaseState.AWAITING_INFORMATION: "asked, waiting",
        CaseState.REJECTED: "handed back",
        CaseState.FAILED: "handed back",
    }
    return words.get(entry.case.state, entry.case.state.value)


def _filing_name(patient: Patient) -> str:
    return (f"{patient.family}, {' '.join(patient.given)}" if patient.family else patient.name).casefold()


def scenario_words(case: Case) -> str:
    """The scenario as people say it."""
    return case.scenario.value.replace("-", " ")


def case_words(case: Case) -> str:
    """The case's number as people say it."""
    return case.id if case.id.casefold().startswith("case") else f"case {case.id}"


def specialty_words(case: Case) -> str:
    """The specialty as people say it."""
    return SPECIALTIES.get(case.specialty.lower(), case.specialty.capitalize())


def may_be_handed_back(entry: Entry) -> bool:
    """Whether the reader may still say no: the case is new, or accepted and nothing of it is signed."""
    state = entry.case.state
    open_still = may(state, CaseEvent.REJECT) or may(state, CaseEvent.GIVE_UP)
    return entry.parcel is None and open_still and entry.case.business_status != WITHDRAWN


def troubled_words(here: Holding) -> str:
    """How many items are here and not shown, and why: ``3 set aside``, ``1 unreadable``."""
    broken = here.troubled - here.doubtful
    parts = (f"{here.doubtful} set aside" if here.doubtful else "", f"{broken} unreadable" if broken else "")
    return ", ".join(part for part in parts if part)


def sex_and_age(patient: Patient, today: date) -> str:
    """``F, 58``; what is not known is said."""
    sex = SEXES.get(patient.sex.lower(), patient.sex or "sex unknown")
    born = patient.birth_date
    if born is None:
        return f"{sex}, age unknown"
    before = (today.month, today.day) < (born.month, born.day)
    return f"{sex}, {today.year - born.year - before}"
