"""The sample cases as data: whole, consistent with what the images show, and with something to find in each."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from viewers.phantoms import STUDIES, Person, write_study
from workstation.cases.case import DocumentKind, Scenario
from workstation.sandbox.accounts import SAMPLES
from workstation.sandbox.seeding.description import NAMES, Description, UnknownCaseError, sample
from workstation.sandbox.seeding.history import history
from workstation.sandbox.seeding.papers import papers
from workstation.sandbox.seeding.resources import service_request, task

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# What somebody who reads the images must notice in the original report (name of case → words of the report).
WRONG = {
    "cancer": ("14 mm", "unchanged in size"),  # 19 mm, three and a half times the volume of the prior
    "major-surgery": ("about 50 %", "1.2 cm²"),  # 72 % by diameter; the continuity equation gives 0.76 cm²
    "rare-disease": ("linken Frontallappen", "Keine Diffusionsstörung"),  # right; ADC 620
    "no-improvement": ("Skeleton without suspicious uptake", "SUVmax 4.5"),  # a vertebral metastasis; the node has 7
    "communication-gap": ("Mild aortic stenosis",),  # peak velocity 4.3 m/s
}


@pytest.fixture(params=NAMES)
def description(request: pytest.FixtureRequest) -> Description:
    return sample(request.param, NOW)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(content))
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


def test_there_is_one_case_for_every_scenario() -> None:
    assert {sample(name, NOW)["scenario"] for name in NAMES} == set(Scenario)


def test_an_unknown_case_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownCaseError, match="cancer"):
        sample("flu", NOW)


def test_every_case_has_what_a_specialist_needs(description: Description) -> None:
    assert 2 <= len(description["questions"]) <= 4
    assert 48 <= description["deadline_hours"] <= 72
    assert description["deadline_hours"] - description["asked_hours_ago"] > 24
    assert all(description[key] for key in ("conditions", "medications", "allergies", "observations", "studies"))
    assert {study["name"] for study in description["studies"]} <= set(STUDIES)
    assert any(document["kind"] == "original-report" for document in description["documents"])
    assert {document["kind"] for document in description["documents"]} <= set(DocumentKind)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", study["date"]) for study in description["studies"])
    assert not re.search(r"\{(\d|iso)", json.dumps(description))


def test_the_prior_is_older_and_the_papers_come_after_the_images(description: Description) -> None:
    newest = max(study["date"] for study in description["studies"])
    reports = [item for item in description["documents"] if item["kind"] == "original-report"]
    assert max(report["date"] for report in reports) >= newest
    assert all(item["date"] <= f"{NOW:%Y-%m-%d}" for item in description["documents"])
    if description["name"] == "cancer":
        current, prior = (datetime.fromisoformat(study["date"]) for study in description["studies"])
        assert current - prior == timedelta(days=182)


def test_the_papers_are_pdf_that_names_the_patient_and_says_what_is_to_be_found(description: Description) -> None:
    printed = papers(description)
    texts = [text_of(paper.content) for paper in printed]
    for paper, text in zip(printed, texts, strict=True):
        assert paper.content.startswith(b"%PDF-")
        assert f"{description['patient']['family']}, {' '.join(description['patient']['given'])}" in text
        assert description["patient"]["number"] in text
        assert "ictional" in text or "Erfunden" in text
    reports = " ".join(text for paper, text in zip(printed, texts, strict=True) if paper.kind == "original-report")
    for words in WRONG[description["name"]]:
        assert words in reports


def test_the_same_paper_is_the_same_bytes(description: Description) -> None:
    assert [paper.content for paper in papers(description)] == [paper.content for paper in papers(description)]


def test_the_case_becomes_fhir_with_its_questions_in_order(description: Description) -> None:
    items = history(description, "Patient/p")
    assert len({(item["resourceType"], item["id"]) for item in items}) == len(items)
    request = service_request(description, "Patient/p", items, NOW)
    assert len(request["supportingInfo"]) == len(items)
    made = task(
        description, patient_reference="Patient/p", owner="Practitioner/x", placer="Organization/o", documents=[],
        studies=[], now=NOW,
    )  # fmt: skip
    assert [item["valueString"] for item in made["input"]] == [item["text"] for item in description["questions"]]
    end = datetime.fromisoformat(made["restriction"]["period"]["end"])
    assert timedelta(hours=24) < end - NOW <= timedelta(hours=72)


def test_no_element_is_empty(description: Description) -> None:
    def walk(value: Any) -> None:
        assert value not in (None, "", [], {})
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(item)

    for item in history(description, "Patient/p"):
        walk(item)
    walk(service_request(description, "Patient/p", history(description, "Patient/p"), NOW))


def test_the_echo_reports_quote_what_the_echo_shows(tmp_path: Path) -> None:
    """All but the conclusions under ``WRONG``: so the discrepancy is the only one."""
    person = Person(name="A^B", patient_id="1", birth_date="19480101", sex="F")
    written = write_study("echo", tmp_path, person=person, study_date="20261101", detail="quick")
    truth = {answer.name: answer.value for answer in written.answers}
    for name in ("major-surgery", "communication-gap"):
        report = next(
            text_of(paper.content) for paper in papers(sample(name, NOW)) if "echocardiogram" in paper.title.lower()
        )
        ejection, peak = re.search(r"LVEF (\d+) %", report), re.search(r"peak velocity (\d\.\d) m/s", report)
        assert ejection is not None
        assert peak is not None
        assert float(ejection[1]) == pytest.approx(truth["ejection fraction"], abs=1.0)
        assert float(peak[1]) == pytest.approx(truth["CW AV Vmax"] / 100, abs=0.05)
    area = 3.1416 / 4 * 2.1**2 * truth["PW LVOT VTI"] / truth["CW AV VTI"]
    assert area < 1.0  # severe; the report of major-surgery says 1.2 cm²


def test_no_key_or_password_lies_among_the_samples() -> None:
    everything = " ".join(file.read_text("utf-8") for file in SAMPLES.glob("*"))
    assert "PRIVATE KEY" not in everything
    assert "password" not in everything
