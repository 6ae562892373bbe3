"""What is still missing from an opinion: every mandatory section, row and field, and where to go to write it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workstation.opinions.opinion import Opinion
from workstation.opinions.template import Condition, Field, Section, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is not written yet; ``where`` = ``section`` or ``section/row`` and the field, to go there."""

    section: str
    field: str
    message: str
    where: str
    row: str = ""


def has_original_report(opinion: Opinion) -> bool:
    """Is an original report among the material?"""
    return any(item.kind == "original-report" for item in opinion.materials)


def treatment_proposed(opinion: Opinion) -> bool:
    """Does the case propose a treatment?"""
    return bool(opinion.case.proposed_treatment.strip())


def non_diagnostic_study(opinion: Opinion) -> bool:
    """Did the reader call a study non-diagnostic (§3)?"""
    return any(row.values.get("quality") == "non-diagnostic" for row in opinion.entry("adequacy").rows)


# When a section is mandatory: the names that templates use.
NEEDED: Mapping[str, Callable[[Opinion], bool]] = {
    "always": lambda _opinion: True,
    "original-report": has_original_report,
    "treatment-proposed": treatment_proposed,
    "non-diagnostic-study": non_diagnostic_study,
}


def is_needed(section: Section, opinion: Opinion) -> bool:
    """Whether the section is mandatory for this opinion."""
    return NEEDED[section.needed](opinion)


def is_started(section: Section, opinion: Opinion) -> bool:
    """Whether anything is written in the section."""
    entry = opinion.entry(section.id)
    return any(text.strip() for text in entry.values.values()) or bool(entry.rows)


def missing(opinion: Opinion, template: Template) -> tuple[Missing, ...]:
    """Everything that must still be written before signing, in the order of the form."""
    found: list[Missing] = []
    for section in template.sections:
        if is_needed(section, opinion) or is_started(section, opinion):
            found.extend(_fields(section, section.fields, opinion, ""))
            found.extend(_rows(section, opinion))
    return tuple(found)


def next_missing(opinion: Opinion, template: Template, after: Missing | None = None) -> Missing | None:
    """The next thing to write after ``after``, from the top again at the end; None when nothing is missing."""
    found = missing(opinion, template)
    if not found:
        return None
    if after not in found:
        return found[0]
    return found[(found.index(after) + 1) % len(found)]


def obliged_rows(section: Section, opinion: Opinion) -> tuple[tuple[str, str], ...]:
    """(row id, what it is about) of the rows that the case itself demands in this section."""
    source = section.rows.source if section.rows else "free"
    if source == "questions":
        return tuple((item.id, item.text) for item in opinion.case.questions)
    if source == "materials":
        return tuple((item.key, item.title) for item in opinion.materials)
    if source == "studies":
        return tuple((item.key, item.title) for item in opinion.materials if item.kind == "study")
    return tuple((row.id, row.values.get("item", row.id)) for row in opinion.entry(section.id).rows)


def _rows(section: Section, opinion: Opinion) -> Iterator[Missing]:
    if section.rows is None:
        return
    entry = opinion.entry(section.id)
    if section.rows.source == "free":
        excused = _holds(section.rows.unless, entry.values)
        if len(entry.rows) < section.rows.at_least and not excused:
            message = f"§{section.number} {section.title}: add at least {section.rows.at_least} {section.rows.singular}"
            yield Missing(section=section.id, field="", message=message, where=section.id)
    for row, _about in obliged_rows(section, opinion):
        yield from _fields(section, section.rows.fields, opinion, row)


def _fields(section: Section, fields: tuple[Field, ...], opinion: Opinion, row: str) -> Iterator[Missing]:
    entry = opinion.entry(section.id)
    found = entry.row(row) if row else None
    values = (found.values if found else {}) if row else entry.values
    for field in fields:
        problem = _problem(field, values)
        if problem:
            about = dict(obliged_rows(section, opinion)).get(row, "") if row else ""
            place = f"§{section.number} {section.title}" + (f" ({_short(about)})" if about else "")
            where = f"{section.id}/{row}" if row else section.id
            yield Missing(section=section.id, field=field.id, message=f"{place}: {problem}", where=where, row=row)


def _problem(field: Field, values: Mapping[str, str]) -> str:
    if not field.applies(values):
        return ""
    text = values.get(field.id, "").strip()
    if not text:
        return f"{field.label} is not written" if field.required else ""
    if field.choices and text not in {choice.value for choice in field.choices}:
        return f"{field.label} holds a value that the template does not offer"
    if field.max_words and len(text.split()) > field.max_words:
        return f"{field.label} has {len(text.split())} words; at most {field.max_words} are allowed"
    return ""


def _holds(condition: Condition | None, values: Mapping[str, str]) -> bool:
    return condition is not None and condition.holds(values)


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
