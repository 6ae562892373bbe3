"""A statement that stands in several places, broken differently in each, is proven in every one of them."""

from dataclasses import replace

import pytest

from tests.workstation.opinions import complete_opinion
from workstation.opinions import edits
from workstation.opinions.opinion import Opinion, Row
from workstation.reporting.blocks import (
    Block,
    Card,
    Document,
    Facts,
    Heading,
    Paragraph,
    Running,
    SignatureBox,
    Table,
    statements,
)
from workstation.reporting.errors import NotShown
from workstation.reporting.pdf import _set_texts, prove, render
from workstation.reporting.printed import document

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


NAMES = (
    "مريم", "محمد عبد الله الأحمد", "فاطمة بنت محمد بن عبد العزيز آل سعود", "محمد (أبو علي)", "דוד כהן",
    "מרים לוי אברהמי-שטיינברג", "Anna כהן", "Müller Łódź 李 محمد", "李小龍", "김민정", "नरेन्द्र मोदी",
)  # fmt: skip
SAID = (
    "ورم بقياس 8.1 × 6.4 مم في الرئة اليمنى (RUL) 12%",
    "الورم في الفص العلوي الأيمن، حجمه 8.1 مم، ينصح بمتابعة بعد 3 أشهر (Fleischner 2017).",
    'נגע בגודל 8.1 מ"מ ברֵאה ימין (RUL), Ki-67 <1%',
    "FDG SUV 4.5 גבוה (חשוד) >2.5",
)


@pytest.mark.parametrize("name", NAMES)
def test_an_opinion_on_a_patient_of_any_name_can_be_shown(name: str) -> None:
    said = a_document(Card(title=f"{name} (born 1961-03-09, female)", facts=(("Patient", name),)))
    running = replace(said.running, title="Second opinion", patient=f"{name} · born 1961-03-09", case="Case 4711")
    assert render(replace(said, running=running, title="Second opinion"), {}).pages == 1


@pytest.mark.parametrize("text", SAID)
def test_right_to_left_findings_with_numbers_and_brackets_can_be_shown(text: str) -> None:
    assert render(a_document(Paragraph(text=text), Card(title="x", lead=text, marks=(text,))), {}).pages == 1


@pytest.mark.parametrize(("wrong", "right"), [("8.1", "1.8"), ("Right", "Left"), ("<1%", ">1%"), ("(RUL)", "(LUL)")])
def test_a_line_whose_letters_stand_otherwise_is_noticed(
    wrong: str, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    monkeypatch.setattr(
        "workstation.reporting.pdf.prove", lambda content, written, _wanted: kept.append((content, written))
    )
    render(a_document(Paragraph(text=f"nodule {wrong} of the lung")), {})
    content, written = kept[0]
    (line,) = [one for one in written if wrong in one.text]
    with pytest.raises(NotShown, match="shows"):
        prove(content, [replace(line, text=line.text.replace(wrong, right))], ())


def test_an_explanation_says_what_it_explains() -> None:
    opinion = complete_opinion.complete()
    for rule, reason in (
        ("not-displayed:1.2.840.113654.2.55.2144831825", "A derived series."),
        ("not-received:12 images that the service promised", "Asked for; the question needs them not."),
    ):
        opinion = edits.explain(opinion, rule, reason)
    blocks = document(complete_opinion.frozen(opinion)).blocks
    (block,) = [one for one in blocks if isinstance(one, Facts) and one.rows[0][0].startswith("Not displayed")]
    assert block.rows == (
        ("Not displayed: series …5.2144831825", "A derived series."),
        ("Not received: 12 images that the service promised", "Asked for; the question needs them not."),
    )


def test_an_attached_file_leaves_a_pdf_that_strict_readers_walk_through() -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    content = render(a_document(), {"opinion.json": b'{"a": 1}'}).content
    reader = PdfFileReader(BytesIO(content))
    objects = [reader.get_object(reference) for reference in reader.xrefs.explicit_refs_in_revision(0)]
    assert len(objects) > 5
    assert any(getattr(each, "data", b"") == b'{"a": 1}' for each in objects)


def test_the_author_of_the_file_is_the_specialist_and_nobody_else() -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    made = document(complete_opinion.frozen(complete_opinion.complete()))
    assert made.author == complete_opinion.complete().author.name
    content = render(replace(a_document(), author=made.author), {}).content
    assert str(PdfFileReader(BytesIO(content)).trailer["/Info"]["/Author"]) == made.author


def test_the_properties_of_the_file_say_when_it_was_written() -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    made = document(complete_opinion.frozen(complete_opinion.complete()))
    content = render(replace(a_document(), written_at=made.written_at), {}).content
    assert str(PdfFileReader(BytesIO(content)).trailer["/Info"]["/CreationDate"]) == "D:20261124083000Z"


def a_history(*rows: Row) -> Opinion:
    opinion = complete_opinion.complete()
    history = replace(opinion.entry("history"), rows=rows)
    return replace(opinion, entries={**opinion.entries, "history": history})


def history_of(opinion: Opinion) -> list[Block]:
    blocks = document(complete_opinion.frozen(opinion)).blocks
    begins = next(at for at, one in enumerate(blocks) if isinstance(one, Heading) and one.text == "History")
    ends = next(at for at, one in enumerate(blocks) if isinstance(one, Heading) and at > begins)
    return [one for one in blocks[begins:ends] if isinstance(one, Card | Table)]


def a_row(number: int, status: str, **more: str) -> Row:
    return Row(id=str(number), values={"item": f"Condition {number}", "status": status, **more})


def test_what_is_only_confirmed_is_a_list_and_what_is_not_stands_before_it() -> None:
    opinion = a_history(
        a_row(1, "confirmed"), a_row(2, "contradicted", comment="Not on any scan."), a_row(3, "confirmed")
    )
    doubted, confirmed = history_of(opinion)
    assert isinstance(doubted, Card)
    assert doubted.title == "Condition 2"
    assert confirmed == Table(
        columns=("Item", "In the material"),
        shares=(9, 3),
        rows=(("Condition 1", "Confirmed"), ("Condition 3", "Confirmed")),
    )


def test_a_single_item_is_no_list() -> None:
    (card,) = history_of(a_history(a_row(1, "confirmed")))
    assert isinstance(card, Card)
