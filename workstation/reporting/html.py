"""The document as accessible HTML: the same blocks, tagged by what they are, pictures with their captions as text."""

import base64
from collections.abc import Iterable, Iterator
from functools import singledispatch
from html import escape

from workstation.reporting.blocks import (
    Block,
    Card,
    Document,
    Facts,
    Figures,
    Heading,
    NewPage,
    Paragraph,
    SignatureBox,
    Table,
)

STYLE = (
    "body{font-family:Inter,'Noto Sans',sans-serif;line-height:1.45;max-width:52rem;margin:2rem auto;padding:0 1rem;"
    "color:#14181c}dt{font-weight:600}dd{margin:0 0 .4rem}article{border:1px solid #c8d0d7;border-radius:6px;"
    "padding:.6rem 1rem;margin:.6rem 0}table{border-collapse:collapse;width:100%}th,td{border:1px solid #c8d0d7;"
    "padding:.3rem .5rem;text-align:left;vertical-align:top}img{max-width:100%}.lead{font-size:1.15rem}"
    ".quiet,footer{color:#4d5963}.alarm{border-left:4px solid #b3261e;padding-left:.6rem}.chip{font-weight:600}"
)


def html(document: Document) -> str:
    """The whole page; every text is escaped, nothing in it is loaded from elsewhere or run."""
    running = document.running
    parts = [
        f'<!DOCTYPE html><html lang="{escape(document.language)}"><head><meta charset="utf-8">',
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head><body><header>",
        f"<h1>{escape(document.title)}</h1>{_paragraph(document.subtitle, 'lead')}",
        f"{_facts(document.facts)}</header><main>",
        *(_written(block) for block in document.blocks),
        "</main><footer>",
        *(_paragraph(text, "quiet") for text in (running.patient, running.case, running.version, running.digest)),
        "</footer></body></html>",
    ]
    return "\n".join(parts)


@singledispatch
def _written(block: Block) -> str:
    raise TypeError(type(block).__name__)


@_written.register
def _heading(block: Heading) -> str:
    return f"<h2>{escape(' '.join(part for part in (block.number, block.text) if part))}</h2>"


@_written.register
def _running_text(block: Paragraph) -> str:
    return _paragraph(block.text, block.tone)


@_written.register
def _list_of_facts(block: Facts) -> str:
    return _facts(block.rows)


@_written.register
def _card(block: Card) -> str:
    chip = f'<p class="chip">{escape(block.chip)}</p>' if block.chip else ""
    marks = "".join(f"<li>{escape(mark)}</li>" for mark in block.marks)
    listed = f'<ul aria-label="Evidence">{marks}</ul>' if marks else ""
    title = f"<h3>{escape(block.title)}</h3>" if block.title else ""
    return f"<article>{title}{chip}{_paragraph(block.lead, 'lead')}{_facts(block.facts)}{listed}</article>"


@_written.register
def _pictures(block: Figures) -> str:
    return "".join(_pictured(block))


@_written.register
def _table(block: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name) or "No."}</th>' for name in block.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{_lines(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


@_written.register
def _signature(block: SignatureBox) -> str:
    said = "".join(_paragraph(line, "body") for line in block.lines)
    note = _paragraph("The signature itself is in the PDF document.", "quiet")
    return f"<article><h3>{escape(block.title)}</h3>{_paragraph(block.name, 'lead')}{said}{note}</article>"


@_written.register
def _page(_block: NewPage) -> str:
    return "<hr>"


def _pictured(block: Figures) -> Iterator[str]:
    for figure in block.items:
        caption = "<br>".join(escape(line) for line in (figure.mark, *figure.caption))
        source = base64.b64encode(figure.png).decode()
        described = escape(f"Key image {figure.mark}", quote=True)
        yield (
            f'<figure><img alt="{described}" src="data:image/png;base64,{source}">'
            f"<figcaption>{caption}</figcaption></figure>"
        )


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{_lines(text)}</dd>" for name, text in rows)
    return f"<dl>{listed}</dl>" if listed else ""


def _paragraph(text: str, tone: str) -> str:
    return f'<p class="{escape(tone)}">{_lines(text)}</p>' if text else ""


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
