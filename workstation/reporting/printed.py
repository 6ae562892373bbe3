"""The frozen opinion said in blocks: the patient's questions and the impression first, then everything else."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from workstation.opinions.completeness import obliged_rows
from workstation.opinions.concordance import grade
from workstation.opinions.evidence import Evidence
from workstation.opinions.freezing import Frozen
from workstation.opinions.opinion import Opinion, Row
from workstation.opinions.template import Field, Section
from workstation.reporting.blocks import (
    Block,
    Card,
    Document,
    Facts,
    Figure,
    Figures,
    Heading,
    Paragraph,
    Running,
    SignatureBox,
    Table,
)
from workstation.reporting.captions import caption, marks_of, origin, said

FIRST = ("answers", "impression", "summary")
LAST = "attestation"
TITLES = {  # which field heads a card of a repeating section; "" = what the row is about
    "answers": "",
    "materials": "",
    "adequacy": "",
    "history": "",
    "findings": "site",
    "concordance": "statement",
    "necessity": "option",
    "further": "test",
}
LEADS = {"answers": ("answer", "why_not"), "findings": ("finding",), "further": ("why",)}
CHIPS = {"answers": "confidence", "findings": "laterality", "concordance": "verdict", "adequacy": "quality"}


def document(frozen: Frozen) -> Document:
    """The printed opinion as blocks."""
    opinion = frozen.opinion
    subject = opinion.case.subject
    born = f" · born {subject.birth_date}" if subject.birth_date else ""
    return Document(
        title=frozen.template.title,
        subtitle=opinion.case.title,
        facts=_facts(frozen),
        running=Running(
            title=frozen.template.title,
            patient=f"{subject.name}{born}",
            case=f"Case {opinion.case.id}",
            version=f"Version {opinion.revision}",
            digest=f"Opinion digest (SHA-256) {frozen.digest}",
        ),
        blocks=tuple(_blocks(frozen)),
        language="en",
        author=opinion.author.name,
        written_at=frozen.frozen_at,
    )


def signed_time(frozen: Frozen) -> str:
    """The claimed time as it is printed: ISO date and time in UTC."""
    return f"{frozen.frozen_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _facts(frozen: Frozen) -> tuple[tuple[str, str], ...]:
    opinion, subject = frozen.opinion, frozen.opinion.case.subject
    identifiers = ", ".join(value for _system, value in subject.identifiers)
    person = ", ".join(
        part for part in (f"born {subject.birth_date}" if subject.birth_date else "", subject.sex) if part
    )
    author = opinion.author
    rows = (
        ("Patient", f"{subject.name} ({person})" if person else subject.name),
        ("Identifiers", identifiers),
        ("Case", f"{opinion.case.id}, version {opinion.case.version} at the service"),
        ("Opinion by", f"{author.name}, {author.specialty} (licence {author.licence})"),
        ("Date", signed_time(frozen)),
        ("Amends", f"version {opinion.revision - 1}, digest {opinion.predecessor}" if opinion.predecessor else ""),
    )
    return tuple(row for row in rows if row[1])


def _blocks(frozen: Frozen) -> Iterator[Block]:
    opinion, template = frozen.opinion, frozen.template
    critical = template.section("critical")
    if opinion.value("critical", "category") not in ("", "none"):
        yield from _section(critical, opinion)
    for section_id in FIRST:
        yield from _section(template.section(section_id), opinion)
    yield from _evidence(opinion)
    for section in template.sections:
        if section.id not in (*FIRST, LAST):
            yield from _section(section, opinion)
    yield from _explanations(opinion)
    yield from _attestation(frozen)


def _section(section: Section, opinion: Opinion) -> Iterator[Block]:
    entry = opinion.entry(section.id)
    inside: list[Block] = [Paragraph(text=text, tone="quiet") for text in section.fixed]
    inside += _single(section, entry.values)
    if section.id == "concordance" and (graded := grade(opinion)):
        inside.insert(0, Facts(rows=(("Agreement, computed", f"Grade {graded[0]} of 5: {graded[1]}"),)))
    inside += [Paragraph(text=mark, tone="quiet") for mark in marks_of(opinion, entry.evidence)]
    inside += list(_rows(section, opinion))
    if inside:
        yield Heading(text=section.title, number=f"§{section.number}")
        yield from inside


def _single(section: Section, values: Mapping[str, str]) -> Iterator[Block]:
    shown = [field for field in section.fields if values.get(field.id, "").strip() and field.applies(values)]
    shown = [field for field in shown if (section.id, values[field.id]) != ("findings", "findings")]
    if len(shown) == 1 and shown[0].kind == "long":
        yield Paragraph(text=values[shown[0].id], tone="lead" if section.id == "summary" else "body")
        return
    if section.id == "impression" and shown:
        yield Paragraph(text=values[shown[0].id], tone="lead")
        shown = shown[1:]
    if shown:
        yield Facts(rows=tuple((field.label, field.shown(values[field.id])) for field in shown))


def _rows(section: Section, opinion: Opinion) -> Iterator[Block]:
    if section.rows is None:
        return
    entry = opinion.entry(section.id)
    cards = [
        _card(section, opinion, entry.row(row_id) or Row(id=row_id), about)
        for row_id, about in obliged_rows(section, opinion)
    ]
    plain = [card for card in cards if _says_one_thing(card)]
    if len(plain) < 2 or len({card.facts[0][0] for card in plain}) > 1:  # noqa: PLR2004 - one is no list
        yield from cards
        return
    yield from (card for card in cards if not _says_one_thing(card))
    yield Table(
        columns=(section.rows.singular.capitalize(), plain[0].facts[0][0]),
        shares=(9, 3),
        rows=tuple((card.title, card.facts[0][1]) for card in plain),
    )


def _says_one_thing(card: Card) -> bool:
    """Such cards, the many confirmed items of a history above all, are read faster as a list."""
    return len(card.facts) == 1 and not (card.lead or card.marks or card.chip)


def _card(section: Section, opinion: Opinion, row: Row, about: str) -> Card:
    assert section.rows is not None
    shown = [f for f in section.rows.fields if row.values.get(f.id, "").strip() and f.applies(row.values)]
    heading = TITLES.get(section.id, "")
    leads = LEADS.get(section.id, ())
    chip = CHIPS.get(section.id, "")
    title = row.values.get(heading, "") if heading else _about(section, opinion, row.id, about)
    rest = [f for f in shown if f.id not in (heading, chip, *leads, "item", "can_answer")]
    return Card(
        title=title,
        lead="\n".join(row.values[f.id] for f in shown if f.id in leads),
        facts=tuple((f.label, f.shown(row.values[f.id])) for f in rest),
        marks=marks_of(opinion, row.evidence),
        chip=_chip(shown, row, chip),
    )


def _chip(shown: Sequence[Field], row: Row, chip: str) -> str:
    if row.values.get("can_answer") == "no":
        return "Cannot be answered from this material"
    field = next((item for item in shown if item.id == chip), None)
    if field is None or (chip == "laterality" and row.values[chip] == "none"):
        return ""
    text = field.shown(row.values[chip])
    return f"{field.label}: {text.lower()}" if chip == "confidence" else text


def _about(section: Section, opinion: Opinion, row_id: str, about: str) -> str:
    if section.id not in ("materials", "adequacy"):
        return about
    item = next((material for material in opinion.materials if material.key == row_id), None)
    if item is None:
        return about
    rest = ", ".join(part for part in (_day(item.date), item.detail) if part)
    return f"{item.title} ({rest})" if rest else item.title


def _day(moment: str) -> str:
    """The day of an ISO 8601 date or moment."""
    return moment.partition("T")[0]


def _evidence(opinion: Opinion) -> Iterator[Block]:
    pictures = [
        Figure(png=item.picture, mark=f"E{number}  {said(item)}", caption=caption(item))
        for number, item in enumerate(opinion.evidence, start=1)
        if item.picture
    ]
    if pictures:
        yield Heading(text="Key images")
        yield Figures(items=tuple(pictures))
    if opinion.evidence:
        yield Heading(text="Measurements")
        yield Table(
            columns=("", "Measurement", "Value", "Image", "Method and calibration"),
            shares=(0.6, 2.6, 2.4, 3.0, 3.4),
            rows=tuple(_evidence_row(number, item) for number, item in enumerate(opinion.evidence, start=1)),
        )


def _evidence_row(number: int, item: Evidence) -> tuple[str, ...]:
    where = " ".join(part for part in (item.finding_site, item.laterality) if part)
    name = "\n".join(part for part in (item.label or item.kind, where) if part)
    values = "\n".join(_value(value.name, value.text(), len(item.values)) for value in item.values) or "–"
    image = ", ".join(origin(item)) or "–"
    frames = f"image …{item.images[0].sop_uid[-12:]}, frame {item.images[0].frame}" if item.images else ""
    method = "\n".join(part for part in (item.method, item.calibration) if part) or "–"
    return (f"E{number}", name, values, "\n".join(part for part in (image, frames) if part), method)


def _value(name: str, text: str, count: int) -> str:
    return f"{name} {text}" if count > 1 else text


def _explanations(opinion: Opinion) -> Iterator[Block]:
    if opinion.explanations:
        yield Heading(text="Explanations of the author")
        yield Facts(rows=tuple((_rule(rule), text) for rule, text in sorted(opinion.explanations.items())))


def _rule(rule: str) -> str:
    """What was explained: the rule's name, and to what it was applied."""
    name, _, what = rule.partition(":")
    words = name.replace("-", " ").capitalize()
    if name == "not-displayed":
        return f"{words}: series …{what[-12:]}"
    return f"{words}: {what.replace(':', ' ')}" if what else words


def _attestation(frozen: Frozen) -> Iterator[Block]:
    section = frozen.template.section(LAST)
    values = frozen.opinion.entry(LAST).values
    shown = [f for f in section.fields if values.get(f.id, "").strip() and f.applies(values)]
    yield Heading(text=section.title, number=f"§{section.number}")
    yield Facts(rows=tuple((f.label, f.shown(values[f.id])) for f in shown if f.id != "meaning"))
    yield SignatureBox(
        title="Signed electronically by",
        name=values.get("name", frozen.opinion.author.name),
        lines=(
            f"{frozen.opinion.author.specialty}, licence {frozen.opinion.author.licence}",
            f"Time claimed by the signer: {signed_time(frozen)}",
            f"Meaning: {values.get('meaning', '')}",
        ),
    )
