"""The signed PDF as a DICOM object (Encapsulated PDF Storage, PS3.3 A.45.1), its bytes kept exactly."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from workstation.opinions.freezing import Frozen
from workstation.reporting.composed import DicomFile
from workstation.reporting.dicom.sources import (
    MANUFACTURER,
    SERIES_NUMBER,
    dataset_of,
    dated,
    dicom_file,
    first_image,
    person_name,
)
from workstation.reporting.source_image import SourceImage

NAME = "opinion-pdf.dcm"
STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"


def encapsulated_pdf(
    pdf: bytes, frozen: Frozen, sources: Mapping[str, SourceImage], *, sop_uid: str, series_uid: str
) -> DicomFile:
    """The PDF wrapped; padded to even length, EncapsulatedDocumentLength tells the true one."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(STORAGE), UID(sop_uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    source = first_image(frozen, sources)
    made = FileDataset(
        BytesIO(), _base(frozen) if source is None else dataset_of(source), file_meta=meta, preamble=bytes(128)
    )
    for keyword in ("Rows", "Columns", "FrameOfReferenceUID"):
        if keyword in made:
            delattr(made, keyword)
    made.SOPClassUID, made.SOPInstanceUID, made.SeriesInstanceUID = STORAGE, sop_uid, series_uid
    made.Modality, made.Manufacturer, made.ConversionType = "DOC", MANUFACTURER, "WSD"
    made.SeriesNumber, made.InstanceNumber = SERIES_NUMBER["pdf"], frozen.opinion.revision
    made.ContentDate = made.ContentTime = made.AcquisitionDateTime = ""
    made.BurnedInAnnotation, made.DocumentTitle = "YES", "Second opinion"
    made.ConceptNameCodeSequence = [_title()]
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(pdf)
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return dicom_file(dated(made, frozen.frozen_at), NAME)


def unwrapped(content: bytes) -> bytes:
    """The PDF inside an Encapsulated PDF object, exactly as it was signed.

    Raises:
        ValueError: the bytes are no such object.
    """
    import pydicom

    try:
        found = pydicom.dcmread(BytesIO(content))
        document = found.get("EncapsulatedDocument") if found.get("SOPClassUID") == STORAGE else None
        pdf = None if document is None else bytes(document)
        length = int(found.get("EncapsulatedDocumentLength", len(pdf or b"")))
    except Exception as error:  # pydicom meets damage with errors of many kinds
        raise ValueError("This is no DICOM object.") from error
    if pdf is None:
        raise ValueError("This DICOM object holds no PDF document.")
    return pdf[:length]


def _base(frozen: Frozen) -> Any:
    """Patient and study where the opinion rests on no image at all."""
    from pydicom.dataset import Dataset

    made = Dataset()
    subject = frozen.opinion.case.subject
    made.SpecificCharacterSet = "ISO_IR 192"
    made.PatientName = person_name(subject.name)
    made.PatientID = subject.identifiers[0][1] if subject.identifiers else ""
    made.PatientBirthDate = subject.birth_date.replace("-", "")
    made.PatientSex = {"female": "F", "male": "M", "other": "O"}.get(subject.sex, "")
    made.StudyInstanceUID = frozen.uids.study
    made.StudyDate, made.StudyTime = f"{frozen.frozen_at:%Y%m%d}", f"{frozen.frozen_at:%H%M%S}"
    made.StudyID = made.AccessionNumber = made.ReferringPhysicianName = ""
    return made


def _title() -> object:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "85430-7", "LN", "Imaging report"
    return item
