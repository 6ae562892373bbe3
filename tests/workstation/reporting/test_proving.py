"""A statement that stands in several places, broken differently in each, is proven in every one of them."""

from dataclasses import replace

import pytest

from workstation.reporting.blocks import Card, Document, Paragraph, Running, SignatureBox, statements
from workstation.reporting.errors import NotShown
from workstation.reporting.pdf import _set_texts, prove, render

LONG = "E2  Circle: mean 41.2 HU, standard deviation 8.5 HU, minimum 19.0 HU, maximum 66.0 HU, area 78.5 mm² " * 3


def a_document(*blocks: object) -> Document:
    running = Running(title="T", patient="P", case="C", version="V", digest="D")
    box = SignatureBox(title="Signed by", name="N", lines=("Time", "Meaning"))
    return Document(title="T", subtitle="S", facts=(("a", "b"),), running=running, blocks=(*blocks, box))


def test_one_statement_in_a_card_and_in_running_text_is_shown_in_both() -> None:
    said = a_document(Paragraph(text=LONG.strip()), Card(title="x", marks=(LONG.strip(),)))
    assert render(said, {}).pages == 1


def test_a_place_that_lost_a_line_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    said = a_document(Paragraph(text=LONG.strip()), Card(title="x", marks=(LONG.strip(),)))
    kept = []

    def keep(content: bytes, written: list, wanted: tuple) -> None:
        kept.append((content, list(written)))
        prove(content, written, wanted)

    monkeypatch.setattr("workstation.reporting.pdf.prove", keep)
    render(said, {})
    content, written = kept[0]
    last = max(index for index, line in enumerate(written) if line.source == LONG.strip())
    assert len(_set_texts(written)[LONG.strip()]) == 2
    wanted, without = statements(said), written[:last] + written[last + 1 :]
    with pytest.raises(NotShown, match="leaves out"):
        prove(content, without, wanted)
    changed = [replace(written[last], text=written[last].text.replace("8", "9"), source="")]
    with pytest.raises(NotShown, match="shows"):
        prove(content, changed, ())


def test_an_attached_file_leaves_a_pdf_that_strict_readers_walk_through() -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    content = render(a_document(), {"opinion.json": b'{"a": 1}'}).content
    reader = PdfFileReader(BytesIO(content))
    objects = [reader.get_object(reference) for reference in reader.xrefs.explicit_refs_in_revision(0)]
    assert len(objects) > 5
    assert any(getattr(each, "data", b"") == b'{"a": 1}' for each in objects)
