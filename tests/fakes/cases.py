"""A case with answers, an in-memory service that holds it, and small DICOM instances to go with it."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from workstation.cases.case import (
    Case,
    CaseState,
    Document,
    DocumentKind,
    Patient,
    PromisedInstance,
    PromisedSeries,
    Question,
    Scenario,
    Study,
)
from workstation.cases.lifecycle import CaseEvent, after
from workstation.cases.ports import Specialist
from workstation.cases.refusals import NotFound

CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME = Specialist(reference="Practitioner/me", name="Dr. Me", licence="L-1", specialty="radiology")
PATIENT = Patient(
    name="Ana Marković",
    family="Marković",
    given=("Ana",),
    birth_date=date(1961, 5, 4),
    sex="female",
    identifiers=(("urn:hospital", "4711"),),
)


def instance_bytes(
    promised: PromisedInstance,
    *,
    name: str = "Marković^Ana",
    birth_date: str = "19610504",
    sex: str = "F",
    patient_id: str = "4711",
    rows: int = 8,
) -> bytes:
    """A complete CT instance of ``rows`` by ``rows`` pixels."""
    image = Dataset()
    image.SpecificCharacterSet = "ISO_IR 192"
    image.SOPClassUID, image.SOPInstanceUID = promised.sop_class_uid, promised.sop_uid
    image.StudyInstanceUID, image.SeriesInstanceUID = promised.study_uid, promised.series_uid
    image.PatientName, image.PatientBirthDate = name, birth_date
    image.PatientSex, image.PatientID = sex, patient_id
    image.Modality, image.StudyDate, image.InstanceNumber = "CT", "20260101", 1
    image.Rows = image.Columns = rows
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 0
    image.PixelData = bytes(2 * rows * rows)
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = promised.sop_class_uid
    image.file_meta.MediaStorageSOPInstanceUID = promised.sop_uid
    written = io.BytesIO()
    dcmwrite(written, image, enforce_file_format=True)
    return written.getvalue()


def a_study(number: int = 1, *, series: int = 2, instances: int = 3) -> Study:
    """A study with its whole manifest."""
    study = f"1.2.3.{number}"
    return Study(
        study_uid=study,
        description="CT chest",
        date="2026-01-01",
        modalities=("CT",),
        series=tuple(_series(study, one, instances) for one in range(1, series + 1)),
        version="1",
        promised=series * instances,
    )


def a_case(*studies: Study, documents: Sequence[Document] = (), case_id: str = "case-1") -> Case:
    """A case in progress, owned by ``ME``."""
    return Case(
        id=case_id,
        version="1",
        state=CaseState.IN_PROGRESS,
        title="Nodule",
        scenario=Scenario.CANCER,
        specialty="radiology",
        deadline=None,
        priority="routine",
        patient=PATIENT,
        patient_reference="Patient/1",
        owner=ME.reference,
        service_request="ServiceRequest/1",
        questions=(Question(id="q1", text="Is it malignant?"),),
        documents=tuple(documents),
        studies=studies or (a_study(),),
        updated=NOW,
    )


def a_document(content: bytes, *, sha1: str = "", document_id: str = "report") -> Document:
    """A received report."""
    return Document(
        id=document_id,
        kind=DocumentKind.ORIGINAL_REPORT,
        title="Report",
        content_type="application/pdf",
        size=len(content),
        sha1=sha1,
        url="http://127.0.0.1/fhir/Binary/1",
        date="2026-01-01",
        version="1",
    )


def without_manifest(case: Case) -> Case:
    """The case as the worklist shows it."""
    return replace(case, studies=tuple(replace(study, series=()) for study in case.studies))


class FakeCaseSource:
    """A service in memory: ``held`` cases, instances made on demand; ``trouble`` may raise or change any instance."""

    def __init__(self, *cases: Case, contents: dict[str, bytes] | None = None) -> None:
        self.held = {case.id: case for case in cases}
        self.contents = contents or {}
        self.asked: list[str] = []
        self.trouble: Callable[[PromisedInstance, bytes], bytes] = lambda _promised, content: content
        self.piece = 1000

    def specialist(self) -> Specialist:
        return ME

    def cases(self) -> Sequence[Case]:
        return [self.case(case_id) for case_id in self.case_ids_since(None)]

    def case_ids_since(self, moment: datetime | None) -> Sequence[str]:
        mine = [case for case in self.held.values() if case.owner == ME.reference]
        return [case.id for case in mine if moment is None or (case.updated or NOW) >= moment]

    def case(self, case_id: str) -> Case:
        if case_id not in self.held:
            raise NotFound("gone")
        return without_manifest(self.held[case_id])

    def accept(self, case: Case, *, conflict_statement: str) -> Case:
        assert conflict_statement
        return self._move(case, CaseEvent.ACCEPT)

    def reject(self, case: Case, *, reason: str) -> Case:
        assert reason
        return self._move(case, CaseEvent.REJECT)

    def give_up(self, case: Case, *, reason: str) -> Case:
        assert reason
        return self._move(case, CaseEvent.GIVE_UP)

    def begin(self, case: Case) -> Case:
        return self._move(case, CaseEvent.BEGIN)

    def manifest(self, study: Study) -> Study:
        for case in self.held.values():
            for one in case.studies:
                if one.study_uid == study.study_uid:
                    return one
        raise NotFound("The central service has no images of a study of this case.")

    def instance(self, promised: PromisedInstance) -> Iterator[bytes]:
        self.asked.append(promised.sop_uid)
        content = self.trouble(promised, self.contents.get(promised.sop_uid) or instance_bytes(promised))
        yield from (content[at : at + self.piece] for at in range(0, len(content), self.piece))

    def document(self, document: Document) -> Iterator[bytes]:
        self.asked.append(document.id)
        yield self.contents[document.id]

    def _move(self, case: Case, event: CaseEvent) -> Case:
        held = self.held[case.id]
        moved = replace(held, state=after(held.state, event), version=str(int(held.version) + 1))
        self.held[case.id] = moved
        return without_manifest(moved)


def _series(study: str, number: int, instances: int) -> PromisedSeries:
    uid = f"{study}.{number}"
    return PromisedSeries(
        study_uid=study,
        series_uid=uid,
        modality="CT",
        description=f"series {number}",
        number=number,
        count=instances,
        instances=tuple(
            PromisedInstance(study_uid=study, series_uid=uid, sop_uid=f"{uid}.{one}", sop_class_uid=CT_STORAGE)
            for one in range(1, instances + 1)
        ),
    )
