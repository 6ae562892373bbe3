"""The worklist kept in step with the service: what is new, what changed, what was withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workstation.cases.case import Case, CaseState, Study
from workstation.cases.lifecycle import CLOSED
from workstation.cases.material import material_differences
from workstation.cases.ports import AuditTrail, CaseShelf, CaseSource, TokenShelf
from workstation.cases.refusals import ForeignOrigin, NotFound, Unintelligible, Withheld

OVERLAP = timedelta(minutes=5)
WITHDRAWN = "withdrawn"
_CURSOR = "worklist cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case that differs from what was stored; ``differences`` are sentences for the reader."""

    case: Case
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchronised:
    """What a synchronisation found; the shelf holds the new state already.

    ``problems`` are sentences about cases that the service describes in a way that cannot be used; they are left as
    they were, and the others are not affected.
    """

    new: tuple[Case, ...] = ()
    changed: tuple[CaseChange, ...] = ()
    withdrawn: tuple[CaseChange, ...] = ()
    problems: tuple[str, ...] = ()


def synchronise(source: CaseSource, shelf: CaseShelf, cursors: TokenShelf, audit: AuditTrail) -> Synchronised:
    """Read what changed since the last time (5 min overlap) and, by id, every open local case that was not among it.

    A case that was given to somebody else vanishes from the owner's search, so every local one is asked for by id.
    Nothing is deleted: a withdrawn case stays with its draft, and says so (``business_status`` ``withdrawn``). A case
    that was accepted, begun or fetched here meanwhile stays as that left it; the next look reads it again.

    Raises:
        Refused: the service cannot be reached; the shelf is unchanged or as far as it came, and the cursor stays.
    """
    me = source.specialist().reference
    cursor = f"{_CURSOR} {me}"
    stored = {case.id: case for case in shelf.all()}
    listed = source.case_ids_since(_since(cursors.get(cursor)))
    unlisted = [one.id for one in stored.values() if one.id not in listed and one.state not in CLOSED]
    problems: list[str] = []
    read = [_read(case_id, stored.get(case_id), source, problems) for case_id in (*listed, *unlisted)]
    now = [case for case in read if case is not None]
    now = [case for case in now if shelf.get(case.id) == stored.get(case.id)]
    found = replace(_sorted_out(now, stored, me), problems=tuple(dict.fromkeys(problems)))
    for case in (*found.new, *(one.case for one in (*found.changed, *found.withdrawn))):
        shelf.put(case)
    for change in found.withdrawn:
        audit.record("case-withdrawn", case_id=change.case.id)
    if not problems:
        _advance(cursors, cursor, now)
    return found


def differences(seen: Case, now: Case) -> tuple[str, ...]:
    """What a reader of the stored case has to know, without patient text; empty when nothing matters."""
    pairs = (
        (seen.state != now.state, f"The case went from {seen.state.value} to {now.state.value}."),
        (seen.owner != now.owner, "The case was given to somebody else."),
        (seen.deadline != now.deadline, "The deadline changed."),
        (seen.questions != now.questions, "The questions changed."),
        (seen.proposed_treatment != now.proposed_treatment, "The proposed treatment changed."),
        (seen.history != now.history, "The history changed."),
        (seen.patient != now.patient, "What the service says of the patient changed."),
        (_was_withdrawn(seen, now), "The case was withdrawn."),
    )
    return (*(sentence for differs, sentence in pairs if differs), *material_differences(seen, now))


def _was_withdrawn(seen: Case, now: Case) -> bool:
    new = seen.business_status != now.business_status and now.business_status == WITHDRAWN
    return new and now.owner in ("", seen.owner)


def with_known_manifest(now: Case, seen: Case) -> Case:
    """The case as it is now, with the manifests that were read of studies that did not change."""
    known = {(study.study_uid, study.version): study for study in seen.studies}
    return replace(now, studies=tuple(_known(study, known) for study in now.studies))


def _known(study: Study, known: dict[tuple[str, str], Study]) -> Study:
    before = known.get((study.study_uid, study.version))
    return before if before and any(one.instances for one in before.series) else study


def _sorted_out(now: Iterable[Case], stored: dict[str, Case], me: str) -> Synchronised:
    new: list[Case] = []
    changed: list[CaseChange] = []
    withdrawn: list[CaseChange] = []
    for case in now:
        seen = stored.get(case.id)
        if seen is None:
            new.append(case)
            continue
        given_away = (
            case.owner != me and case.state is not CaseState.AWAITING_INFORMATION
        )  # then it is the placer's turn
        whole = with_known_manifest(replace(case, business_status=WITHDRAWN) if given_away else case, seen)
        if whole == seen:
            continue
        gone = case.state is CaseState.CANCELLED or whole.business_status == WITHDRAWN
        change = CaseChange(case=whole, differences=differences(seen, whole))
        (withdrawn if gone else changed).append(change)
    return Synchronised(new=tuple(new), changed=tuple(changed), withdrawn=tuple(withdrawn))


def _read(case_id: str, seen: Case | None, source: CaseSource, problems: list[str]) -> Case | None:
    try:
        return source.case(case_id)
    except (NotFound, Withheld):
        return replace(seen, business_status=WITHDRAWN, owner="") if seen else None
    except (Unintelligible, ForeignOrigin) as refused:
        problems.append(str(refused))
        return None


def _since(cursor: str | None) -> datetime | None:
    return datetime.fromisoformat(cursor) - OVERLAP if cursor else None


def _advance(cursors: TokenShelf, name: str, read: Iterable[Case]) -> None:
    """The cursor is the newest change seen, on the service's clock; ours may be wrong."""
    latest = max((case.updated for case in read if case.updated), default=None)
    before = cursors.get(name)
    if latest and (not before or latest > datetime.fromisoformat(before)):
        cursors.put(name, latest.isoformat())
