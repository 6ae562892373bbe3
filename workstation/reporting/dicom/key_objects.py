"""The key objects: which images the opinion rests on (Key Object Selection Document, TID 2010)."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from workstation.opinions.freezing import Frozen
from workstation.reporting.composed import DicomFile
from workstation.reporting.dicom.sources import (
    MANUFACTURER,
    SERIES_NUMBER,
    dataset_of,
    dated,
    dicom_file,
    observer,
    touched,
)
from workstation.reporting.source_image import SourceImage

NAME = "key-objects.dcm"


def key_objects(frozen: Frozen, sources: Mapping[str, SourceImage]) -> DicomFile | None:
    """The document, or None where no image is cited."""
    images = [dataset_of(image) for image in touched(frozen.opinion.evidence, sources)]
    if not images:
        return None
    from highdicom.ko import KeyObjectSelection, KeyObjectSelectionDocument
    from highdicom.sr.utils import collect_evidence
    from pydicom.sr.codedict import codes

    content = KeyObjectSelection(
        document_title=codes.DCM.OfInterest,
        referenced_objects=images,
        observer_person_context=observer(frozen.opinion.author),
        description="Images on which the second opinion rests",
    )
    made = KeyObjectSelectionDocument(
        evidence=[_in_study(image, images[0].StudyInstanceUID) for image in images],
        content=content,
        series_instance_uid=frozen.uids.kos_series,
        series_number=SERIES_NUMBER["kos"],
        sop_instance_uid=frozen.uids.kos,
        instance_number=frozen.opinion.revision,
        manufacturer=MANUFACTURER,
    )
    own, others = collect_evidence(images, content[0], images[0].StudyInstanceUID)
    made.CurrentRequestedProcedureEvidenceSequence = [*own, *others]  # the IOD has one list (PS3.3 C.17.6.2)
    for item in made.ContentSequence:
        if item.ValueType == "IMAGE" and "ConceptNameCodeSequence" in item:
            del item.ConceptNameCodeSequence  # TID 2010 gives images no purpose of reference
    return dicom_file(dated(made, frozen.frozen_at), NAME)


def _in_study(image: Any, study_uid: str) -> Any:
    """The image as if it were of that study: highdicom refuses key objects of several."""
    made = deepcopy(image)  # a shallow copy would share its elements
    made.StudyInstanceUID = study_uid
    return made
