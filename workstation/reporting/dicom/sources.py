"""Source images as datasets, and the files that are written: what every DICOM object of an opinion has in common."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from workstation.opinions.evidence import Evidence
from workstation.opinions.freezing import Frozen
from workstation.opinions.opinion import Author
from workstation.reporting.composed import DicomFile
from workstation.reporting.source_image import SourceImage

MANUFACTURER = "Second Opinion Workstation"
SERIES_NUMBER = {"sr": 9001, "kos": 9002, "pdf": 9003}
_STUDY_AND_PATIENT = (
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "StudyID", "AccessionNumber", "ReferringPhysicianName", "StudyDescription",
)  # fmt: skip
_IMAGE = ("Modality", "FrameOfReferenceUID")


def touched(evidence: Iterable[Evidence], sources: Mapping[str, SourceImage]) -> list[SourceImage]:
    """The images that evidence touches, each once, in order of citing; those that are not here are left out."""
    uids = dict.fromkeys(reference.sop_uid for item in evidence for reference in item.images)
    return [sources[uid] for uid in uids if uid in sources]


def dataset_of(image: SourceImage) -> Any:
    """What highdicom must know of a source image (patient and study modules, PS3.3 C.7.1.1 and C.7.2.1)."""
    from pydicom.dataset import Dataset

    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = image.sop_class_uid, image.sop_uid
    made.StudyInstanceUID, made.SeriesInstanceUID = image.study_uid, image.series_uid
    for keyword in (*_STUDY_AND_PATIENT, *_IMAGE):
        text = _legal(keyword, image.text(keyword))
        if text or keyword not in ("IssuerOfPatientID", "FrameOfReferenceUID", "StudyDescription"):
            setattr(made, keyword, text)
    made.Rows, made.Columns = (_whole(image.text(keyword)) for keyword in ("Rows", "Columns"))
    return made


def observer(author: Author) -> Any:
    """The author as observer (TID 1003)."""
    from highdicom.sr import ObserverContext, PersonObserverIdentifyingAttributes
    from pydicom.sr.codedict import codes

    return ObserverContext(
        observer_type=codes.DCM.Person,
        observer_identifying_attributes=PersonObserverIdentifyingAttributes(name=person_name(author.name)),
    )


def person_name(name: str) -> str:
    """A name as printed, in the form of a PN value (PS3.5 6.2): the last word is taken for the family name."""
    words = name.replace("^", " ").replace("=", " ").split()
    return f"{words[-1]}^{' '.join(words[:-1])}" if len(words) > 1 else name


def dated(made: Any, moment: datetime) -> Any:
    """The object with the time of freezing in place of that of writing, so that it is the same each time."""
    day, time = f"{moment:%Y%m%d}", f"{moment:%H%M%S}"
    for keyword in ("ContentDate", "InstanceCreationDate", "SeriesDate"):
        if keyword in made:
            setattr(made, keyword, day)
    for keyword in ("ContentTime", "InstanceCreationTime", "SeriesTime"):
        if keyword in made:
            setattr(made, keyword, time)
    made.TimezoneOffsetFromUTC = f"{moment:%z}" or "+0000"
    for verifier in made.get("VerifyingObserverSequence", []):
        verifier.VerificationDateTime = f"{day}{time}{moment:%z}"
    for equipment in made.get("ContributingEquipmentSequence", []):
        if "ContributionDateTime" in equipment:
            equipment.ContributionDateTime = f"{day}{time}"
    for item in _items(made.get("ContentSequence", [])):
        if "ObservationDateTime" in item:
            item.ObservationDateTime = f"{day}{time}"
    return made


def dicom_file(made: Any, name: str) -> DicomFile:
    """The object as bytes of a part 10 file."""
    written = BytesIO()
    made.save_as(written, enforce_file_format=True)
    return DicomFile(
        name=name,
        content=written.getvalue(),
        sop_uid=str(made.SOPInstanceUID),
        series_uid=str(made.SeriesInstanceUID),
        study_uid=str(made.StudyInstanceUID),
    )


def first_image(frozen: Frozen, sources: Mapping[str, SourceImage]) -> SourceImage | None:
    """The image whose study the objects belong to: the first cited one, else the first of all."""
    cited = touched(frozen.opinion.evidence, sources)
    return cited[0] if cited else next(iter(sources.values()), None)


def _legal(keyword: str, text: str) -> str:
    """A source's attribute in a form that may be written (PS3.5 6.2): what breaks the rules beyond repair is left out.

    Names and identifiers stay as the study has them, however long: shortened they would be somebody else's.
    """
    plain = "".join(sign for sign in text if sign >= " ").strip()
    return _FORMS.get(keyword, str)(plain)


def _day(text: str) -> str:
    """A date; ACR-NEMA wrote ``YYYY.MM.DD``."""
    digits = text.replace(".", "")
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007  (a calendar day has no zone)
    except ValueError:
        return ""
    return digits if re.fullmatch(r"\d{8}", digits, re.ASCII) else ""


def _time(text: str) -> str:
    """A time; ACR-NEMA wrote ``HH:MM:SS``."""
    digits = text.replace(":", "")
    return digits if re.fullmatch(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?", digits, re.ASCII) else ""


def _sex(text: str) -> str:
    return text.upper() if text.upper() in {"F", "M", "O"} else ""


_FORMS: Mapping[str, Callable[[str], str]] = {
    "PatientBirthDate": _day,
    "StudyDate": _day,
    "StudyTime": _time,
    "PatientSex": _sex,
}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _items(sequence: Iterable[Any]) -> Iterator[Any]:
    for item in sequence:
        yield item
        yield from _items(item.get("ContentSequence", []))
