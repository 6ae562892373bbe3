"""Composing: the frozen opinion becomes its documents, before any signature."""

from collections.abc import Mapping

from workstation.opinions.freezing import Frozen
from workstation.reporting.composed import Composed
from workstation.reporting.html import html
from workstation.reporting.pdf import render
from workstation.reporting.printed import document
from workstation.reporting.source_image import SourceImage

ATTACHED = "opinion.json"


def compose(frozen: Frozen, sources: Mapping[str, SourceImage]) -> Composed:
    """PDF with the canonical opinion attached, HTML, structured report and key objects.

    Args:
        frozen: what is said.
        sources: the images the evidence touches, by SOP Instance UID.

    Raises:
        Uncovered, NotShown: the pages cannot say what the opinion says.
    """
    from workstation.reporting.dicom.key_objects import key_objects
    from workstation.reporting.dicom.structured_report import structured_report

    said = document(frozen)
    rendered = render(said, {ATTACHED: frozen.canonical})
    return Composed(
        pdf=rendered.content,
        signature_page=rendered.signature_page,
        signature_box=rendered.signature_box,
        html=html(said),
        sr=structured_report(frozen, sources),
        kos=key_objects(frozen, sources),
    )
