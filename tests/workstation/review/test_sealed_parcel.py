"""The seal: what was signed comes back from the shelf exactly, with the identifiers that were minted."""

from datetime import UTC, datetime

from tests.fakes.cases import a_case
from workstation.opinions.beginning import begin
from workstation.opinions.freezing import thaw
from workstation.opinions.json_form import write
from workstation.opinions.opinion import Author
from workstation.opinions.template import load
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.review.sealed_parcel import sealed, unsealed
from workstation.signing.files import HTML, SR, signed_file
from workstation.signing.stages import Signed

IDENTIFIER = "urn:uuid:7e0c9e0e-3f0b-4f0e-9d53-0a4f6f3f5a11"
NOW = datetime(2026, 11, 24, 4, 0, 7, tzinfo=UTC)


def test_a_signed_document_comes_back_from_the_outbox_as_it_was():
    author = Author(reference="Practitioner/1", name="Dr. Ekholm", licence="SE-1", specialty="radiology")
    canonical = write(begin(a_case(), load(), author))
    frozen = thaw(canonical, load(), identifier=IDENTIFIER, frozen_at=NOW, picture=lambda _digest: b"")
    signed = Signed(
        pdf=b"%PDF-signed",
        manifest="header..signature",
        manifest_payload=b'{"format":1}',
        claimed_at=NOW,
        signer_name="Dr. Ekholm",
        meaning="I am the author.",
        companions=(
            signed_file(SR, "application/dicom", b"sr", sop_uid="1.2.3", study_uid="1.2", series_uid="1.2.9"),
            signed_file(HTML, "text/html", "<p>"),
        ),
        identifier=IDENTIFIER,
        certificates=(b"der-1", b"der-2"),
    )
    parcel = Parcel(
        id=IDENTIFIER,
        case_id="case-1",
        case_version="3",
        opinion_digest=frozen.digest,
        revision=1,
        state=ParcelState.SIGNED,
        artefacts=sealed(signed, frozen),
    )
    again, thawed = unsealed(parcel, load(), lambda _digest: b"")
    assert again == signed
    assert thawed == frozen
    assert thawed.digest == frozen.digest


def test_only_dicom_objects_carry_the_names_under_which_they_are_stored():
    author = Author(reference="Practitioner/1", name="Dr", licence="1", specialty="radiology")
    frozen = thaw(
        write(begin(a_case(), load(), author)), load(), identifier=IDENTIFIER, frozen_at=NOW, picture=lambda _d: b""
    )
    signed = Signed(
        pdf=b"%PDF",
        manifest="a..b",
        manifest_payload=b"{}",
        claimed_at=NOW,
        signer_name="Dr",
        meaning="m",
        companions=(signed_file(SR, "application/dicom", b"sr", sop_uid="1.2.3", study_uid="1.2", series_uid="1"),),
        identifier=IDENTIFIER,
        certificates=(),
    )
    assert [item.name for item in sealed(signed, frozen) if item.sop_uid] == [SR]
