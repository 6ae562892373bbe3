"""Notices: what the reader must not overlook, found in the worklist; the gravest first, each told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workstation.desktop.worklist_entries import Entry, Group, case_words, time_left
from workstation.outbox.states import needs_a_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line, without patient data: it may be read by whoever stands behind the reader.

    Attributes:
        key: what is told; once put away, the same is not told again.
        tone: ``danger`` or ``watch``.
        action: words on its button.
        case_id: what the button shows; "" where it shows the outbox.
    """

    key: str
    words: str
    tone: str
    action: str
    case_id: str = ""


def notices(entries: Sequence[Entry], now: datetime) -> tuple[Notice, ...]:
    """What has to be told now: deliveries that stopped, deadlines that passed, deadlines that are near."""
    stuck = [_stuck(entry) for entry in entries if entry.parcel and needs_a_person(entry.parcel)]
    open_cases = [entry for entry in entries if entry.group in (Group.MINE, Group.NEW) and entry.case.deadline]
    due = sorted(open_cases, key=lambda entry: entry.case.deadline or now)
    return (*stuck, *(_due(entry, now) for entry in due if time_left(entry.case.deadline, now)[1] != ""))


def _stuck(entry: Entry) -> Notice:
    assert entry.parcel is not None
    return Notice(
        key=f"stuck {entry.parcel.id} {len(entry.parcel.journal)}",
        words=f"The opinion on {case_words(entry.case)} was not delivered: it waits for your decision in the outbox.",
        tone="danger",
        action="Outbox",
    )


def _due(entry: Entry, now: datetime) -> Notice:
    words, tone = time_left(entry.case.deadline, now)
    begun = "is not accepted yet" if entry.group is Group.NEW else "is not signed yet"
    late = tone == "danger"
    said = f"is {words}" if late else words.removeprefix("near: ")
    return Notice(
        key=f"{'late' if late else 'near'} {entry.case.id}",
        words=f"{'Deadline passed' if late else 'Deadline near'}: {case_words(entry.case)} {begun}, {said}.",
        tone=tone,
        action="Show the case",
        case_id=entry.case.id,
    )
