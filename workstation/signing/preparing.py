"""The prepared document: field, stamp, claimed time and empty ``/Contents``, before any key is touched."""

from datetime import datetime
from io import BytesIO

from workstation.opinions.freezing import Frozen
from workstation.reporting.composed import Composed, DicomFile
from workstation.signing.errors import Defect
from workstation.signing.files import FIELD, HTML, signed_file
from workstation.signing.stages import SignedFile, ToBeSigned

RESERVED = 24_576  # hexadecimal digits for the CMS object: a chain of four certificates fits


def prepare(frozen: Frozen, composed: Composed) -> ToBeSigned:
    """The preview, byte for byte what will be signed."""
    opinion = frozen.opinion
    meaning = opinion.value("attestation", "meaning")
    name = opinion.value("attestation", "name") or opinion.author.name
    pdf, digest, contents = _with_field(composed, name=name, meaning=meaning, claimed_at=frozen.frozen_at)
    dicom = [item for item in (composed.sr, composed.kos) if item]
    return ToBeSigned(
        pdf=pdf,
        contents=contents,
        document_digest=digest,
        claimed_at=frozen.frozen_at,
        signer_name=name,
        meaning=meaning,
        companions=(*(_companion(item) for item in dicom), signed_file(HTML, "text/html", composed.html)),
        identifier=frozen.identifier,
        case_id=opinion.case.id,
        case_version=opinion.case.version,
        opinion_digest=frozen.digest,
        revision=opinion.revision,
        predecessor=opinion.predecessor,
        canonical=frozen.canonical,
    )


def _companion(item: DicomFile) -> SignedFile:
    return signed_file(
        item.name,
        "application/dicom",
        item.content,
        sop_uid=item.sop_uid,
        study_uid=item.study_uid,
        series_uid=item.series_uid,
    )


def _with_field(
    composed: Composed, *, name: str, meaning: str, claimed_at: datetime
) -> tuple[bytes, bytes, tuple[int, int]]:
    """PDF with the signature field, SHA-256 over its byte ranges, offsets of the hexadecimal ``/Contents``.

    PAdES baseline (ETSI EN 319 142-1 6.3): claimed time in ``/M``, SubFilter ETSI.CAdES.detached; DocMDP 1 (ISO
    32000-1 12.8.2.2): no changes are permitted.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields
    from pyhanko.sign.signers import cms_embedder
    from pyhanko.sign.signers.pdf_byterange import SignatureObject
    from pyhanko.stamp import StaticStampStyle

    writer = IncrementalPdfFileWriter(BytesIO(composed.pdf))
    left, bottom, right, top = (round(edge) for edge in composed.signature_box)
    specification = fields.SigFieldSpec(FIELD, on_page=composed.signature_page, box=(left, bottom, right, top))
    signature = SignatureObject(
        timestamp=claimed_at,
        subfilter=fields.SigSeedSubFilter.PADES,
        name=name,
        reason=meaning,
        bytes_reserved=RESERVED,
    )
    steps = cms_embedder.PdfCMSEmbedder(new_field_spec=specification).write_cms(
        field_name=FIELD, writer=writer, existing_fields_only=False
    )
    next(steps)
    clear = cms_embedder.SigAppearanceSetup(style=StaticStampStyle(border_width=0), timestamp=claimed_at, name=name)
    certifying = cms_embedder.SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=fields.MDPPerm.NO_CHANGES)
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=signature, mdp_setup=certifying, appearance_setup=clear))
    prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm="sha256", in_place=False))
    content = output.getvalue()
    if content[prepared.reserved_region_start : prepared.reserved_region_start + 1] != b"<":
        raise Defect("the prepared document has no place for the signature")
    return content, prepared.document_digest, (prepared.reserved_region_start + 1, prepared.reserved_region_end - 1)
