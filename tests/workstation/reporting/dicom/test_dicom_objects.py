"""What is written as DICOM: legal, complete, the printed numbers, and the same bytes for the same opinion."""

import importlib.util
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pydicom
import pytest

from workstation.opinions.evidence import EvidenceValue
from workstation.opinions.freezing import Frozen
from workstation.reporting.composed import DicomFile
from workstation.reporting.dicom.encapsulated import encapsulated_pdf, unwrapped
from workstation.reporting.dicom.key_objects import key_objects
from workstation.reporting.dicom.sources import person_name
from workstation.reporting.dicom.structured_report import structured_report
from workstation.reporting.errors import Unwritable
from workstation.reporting.source_image import SourceImage

_PATH = Path(__file__).parents[2] / "opinions" / "complete_opinion.py"
_SPEC = importlib.util.spec_from_file_location("complete_opinion_for_dicom", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
complete_opinion = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(complete_opinion)

PDF = b"%PDF-1.7 of odd length!"


@pytest.fixture(scope="module")
def frozen() -> Frozen:
    return complete_opinion.frozen()


@pytest.fixture(scope="module")
def sources(frozen: Frozen) -> dict[str, SourceImage]:
    known = {
        "PatientName": "Müller^Anna", "PatientID": "P1", "PatientBirthDate": "19600101", "PatientSex": "F",
        "StudyDate": "20260101", "StudyTime": "120000", "StudyID": "1", "Modality": "CT", "Rows": "512",
        "Columns": "512", "FrameOfReferenceUID": "2.25.9",
    }  # fmt: skip
    return {
        image.sop_uid: SourceImage(
            sop_class_uid=image.sop_class_uid,
            sop_uid=image.sop_uid,
            series_uid=image.series_uid,
            study_uid=image.study_uid,
            attributes=known,
        )
        for item in frozen.opinion.evidence
        for image in item.images
    }


def written(frozen: Frozen, sources: dict[str, SourceImage]) -> dict[str, DicomFile]:
    report, keys = structured_report(frozen, sources), key_objects(frozen, sources)
    assert report is not None
    assert keys is not None
    wrapped = encapsulated_pdf(PDF, frozen, sources, sop_uid=frozen.uids.pdf, series_uid=frozen.uids.pdf_series)
    return {"report": report, "keys": keys, "wrapped": wrapped}


def items(sequence):
    for item in sequence:
        yield item
        yield from items(item.get("ContentSequence", []))


def errors(made: DicomFile, folder: Path) -> list[str]:
    if shutil.which("dciodvfy") is None:
        pytest.skip("dicom3tools is not installed")
    path = folder / made.name
    path.write_bytes(made.content)
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines() if line.startswith(("Error", "Abort"))]


@pytest.mark.parametrize("kind", ["report", "keys", "wrapped"])
def test_dciodvfy_finds_no_error(kind: str, frozen: Frozen, sources: dict[str, SourceImage], tmp_path: Path) -> None:
    assert errors(written(frozen, sources)[kind], tmp_path) == []


def test_the_report_holds_each_printed_number_with_its_ucum_unit(
    frozen: Frozen, sources: dict[str, SourceImage]
) -> None:
    read = pydicom.dcmread(BytesIO(written(frozen, sources)["report"].content))
    numbers = [item.MeasuredValueSequence[0] for item in items(read.ContentSequence) if item.ValueType == "NUM"]
    found = [(float(one.NumericValue), one.MeasurementUnitsCodeSequence[0].CodeValue) for one in numbers]
    ucum = {"mm": "mm", "HU": "[hnsf'U]", "mm2": "mm2"}
    printed = [
        (float(value.text().split()[0]), ucum[value.unit]) for item in frozen.opinion.evidence for value in item.values
    ]
    assert found == printed
    assert (read.CompletionFlag, read.VerificationFlag) == ("COMPLETE", "VERIFIED")
    assert read.SOPInstanceUID == frozen.uids.sr


def test_the_report_says_where_in_the_patient_each_number_was_taken(
    frozen: Frozen, sources: dict[str, SourceImage]
) -> None:
    read = pydicom.dcmread(BytesIO(written(frozen, sources)["report"].content))
    places = [list(item.GraphicData) for item in items(read.ContentSequence) if item.ValueType == "SCOORD3D"]
    length = next(item for item in frozen.opinion.evidence if item.kind == "length")
    assert places[0] == [number for point in length.points_mm for number in point]


def test_a_circle_of_centre_and_two_rims_becomes_an_ellipse(frozen: Frozen, sources: dict[str, SourceImage]) -> None:
    circle = next(item for item in frozen.opinion.evidence if item.kind == "circle")
    drawn = replace(circle, points_mm=((0.0, 0.0, 5.0), (10.0, 0.0, 5.0), (0.0, 10.0, 5.0)))
    opinion = replace(frozen.opinion, evidence=(drawn,))
    report = structured_report(replace(frozen, opinion=opinion), sources)
    assert report is not None
    read = pydicom.dcmread(BytesIO(report.content))
    shapes = {
        (item.GraphicType, tuple(item.GraphicData)) for item in items(read.ContentSequence) if "GraphicType" in item
    }
    assert shapes == {("ELLIPSE", (-10.0, 0.0, 5.0, 10.0, 0.0, 5.0, 0.0, -10.0, 5.0, 0.0, 10.0, 5.0))}


def test_without_a_frame_of_reference_the_report_points_at_the_image(
    frozen: Frozen, sources: dict[str, SourceImage], tmp_path: Path
) -> None:
    length = next(item for item in frozen.opinion.evidence if item.kind == "length")
    flat = replace(length, points_mm=(), frame_of_reference_uid="")
    report = structured_report(replace(frozen, opinion=replace(frozen.opinion, evidence=(flat,))), sources)
    assert report is not None
    read = pydicom.dcmread(BytesIO(report.content))
    (place,) = [list(item.GraphicData) for item in items(read.ContentSequence) if item.ValueType == "SCOORD"]
    (image,) = flat.images
    assert place == pytest.approx([part + 0.5 for point in image.points_px for part in point])
    assert errors(report, tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"values": (EvidenceValue(name="length", value=float("nan"), unit="mm"),)}, "one of its numbers is none"),
        ({"values": (EvidenceValue(name="length", value=float("inf"), unit="mm"),)}, "one of its numbers is none"),
        ({"kind": "ellipse"}, "its shape or its numbers are odd"),
    ],
)
def test_a_measurement_that_has_no_form_in_the_report_is_refused_in_words(
    frozen: Frozen, sources: dict[str, SourceImage], changed: dict[str, object], why: str
) -> None:
    length = next(item for item in frozen.opinion.evidence if item.kind == "length")
    odd = replace(frozen.opinion, evidence=(replace(length, **changed),))
    with pytest.raises(Unwritable, match=why) as caught:
        structured_report(replace(frozen, opinion=odd), sources)
    assert "the draft is kept" in str(caught.value)


@pytest.mark.parametrize(
    ("printed", "coded"),
    [
        ("raw", ("1", "no units")),
        ("counts", ("{counts}", "counts")),
        ("g/ml", ("g/ml", "g/ml")),
        ("SUVbw", ("g/ml{SUVbw}", "SUVbw")),
        ("normalized", ("{normalized}", "normalized")),
        ("10^-6 mm2/s {b} of a vendor", ("{10^-6mm2/sbofa}", "10^-6 mm2/s {b} of a vendor")),
        ("µ", ("1", "no units")),
    ],
)
def test_values_of_every_unit_that_a_scanner_writes_stand_in_the_report(
    printed: str, coded: tuple[str, str], frozen: Frozen, sources: dict[str, SourceImage], tmp_path: Path
) -> None:
    circle = next(item for item in frozen.opinion.evidence if item.kind == "circle")
    drawn = replace(circle, values=(EvidenceValue(name="mean", value=812.25, unit=printed, digits=2),))
    report = structured_report(replace(frozen, opinion=replace(frozen.opinion, evidence=(drawn,))), sources)
    assert report is not None
    (number,) = [
        one for one in items(pydicom.dcmread(BytesIO(report.content)).ContentSequence) if "MeasuredValueSequence" in one
    ]
    measured = number.MeasuredValueSequence[0]
    unit = measured.MeasurementUnitsCodeSequence[0]
    assert (measured.NumericValue, unit.CodeValue, unit.CodeMeaning) == (812.25, *coded)
    assert errors(report, tmp_path) == []


@pytest.mark.parametrize(
    ("written_as", "kept"),
    [
        ({"StudyTime": "12:30:05"}, {"StudyTime": "123005"}),
        ({"StudyTime": "120000.1234567"}, {"StudyTime": ""}),
        ({"StudyDate": "2026.01.02"}, {"StudyDate": "20260102"}),
        ({"StudyDate": "yesterday"}, {"StudyDate": ""}),
        ({"StudyDate": "20261399"}, {"StudyDate": ""}),
        ({"PatientBirthDate": "1960"}, {"PatientBirthDate": ""}),
        ({"PatientSex": "f"}, {"PatientSex": "F"}),
        ({"PatientSex": "weiblich"}, {"PatientSex": ""}),
        ({"Rows": "512\\3"}, {}),
        ({"PatientName": "Single"}, {"PatientName": "Single"}),
        ({"PatientID": "P" * 70}, {"PatientID": "P" * 70}),
        ({"AccessionNumber": "1234567890123456789"}, {"AccessionNumber": "1234567890123456789"}),
        ({"PatientName": "A\0B^C"}, {"PatientName": "AB^C"}),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_headers_of_sources_that_break_the_rules_do_not_keep_an_opinion_from_being_signed(
    written_as: dict[str, str], kept: dict[str, str], frozen: Frozen, sources: dict[str, SourceImage]
) -> None:
    odd = {uid: replace(one, attributes={**one.attributes, **written_as}) for uid, one in sources.items()}
    for made in written(frozen, odd).values():
        read = pydicom.dcmread(BytesIO(made.content))
        assert {keyword: str(read[keyword].value) for keyword in kept} == kept


def test_key_images_of_three_studies_are_all_listed_as_evidence(
    frozen: Frozen, sources: dict[str, SourceImage], tmp_path: Path
) -> None:
    item = frozen.opinion.evidence[0]
    (image,) = item.images
    cited, given = [], {}
    for number in range(3):
        place = {"study_uid": f"2.25.7{number}", "series_uid": f"2.25.8{number}", "sop_uid": f"2.25.9{number}"}
        cited.append(replace(item, id=str(number), images=(replace(image, **place),)))
        given[place["sop_uid"]] = replace(sources[image.sop_uid], **place)
    keys = key_objects(replace(frozen, opinion=replace(frozen.opinion, evidence=tuple(cited))), given)
    assert keys is not None
    read = pydicom.dcmread(BytesIO(keys.content))
    listed = {
        (study.StudyInstanceUID, study.ReferencedSeriesSequence[0].SeriesInstanceUID)
        for study in read.CurrentRequestedProcedureEvidenceSequence
    }
    assert listed == {(source.study_uid, source.series_uid) for source in given.values()}
    assert errors(keys, tmp_path) == []


def test_the_key_objects_name_every_cited_image_without_a_purpose(
    frozen: Frozen, sources: dict[str, SourceImage]
) -> None:
    read = pydicom.dcmread(BytesIO(written(frozen, sources)["keys"].content))
    images = [item for item in read.ContentSequence if item.ValueType == "IMAGE"]
    assert {item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in images} == set(sources)
    assert not any("ConceptNameCodeSequence" in item for item in images)


def test_the_pdf_comes_out_as_it_went_in(frozen: Frozen, sources: dict[str, SourceImage]) -> None:
    wrapped = written(frozen, sources)["wrapped"].content
    assert unwrapped(wrapped) == PDF
    assert len(pydicom.dcmread(BytesIO(wrapped)).EncapsulatedDocument) % 2 == 0
    with pytest.raises(ValueError, match="no DICOM object"):
        unwrapped(PDF)
    with pytest.raises(ValueError, match="no PDF"):
        unwrapped(written(frozen, sources)["keys"].content)


def test_a_pdf_without_any_image_still_names_its_patient(frozen: Frozen) -> None:
    wrapped = encapsulated_pdf(PDF, frozen, {}, sop_uid=frozen.uids.pdf, series_uid=frozen.uids.pdf_series)
    assert str(pydicom.dcmread(BytesIO(wrapped.content)).PatientName) == person_name(frozen.opinion.case.subject.name)
    assert structured_report(frozen, {}) is None
    assert key_objects(frozen, {}) is None


def test_the_same_opinion_gives_the_same_bytes(frozen: Frozen, sources: dict[str, SourceImage]) -> None:
    assert written(frozen, sources) == written(frozen, sources)
