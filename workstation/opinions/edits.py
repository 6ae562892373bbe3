"""Edits of an opinion: pure functions, each gives a new opinion and leaves the old one as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workstation.opinions.errors import Defect
from workstation.opinions.evidence import Evidence
from workstation.opinions.opinion import Entry, Opinion, Row


def put(opinion: Opinion, section: str, field: str, text: str, *, row: str = "") -> Opinion:
    """Write one field of a section, or of one of its rows; a row that is not there yet is added at the end."""
    entry = opinion.entry(section)
    if not row:
        return _with_entry(opinion, section, replace(entry, values={**entry.values, field: text}))
    old = entry.row(row) or Row(id=row)
    return _with_row(opinion, section, replace(old, values={**old.values, field: text}))


def add_row(
    opinion: Opinion,
    section: str,
    row: str,
    values: Mapping[str, str] | None = None,
    *,
    evidence: Iterable[str] = (),
) -> Opinion:
    """Add a row with a new id at the end of a section.

    Raises:
        Defect: the section already has a row with that id.
    """
    if opinion.entry(section).row(row):
        raise Defect(f"the section {section!r} already has a row {row!r}")
    return _with_row(opinion, section, Row(id=row, values=dict(values or {}), evidence=tuple(evidence)))


def remove_row(opinion: Opinion, section: str, row: str) -> Opinion:
    """Take a row out; the evidence it rested on stays in the opinion."""
    entry = opinion.entry(section)
    rows = tuple(item for item in entry.rows if item.id != row)
    return _with_entry(opinion, section, replace(entry, rows=rows))


def next_row_id(opinion: Opinion, section: str) -> str:
    """An id that no row of the section has: its first free number from 1."""
    taken = {row.id for row in opinion.entry(section).rows}
    return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)


def answer(opinion: Opinion, question_id: str, **fields: str) -> Opinion:
    """Write fields of one answer: ``can_answer``, ``answer``, ``detail``, ``confidence``, ``why_not``."""
    for name, text in fields.items():
        opinion = put(opinion, "answers", name, text, row=question_id)
    return opinion


def add_finding(opinion: Opinion, values: Mapping[str, str], *, evidence: Iterable[str] = ()) -> Opinion:
    """Add a finding (§6), with the ids of the evidence it rests on."""
    return add_row(opinion, "findings", next_row_id(opinion, "findings"), values, evidence=evidence)


def add_statement(opinion: Opinion, values: Mapping[str, str]) -> Opinion:
    """Add a statement of the original report and the verdict on it (§7)."""
    return add_row(opinion, "concordance", next_row_id(opinion, "concordance"), values)


def add_alternative(opinion: Opinion, values: Mapping[str, str]) -> Opinion:
    """Add an alternative to the proposed treatment (§10)."""
    return add_row(opinion, "necessity", next_row_id(opinion, "necessity"), values)


def keep(opinion: Opinion, evidence: Evidence) -> Opinion:
    """Keep a piece of evidence; one with the same id is replaced in place (it was measured again)."""
    if opinion.cited(evidence.id) is None:
        return replace(opinion, evidence=(*opinion.evidence, evidence))
    kept = tuple(evidence if item.id == evidence.id else item for item in opinion.evidence)
    return replace(opinion, evidence=kept)


def cite(opinion: Opinion, evidence: Evidence, section: str, *, row: str = "") -> Opinion:
    """Keep the evidence and let a section (or one of its rows) rest on it; citing twice changes nothing."""
    opinion = keep(opinion, evidence)
    entry = opinion.entry(section)
    if not row:
        return _with_entry(opinion, section, replace(entry, evidence=_once(entry.evidence, evidence.id)))
    old = entry.row(row) or Row(id=row)
    return _with_row(opinion, section, replace(old, evidence=_once(old.evidence, evidence.id)))


def uncite(opinion: Opinion, evidence_id: str, section: str, *, row: str = "") -> Opinion:
    """Let a section or row no longer rest on the evidence; the evidence itself stays."""
    entry = opinion.entry(section)
    if not row:
        rest = tuple(item for item in entry.evidence if item != evidence_id)
        return _with_entry(opinion, section, replace(entry, evidence=rest))
    old = entry.row(row)
    if old is None:
        return opinion
    return _with_row(opinion, section, replace(old, evidence=tuple(i for i in old.evidence if i != evidence_id)))


def drop_evidence(opinion: Opinion, evidence_id: str) -> Opinion:
    """Take the evidence out of the opinion, wherever it was cited."""
    entries = {key: _without(entry, evidence_id) for key, entry in opinion.entries.items()}
    kept = tuple(item for item in opinion.evidence if item.id != evidence_id)
    return replace(opinion, entries=entries, evidence=kept)


def displayed(opinion: Opinion, key: str) -> Opinion:
    """Note that an item of the material was on the screen."""
    materials = tuple(replace(item, displayed=True) if item.key == key else item for item in opinion.materials)
    return replace(opinion, materials=materials)


def explain(opinion: Opinion, rule: str, reason: str) -> Opinion:
    """Override an *explain* rule with a reason; an empty reason takes the override back."""
    explanations = {**opinion.explanations, rule: reason}
    if not reason.strip():
        explanations.pop(rule)
    return replace(opinion, explanations=explanations)


def _without(entry: Entry, evidence_id: str) -> Entry:
    def rest(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(item for item in ids if item != evidence_id)

    rows = tuple(replace(row, evidence=rest(row.evidence)) for row in entry.rows)
    return replace(entry, rows=rows, evidence=rest(entry.evidence))


def _with_row(opinion: Opinion, section: str, row: Row) -> Opinion:
    entry = opinion.entry(section)
    if entry.row(row.id) is None:
        rows = (*entry.rows, row)
    else:
        rows = tuple(row if item.id == row.id else item for item in entry.rows)
    return _with_entry(opinion, section, replace(entry, rows=rows))


def _with_entry(opinion: Opinion, section: str, entry: Entry) -> Opinion:
    return replace(opinion, entries={**opinion.entries, section: entry})


def _once(ids: tuple[str, ...], new: str) -> tuple[str, ...]:
    return ids if new in ids else (*ids, new)
