"""What the reports must know of an image they refer to, from the header kept at receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceImage:
    """The identity of one source instance; ``attributes`` maps DICOM keywords to plain text, as received.

    ``attributes`` takes at least what is known of the patient and study modules (PS3.3 C.7.1.1, C.7.2.1):
    PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, StudyDate, StudyTime, StudyID,
    AccessionNumber, ReferringPhysicianName, StudyDescription; and of the image: Modality, Rows, Columns,
    NumberOfFrames, FrameOfReferenceUID, SeriesDescription, SeriesNumber, InstanceNumber. Missing keys are empty.
    """

    sop_class_uid: str
    sop_uid: str
    series_uid: str
    study_uid: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def text(self, keyword: str) -> str:
        """One attribute, "" where it is not known."""
        return self.attributes.get(keyword, "")
