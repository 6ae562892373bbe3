"""What the reports must know of the images that an opinion cites, from the headers kept at receipt."""

from collections.abc import Mapping

from viewers.sources import FrameSource
from workstation.opinions.opinion import Opinion
from workstation.reporting.source_image import SourceImage

KEYWORDS = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
    "StudyDescription",
    "Modality",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "FrameOfReferenceUID",
    "SeriesDescription",
    "SeriesNumber",
    "InstanceNumber",
)


def source_images(opinion: Opinion, source: FrameSource) -> dict[str, SourceImage]:
    """Every cited image by SOP Instance UID; ``source`` is the case's own, whose keys are these UIDs."""
    cited = {image.sop_uid: image for item in opinion.evidence for image in item.images}
    keys = frozenset(source.keys())
    found = {}
    for sop_uid, image in cited.items():
        header = source.header(sop_uid) if sop_uid in keys else None
        data = header.get("data") if header is not None else None
        known: Mapping[str, object] = data if isinstance(data, dict) else {}
        found[sop_uid] = SourceImage(
            sop_class_uid=image.sop_class_uid,
            sop_uid=sop_uid,
            series_uid=image.series_uid,
            study_uid=image.study_uid,
            attributes={keyword: _text(known[keyword]) for keyword in KEYWORDS if keyword in known},
        )
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\\".join(_text(part) for part in value)
    return "" if value is None else str(value)
