"""The structured opinion as a value: every edit makes a new one, so that undo is keeping the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.opinions.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who gives the opinion, as the central service names them. ``reference`` is e.g. ``Practitioner/12``."""

    reference: str
    name: str
    licence: str
    specialty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The patient as printed on every page. ``birth_date`` is ISO or ""; ``identifiers`` are (system, value)."""

    reference: str
    name: str
    birth_date: str
    sex: str
    identifiers: tuple[tuple[str, str], ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the patient in their own words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One item received with the case.

    Attributes:
        key: document id or Study Instance UID.
        kind: ``study`` or a document kind (``original-report``, ``pathology-report``, ``letter``, ``other``).
        detail: e.g. modalities and number of images.
        sha256: hex digest of a document's bytes as received; "" for a study.
        displayed: was it on the screen (images of every series, or the document's pages).
        version: of the study or document at the service when it was read; "" where it is not known.
    """

    key: str
    kind: str
    title: str
    detail: str = ""
    date: str = ""
    sha256: str = ""
    displayed: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStamp:
    """What the opinion keeps of its case: enough to print, to check and to deliver it.

    Attributes:
        version: the Task's version the opinion saw.
        service_request, order: reference of the ServiceRequest; the Task is ``Task/{id}``.
        seen_material: digest of the study and document versions the opinion saw.
    """

    id: str
    version: str
    title: str
    scenario: str
    subject: Subject
    questions: tuple[Asked, ...]
    proposed_treatment: str = ""
    service_request: str = ""
    referrer: str = ""
    asked: str = ""
    deadline: str = ""
    seen_material: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a repeating section: field id → text (of a choice, its value), and the evidence it rests on."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was written in one section: its single fields, its rows, and evidence cited for the section as a whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    evidence: tuple[str, ...] = ()

    def row(self, row_id: str) -> Row | None:
        """The row with that id, or None."""
        return next((row for row in self.rows if row.id == row_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The opinion.

    Attributes:
        template_id, template_digest: which template, and the SHA-256 (hex) of its canonical JSON.
        revision: 1 for the first signed version; an amendment is n + 1 and names its ``predecessor`` digest.
        entries: section id → what was written there.
        evidence: every cited measurement and key image, frozen, in order of citing.
        explanations: rule id → the reason with which the reader overrode an *explain* rule.
    """

    template_id: str
    template_digest: str
    case: CaseStamp
    author: Author
    revision: int = 1
    predecessor: str = ""
    materials: tuple[Material, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)

    def entry(self, section: str) -> Entry:
        """The section's entry; an empty one where nothing was written yet."""
        return self.entries.get(section, Entry())

    def value(self, section: str, name: str, row: str = "") -> str:
        """One field's text, "" where nothing was written."""
        entry = self.entry(section)
        if not row:
            return entry.values.get(name, "")
        found = entry.row(row)
        return found.values.get(name, "") if found else ""

    def cited(self, evidence_id: str) -> Evidence | None:
        """The evidence with that id, or None."""
        return next((item for item in self.evidence if item.id == evidence_id), None)
