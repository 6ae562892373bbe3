"""Pages of documents as pictures: real PDF and pictures are drawn, hostile ones are refused with a sentence."""

import io

import pytest
from PIL import Image

from viewers.isolation.errors import Refused
from viewers.objects import pages

PDF = memoryview(pages._EMPTY)


def png(width=20, height=10, colour=(200, 10, 10)):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return memoryview(buffer.getvalue())


def test_a_page_is_as_wide_as_asked_and_not_blank():
    assert pages.count(PDF, {}) == {"pages": 1, "kind": "pdf"}
    drawn = pages.page(PDF, {"index": 0, "width": 144})
    assert (drawn["width"], drawn["height"]) == (144, 144)
    assert len(drawn["pixels"]) == 144 * 144 * 3
    assert min(drawn["pixels"]) < 100 < max(drawn["pixels"])


def test_a_picture_keeps_its_shape_and_colour():
    assert pages.count(png(), {})["kind"] == "picture"
    drawn = pages.page(png(), {"index": 0, "width": 40})
    assert (drawn["width"], drawn["height"]) == (40, 20)
    assert tuple(drawn["pixels"][:3]) == (200, 10, 10)


def test_text_is_told_as_text_whatever_its_encoding():
    assert pages.count(memoryview("Müller".encode()), {})["text"] == "Müller"
    assert pages.count(memoryview("Müller".encode("latin-1")), {})["text"] == "Müller"


@pytest.mark.parametrize("broken", [b"%PDF-1.7 nothing follows", b"%PDF-" + bytes(2000)])
def test_a_damaged_pdf_is_refused(broken):
    with pytest.raises(Refused, match="damaged"):
        pages.count(memoryview(broken), {})


def test_a_damaged_picture_is_refused():
    with pytest.raises(Refused, match="damaged"):
        pages.page(memoryview(bytes(png())[:40]), {"index": 0, "width": 40})


def test_a_page_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="no such page"):
        pages.page(PDF, {"index": 7, "width": 100})


def test_a_page_of_absurd_height_is_refused():
    tall = pages._EMPTY.replace(b"[0 0 72 72]", b"[0 0 1 9999999]")
    with pytest.raises(Refused, match="too large"):
        pages.page(memoryview(tall), {"index": 0, "width": 4000})
