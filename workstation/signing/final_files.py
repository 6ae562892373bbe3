"""The final files: what goes out once the signature is time-stamped, built around the final bytes."""

from collections.abc import Mapping

from workstation.opinions.freezing import Frozen
from workstation.reporting.source_image import SourceImage
from workstation.signing.files import ENCAPSULATED, PDF, signed_file
from workstation.signing.stages import SignedFile, Timestamped

BEFORE_TIME_STAMP = "opinion-b-b.pdf"


def final_files(stamped: Timestamped, frozen: Frozen, sources: Mapping[str, SourceImage]) -> tuple[SignedFile, ...]:
    """The time-stamped PDF, the same before time-stamping, and the time-stamped one as a DICOM object."""
    from workstation.reporting.dicom.encapsulated import encapsulated_pdf

    wrapped = encapsulated_pdf(stamped.pdf, frozen, sources, sop_uid=frozen.uids.pdf, series_uid=frozen.uids.pdf_series)
    return (
        signed_file(PDF, "application/pdf", stamped.pdf),
        signed_file(BEFORE_TIME_STAMP, "application/pdf", stamped.signed.pdf),
        signed_file(
            ENCAPSULATED,
            "application/dicom",
            wrapped.content,
            sop_uid=wrapped.sop_uid,
            study_uid=wrapped.study_uid,
            series_uid=wrapped.series_uid,
        ),
    )
