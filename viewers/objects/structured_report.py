"""A structured report: its tree of content items (PS3.3 C.17.3), as nouns and as lines of text."""

from collections.abc import Iterator
from dataclasses import dataclass

from viewers.objects.errors import Refused
from viewers.objects.reading import Code, code_of
from viewers.series.header import Attributes

MOST_ITEMS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What an item points to: an instance and the frames of it, all where none is named."""

    sop_class_uid: str
    sop_uid: str
    frames: tuple[int, ...]
    segments: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentItem:
    """One content item.

    Attributes:
        relation: CONTAINS, HAS PROPERTIES, INFERRED FROM, ...
        kind: Value Type: CONTAINER, TEXT, CODE, NUM, IMAGE, SCOORD, SCOORD3D, DATETIME, PNAME, UIDREF, ...
        name: the concept.
        text: TEXT, dates, names and UIDs as the file says them.
        code: of CODE.
        value, unit: of NUM; value None where the report says that there is none.
        graphic: Graphic Type of SCOORD (pixels: column, row) and SCOORD3D (LPS mm), with its points flat.
        frame_of_reference_uid: of SCOORD3D.
    """

    relation: str
    kind: str
    name: Code
    text: str
    code: Code
    value: float | None
    unit: Code
    references: tuple[Reference, ...]
    graphic: str
    points: tuple[float, ...]
    frame_of_reference_uid: str
    children: tuple["ContentItem", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredReport:
    """A whole report.

    Attributes:
        root: the document's container; its name is the title.
        complete, verified: as the report says of itself.
        verifier: who verified it.
        template: Template Identifier such as 1500 or 5200.
    """

    root: ContentItem
    complete: bool
    verified: bool
    verifier: str
    template: str


def structured_report(attributes: Attributes) -> StructuredReport:
    """The report in an object's attributes.

    Raises:
        Refused: it has no content, or more than any report.
    """
    if "ContentSequence" not in attributes:
        raise Refused("The report has no content.")
    budget = [MOST_ITEMS]
    return StructuredReport(
        root=_item(attributes, budget),
        complete=attributes.text("CompletionFlag") == "COMPLETE",
        verified=attributes.text("VerificationFlag") == "VERIFIED",
        verifier=attributes.item("VerifyingObserverSequence").text("VerifyingObserverName"),
        template=attributes.item("ContentTemplateSequence").text("TemplateIdentifier"),
    )


def walk(item: ContentItem, depth: int = 0) -> Iterator[tuple[int, ContentItem]]:
    """Every item with its depth, as the report orders them."""
    yield depth, item
    for child in item.children:
        yield from walk(child, depth + 1)


def measurements(report: StructuredReport) -> tuple[ContentItem, ...]:
    """Every numeric item that has a value."""
    return tuple(item for _, item in walk(report.root) if item.kind == "NUM" and item.value is not None)


def line(item: ContentItem) -> str:
    """One item as a line for the reader: ``Left Ventricular Internal Dimension: 5.1 cm``."""
    name = item.name.meaning or item.kind.title()
    said = item.text
    if item.kind == "NUM":
        unit = "" if item.unit.value in ("1", "") else f" {item.unit.value}"
        said = "no value" if item.value is None else f"{item.value:g}{unit}"
    elif item.kind == "CODE":
        said = item.code.meaning or item.code.value
    elif item.kind in ("IMAGE", "COMPOSITE", "WAVEFORM"):
        said = ", ".join(_place(reference) for reference in item.references)
    elif item.kind in ("SCOORD", "SCOORD3D"):
        said = item.graphic.lower()
    return f"{name}: {said}" if said else name


def _item(attributes: Attributes, budget: list[int]) -> ContentItem:
    budget[0] -= 1
    if budget[0] < 0:
        raise Refused("The report has more items than any real one: not opened.")
    measured = attributes.item("MeasuredValueSequence")
    value = measured.number("FloatingPointValue")
    return ContentItem(
        relation=attributes.text("RelationshipType"),
        kind=attributes.text("ValueType"),
        name=code_of(attributes, "ConceptNameCodeSequence"),
        text=_said(attributes),
        code=code_of(attributes, "ConceptCodeSequence"),
        value=measured.number("NumericValue") if value is None else value,
        unit=code_of(measured, "MeasurementUnitsCodeSequence"),
        references=tuple(map(_reference, attributes.items("ReferencedSOPSequence"))),
        graphic=attributes.text("GraphicType"),
        points=attributes.numbers("GraphicData"),
        frame_of_reference_uid=attributes.text("ReferencedFrameOfReferenceUID"),
        children=tuple(_item(child, budget) for child in attributes.items("ContentSequence")),
    )


def _said(attributes: Attributes) -> str:
    keywords = ("TextValue", "DateTime", "Date", "Time", "PersonName", "UID")
    return next((attributes.text(keyword) for keyword in keywords if keyword in attributes), "")


def _reference(item: Attributes) -> Reference:
    return Reference(
        sop_class_uid=item.text("ReferencedSOPClassUID"),
        sop_uid=item.text("ReferencedSOPInstanceUID"),
        frames=tuple(map(int, item.numbers("ReferencedFrameNumber"))),
        segments=tuple(map(int, item.numbers("ReferencedSegmentNumber"))),
    )


def _place(reference: Reference) -> str:
    return f"frame {', '.join(map(str, reference.frames))}" if reference.frames else "image"
