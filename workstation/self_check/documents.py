"""Checks of documents: a report is typeset, and its pages are drawn and read back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.self_check.bench import PAGES, Bench
from workstation.self_check.check import Check, Wrong

if TYPE_CHECKING:
    from workstation.reporting.pdf import Rendered

STATEMENT = "No metastasis < 5 mm & Ki-67 > 20 %"
ARABIC = "قياس 8.1 مم"
WIDTH = 400


def checks(bench: Bench) -> Sequence[Check]:
    """Written, read, drawn."""
    return (
        Check(name="document written and read", run=_read_back),
        Check(name="page drawn in a worker", run=lambda: _drawn(bench)),
    )


def typeset() -> "Rendered":
    """A small document that says what it is; ``render`` itself reads every line back from the bytes."""
    from workstation.reporting.blocks import Document, Paragraph, Running, SignatureBox
    from workstation.reporting.pdf import render

    running = Running(title="Self-check", patient="Nobody", case="No case", version="1", digest="0" * 64)
    box = SignatureBox(title="Signature", name="Self Check", lines=("Made by the program to check itself.",))
    blocks = (Paragraph(text=STATEMENT), Paragraph(text=ARABIC), box)
    return render(
        Document(title="Self-check", subtitle="No patient", facts=(), running=running, blocks=blocks), attachments={}
    )


def _read_back() -> str:
    """Read by PDFium, a library that had no part in writing it."""
    import pypdfium2

    rendered = typeset()
    document = pypdfium2.PdfDocument(rendered.content)
    try:
        text = document[0].get_textpage().get_text_bounded()
    finally:
        document.close()
    if STATEMENT not in text:
        raise Wrong("what was written is not what is read back from the page")
    return f"{rendered.pages} page, {len(rendered.content) // 1024} KB, “{STATEMENT}”"


def _drawn(bench: Bench) -> str:
    answer = bench.pool.parse(f"{PAGES}:page", typeset().content, {"index": 0, "width": WIDTH})
    if "refused" in answer:
        raise Wrong(str(answer["refused"]))
    pixels = answer["pixels"]
    assert isinstance(pixels, bytes)
    dark = sum(1 for value in pixels[::3] if value < 128)  # noqa: PLR2004 - half of full brightness
    if not dark:
        raise Wrong("the page is blank")
    return f"{answer['width']} x {answer['height']} pixels, {dark} dark ones"
