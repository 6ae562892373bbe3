"""The opinion's template, read from data: sections, fields, codes, conditions and fixed texts."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from workstation.opinions.errors import Defect

TEMPLATES = Path(__file__).parents[2] / "resources" / "templates"
DEFAULT = "second-opinion"
KINDS = ("text", "long", "choice", "number", "date")
ROW_SOURCES = ("questions", "materials", "studies", "history", "free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A coded concept: scheme designator of DICOM PS3.16 (LN, DCM, RADLEX, SCT, 99SO), value, meaning."""

    scheme: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer of a choice field: what is kept, what is shown, and its code where it has one."""

    value: str
    label: str
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """True when the sibling field ``field`` holds one of ``values``."""

    field: str
    values: tuple[str, ...]

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether the condition is met by the fields of the same row (or of the section)."""
        return values.get(self.field, "") in self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form. Shown when ``when`` holds; mandatory when shown and ``required``."""

    id: str
    label: str
    kind: str
    required: bool = False
    when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    max_words: int = 0

    def applies(self, values: Mapping[str, str]) -> bool:
        """Whether the field is to be shown beside these values."""
        return self.when is None or self.when.holds(values)

    def shown(self, value: str) -> str:
        """A stored value as people read it (the label of a choice)."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The repeating part of a section.

    Attributes:
        source: ``free`` (the reader adds rows) or where the rows come from: ``questions``, ``materials``, ``studies``,
            ``history``; those are all mandatory.
        at_least: rows needed in a free section.
        unless: rows are not needed when this condition on the section's single fields holds.
        singular: what one row is called, e.g. "finding".
    """

    source: str
    singular: str
    fields: tuple[Field, ...]
    at_least: int = 0
    unless: Condition | None = None
    evidence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the opinion. ``needed`` names when it is mandatory (see ``completeness.NEEDED``)."""

    id: str
    number: int
    title: str
    code: Code
    needed: str
    fields: tuple[Field, ...] = ()
    rows: Rows | None = None
    fixed: tuple[str, ...] = ()
    hint: str = ""

    def field(self, field_id: str, *, row: bool = False) -> Field:
        """The field with that id.

        Raises:
            Defect: the template has no such field.
        """
        pool: Sequence[Field] = (self.rows.fields if self.rows else ()) if row else self.fields
        for item in pool:
            if item.id == field_id:
                return item
        raise Defect(f"the template's section {self.id!r} has no {'row ' if row else ''}field {field_id!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template with the SHA-256 (hex) of its canonical JSON."""

    id: str
    version: str
    title: str
    digest: str
    sections: tuple[Section, ...]

    def section(self, section_id: str) -> Section:
        """The section with that id.

        Raises:
            Defect: the template has no such section.
        """
        for section in self.sections:
            if section.id == section_id:
                return section
        raise Defect(f"the template {self.id!r} has no section {section_id!r}")


@cache
def load(template_id: str = DEFAULT) -> Template:
    """The shipped template with that id.

    Raises:
        Defect: there is no such template, or its data does not fit these nouns.
    """
    path = TEMPLATES / f"{template_id}.json"
    if template_id not in {file.stem for file in TEMPLATES.glob("*.json")}:
        raise Defect(f"no template {template_id!r} is shipped")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Template:
    """A template from its JSON text.

    Raises:
        Defect: it is no JSON, or a kind, a row source or a required key is missing or unknown.
    """
    import rfc8785

    try:
        plain = json.loads(text)
        digest = hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
        sections = tuple(_section(item) for item in plain["sections"])
        return Template(
            id=plain["id"], version=plain["version"], title=plain["title"], digest=digest, sections=sections
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Defect(f"the template does not fit: {error!r}") from error


def _section(plain: Mapping[str, object]) -> Section:
    return Section(
        id=_text(plain, "id"),
        number=int(cast("int", plain["number"])),
        title=_text(plain, "title"),
        code=_code(plain["code"]),
        needed=_text(plain, "needed"),
        fields=tuple(_field(item) for item in _list(plain, "fields")),
        rows=_rows(cast("Mapping[str, object]", plain["rows"])) if "rows" in plain else None,
        fixed=tuple(str(item) for item in cast("Sequence[object]", plain.get("fixed", ()))),
        hint=str(plain.get("hint", "")),
    )


def _rows(plain: Mapping[str, object]) -> Rows:
    source = _text(plain, "source")
    if source not in ROW_SOURCES:
        raise Defect(f"the template names the unknown row source {source!r}")
    return Rows(
        source=source,
        singular=_text(plain, "singular"),
        fields=tuple(_field(item) for item in _list(plain, "fields")),
        at_least=int(cast("int", plain.get("at_least", 0))),
        unless=_condition(plain.get("unless")),
        evidence=bool(plain.get("evidence", False)),
    )


def _field(plain: Mapping[str, object]) -> Field:
    kind = _text(plain, "kind")
    if kind not in KINDS:
        raise Defect(f"the template names the unknown kind of field {kind!r}")
    return Field(
        id=_text(plain, "id"),
        label=_text(plain, "label"),
        kind=kind,
        required=bool(plain.get("required", False)),
        when=_condition(plain.get("when")),
        choices=tuple(_choice(item) for item in _list(plain, "choices")),
        hint=str(plain.get("hint", "")),
        max_words=int(cast("int", plain.get("max_words", 0))),
    )


def _choice(plain: Mapping[str, object]) -> Choice:
    code = plain.get("code")
    return Choice(value=_text(plain, "value"), label=_text(plain, "label"), code=_code(code) if code else None)


def _condition(plain: object) -> Condition | None:
    if plain is None:
        return None
    given = cast("Mapping[str, object]", plain)
    values = tuple(str(item) for item in cast("Sequence[object]", given["in"]))
    return Condition(field=_text(given, "field"), values=values)


def _code(plain: object) -> Code:
    scheme, value, meaning = (str(item) for item in cast("Sequence[object]", plain))
    return Code(scheme=scheme, value=value, meaning=meaning)


def _text(plain: Mapping[str, object], key: str) -> str:
    return str(plain[key])


def _list(plain: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", plain.get(key, ()))
