"""The papers of a sample case as PDF: letterhead, patient, findings, signature, as a clinic prints them."""

import functools
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from workstation.sandbox.seeding.description import Description
from workstation.sandbox.seeding.resources import Paper

FONTS: Final = Path(__file__).resolve().parents[3] / "resources" / "fonts"
GREY: Final = "#5a6470"


def papers(description: Description) -> list[Paper]:
    """Every document of a case, in the order of its description."""
    return [
        Paper(
            kind=item["kind"],
            title=item["title"],
            content=_pdf(item, description),
            content_type="application/pdf",
            date=item["date"],
            language=item.get("language", "en"),
        )
        for item in description["documents"]
    ]


def _pdf(item: Mapping[str, Any], description: Description) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    _register_fonts()
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=item["title"],
        author=item["institution"],
        invariant=1,
    )

    def footer(canvas: Any, page: Any) -> None:
        canvas.setFont("Report", 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(22 * mm, 11 * mm, item["footer"])
        canvas.drawRightString(A4[0] - 22 * mm, 11 * mm, str(page.page))

    document.build(_flowables(item, description), onFirstPage=footer, onLaterPages=footer)
    return file.getvalue()


def _flowables(item: Mapping[str, Any], description: Description) -> list[Any]:
    from reportlab.platypus import HRFlowable, Paragraph, Spacer

    styles = _styles()
    content: list[Any] = [
        Paragraph(escape(item["institution"]), styles["institution"]),
        Paragraph(escape(item["department"]), styles["small"]),
        HRFlowable(width="100%", color=GREY, thickness=0.6, spaceBefore=4, spaceAfter=8),
        _identity(item, description, styles),
        Spacer(1, 10),
        Paragraph(escape(item["title"]), styles["title"]),
    ]
    for section in item["sections"]:
        if section.get("heading"):
            content.append(Paragraph(escape(section["heading"]), styles["heading"]))
        content.extend(Paragraph(escape(text), styles["body"]) for text in section["paragraphs"])
    signature = [Paragraph(escape(line), styles["body"]) for line in item["signature"]]
    return [*content, Spacer(1, 14), *signature]


def _identity(item: Mapping[str, Any], description: Description, styles: Mapping[str, Any]) -> Any:
    """The box that says whose paper this is; labels come with the paper, since papers have languages."""
    from reportlab.platypus import Paragraph, Table

    person = description["patient"]
    values: Sequence[str] = (
        f"{person['family']}, {' '.join(person['given'])}",
        person["birth_date"],
        person["number"],
        item["date"],
        description["referrer"],
    )
    rows = [
        [Paragraph(escape(label), styles["small"]), Paragraph(escape(value), styles["cell"])]
        for label, value in zip(item["labels"], values, strict=True)
    ]
    return Table(
        rows, colWidths=[95, None], style=[("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
    )


@functools.cache
def _register_fonts() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont("Report", FONTS / "NotoSans-Regular.ttf"))
    registerFont(TTFont("Report-Bold", FONTS / "NotoSans-Bold.ttf"))


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName="Report", fontSize=9.5, leading=13.5, spaceAfter=5)
    return {
        "body": body,
        "cell": ParagraphStyle("cell", parent=body, spaceAfter=0),
        "small": ParagraphStyle("small", parent=body, fontSize=8, leading=11, textColor=GREY, spaceAfter=0),
        "heading": ParagraphStyle("heading", parent=body, fontName="Report-Bold", spaceBefore=7, spaceAfter=2),
        "title": ParagraphStyle("title", parent=body, fontName="Report-Bold", fontSize=12.5, leading=16, spaceAfter=6),
        "institution": ParagraphStyle("institution", parent=body, fontName="Report-Bold", fontSize=13, leading=17),
    }
