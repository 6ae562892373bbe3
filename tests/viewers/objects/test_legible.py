"""Objects that are no images, as documents to read: each real one opens or names its reason."""

from pathlib import Path

import pytest

from viewers.objects.errors import Refused
from viewers.objects.legible import legible
from viewers.objects.pages import count
from viewers.series.folder_source import FolderSource
from viewers.series.scan import scan
from viewers.series.split import display_sets

OPENED = {
    "objects/sr": "Left Ventricle Internal End Diastolic Dimension: 5.1 cm",
    "objects/rt": "contours",
    "objects/ecg": "Hz",
    "objects/kos-only": "Structured report",
}


@pytest.fixture
def opened(here, shared_data: Path):
    def read(folder: str):
        source = FolderSource(shared_data / "dicom" / folder)
        sets = display_sets(scan(source, here).headers)
        return [(each, source) for each in sets if not (each.frames and each.rows)]

    return read


@pytest.mark.parametrize(("folder", "words"), OPENED.items())
def test_what_an_object_says_is_told_in_words(opened, here, folder, words):
    texts = []
    for display_set, source in opened(folder):
        try:
            texts.append(legible(display_set, source, here).decode())
        except Refused as refusal:
            assert str(refusal).endswith(".")  # noqa: PT017 - opened, or a sentence
    assert any(words in text for text in texts)


def test_a_pdf_is_its_own_document(opened, here):
    kinds = {
        display_set.kind.value: count(memoryview(legible(display_set, source, here)), {})["kind"]
        for display_set, source in opened("objects/documents")
        if display_set.kind.value in {"pdf", "cda"}
    }
    assert kinds == {"pdf": "pdf", "cda": "text"}


@pytest.mark.parametrize("folder", ["objects", "mr-spectroscopy", "xa", "ct-chest-nlst"])
def test_every_object_opens_or_names_its_reason(opened, here, folder):
    found = opened(folder)
    assert found
    for display_set, source in found:
        try:
            assert legible(display_set, source, here)
        except Refused as refusal:
            assert len(str(refusal)) > 20  # noqa: PT017 - opened, or a sentence
