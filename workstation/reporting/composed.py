"""What was composed from a frozen opinion, before any signature."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DicomFile:
    """A DICOM object as bytes of a part 10 file, with its identity."""

    name: str
    content: bytes
    sop_uid: str
    series_uid: str
    study_uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The documents of one frozen opinion.

    Attributes:
        pdf: rendered, ``opinion.json`` attached, with an empty box where the signature will stand.
        signature_page: page index (from 0) of that box.
        signature_box: left, bottom, right, top of that box in PDF points.
        html: the accessible form, same content.
        sr: the structured report; None when no image measurement or key image is cited.
        kos: the key images; None when there are none.
    """

    pdf: bytes
    signature_page: int
    signature_box: tuple[float, float, float, float]
    html: str
    sr: DicomFile | None
    kos: DicomFile | None
