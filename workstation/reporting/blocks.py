"""The document as blocks: what is said, in which order; how it looks is the renderers' matter.

Every string of a block is a statement that the reader must find on the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section's title; ``number`` is printed before it, e.g. "§6"."""

    text: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text; ``tone`` is ``body``, ``lead``, ``quiet`` or ``alarm``."""

    text: str
    tone: str = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and their texts, e.g. ("Laterality", "Right")."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Something with a title that belongs together: an answer, a finding, a judged statement.

    Attributes:
        title: e.g. the patient's question.
        lead: what is said to it, in large letters.
        facts: names and texts below it.
        marks: the evidence it rests on, e.g. ("E1 length 8.1 mm",).
        chip: one or two words at its upper edge, e.g. "Confidence: high".
    """

    title: str
    lead: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    chip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key picture (PNG bytes) with its mark, e.g. "E1", and the lines of its caption."""

    png: bytes
    mark: str
    caption: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Key pictures side by side."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``shares`` are the columns' parts of the width."""

    columns: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBox:
    """Where the signature stands: the lines printed in it (name, time, meaning)."""

    title: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Facts | Card | Figures | Table | SignatureBox | NewPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What every page carries."""

    title: str
    patient: str
    case: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document. ``language`` is the tag of its text; ``subtitle`` and ``facts`` open the first page.

    ``written_at`` (aware) stands in its properties; without it they say the year 2000, so that equal input gives equal
    bytes.
    """

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    running: Running
    blocks: tuple[Block, ...]
    language: str = "en"
    author: str = ""
    written_at: datetime | None = None


def statements(document: Document) -> tuple[str, ...]:
    """Every text of the document that must be found on its pages, in order, empty ones left out."""
    running = document.running
    heads = (running.title, running.patient, f"{running.case} · {running.version}", running.digest)
    own = (*heads, document.title, document.subtitle, *(text for row in document.facts for text in row))
    texts = (*own, *(text for block in document.blocks for text in _texts(block)))
    return tuple(text for text in texts if text.strip())


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, Paragraph):
        yield part.text
    elif isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _texts(item)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if field.name not in ("shares", "png"):
                yield from _texts(getattr(part, field.name))
