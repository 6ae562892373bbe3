"""A kept draft brought up to what its case says now: every word of the reader stays, what it judged is asked again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workstation.opinions.opinion import CaseStamp, Entry, Material, Opinion, Row

# What the reader decided about a row; it is asked again where the thing itself changed. The words beside it stay.
_DECIDED = {
    "materials": ("status",),
    "adequacy": ("quality", "identity"),
    "history": ("status",),
    "answers": ("can_answer",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The draft on the case as it is now.

    Attributes:
        differences: sentences for the reader, without patient text; empty where nothing of weight changed.
        changed: keys of material that is new, or another than was read.
    """

    opinion: Opinion
    differences: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def renew(opinion: Opinion, first: Opinion) -> Renewed:
    """Bring a kept draft up to date.

    Args:
        opinion: the draft.
        first: what a first draft of the case would be now (``beginning.begin``).
    """
    changed = _changed(opinion.materials, first.materials)
    gone = {item.key for item in opinion.materials} - {item.key for item in first.materials}
    asked = {item.id: item.text for item in opinion.case.questions}
    asks = {item.id: item.text for item in first.case.questions}
    other_questions = {key for key, text in asks.items() if asked.get(key) not in (None, text)}
    entries = {
        **opinion.entries,
        "request": _request(opinion, first),
        "materials": _rows(opinion.entry("materials"), "materials", again=changed, without=gone),
        "adequacy": _rows(opinion.entry("adequacy"), "adequacy", again=changed, without=gone),
        "answers": _rows(
            opinion.entry("answers"), "answers", again=other_questions, without=asked.keys() - asks.keys()
        ),
        "history": _history(opinion.entry("history"), first.entry("history")),
    }
    kept = {key: entry for key, entry in entries.items() if key in opinion.entries or entry != Entry()}
    new = replace(opinion, case=first.case, materials=_materials(opinion, first, changed), entries=kept)
    return Renewed(opinion=new, differences=_told(opinion, first, changed, gone), changed=tuple(sorted(changed)))


def _changed(before: Iterable[Material], now: Iterable[Material]) -> set[str]:
    known = {item.key: item.version for item in before}
    return {item.key for item in now if item.key not in known or known[item.key] not in ("", item.version)}


def _materials(opinion: Opinion, first: Opinion, changed: set[str]) -> tuple[Material, ...]:
    seen = {item.key for item in opinion.materials if item.displayed} - changed
    return tuple(replace(item, displayed=item.key in seen) for item in first.materials)


def _request(opinion: Opinion, first: Opinion) -> Entry:
    """What was filled in from the case follows it, unless the reader wrote something else there."""
    entry, now = opinion.entry("request"), first.entry("request").values
    before = {"scenario": opinion.case.scenario, "needed_by": opinion.case.deadline[:10]}
    followed = {name: now.get(name, "") for name, text in before.items() if entry.values.get(name, "") == text}
    return replace(entry, values={**entry.values, **followed})


def _rows(entry: Entry, section: str, *, again: Iterable[str], without: Iterable[str]) -> Entry:
    asked, left_out = set(again), set(without)
    rows = tuple(_asked_again(row, section) if row.id in asked else row for row in entry.rows if row.id not in left_out)
    return replace(entry, rows=rows)


def _asked_again(row: Row, section: str) -> Row:
    return replace(row, values={name: text for name, text in row.values.items() if name not in _DECIDED[section]})


def _history(entry: Entry, first: Entry) -> Entry:
    """New lines are added, lines that say something else are judged again; none that the reader judged is lost."""
    now = {row.id: row.values.get("item", "") for row in first.rows}
    known = tuple(
        replace(_asked_again(row, "history"), values={**_asked_again(row, "history").values, "item": now[row.id]})
        if row.id in now and row.values.get("item", "") != now[row.id]
        else row
        for row in entry.rows
    )
    new = tuple(row for row in first.rows if entry.row(row.id) is None)
    return replace(entry, rows=(*known, *new))


def _told(opinion: Opinion, first: Opinion, changed: set[str], gone: set[str]) -> tuple[str, ...]:
    before, now = opinion.case, first.case
    known = {item.key for item in opinion.materials}
    old_lines, new_lines = _lines(opinion), _lines(first)
    pairs = (
        (changed - known, "{} came since you read the case."),
        (changed & known, "{} changed since you read the case."),
        (gone, "{} was withdrawn since you read the case."),
    )
    told = [sentence.format(_counted(len(keys))) for keys, sentence in pairs if keys]
    told += ["The questions changed."] if before.questions != now.questions else []
    told += ["The proposed treatment changed."] if before.proposed_treatment != now.proposed_treatment else []
    told += ["The history changed."] if any(old_lines.get(key) != text for key, text in new_lines.items()) else []
    told += ["What the service says of the patient changed."] if _person(before) != _person(now) else []
    return tuple(told)


def _lines(opinion: Opinion) -> Mapping[str, str]:
    return {row.id: row.values.get("item", "") for row in opinion.entry("history").rows}


def _person(case: CaseStamp) -> tuple[object, ...]:
    subject = case.subject
    return (subject.name, subject.birth_date, subject.sex, subject.identifiers)


def _counted(number: int) -> str:
    return "1 study or document" if number == 1 else f"{number} studies or documents"
