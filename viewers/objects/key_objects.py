"""Key objects: images that somebody picked out, and why (PS3.3 C.17.6, TID 2010)."""

from dataclasses import dataclass

from viewers.objects.reading import Code, code_of
from viewers.objects.structured_report import Reference, structured_report, walk
from viewers.series.header import Attributes

_DESCRIPTION = "113012"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyObjects:
    """A Key Object Selection.

    Attributes:
        title: why they were picked: ``Of Interest``, ``For Teaching``, ``Manifest``, ...
        description: the words beside it.
        references: what was picked, in order.
        series: Series Instance UID of each instance named as evidence.
    """

    title: Code
    description: str
    references: tuple[Reference, ...]
    series: dict[str, str]


def key_objects(attributes: Attributes) -> KeyObjects:
    """The selection in an object's attributes.

    Raises:
        Refused: it has no content.
    """
    report = structured_report(attributes)
    items = [item for _, item in walk(report.root)]
    words = [item.text for item in items if item.kind == "TEXT" and item.name.value == _DESCRIPTION]
    return KeyObjects(
        title=code_of(attributes, "ConceptNameCodeSequence"),
        description="\n".join(words),
        references=tuple(reference for item in items for reference in item.references),
        series=_series(attributes),
    )


def _series(attributes: Attributes) -> dict[str, str]:
    return {
        instance.text("ReferencedSOPInstanceUID"): series.text("SeriesInstanceUID")
        for study in attributes.items("CurrentRequestedProcedureEvidenceSequence")
        for series in study.items("ReferencedSeriesSequence")
        for instance in series.items("ReferencedSOPSequence")
    }
