"""Names of what goes out, and files with their digests."""

import hashlib

from workstation.signing.stages import SignedFile

FIELD = "Author"
PDF = "opinion.pdf"
HTML = "opinion.html"
SR = "opinion-sr.dcm"
KOS = "key-objects.dcm"
ENCAPSULATED = "opinion-pdf.dcm"
MANIFEST = "manifest.json"
MANIFEST_SIGNATURE = "manifest.jws"


def signed_file(
    name: str,
    content_type: str,
    content: bytes | str,
    *,
    sop_uid: str = "",
    study_uid: str = "",
    series_uid: str = "",
) -> SignedFile:
    """A file with its SHA-256 (hex)."""
    raw = content.encode() if isinstance(content, str) else content
    return SignedFile(
        name=name,
        content_type=content_type,
        content=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        sop_uid=sop_uid,
        study_uid=study_uid,
        series_uid=series_uid,
    )
